"""Each row of a file: which row of the table it is, and what it says differently."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from techrequests.domain.edits import Cell, RowEdit, cell_text
from techrequests.domain.fields import shown
from techrequests.exchange.cells import CLEAR, canonical, check_code, typed_text
from techrequests.exchange.dry_run import Fate, Line
from techrequests.exchange.references import References
from techrequests.services.table_plan import editable_fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from techrequests.domain.fields import Column, Record
    from techrequests.domain.policy import Actor
    from techrequests.exchange.editable import Editable, Texts
    from techrequests.exchange.file_rows import FileRow
    from techrequests.store.database import Reader


@dataclass(slots=True)
class Matching:
    """A table as it is now, to hold rows of a file against.

    Attributes:
        present: Its rows by code.
        codes: Codes by their lower case; those of new rows are added.
        places: Codes by the values of each natural key, in lower case.
        columns: Every field that people see, by name.
        goes_into: The same, and by the names of parts and of what is for new rows only.
    """

    table: Editable
    fields: tuple[str, ...]
    references: References
    present: dict[str, Record]
    columns: dict[str, Column]
    goes_into: dict[str, Column]
    codes: dict[str, str] = field(default_factory=dict)
    places: list[dict[tuple[str, ...], list[str]]] = field(default_factory=list)

    @classmethod
    def read(
        cls, reader: Reader, actor: Actor, table: Editable, fields: tuple[str, ...]
    ) -> Matching:
        """The table as it is now, as far as a person sees it."""
        key = table.record.TABLE.key
        present = {
            str(getattr(row, key)): row
            for row in reader.find(table.record)
            if table.seen_with is None or actor.may(table.seen_with, getattr(row, "site_id", ""))
        }
        columns = {column.name: column for column in shown(table.record)}
        goes_into = columns | {name: columns[whole] for name, whole in table.at_first.items()}
        for whole, parts in table.joined.items():
            goes_into |= dict.fromkeys(parts, columns[whole])
        references = References.read(reader, table.plan)
        found = cls(table, fields, references, present, columns, goes_into)
        found.codes = {code.casefold(): code for code in present}
        for names in table.keys:
            places: dict[tuple[str, ...], list[str]] = {}
            for code, row in present.items():
                place = tuple(
                    _compared(cell_text(found.columns[name], getattr(row, name))) for name in names
                )
                places.setdefault(place, []).append(code)
            found.places.append(places)
        return found

    def line(self, row: FileRow) -> Line:
        """What a row of the file would do, as far as it can be told without the table's rules."""
        typed, reasons = self._typed(row)
        try:
            code, known_by = self._row_of(typed)
        except ValueError as error:
            return Line(row=row, fate=Fate.WRONG, reasons=(*reasons, str(error)))
        record, record_key = self.present.get(code), self.table.record.TABLE.key
        for first, name in self.table.at_first.items():
            words = typed.pop(first, "")
            if words and record is None and name not in typed:
                typed[name] = self._free(words) if name == record_key else words
        cells, more = self._cells(typed, record, known_by)
        if reasons or more:
            return Line(row=row, fate=Fate.WRONG, key=code, reasons=(*reasons, *more))
        if record is None:
            return self._new(row, cells)
        if not cells:
            return Line(row=row, fate=Fate.SAME, key=code)
        return self._changed(row, record, typed, cells)

    def _typed(self, row: FileRow) -> tuple[Texts, list[str]]:
        """The cells that say something, as texts, and what is wrong with others."""
        typed: Texts = {}
        reasons: list[str] = []
        for at, name in enumerate(self.fields):
            raw = row.cell(at)
            if not name or (isinstance(raw, str) and not raw.strip()):
                continue
            try:
                typed[name] = typed_text(self.goes_into[name], raw)
            except ValueError as error:
                reasons.append(str(error))
        for whole, parts in self.table.joined.items():
            words = " ".join(typed.pop(part, "") for part in parts).strip()
            if words:
                typed.setdefault(whole, words)
        return typed, reasons

    def _row_of(self, typed: Texts) -> tuple[str, tuple[str, ...]]:
        """The code of the row that is meant, empty for a new one, and by what it is known."""
        key = self.table.record.TABLE.key
        code = typed.get(key, "")
        if code.casefold() in self.codes:
            return self.codes[code.casefold()], (key,)
        for names, places in zip(self.table.keys, self.places, strict=True):
            # An employee number need not be a code of ours: the address tells who it is.
            if (not code or names == self.table.sure) and all(typed.get(name) for name in names):
                place = tuple(_compared(self._read(name, typed[name], "")) for name in names)
                found = places.get(place, [])
                if len(found) > 1:
                    raise ValueError(
                        f"{len(found)} rows of the table fit this one: give the code, which is "
                        f"one of {', '.join(sorted(found))}."
                    )
                if found:
                    return found[0], (key, *names)
        if code:
            return code, (key,)
        if not any(typed.get(name) for names in ((key,), *self.table.keys) for name in names):
            raise ValueError("Nothing here says which row is meant: its key is empty.")
        return "", ()

    def _cells(
        self, typed: Texts, record: Record | None, known_by: tuple[str, ...]
    ) -> tuple[list[Cell], list[str]]:
        cells, reasons = [], []
        for name, text in typed.items():
            column = self.columns[name]
            before = cell_text(column, getattr(record, name)) if record else ""
            if record and name in known_by:
                continue
            try:
                after = self._read(name, text, before)
                if _same(before, after):
                    continue
                if not self.references.knows(name, after):
                    check_code(column, after)
            except ValueError as error:
                reasons.append(str(error))
                continue
            cells.append(Cell(field=name, before=before, after=after))
        return cells, reasons

    def _read(self, name: str, text: str, present: str) -> str:
        if text.casefold() == CLEAR:
            return ""
        column = self.columns[name]
        return canonical(column, self.references.code(column, text, present))

    def _changed(self, row: FileRow, record: Record, typed: Texts, cells: list[Cell]) -> Line:
        code = str(getattr(record, record.TABLE.key))
        given = {cell.field for cell in cells}
        may_change = {column.name for column in editable_fields(self.table.record)}
        beside = [
            Cell(field=name, before=before, after=before)
            for name in self.table.together
            if name in typed and name not in given and name in may_change
            for before in [cell_text(self.columns[name], getattr(record, name))]
        ]
        version = int(getattr(record, "version", 0))
        edit = RowEdit(key=code, seen_version=version, cells=(*cells, *beside))
        return Line(row=row, fate=Fate.CHANGED, key=code, cells=tuple(cells), edit=edit)

    def _new(self, row: FileRow, cells: list[Cell]) -> Line:
        key = self.table.record.TABLE.key
        texts = {cell.field: cell.after for cell in cells}
        if not texts.get(key) and not self.table.plan.code and (made := self.table.code(texts)):
            texts[key] = self._free(made)
        ordered = tuple((name, texts[name]) for name in self.columns if name in texts)
        new = tuple(Cell(field=name, before="", after=text) for name, text in ordered)
        return Line(row=row, fate=Fate.ADDED, key=texts.get(key, ""), cells=new, new_row=ordered)

    def _free(self, made: str) -> str:
        """A code that nobody has: with a number behind it when somebody has it."""
        code, number = made, 1
        while code.casefold() in self.codes:
            number += 1
            code = f"{made}{number}"
        self.codes[code.casefold()] = code
        return code


def without_doubles(lines: Iterable[Line]) -> list[Line]:
    """Refuse rows of a file that are about one row of the table."""
    found = list(lines)
    rows: dict[str, list[int]] = {}
    for line in found:
        if line.key and line.fate is not Fate.WRONG:
            rows.setdefault(line.key.casefold(), []).append(line.row.number)
    return [
        replace(line, fate=Fate.WRONG, reasons=(_doubled(numbers),), edit=None, new_row=None)
        if len(numbers := rows.get(line.key.casefold(), [])) > 1 and line.fate is not Fate.WRONG
        else line
        for line in found
    ]


def _doubled(numbers: list[int]) -> str:
    listed = ", ".join(f"{number:,}" for number in numbers[:5])
    return f"Rows {listed} of the file are about the same row: leave one."


def _compared(text: str) -> str:
    return text.strip().casefold()


def _same(before: str, after: str) -> bool:
    return before.replace("\r\n", "\n").strip() == after
