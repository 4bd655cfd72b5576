"""Rows of a file that are about one row of the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from techrequests.exchange.dry_run import Fate, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from techrequests.exchange.editable import Editable

_MOST_NAMED = 5


def without_doubles(table: Editable, lines: Iterable[Line]) -> tuple[list[Line], list[str]]:
    """Keep one row of each person at several sites, and refuse other rows about the same one.

    Returns:
        The lines, and notes on those that do not count.
    """
    found = list(lines)
    rows: dict[str, list[int]] = {}
    for at, line in enumerate(found):
        if line.key and line.fate is not Fate.WRONG:
            rows.setdefault(line.key.casefold(), []).append(at)
    notes = []
    for places in rows.values():
        same = [found[at] for at in places]
        if len(same) > 1 and table.several and _differ_only(table, same):
            counts = _counting(table, same)
            notes.append(_several(same, counts))
            same = [line if line is counts else _nothing_to_do(line) for line in same]
        elif len(same) > 1:
            words = _doubled([line.row.number for line in same])
            same = [_refused(line, words) for line in same]
        for at, line in zip(places, same, strict=True):
            found[at] = line
    return found, [*_few(notes)]


def _nothing_to_do(line: Line) -> Line:
    return replace(line, fate=Fate.SAME, cells=(), edit=None, new_row=None)


def _refused(line: Line, words: str) -> Line:
    return replace(line, fate=Fate.WRONG, reasons=(words,), edit=None, new_row=None)


def _differ_only(table: Editable, lines: Sequence[Line]) -> bool:
    """Whether rows say the same but for the site."""
    ignored = {table.several, table.record.TABLE.key}
    said = [{cell.field: cell.after for cell in line.cells} for line in lines]
    rest = [{name: it for name, it in one.items() if name not in ignored} for one in said]
    return all(one == rest[0] for one in rest)


def _counting(table: Editable, lines: Sequence[Line]) -> Line:
    """The row that counts: the one that changes no site, or else the first."""
    stays = (
        line
        for line in lines
        if line.new_row is None and not any(cell.field == table.several for cell in line.cells)
    )
    return next(stays, lines[0])


def _several(lines: Sequence[Line], counts: Line) -> str:
    numbers = ", ".join(f"{line.row.number:,}" for line in lines[:_MOST_NAMED])
    return f"Rows {numbers} are one person at several sites: row {counts.row.number:,} counts."


def _few(notes: Sequence[str]) -> Iterator[str]:
    yield from notes[:_MOST_NAMED]
    if len(notes) > _MOST_NAMED:
        more = len(notes) - _MOST_NAMED
        words = "Another person has" if more == 1 else f"Another {more:,} people have"
        yield f"{words} a row for each of several sites, and the first of them counts."


def _doubled(numbers: list[int]) -> str:
    listed = ", ".join(f"{number:,}" for number in numbers[:_MOST_NAMED])
    return f"Rows {listed} of the file are about the same row: leave one."
