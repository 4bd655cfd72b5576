"""What a person should know of a file before it is saved: what is left out, what is missing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from techrequests.domain.fields import shown
from techrequests.exchange.cells import label_of
from techrequests.exchange.dry_run import Fate
from techrequests.exchange.headings import plain_words
from techrequests.exchange.value_words import SWITCHED_OFF_WORDS, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from techrequests.exchange.columns import FileTable
    from techrequests.exchange.dry_run import Line
    from techrequests.exchange.editable import Editable

_FEW = ("first", "second", "third")


def notes_of(file: FileTable, fields: Sequence[str], table: Editable) -> Iterator[str]:
    """What a person should know of the file and its columns."""
    if file.totals:
        rows = ", ".join(f"{number:,}" for number in file.totals)
        yield f"Row {rows} only adds up others and is left out."
    left_out = list(_left_out(file.headings, fields))
    if left_out:
        yield f"Left out of the file: {', '.join(left_out)}."
    if any(column.name == "active" for column in shown(table.record)):
        yield from _switched_off(file, fields)


def missing_fields(
    table: Editable, fields: Iterable[str], lines: Iterable[Line]
) -> Mapping[str, str]:
    """The fields that new rows need and the file does not tell: labels by name."""
    told = set(fields)
    told |= {whole for whole, parts in table.joined.items() if told & set(parts)}
    told |= {whole for first, whole in table.at_first.items() if first in told}
    keys = {name for names in table.keys for name in names} | {table.record.TABLE.key}
    new = [line for line in lines if line.fate in {Fate.ADDED, Fate.WRONG}]
    reasons = {reason for line in new for reason in line.reasons}
    found = {}
    for column in shown(table.record):
        needed = column.required and column.field and not column.field.optional
        if not new or not needed or column.name in keys:
            continue
        # A row may leave empty what the file has a column for, or what is made of other cells.
        empty = any(reason.startswith(f"“{label_of(column)}” is empty") for reason in reasons)
        if empty or not (column.name in told or column.name in table.made):
            found[column.name] = label_of(column)
    return found


def _left_out(headings: Sequence[str], fields: Sequence[str]) -> Iterator[str]:
    """What columns are called that go nowhere: of several of one name, which of them."""
    times = Counter(map(plain_words, headings))
    seen: Counter[str] = Counter()
    for at, (heading, name) in enumerate(zip(headings, fields, strict=True), start=1):
        words = plain_words(heading)
        seen[words] += 1
        if not name and words and times[words] > 1:
            yield f"the {_ordinal(seen[words])} “{heading}” (column {at})"
        elif not name:
            yield heading or f"column {at}"


def _switched_off(file: FileTable, fields: Sequence[str]) -> Iterator[str]:
    """Columns that are left out and say of some rows that they are not active."""
    for at, (heading, name) in enumerate(zip(file.headings, fields, strict=True)):
        if name:
            continue
        words = Counter(plain(str(row.cell(at))) for row in file.rows)
        count = sum(times for word, times in words.items() if word in SWITCHED_OFF_WORDS)
        if count:
            rows = "1 row" if count == 1 else f"{count:,} rows"
            yield (
                f"“{heading}” is left out, but says of {rows} that they are not active. If that "
                "is so, let the column go into “Active”: a new row is active otherwise."
            )


def _ordinal(number: int) -> str:
    return _FEW[number - 1] if number <= len(_FEW) else f"{number}th"
