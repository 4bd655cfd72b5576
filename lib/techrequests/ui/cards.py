"""Small pieces that show a request the same way everywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

from techrequests.domain.calendar import days_between, long_date
from techrequests.domain.fields import Kind, shown
from techrequests.domain.money import dollars
from techrequests.domain.stages import STAGES, next_people
from techrequests.domain.techrequest import TERMINAL, Priority, Status, TechRequest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from techrequests.domain.corrections import RequestChange
    from techrequests.domain.techrequest import RequestLine
    from techrequests.services.cases import Case

_STATUS_COLOUR: dict[Status, str] = {
    Status.DRAFT: "gray",
    Status.NEEDS_INFORMATION: "orange",
    Status.CLOSED: "green",
    Status.DELIVERED: "green",
    Status.DECLINED: "red",
    Status.DENIED: "red",
    Status.WITHDRAWN: "gray",
    Status.CANCELLED: "gray",
}
_PRIORITY_ICON = {
    Priority.LOW: ":material/keyboard_arrow_down:",
    Priority.MEDIUM: ":material/drag_handle:",
    Priority.HIGH: ":material/keyboard_arrow_up:",
    Priority.CRITICAL: ":material/keyboard_double_arrow_up:",
}
_PRIORITY_COLOUR: dict[Priority, str] = {
    Priority.LOW: "gray",
    Priority.MEDIUM: "blue",
    Priority.HIGH: "orange",
    Priority.CRITICAL: "red",
}
_MEANS_MORE = re.compile(
    r"(?P<alone>"
    # The second sign of an arrow, a long dash or a comparison.
    r"(?<=<)-|(?<=-)>|(?<=-)-|(?<=[<>~])="
    # What makes an address: of the web, or of a person.
    r"|:(?=//)|(?<=[Ww][Ww][Ww])\.|@"
    # What begins an icon or an emoji.
    r"|:(?=[\w+-]{1,80}:)|:(?=material[/_])|(?<=:material)/"
    r")"
    r"|:(?=[A-Za-z])|[\\`*_{}\[\]()<>#!|~$&]"
)
_STARTS_A_LIST = re.compile(r"^(\s*(?:[0-9]{1,9}(?=[.)]))?)([-+.)])")
_IN_THE_HEADING = frozenset({"title", "category", "priority"})
NEW_LINE = "  \n"
"""Breaks a line of Markdown."""
_PATH = (
    Status.IN_REVIEW,
    Status.AWAITING_APPROVAL,
    Status.QUOTING,
    Status.FUNDING,
    Status.ORDERED,
    Status.DEPLOYING,
    Status.DELIVERED,
    Status.CLOSED,
)


def capital(words: str) -> str:
    """The words with a capital first letter."""
    return words[:1].upper() + words[1:]


def status_mark(status: Status) -> str:
    """A coloured word, in Markdown, for where a request stands."""
    return f":{_STATUS_COLOUR.get(status, 'blue')}-badge[{capital(status)}]"


def priority_mark(priority: Priority) -> str:
    """How urgent it is: a colour, and a shape for those who do not see it, in Markdown."""
    icon, colour = _PRIORITY_ICON[priority], _PRIORITY_COLOUR[priority]
    return f":{colour}-badge[{icon} {capital(priority)}]"


def ago(then: datetime, now: datetime) -> str:
    """How long something has waited, in words."""
    days = days_between(then, now)
    if days == 0:
        return "today"
    return "1 day" if days == 1 else f"{days} days"


def heading(case: Case, now: datetime) -> None:
    """Title, number, status, who acts next, and the question that is open."""
    request = case.request
    st.title(plain(request.title) or "Untitled draft")
    about = (
        capital(request.category or "no category yet"),
        case.site_name,
        case.name(request.requester_id),
    )
    marks = f"{status_mark(request.status)} {priority_mark(request.priority)}"
    parts = [
        f"**{request.request_id}** {marks} :gray[{' · '.join(map(plain, about))}]",
        stage_path(request.status, request.asked_from),
    ]
    if request.status not in TERMINAL:
        if request.overdue_since:
            parts.append(
                ":red-badge[:material/alarm: Overdue, and nobody above could take it over]"
            )
        waits = ago(request.stage_since, now)
        since = "since today" if waits == "today" else f"for {waits}"
        next_words = who_is_next(case)
        parts.append(f"{next_words}. :gray[At this stage {since}.]")
    # One element instead of one for each line and badge: elements are what a redraw costs.
    st.markdown("\n\n".join(filter(None, parts)))
    if question := case.question:
        st.info(
            f"**{plain(case.name(question.actor_id))} asks:** {paragraphs(question.note)}",
            icon=":material/contact_support:",
        )


def who_is_next(case: Case) -> str:
    """Who acts now and what they do, in Markdown and without the full stop."""
    info = STAGES[case.request.status]
    people = next_people(case.request)
    if case.actor.person_id in people:
        return f"**You are next:** {info.you_do}"
    name = f"the {info.owner}"
    if people:
        acting = case.request.status is Status.AWAITING_APPROVAL
        name = plain(case.decider() if acting else case.name(people[0]))
    return f"Next: **{name}** {info.does}"


def stage_path(status: Status, asked_from: Status | None = None) -> str:
    """The stages of a request with the present one marked, in Markdown; empty off the path."""
    here = asked_from or status
    if here not in _PATH:
        return ""
    reached = _PATH.index(here)
    return " ".join(
        _stage(stage, done=index < reached or status is Status.CLOSED, here=index == reached)
        for index, stage in enumerate(_PATH)
    )


def _stage(stage: Status, *, done: bool, here: bool) -> str:
    words = capital(stage)
    if done:
        return f":green-badge[:material/check: {words}]"
    return (
        f":blue-badge[:material/radio_button_checked: {words}]" if here else f":gray-badge[{words}]"
    )


def the_case(case: Case) -> None:
    """What was asked on the form with the answers, and what it costs."""
    parts = []
    for column in shown(TechRequest):
        answer = getattr(case.request, column.name)
        if column.field and answer and column.name not in _IN_THE_HEADING:
            words = long_date(answer) if column.kind is Kind.DATE else paragraphs(str(answer))
            parts.append(f"**{column.field.label}**\n\n{words}")
    st.markdown("\n\n".join(parts))
    lines_table(case.lines)


def lines_table(lines: Iterable[RequestLine]) -> None:
    """What is asked for, with the sum."""
    found = list(lines)
    if not found:
        st.caption("No items yet.")
        return
    rows = [
        f"| {plain(line.description)}{_of_kind(line)} | {line.quantity:,} "
        f"| {amount(line.unit_estimate_cents)} | {amount(line.estimate_cents)} |"
        for line in found
    ]
    whole = sum(line.estimate_cents for line in found)
    head = "| Item | Quantity | Price each | Together |\n|:--|--:|--:|--:|\n"
    st.markdown(head + "\n".join(rows) + f"\n| **Estimate** | | | **{amount(whole)}** |")


def _of_kind(line: RequestLine) -> str:
    """Its category behind an item, in Markdown: a column of its own would not fit on a page."""
    return f" :gray[({line.category})]" if line.category else ""


def amount(cents: int) -> str:
    """Dollars for Markdown, where a bare dollar sign starts a formula."""
    return dollars(cents).replace("$", "\\$")


def paragraphs(text: str, *, mark: str = "") -> str:
    """Text of several lines that people typed, for Markdown, with its line breaks.

    Args:
        text: As typed.
        mark: Before each line that says something.
    """
    # Spaces that begin a line would make a block of code of it.
    lines = (plain(line.strip()) for line in text.splitlines())
    return NEW_LINE.join(f"{mark}{line}" if line else "" for line in lines)


def before_after(one: RequestChange) -> str:
    """What stood in an answer or item, and what stands there now, in Markdown."""
    was, is_now = (paragraphs(words) or ":gray[nothing]" for words in (one.was, one.is_now))
    return f"Before: {was}{NEW_LINE}Now: {is_now}"


def list_item(words: str) -> str:
    """Markdown of several lines as one item of a list."""
    return "- " + words.replace("\n", "\n  ")


def plain(text: str) -> str:
    """Text that people typed, so that it shows letter by letter where Markdown is drawn.

    Streamlit looks for arrows, icons, emoji and addresses in what is left after the escapes, one
    piece of text at a time. A sign that could become part of one is put into a piece of its own: a
    colour without a name, which looks like nothing.
    """
    line = text.replace("\r\n", " ").replace("\r", " ").replace("\n", " ")
    return _STARTS_A_LIST.sub(r"\1\\\2", _MEANS_MORE.sub(_harmless, line))


def _harmless(found: re.Match[str]) -> str:
    sign = found[0]
    if found["alone"]:
        return f":color[\\{sign}]"
    return f"\\{sign}"
