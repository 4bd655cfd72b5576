"""Every way an action can fail on purpose, each with words that say what to do next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what a person entered.

    Attributes:
        field: Name of the field it is about, empty when it is about the whole form.
        message: A sentence that says what to do.
    """

    field: str
    message: str


class TechRequestsError(Exception):
    """Base of the errors this product raises on purpose; `str(error)` is shown to the person."""


class NotFoundError(TechRequestsError):
    """The thing does not exist, or this person may not know that it does."""


class NotAllowedError(TechRequestsError):
    """The person's roles do not allow the action."""


class BlockedError(TechRequestsError):
    """The workflow or a fund rule refuses the action.

    Attributes:
        reasons: One sentence per rule that refused, never empty.
    """

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class InvalidError(TechRequestsError):
    """What was entered cannot be saved; nothing was written, nothing typed is lost.

    Attributes:
        problems: Everything that is wrong, all at once, never empty.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems


class StaleError(TechRequestsError):
    """Somebody else saved first; nothing was written."""


class ConflictError(InvalidError, StaleError):
    """Others changed the same cells of a table first; nothing was written, one problem a cell."""


class StoreError(TechRequestsError):
    """The database cannot be opened or written; the message says why and what to do."""


class InUseError(StoreError):
    """Another program has the database."""


class DamagedError(StoreError):
    """A database is not what it was: a backup, or somebody's word, has to help."""


class SettingsError(TechRequestsError):
    """A setting cannot be used; the message names it and says what it may be."""
