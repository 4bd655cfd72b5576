"""Which field a heading means: ours, or one that another system writes in its own way.

Google writes “First Name [Required]”, Clever “Teacher_email”, PowerSchool “TeacherNumber”, and a
Chromebook console “annotatedAssetId”: capitals, blanks, underscores and what stands in brackets
make no difference, nor does the word for what every row of such a table is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from techrequests.domain.fields import shown
from techrequests.exchange.cells import label_of
from techrequests.exchange.stand_ins import stand_ins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from techrequests.exchange.editable import Editable

_LONGEST_HEADING = 200
_NOTES = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_UNITS = re.compile(r"_(id|cents|on|days|years)$")


def fields_of(table: Editable) -> dict[str, str]:
    """What a column may go into: labels by name of the field, or of what stands for one."""
    found = {column.name: label_of(column) for column in shown(table.record)}
    for parts in table.joined.values():
        found |= parts
    first = {name: f"{found[whole]}, for new rows only" for name, whole in table.at_first.items()}
    return found | first | {name: label_of(one) for name, one in stand_ins(table.record).items()}


def guessed(table: Editable, headings: Sequence[str]) -> tuple[str, ...]:
    """The field of each column, empty where none fits; of several for one field, the likeliest.

    A column that is called as ours is likelier than one that only another system calls so.
    """
    known = vocabulary(table)
    meant = [_meant(table, known, heading) for heading in headings]
    best: dict[str, tuple[int, int]] = {}
    for at, (name, rank) in enumerate(meant):
        if name:
            best[name] = min(best.get(name, (rank, at)), (rank, at))
    return tuple(name if name and best[name][1] == at else "" for at, (name, _) in enumerate(meant))


def meant_by(table: Editable, known: Mapping[str, tuple[str, int]], heading: str) -> str:
    """The field that a heading means; empty for none."""
    return _meant(table, known, heading)[0]


def plain_words(heading: str) -> str:
    """A heading as it is compared."""
    return re.sub(r"[^a-z0-9]+", " ", heading[:_LONGEST_HEADING].casefold()).strip()


def vocabulary(table: Editable) -> dict[str, tuple[str, int]]:
    """Every word for a field without its blanks: the field, and how far down the list it stands."""
    names = fields_of(table)
    said = [(label, name, 0) for name, label in names.items()]
    said += [(name, name, 1) for name in names]
    said += [
        (word, name, 2 + at)
        for name, words in table.words.items()
        for at, word in enumerate(words)
        if name in names
    ]
    said += [(_UNITS.sub("", name), name, 2) for name in names]
    found: dict[str, tuple[str, int]] = {}
    for words, name, rank in said:
        found.setdefault(_squeezed(words), (name, rank))
    return found


def _meant(table: Editable, known: Mapping[str, tuple[str, int]], heading: str) -> tuple[str, int]:
    for rank, words in enumerate(_readings(table, heading)):
        if words in table.never:
            return "", 0
        if found := known.get(words):
            return found[0], found[1] + 100 * rank
    return "", 0


def _readings(table: Editable, heading: str) -> Iterable[str]:
    """A heading as it stands, without its notes, and without what every row of the table is."""
    whole = _squeezed(heading)
    bare = _squeezed(_NOTES.sub(" ", heading[:_LONGEST_HEADING]))
    found = [whole, bare]
    found += [bare.removeprefix(word) for word in table.row_words if bare.startswith(word)]
    return dict.fromkeys(filter(None, found))


def _squeezed(words: str) -> str:
    return plain_words(words.replace("_", " ")).replace(" ", "")
