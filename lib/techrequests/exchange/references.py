"""Codes for what a file calls by a name: a school, a supervisor, a standard item."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from techrequests.exchange.cells import label_of
from techrequests.store.tables import emails_of, words_of

if TYPE_CHECKING:
    from techrequests.domain.fields import Column
    from techrequests.services.table_plan import Plan
    from techrequests.store.database import Reader


@dataclass(slots=True)
class References:
    """The rows that a table's fields may point to, and the values that a list allows.

    Attributes:
        anything: What stands for all rows, by field.
        codes: By field: every code by its lower case.
        called: By field: codes by the lower case of a name or e-mail address.
        words: By field: what each code is called.
    """

    anything: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    called: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, reader: Reader, plan: Plan) -> References:
        """Everything that the fields of a table may point to."""
        found = cls()
        for name, pointer in plan.all_pointers().items():
            words = words_of(reader, pointer.table, active=False)
            called: dict[str, set[str]] = {}
            for code, word in words.items():
                called.setdefault(word.casefold(), set()).add(code)
            if pointer.table == "person":
                for email, code in emails_of(reader).items():
                    called.setdefault(email, set()).add(code)
            found.anything[name] = pointer.anything
            found.codes[name] = {code.casefold(): code for code in words}
            found.called[name], found.words[name] = called, words
        for name, values in plan.choices.items():
            found.codes[name] = {str(value).casefold(): str(value) for value in values}
        return found

    def knows(self, name: str, code: str) -> bool:
        """Whether a field may point to a row, or list a value, of this code."""
        return code.casefold() in self.codes.get(name, {})

    def code(self, column: Column, text: str, present: str) -> str:
        """The code that a text stands for; the text itself where nothing is called so.

        Args:
            column: The field.
            text: What the file says.
            present: The code that stands there now: its name means no change.

        Raises:
            ValueError: Several rows are called so.
        """
        name, lower = column.name, text.casefold()
        known = self.codes.get(name)
        if known is None:
            return text
        anything = self.anything.get(name)
        if anything and lower in {anything, "all", "every", "any"}:
            return anything
        if lower in known:
            return known[lower]
        if self.words.get(name, {}).get(present, "").casefold() == lower:
            return present
        found = self.called.get(name, {}).get(lower, set())
        if len(found) > 1:
            raise ValueError(
                f"“{label_of(column)}”: {len(found)} are called “{text}”. Give the code: "
                f"{', '.join(sorted(found))}."
            )
        return next(iter(found), text)
