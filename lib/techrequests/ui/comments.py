"""History, comments and files of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.attachments import ACCEPTED, MOST_BYTES
from techrequests.domain.calendar import short_date
from techrequests.domain.policy import Permission
from techrequests.domain.techrequest import Attachment, Comment, Fate, fate_of_files
from techrequests.domain.workflow import STEP_OF, Action
from techrequests.services.comments import (
    CommentAsked,
    FileAsked,
    add_comment,
    attach_all,
    remove_attachment,
)
from techrequests.ui import links
from techrequests.ui.cards import NEW_LINE, before_after, list_item, paragraphs, plain
from techrequests.ui.forms import Form
from techrequests.ui.press import button, form_id, press, renew
from techrequests.ui.uploads import let_go, sent
from techrequests.ui.visit import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from techrequests.domain.workflow import RequestEvent
    from techrequests.services.cases import Case
    from techrequests.ui.visit import Visit


_WORDS = {
    Fate.REMOVE: ("Remove", "removed"),
    Fate.SUPERSEDE: ("Supersede", "superseded: it stays with the request, marked as such"),
}
"""What the button is called, and what has become of the file then."""


def timeline(case: Case) -> None:
    """Everything that happened and was said, newest first."""
    st.subheader("History")
    told: list[tuple[datetime, RequestEvent | Comment | Attachment]] = [
        *((event.happened_at, event) for event in case.events),
        *((comment.written_at, comment) for comment in case.comments),
        *((one.superseded_at, one) for one in case.attachments if one.superseded_at),
    ]
    told.sort(key=lambda pair: pair[0])
    # One element for all of it: what a redraw costs must not grow with what happened.
    items = (_told(case, item, when) for when, item in reversed(told))
    st.markdown("\n\n".join(map(list_item, items)) or ":gray[Nothing yet.]")


def _told(case: Case, item: RequestEvent | Comment | Attachment, when: datetime) -> str:
    if isinstance(item, Comment):
        return _comment(case, item, when)
    return (
        _superseded(case, item, when) if isinstance(item, Attachment) else _event(case, item, when)
    )


def _superseded(case: Case, attachment: Attachment, when: datetime) -> str:
    who, what = plain(case.name(attachment.uploaded_by_id)), plain(attachment.file_name)
    return NEW_LINE.join((f"**{who}** superseded the file “{what}”", _when(when)))


def _event(case: Case, event: RequestEvent, when: datetime) -> str:
    step = STEP_OF[event.action]
    # What was corrected stands below in full, where a message has only its beginning.
    changed = [one for one in case.changes if one.changed_at == event.happened_at]
    detail = f" ({plain(event.detail)})" if event.detail and not changed else ""
    name = plain(case.acting(case.name(event.actor_id), event.on_behalf_of_id))
    words = [f"**{name}** {step.done}{detail}", _when(when)]
    words += [f"**{plain(one.label)}**{NEW_LINE}{before_after(one)}" for one in changed]
    if event.note:
        words.append(f"{step.note or 'Note'}: {paragraphs(event.note)}")
    if event.alternatives:
        words += ["What could be done instead:", paragraphs(event.alternatives, mark="• ")]
    return NEW_LINE.join(words)


def _comment(case: Case, comment: Comment, when: datetime) -> str:
    internal = " :orange-badge[internal note]" if comment.internal else ""
    who = f"**{plain(case.name(comment.author_id))}** wrote{internal}"
    return NEW_LINE.join((who, _when(when), paragraphs(comment.body)))


def comment_form(visit: Visit, case: Case) -> None:
    """Say something; the departments may say it among themselves."""
    request = case.request
    form = Form(prefix=f"comment:{request.request_id}")
    form.draw(Comment, "body")
    with st.container(horizontal=True, vertical_alignment="center"):
        button(
            "Add comment",
            key=form.key("go"),
            args=(
                add_comment,
                lambda: _comment_asked(case, form),
                "Comment added.",
                lambda _: form.clear(),
            ),
        )
        if visit.actor.may(Permission.SEE_INTERNAL_NOTES, request.site_id):
            st.checkbox(
                "Internal note", key=form.key("internal"), help="Not shown to the requester."
            )


def _comment_asked(case: Case, form: Form) -> CommentAsked:
    return CommentAsked(
        comment_id=form.save_id,
        request_id=case.request.request_id,
        body=form.value("body") or "",
        internal=bool(form.value("internal")),
    )


def files(visit: Visit, case: Case, *, quote_id: str | None = None) -> None:
    """The files of a request, to open, add and remove."""
    mine = (one for one in case.attachments if quote_id is None or one.quote_id == quote_id)
    listed(visit, mine, fate_of_files(case.request, decided=_is_decided(case)))
    number = case.request.request_id
    upload(lambda: number, name=f"upload:{number}:{quote_id}", quote_id=quote_id)


def _is_decided(case: Case) -> bool:
    return any(event.action in {Action.APPROVE, Action.DENY} for event in case.events)


def listed(visit: Visit, attachments: Iterable[Attachment], fate: Fate = Fate.REMOVE) -> None:
    """Files to open, and to remove or supersede by those who added them."""
    for attachment in attachments:
        _file(visit, attachment, fate)


def upload(number: Callable[[], str], *, name: str, quote_id: str | None = None) -> None:
    """A place to drop files; each is kept as soon as it is there.

    Args:
        number: Finds the request that gets them, when they come.
        name: Makes the keys unique.
        quote_id: The quote they belong to.
    """
    st.file_uploader(
        "Add files",
        key=f"{name}:{form_id(name)}",
        accept_multiple_files=True,
        max_upload_size=MOST_BYTES // 2**20,
        help=f"{', '.join(ACCEPTED)}; up to {MOST_BYTES // 2**20} MB each. No student names.",
        on_change=_uploaded,
        args=(name, number, quote_id),
    )
    refusal(name)


def _uploaded(name: str, number: Callable[[], str], quote_id: str | None) -> None:
    key = form_id(name)
    files = sent(f"{name}:{key}")
    request_id = number() if files else ""
    renew(name)
    if request_id:
        asked = tuple(
            FileAsked(
                attachment_id=f"{key}-{position}",
                request_id=request_id,
                file_name=file.name,
                content=file.getvalue(),
                quote_id=quote_id,
            )
            for position, file in enumerate(files)
        )
        press(attach_all, asked, "Attached.", where=name)
        let_go(files)


def _file(visit: Visit, attachment: Attachment, fate: Fate) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        # A route of ours asks who comes; what Streamlit serves for downloads asks nobody.
        st.link_button(
            plain(attachment.file_name),
            links.file_address(visit.actor, attachment.attachment_id),
            icon=":material/attach_file:",
            type="tertiary",
        )
        superseded = ", superseded" if attachment.superseded_at else ""
        st.caption(f"{max(1, attachment.size_bytes // 1024):,} KB{superseded}")
        mine = attachment.uploaded_by_id == visit.actor.person_id
        if mine and not superseded and fate is not Fate.STAY:
            label, said = _WORDS[fate]
            button(
                label,
                key=f"remove:{attachment.attachment_id}",
                type="tertiary",
                icon=":material/close:",
                args=(
                    remove_attachment,
                    attachment.attachment_id,
                    f"{attachment.file_name} is {said}.",
                ),
            )


def _when(moment: datetime) -> str:
    return f":small[:gray[{short_date(moment)}, {moment.hour % 12 or 12}:{moment:%M %p}]]"
