"""A tab as it was read: where each column stands now, and its rows by what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from techrequests.sync.errors import StoppedError
from techrequests.sync.layout import KEY, STATUS, heading_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from techrequests.sync.cells import Raw
    from techrequests.sync.layout import Layout

    Rows = Sequence[Sequence[Raw]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRow:
    """One row of a tab that is not blank.

    Attributes:
        number: Where it stands, counted from 0 for the headings.
        cells: What is in it, by column name.
        formulas: The columns in which it holds a formula.
    """

    number: int
    cells: Mapping[str, Raw]
    formulas: frozenset[str] = frozenset()

    @property
    def key(self) -> Raw:
        """What stands in our key column."""
        raw = self.cells[KEY]
        return raw.strip() if isinstance(raw, str) else raw

    @property
    def status(self) -> Raw:
        """What stands in our status column."""
        return self.cells[STATUS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A tab as it was read.

    Attributes:
        columns: Where each column stands, counted from 0, by name.
        missing: The columns whose heading is not there, by name.
        width: Columns with anything in them, so that the next free one is this.
    """

    columns: Mapping[str, int]
    missing: tuple[str, ...]
    width: int
    rows: tuple[SeenRow, ...] = ()


def read_tab(layout: Layout, values: Rows, formulas: Rows = ()) -> Tab:
    """Make sense of what a tab holds; columns of other headings are people's own.

    Args:
        layout: What is looked for.
        values: The tab's unformatted values, with trailing blanks left out.
        formulas: The same cells with formulas in place of their values.

    Raises:
        StoppedError: A heading of ours stands there twice.
    """
    found = [heading_key(str(heading)) for heading in values[0]] if values else []
    columns: dict[str, int] = {}
    missing = []
    for name, heading in layout.headings.items():
        times = found.count(heading_key(heading))
        if times > 1:
            raise StoppedError(
                f"The tab “{layout.title}” has {times} columns “{heading}”. Rename or delete the "
                "one that does not belong there; until then nothing of it is read or written."
            )
        if times:
            columns[name] = found.index(heading_key(heading))
        else:
            missing.append(name)
    width = max(map(len, values), default=0)
    rows = () if missing else _rows(columns, values, formulas)
    return Tab(columns=columns, missing=tuple(missing), width=width, rows=rows)


def _rows(columns: Mapping[str, int], values: Rows, formulas: Rows) -> tuple[SeenRow, ...]:
    found = []
    for number, line in enumerate(values[1:], 1):
        cells = {name: _at(line, index) for name, index in columns.items()}
        shown = formulas[number] if number < len(formulas) else ()
        # A box that is not ticked says nothing: whole columns of them stand in empty rows.
        if any(raw != "" and raw is not False for name, raw in cells.items() if name != STATUS):
            written = {name: _at(shown, index) for name, index in columns.items()}
            holding = frozenset(name for name in columns if _is_formula(written[name], cells[name]))
            found.append(SeenRow(number=number, cells=cells, formulas=holding))
    return tuple(found)


def _at(line: Sequence[Raw], index: int) -> Raw:
    return line[index] if index < len(line) else ""


def _is_formula(shown: Raw, raw: Raw) -> bool:
    """A text that begins with an equals sign looks the same both ways; a formula does not."""
    return isinstance(shown, str) and shown.startswith("=") and shown != raw
