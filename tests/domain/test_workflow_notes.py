"""What must be written for a step, and how words are kept."""

from __future__ import annotations

import pytest

from builders import NOON
from domain.steps_table import FAVOURABLE, PEOPLE, WHO_MAY, split, the_case
from techrequests.domain.errors import InvalidError
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import (
    LONGEST_NOTE,
    STEP_OF,
    Action,
    decide,
)


@pytest.mark.parametrize("action", Action)
def test_what_must_be_written_is_asked_for(action: Action) -> None:
    required = (
        "reassign, name approver, decline, ask, answer, deny, ask before deciding, amend, "
        "return to quoting, cancel, correct order, cancel lines, record credit, reverse invoice, "
        "report problem, reopen"
    )
    step = STEP_OF[action]
    sources, allowed = map(split, WHO_MAY[action])
    request, actor = the_case(Status(min(sources))), PEOPLE[min(allowed)]
    if action not in split(required):
        decide(request, action, actor, FAVOURABLE, now=NOON)
        return
    with pytest.raises(InvalidError) as refused:
        decide(request, action, actor, FAVOURABLE, now=NOON, note=" \n ")
    fields = [problem.field for problem in refused.value.problems]
    assert fields == (["note", "alternatives"] if step.alternatives else ["note"])
    assert step.alternatives == (action in {Action.DECLINE, Action.DENY})


@pytest.mark.parametrize(
    ("note", "alternatives", "words"),
    [
        ("n" * (LONGEST_NOTE + 1), "One.", "Please keep it to 4,000 characters."),
        ("Why.", "a" * (LONGEST_NOTE + 1), "Please keep it to 4,000 characters."),
        ("Why\x00.", "One.", "It holds invisible control characters: please type it again."),
        ("Why.", "O\x1bne.", "It holds invisible control characters: please type it again."),
        ("Why\x85.", "One.", "It holds invisible control characters: please type it again."),
        ("Why\ud800.", "One.", "It holds invisible control characters: please type it again."),
    ],
)
def test_words_that_cannot_be_kept_are_refused(note: str, alternatives: str, words: str) -> None:
    with pytest.raises(InvalidError) as refused:
        decide(
            the_case(Status.IN_REVIEW),
            Action.DECLINE,
            PEOPLE["reviewer"],
            FAVOURABLE,
            now=NOON,
            note=note,
            alternatives=alternatives,
        )
    assert [problem.message for problem in refused.value.problems] == [words]


def test_words_are_kept_as_they_are_typed() -> None:
    """A note is not a formula: what guards a spreadsheet is done when one is written."""
    note = '=HYPERLINK("http://x.example","open")\n\t— “Größe” <b>x</b> 🎒'
    change = decide(
        the_case(Status.IN_REVIEW),
        Action.DECLINE,
        PEOPLE["reviewer"],
        FAVOURABLE,
        now=NOON,
        note=f"  {note}\n",
        alternatives="n" * LONGEST_NOTE,
    )
    assert change.event.note == note
    assert len(change.event.alternatives) == LONGEST_NOTE
