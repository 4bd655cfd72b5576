"""One page view: who is here, what they may see, and how errors reach them."""

from __future__ import annotations

import logging
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from techrequests import runtime
from techrequests.domain.errors import BlockedError, InvalidError, NotFoundError, TechRequestsError
from techrequests.store.people import actor
from techrequests.ui.links import page_link
from techrequests.ui.menu import PAGE_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database

T = TypeVar("T")

_log = logging.getLogger(__name__)
_PERSON = "person_id"
_PROBLEMS = "field_problems"
_KEPT = "words_being_kept"
_TOLD = "words_kept"


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything a page needs to know about this view of it.

    Attributes:
        now: Aware time of the district at which the page was drawn.
    """

    actor: Actor
    database: Database
    now: datetime

    @property
    def today(self) -> date:
        """The district's day on which the page was drawn."""
        return self.now.date()


def utc_now() -> datetime:
    """Read the clock; the only place besides the background that does."""
    return datetime.now(UTC)  # noqa: TID251  # this is the one place


def now_here() -> datetime:
    """The present moment in the district's time zone: its `date()` is the district's day."""
    return utc_now().astimezone(database().zone)


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
    person_id = st.session_state.get(_PERSON)
    if not person_id:
        return None
    try:
        return remember(_actor, database(), person_id, now_here().date())
    except NotFoundError:
        return None


def _actor(source: Database, person_id: str, today: date) -> Actor:
    with source.read() as reader:
        return actor(reader, person_id, today)


def enter(path: str) -> Visit:
    """Open a page, or stop here with the reason; every page calls this first."""
    who = signed_in()
    page = PAGE_OF[path]
    if who is None:
        st.error("Please sign in first.")
        st.stop()
    if not page.open_to(who):
        st.title(page.title)
        st.warning(
            f"This page is for people who may {page.permission}, and you may not. "
            "If you should, ask the technology office to give you that role.",
            icon=":material/lock:",
        )
        page_link("pages/requests/today.py", label="Go to Today", icon=":material/today:")
        st.stop()
    return Visit(who, database(), now_here())


@contextmanager
def errors_shown() -> Iterator[None]:
    """Turn what goes wrong in the block into words on the page; nothing typed is lost."""
    try:
        yield
    except InvalidError as error:
        st.session_state[_PROBLEMS] = {found.field: found.message for found in error.problems}
        _say(tuple(found.message for found in error.problems))
    except BlockedError as error:
        _say(error.reasons)
    except TechRequestsError as error:
        tell(str(error))
    except Exception:  # noqa: BLE001  # the last place that can: the log gets it, the person words
        reference = uuid.uuid4().hex[:8]
        _log.exception("unexpected error %s", reference)
        tell(
            "Something went wrong and nothing was saved. "
            f"Please tell the technology office: {reference}."
        )


def _say(reasons: tuple[str, ...]) -> None:
    text = (
        reasons[0]
        if len(reasons) == 1
        else "Please look at this again:\n\n" + "\n".join(f"- {reason}" for reason in reasons)
    )
    tell(text)


def tell(words: str, *, is_error: bool = True) -> None:
    """Say how it went: an error stays on the page, a success passes by."""
    if _KEPT in st.session_state:
        st.session_state[_KEPT].append((words, is_error))
    elif is_error:
        st.error(words, icon=":material/error:")
    else:
        st.toast(words, icon=":material/check:")


@contextmanager
def words_kept() -> Iterator[None]:
    """Keep what is told in the block for `kept_words`: a callback in a dialog must draw nothing.

    What it draws would take the place of the first elements of the page (Streamlit 1.67).
    """
    st.session_state[_KEPT] = []
    try:
        yield
    finally:
        st.session_state[_TOLD] = st.session_state.pop(_KEPT)


def kept_words() -> None:
    """Draw what was kept: the first thing that a dialog does."""
    for words, is_error in st.session_state.pop(_TOLD, []):
        tell(words, is_error=is_error)


def problem_with(field: str) -> str:
    """What was wrong with a field at the last attempt to save, or nothing."""
    return str(st.session_state.get(_PROBLEMS, {}).get(field, ""))


def forget_problems() -> None:
    """The last attempt succeeded: nothing is wrong any more."""
    st.session_state.pop(_PROBLEMS, None)
