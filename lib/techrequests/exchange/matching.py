"""Each row of a file: which row of the table it is, and what it says differently."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from techrequests.domain.edits import Cell, RowEdit, cell_text
from techrequests.domain.fields import Kind, shown
from techrequests.exchange.cells import CLEAR, canonical, check_code, label_of
from techrequests.exchange.drafts import Draft
from techrequests.exchange.dry_run import Fate, Line
from techrequests.exchange.references import References
from techrequests.exchange.stand_ins import stand_ins
from techrequests.exchange.typing_in import day_orders, fill_in, settle, type_in
from techrequests.services.table_plan import editable_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from techrequests.domain.fields import Column, Record
    from techrequests.domain.policy import Actor
    from techrequests.exchange.date_order import DayOrder
    from techrequests.exchange.editable import Editable
    from techrequests.exchange.file_rows import FileRow
    from techrequests.store.database import Reader

_TOLD_EVERY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file is read.

    Attributes:
        fields: The field of each column; empty for one that is left out.
        values: Our value by field and a word of the file in lower case.
        defaults: What new rows say where the file says nothing: texts by field.
        day_first: Whether days that could be read both ways are written day first.
    """

    fields: tuple[str, ...]
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    day_first: bool = False


@dataclass(slots=True)
class Matching:
    """A table as it is now, to hold rows of a file against.

    Attributes:
        present: Its rows by code.
        today: By which a last day is over.
        columns: Every field that people see, by name.
        goes_into: The same, and by the names of what stands for one.
        codes: Codes by their lower case; those of new rows are added.
        places: Codes by the values of each natural key, in lower case.
        orders: By field: in which order its column writes days.
        unknown: By field and word: the rows whose word is in no list and in no table.
    """

    table: Editable
    reading: Reading
    references: References
    present: dict[str, Record]
    today: date
    columns: dict[str, Column]
    goes_into: dict[str, Column]
    codes: dict[str, str] = field(default_factory=dict)
    places: list[dict[tuple[str, ...], list[str]]] = field(default_factory=list)
    orders: dict[str, DayOrder] = field(default_factory=dict)
    unknown: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(
        cls, reader: Reader, actor: Actor, table: Editable, reading: Reading, today: date
    ) -> Matching:
        """The table as it is now, as far as a person sees it."""
        key = table.record.TABLE.key
        present = {
            str(getattr(row, key)): row
            for row in reader.find(table.record)
            if table.seen_with is None or actor.may(table.seen_with, getattr(row, "site_id", ""))
        }
        columns = {column.name: column for column in shown(table.record)}
        references = References.read(reader, table, reading.values)
        goes_into = _goes_into(table, columns)
        found = cls(table, reading, references, present, today, columns, goes_into)
        found.codes = {code.casefold(): code for code in present}
        found.places = [found._places(names) for names in table.keys]
        return found

    def _places(self, names: tuple[str, ...]) -> dict[tuple[str, ...], list[str]]:
        places: dict[tuple[str, ...], list[str]] = {}
        for code, row in self.present.items():
            texts = (cell_text(self.columns[name], getattr(row, name)) for name in names)
            places.setdefault(tuple(map(_compared, texts)), []).append(code)
        return places

    def lines(
        self, rows: Sequence[FileRow], told: Callable[[float], None] = lambda _: None
    ) -> list[Line]:
        """What each row of the file would do, as far as it can be told without the table's rules.

        First every row finds its code, since others may name it; then what each points to is read.
        """
        self.orders = day_orders(
            self.goes_into, self.reading.fields, rows, day_first=self.reading.day_first
        )
        drafts = []
        for count, row in enumerate(rows, start=1):
            drafts.append(self._begun(row))
            if count % _TOLD_EVERY == 0:
                told(count / len(rows))
        return [self._finished(draft) for draft in drafts]

    def _begun(self, row: FileRow) -> Draft:
        """A row with its code, and all of its cells but those that may name a row of the file."""
        draft = Draft(row)
        type_in(draft, self.reading.fields, self.goes_into, self.orders)
        settle(draft, self.table, self.references, self.today)
        try:
            draft.key, draft.known_by = self._row_of(draft.typed)
        except ValueError as error:
            draft.wrong.append(("", str(error)))
            return draft
        draft.record = self.present.get(draft.key)
        self._begin_new(draft)
        for name in [name for name in draft.typed if name not in self._pointing()]:
            self._read_cell(draft, name)
        self._give_code(draft)
        self._learn(draft)
        return draft

    def _learn(self, draft: Draft) -> None:
        """Other rows of the file may be about this one, or name it."""
        if not draft.key:
            return
        said = [draft.typed.get(name, "") for name in ("full_name", "email")]
        self.references.learn(self.table.record.TABLE.name, draft.key, said)
        sure = self.table.sure
        if draft.record is None and sure and all(draft.typed.get(name) for name in sure):
            place = tuple(_compared(draft.typed[name]) for name in sure)
            self.places[self.table.keys.index(sure)].setdefault(place, [draft.key])

    def _pointing(self) -> frozenset[str]:
        return self.references.pointing_to(self.table.record.TABLE.name)

    def _begin_new(self, draft: Draft) -> None:
        """What counts for new rows only."""
        key = self.table.record.TABLE.key
        for first, name in self.table.at_first.items():
            words = draft.typed.pop(first, "")
            if words and draft.record is None and name not in draft.typed:
                draft.typed[name] = self._free(words) if name == key else words
                draft.key = draft.typed[name] if name == key else draft.key
        if draft.record is None:
            fill_in(draft.typed, self.table, self.reading.defaults)

    def _give_code(self, draft: Draft) -> None:
        if draft.record or draft.key or self.table.plan.code:
            return
        texts = {name: cell.after for name, cell in draft.cells.items()}
        if made := self.table.code(texts):
            key = self.table.record.TABLE.key
            draft.key = self._free(made)
            draft.cells[key] = Cell(field=key, before="", after=draft.key)

    def _finished(self, draft: Draft) -> Line:
        if draft.is_about_a_row:
            for name in [name for name in draft.typed if name in self._pointing()]:
                self._read_cell(draft, name)
        edit, new_row = self._asked(draft)
        if draft.wrong:
            return Line(
                row=draft.row,
                fate=Fate.WRONG,
                key=draft.key,
                reasons=draft.reasons,
                unread=draft.unread,
                edit=edit,
                new_row=new_row,
            )
        cells = tuple(draft.cells[name] for name in self.columns if name in draft.cells)
        if new_row is not None:
            return Line(row=draft.row, fate=Fate.ADDED, key=draft.key, cells=cells, new_row=new_row)
        fate = Fate.CHANGED if edit else Fate.SAME
        return Line(row=draft.row, fate=fate, key=draft.key, cells=cells, edit=edit)

    def _asked(self, draft: Draft) -> tuple[RowEdit | None, tuple[tuple[str, str], ...] | None]:
        """How the row of the table is changed, or what the new one holds; None where it is not."""
        if not draft.is_about_a_row:
            return None, None
        if draft.record is None:
            texts = {name: cell.after for name, cell in draft.cells.items()}
            return None, tuple((name, texts[name]) for name in self.columns if name in texts)
        return (self._edit(draft, draft.record) if draft.cells else None), None

    def _edit(self, draft: Draft, record: Record) -> RowEdit:
        may_change = {column.name for column in editable_fields(self.table.record)}
        beside = [
            Cell(field=name, before=before, after=before)
            for name in self.table.together
            if name in draft.typed and name not in draft.cells and name in may_change
            for before in [cell_text(self.columns[name], getattr(record, name))]
        ]
        version = int(getattr(record, "version", 0))
        cells = (*draft.cells.values(), *beside)
        return RowEdit(key=draft.key, seen_version=version, cells=cells)

    def _row_of(self, typed: dict[str, str]) -> tuple[str, tuple[str, ...]]:
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
            return self._new_code(typed, code), (key,)
        if not any(typed.get(name) for names in ((key,), *self.table.keys) for name in names):
            raise ValueError(self._nothing_names_it())
        return "", ()

    def _new_code(self, typed: dict[str, str], code: str) -> str:
        """The code of a new row; somebody who signs in by an address has its first part."""
        if "@" in code and "email" in self.columns:
            key = self.table.record.TABLE.key
            typed[key] = code = self._free(code.partition("@")[0].casefold())
        return code

    def _nothing_names_it(self) -> str:
        fields = dict.fromkeys(name for names in self.table.keys for name in names[:1])
        said = [f"“{label_of(self.columns[name])}”" for name in fields]
        said.append(f"“{label_of(self.columns[self.table.record.TABLE.key])}”")
        why = " Everybody signs in by an e-mail address." if "email" in fields else ""
        empty = f"{said[0]} is empty" + (f", and so is {said[1]}" if len(said) > 1 else "")
        return f"Nothing here says which row is meant: {empty}.{why}"

    def _read_cell(self, draft: Draft, name: str) -> None:
        """What a cell says differently, or what is wrong with it."""
        text, column, record = draft.typed[name], self.columns[name], draft.record
        if record and name in draft.known_by:
            return
        before = cell_text(column, getattr(record, name)) if record else ""
        try:
            after = self._read(name, text, before)
            if _same(before, after):
                return
            if not self.references.knows(name, after):
                check_code(column, after)
        except ValueError as error:
            self._note_unknown(draft, name, text)
            draft.wrong.append((name, str(error)))
            return
        self._note_unknown(draft, name, after)
        draft.cells[name] = Cell(field=name, before=before, after=after)

    def _note_unknown(self, draft: Draft, name: str, text: str) -> None:
        """Words that a person may say the meaning of."""
        for word in self.references.unknown_in(name, text):
            self.unknown[name, word].append(draft.row.number)

    def _read(self, name: str, text: str, present: str) -> str:
        if text.casefold() == CLEAR:
            return ""
        column = self.columns[name]
        found = self.references.code(column, text, present)
        if column.kind is Kind.YES_NO and not self.references.knows(name, found):
            raise ValueError(
                f"“{label_of(column)}” must be yes or no, not “{text[:40]}”: say what it means, or "
                "leave the column out."
            )
        return canonical(column, found)

    def _free(self, made: str) -> str:
        """A code that nobody has: with a number behind it when somebody has it."""
        code, number = made, 1
        while code.casefold() in self.codes:
            number += 1
            code = f"{made}{number}"
        self.codes[code.casefold()] = code
        return code


def _goes_into(table: Editable, columns: Mapping[str, Column]) -> dict[str, Column]:
    found = dict(columns) | {name: columns[whole] for name, whole in table.at_first.items()}
    for whole, parts in table.joined.items():
        found |= dict.fromkeys(parts, columns[whole])
    return found | dict(stand_ins(table.record))


def _compared(text: str) -> str:
    return text.strip().casefold()


def _same(before: str, after: str) -> bool:
    return before.replace("\r\n", "\n").strip() == after
