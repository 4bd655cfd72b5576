"""One page view: who is here, what they may see, and how errors reach them."""

from __future__ import annotations

import logging
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from techrequests import runtime
from techrequests.domain.errors import (
    BlockedError,
    InvalidError,
    NotFoundError,
    Problem,
    TechRequestsError,
)
from techrequests.services.people import actor_of
from techrequests.ui.account import visitor
from techrequests.ui.cards import plain
from techrequests.ui.links import page_link
from techrequests.ui.menu import PAGE_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database

T = TypeVar("T")

_log = logging.getLogger(__name__)
_PERSON = "person_id"
_PAGE = "page_entered"
_REFUSED = "press_refused"
_NOTED = "refusals_noted"
_TOLD = "words_told"


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything a page needs to know about this view of it.

    Attributes:
        now: Aware time of the district at which the page was drawn.
        path: The page, as in `menu.PAGES`.
        arrived: Whether another page was open until now.
    """

    actor: Actor
    database: Database
    now: datetime
    path: str
    arrived: bool = False

    @property
    def today(self) -> date:
        """The district's day on which the page was drawn."""
        return self.now.date()


def database() -> Database:
    """The one database handle of this process."""
    return runtime.current().database


def remember(read: Callable[..., T], *args: Any) -> T:  # noqa: ANN401  # whatever `read` takes
    """The answer of `read(*args)`, kept until anything is saved; for what every rerun asks again.

    The arguments must be hashable; the answer must not be changed by who gets it.
    """
    return _remembered(database().commits.total, read, *args)  # type: ignore[no-any-return]


@lru_cache(maxsize=2048)
def _remembered(_commits: int, read: Callable[..., Any], *args: Any) -> Any:  # noqa: ANN401
    return read(*args)


def sign_in_as(person_id: str) -> None:
    """Be this person from now on; the doors (demo list, OpenID) decide who may call it."""
    st.session_state[_PERSON] = person_id


def signed_in() -> Actor | None:
    """The person at the keyboard with what they may do right now, or None."""
    # Only the sample district has a door besides the accounts: there is no being somebody else.
    running = runtime.current()
    demo = running.settings.demo
    person_id = st.session_state.get(_PERSON) if demo else visitor().admission.person_id
    if not person_id:
        return None
    try:
        return remember(actor_of, running.database, person_id, running.now().date())
    except NotFoundError:
        return None


def enter(path: str) -> Visit:
    """Open a page, or stop here with the reason; every page calls this first."""
    who = signed_in()
    page = PAGE_OF[path]
    arrived = st.session_state.get(_PAGE) != path
    if arrived:
        st.session_state[_PAGE] = path
        forget_problems()
    if who is None:
        st.error("Please sign in first.")
        st.stop()
    if not page.open_to(who):
        note_refused_once(who, f"page {page.title}", f"may not {page.permission}")
        st.title(page.title)
        st.warning(
            f"This page is for people who may {page.permission}, and you may not. "
            "If you should, ask the technology office to give you that role.",
            icon=":material/lock:",
        )
        page_link("pages/requests/today.py", label="Go to Today", icon=":material/today:")
        st.stop()
    running = runtime.current()
    return Visit(who, running.database, running.now(), path, arrived=arrived)


@dataclass(slots=True)
class _Refusal:
    """What the last press came to when it was refused.

    Attributes:
        where: Key of the button, beside which it is told.
        problems: With an empty field for what concerns no field.
        seen: What stood in each named field when it was refused, by field.
        mended: Fields in which something else stands by now.
        told: Whether the button was drawn since, and the refusal beside it.
    """

    where: str
    problems: tuple[Problem, ...]
    seen: dict[str, Any] = field(default_factory=dict)
    mended: set[str] = field(default_factory=set)
    told: bool = False


def note_refused_once(who: Actor | None, about: str, detail: str) -> None:
    """`note_refused`, once for each thing that a tab asks for, however often it is drawn."""
    told: set[str] = st.session_state.setdefault(_NOTED, set())
    if about not in told:
        told.add(about)
        note_refused(who, about, detail)


def note_refused(who: Actor | None, about: str, detail: str) -> None:
    """Let the audit trail know that somebody was refused something for want of authority."""
    person_id, address = who.person_id if who else "", st.context.ip_address or ""
    runtime.current().note_refusal(about, detail, person_id=person_id, address=address)


@contextmanager
def errors_shown(where: str = "") -> Iterator[None]:
    """Turn what goes wrong in the block into words beside the button; nothing typed is lost.

    Nothing is drawn here. What a callback draws would stand at the top of the page, out of sight on
    a phone, and push the elements below it out of their places, which closes their pop-ups.

    Args:
        where: What `refusal` is called with beside the button.
    """
    try:
        yield
    except InvalidError as error:
        _refuse(where, *error.problems)
    except BlockedError as error:
        _refuse(where, *(Problem("", reason) for reason in error.reasons))
    except TechRequestsError as error:
        _refuse(where, Problem("", str(error)))
    except Exception:  # noqa: BLE001  # the last place that can: the log gets it, the person words
        reference = uuid.uuid4().hex[:8]
        _log.exception("unexpected error %s", reference)
        words = (
            "Something went wrong and nothing was saved. "
            f"Please tell the technology office: {reference}."
        )
        _refuse(where, Problem("", words))


def _refuse(where: str, *problems: Problem) -> None:
    st.session_state[_REFUSED] = _Refusal(where, problems)


def _sentence(reasons: list[str]) -> str:
    first, *more = map(plain, reasons)
    if not more:
        return first
    return "Please look at this again:\n\n" + "\n".join(f"- {reason}" for reason in (first, *more))


def refusal(where: str) -> None:
    """Say beside a button why the last press of it was refused, less what is mended by now."""
    # Its place is kept when there is nothing to say: what stands below would otherwise move up and
    # down, and Streamlit would take one pop-up for the next.
    place = st.empty()
    refused = _refused()
    if refused is None or refused.where != where:
        return
    refused.told = True
    left = [found.message for found in refused.problems if found.field not in refused.mended]
    if left:
        place.error(_sentence(left), icon=":material/error:")


def refusal_without_button() -> None:
    """Say it in the corner of the screen when the button that was pressed is gone."""
    refused = _refused()
    if refused and not refused.told:
        refused.told = True
        words = _sentence([problem.message for problem in refused.problems])
        st.toast(words, icon=":material/error:", duration="infinite")


def _refused() -> _Refusal | None:
    found: _Refusal | None = st.session_state.get(_REFUSED)
    return found


def problem_with(name: str, form: str = "", now: object = None) -> str:
    """What was wrong with a field at the last press, or nothing once something else stands in it.

    Args:
        name: The field, as the problem names it.
        form: How the keys of the buttons begin that this field belongs to; empty for any.
        now: What stands in the field.
    """
    refused = _refused()
    if refused is None or (refused.where and not refused.where.startswith(form)):
        return ""
    found = [problem.message for problem in refused.problems if problem.field == name]
    if found and refused.seen.setdefault(name, now) != now:
        refused.mended.add(name)
        return ""
    refused.mended.discard(name)
    return " ".join(found)


def forget_problems() -> None:
    """Another page or another press: what the last one came to is over."""
    st.session_state.pop(_REFUSED, None)


def tell(words: str) -> None:
    """Say that it worked, in the corner of the screen, when the page or dialog is drawn next."""
    st.session_state.setdefault(_TOLD, []).append(words)


def kept_words() -> None:
    """Draw what was told since the last redraw: once a page, and first thing in a dialog."""
    for words in st.session_state.pop(_TOLD, []):
        st.toast(words, icon=":material/check:")
