"""Codes and values for what a file calls by a name or a word: a school, a supervisor, “Laptops”."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from techrequests.domain.catalogue import means_every
from techrequests.domain.fields import NO_WORDS, YES_WORDS, Kind, shown
from techrequests.exchange.cells import label_of
from techrequests.exchange.stand_ins import stand_ins
from techrequests.exchange.value_words import VALUE_WORDS, plain
from techrequests.services.table_plan import Pointer
from techrequests.store.tables import emails_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from techrequests.domain.fields import Column
    from techrequests.exchange.editable import Editable
    from techrequests.store.database import Reader

_APART = re.compile("[,;]")


@dataclass(slots=True)
class References:
    """The rows that a table's fields may point to, and the values that a list allows.

    Attributes:
        anything: What stands for all rows, by field.
        tables: Which table a field points to.
        codes: By field: every code by its lower case.
        called: By field: codes by the lower case of a name or e-mail address.
        words: By field: what each code is called.
        many: Fields that name several.
        said: What words of other systems mean here, by field and the word in lower case.
    """

    anything: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    called: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    many: frozenset[str] = frozenset()
    said: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def read(
        cls, reader: Reader, table: Editable, said: Mapping[tuple[str, str], str]
    ) -> References:
        """Everything that the fields of a table may point to."""
        found = cls(said=said, many=frozenset(table.many))
        listed = {name: it for name, it in table.many.items() if isinstance(it, Pointer)}
        for name, pointer in (table.plan.all_pointers() | listed).items():
            found._points(reader, name, pointer)
        for name, values in _lists(table).items():
            found.codes[name] = {str(value).casefold(): str(value) for value in values}
            found.anything[name] = "*" if "*" in values else ""
        for column in (*shown(table.record), *stand_ins(table.record).values()):
            if column.kind is Kind.YES_NO:
                found.codes[column.name] = {word: word for word in YES_WORDS | NO_WORDS}
        return found

    def _points(self, reader: Reader, name: str, pointer: Pointer) -> None:
        words = words_of(reader, pointer.table, active=False)
        self.tables[name], self.anything[name] = pointer.table, pointer.anything
        self.codes[name] = {code.casefold(): code for code in words}
        self.words[name], self.called[name] = words, {}
        for code, word in words.items():
            self._call(name, word, code)
        if pointer.table == "person":
            for email, code in emails_of(reader).items():
                self._call(name, email, code)

    def _call(self, name: str, words: str, code: str) -> None:
        self.called[name].setdefault(_lower(words), set()).add(code)

    def learn(self, table: str, code: str, names: Iterable[str]) -> None:
        """A row of the file itself: fields that point to its table may name it, too."""
        for name, pointed in self.tables.items():
            if pointed == table:
                self.codes[name].setdefault(code.casefold(), code)
                for words in filter(None, names):
                    self._call(name, words, code)

    def pointing_to(self, table: str) -> frozenset[str]:
        """The fields that point to a table."""
        return frozenset(name for name, pointed in self.tables.items() if pointed == table)

    def knows(self, name: str, code: str) -> bool:
        """Whether a field may point to a row, or list a value, of this code."""
        return code.casefold() in self.codes.get(name, {})

    def unknown_in(self, name: str, text: str) -> tuple[str, ...]:
        """The words of a cell that are in no list and no table; none for a field without one."""
        if name not in self.codes or text == (self.anything.get(name) or None):
            return ()
        parts = _APART.split(text) if name in self.many else [text]
        words = (part.strip() for part in parts)
        return tuple(word for word in words if word and not self.knows(name, word))

    def code(self, column: Column, text: str, present: str) -> str:
        """The code that a text stands for; the text itself where nothing is called so.

        Args:
            column: The field.
            text: What the file says.
            present: The code that stands there now: its name means no change.

        Raises:
            ValueError: Several rows are called so.
        """
        name = column.name
        if name not in self.codes or text == present:
            return text
        if name in self.many and not means_every(text):
            parts = [part.strip() for part in _APART.split(text)]
            found = [self._one(column, part, "") for part in parts if part]
            return text if found == parts else ", ".join(found)
        return self._one(column, text, present)

    def _one(self, column: Column, text: str, present: str) -> str:
        name, lower = column.name, _lower(text)
        if self.anything.get(name) and means_every(text):
            return self.anything[name]
        if lower in self.codes[name]:
            return self.codes[name][lower]
        if _lower(self.words.get(name, {}).get(present, "")) == lower:
            return present
        if said := self.said.get((name, lower)):
            return said
        return self._named(column, text) or VALUE_WORDS.get(name, {}).get(plain(text), "") or text

    def _named(self, column: Column, text: str) -> str:
        called, lower = self.called.get(column.name, {}), _lower(text)
        last, comma, first = lower.partition(",")
        found = called.get(lower) or (
            called.get(f"{first.strip()} {last.strip()}") if comma else ()
        )
        if found and len(found) > 1:
            raise ValueError(
                f"“{label_of(column)}”: {len(found)} are called “{text}”. Give the code: "
                f"{', '.join(sorted(found))}."
            )
        return next(iter(found or ()), "")


def _lists(table: Editable) -> dict[str, tuple[str, ...]]:
    """By field: the values that it may have."""
    enums = {column.name: column.choices for column in shown(table.record) if column.choices}
    many = {name: it for name, it in table.many.items() if not isinstance(it, Pointer)}
    return enums | dict(table.plan.choices) | dict(table.lists) | many


def _lower(words: str) -> str:
    return " ".join(words.split()).casefold()
