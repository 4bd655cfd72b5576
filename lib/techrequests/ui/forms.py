"""Form widgets from field declarations: label, help, example and kind come from one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.domain.errors import InvalidError, Problem
from techrequests.domain.fields import Column, Kind, describe
from techrequests.ui.cards import plain
from techrequests.ui.numbers import number_field, number_or_none, number_words, unread
from techrequests.ui.press import form_id
from techrequests.ui.visit import problem_with

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from techrequests.domain.fields import Record

_NOTHING = object()
_ROUND = ""
"""Beside the turns of the fields: how often the whole form was cleared."""
_NO_TURNS: Mapping[str, Any] = {_ROUND: 0}
_FEW = 5
"""Up to this many choices are all shown at once."""
_PAUSE = "700ms"
"""How long a person stops typing before a form that saves while typing saves."""
_ONE_LINE = 40
"""Characters of all choices that fit side by side on a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What a widget is drawn with besides its column.

    Attributes:
        start: What it starts with, in the record's own terms (cents for money).
        options: Words by key, for references.
        common: Arguments that every widget takes.
    """

    start: Any
    options: Mapping[str, str]
    common: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The widgets of one form; their values live in the session under the form's prefix.

    What a field starts with is handed to its widget as its default at every redraw. Writing it into
    the session instead would be lost whenever a second redraw follows before the browser has shown
    the first.

    Attributes:
        prefix: Makes the keys unique, for example `review:TR-2027-0042`.
        on_change: Called after every change, for forms that save while typing.
        part_of: Prefix of the form whose button sends these fields; empty for their own.
        problems_as: What problems put before the names of these fields, such as `lines.2.`.
        found: Problems that are shown before any press, of a form that looks while typing.
    """

    prefix: str
    on_change: Callable[[], None] | None = None
    part_of: str = ""
    problems_as: str = ""
    found: tuple[Problem, ...] = ()

    def key(self, name: str) -> str:
        """The session key of a field; a cleared form goes on under new keys, with empty widgets."""
        turns = st.session_state.get(f"{self.prefix}!turns", _NO_TURNS)
        return f"{self.prefix}#{turns[_ROUND]}:{name}{turns.get(name, '')}"

    @property
    def save_id(self) -> str:
        """The idempotency key of what is typed: a double click has one, the next save another."""
        return form_id(self.key("save"))

    def start(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  # any field's value
        """What a field started with; money in cents."""
        return st.session_state.get(f"{self.prefix}!start", {}).get(name, default)

    def value(self, name: str, default: Any = None) -> Any:  # noqa: ANN401
        """What stands in a field now; for money, `cents` is right."""
        return st.session_state.get(self.key(name), self.start(name, default))

    def cents(self, name: str) -> int | None:
        """What stands in a money field now, in cents; None for what is no amount."""
        return number_or_none(Kind.MONEY, self._number_typed(Kind.MONEY, name))

    def units(self, name: str) -> int | None:
        """What stands in a field for a whole number now; None for what is none."""
        return number_or_none(Kind.INTEGER, self._number_typed(Kind.INTEGER, name))

    def check_numbers(self, *fields: tuple[Kind, str, str, str]) -> None:
        """Before a save: nothing that was typed is rounded, or left out, in silence.

        Args:
            fields: Of each its kind, its name, its label, and what problems call it.

        Raises:
            InvalidError: Something that was typed is no amount, or no whole number.
        """
        said = ((known, self.unread(kind, name, label)) for kind, name, label, known in fields)
        if found := [Problem(known, words) for known, words in said if words]:
            raise InvalidError(*found)

    def unread(self, kind: Kind, name: str, label: str) -> str:
        """Why what stands in a number field cannot be read; empty when it can."""
        return unread(kind, label, self._number_typed(kind, name))

    def _number_typed(self, kind: Kind, name: str) -> object:
        key = self.key(name)
        here = key in st.session_state
        return st.session_state[key] if here else number_words(kind, self.start(name))

    def number(self, kind: Kind, name: str, label: str, **looks: Any) -> None:  # noqa: ANN401  # what `st.text_input` takes
        """Draw a field for an amount or a whole number that no record declares."""
        number_field(label, kind, key=self.key(name), start=self.start(name), **looks)

    def values(self, record: type[Record], *names: str) -> dict[str, Any]:
        """What stands in the fields of a record now, of the right Python types."""
        columns = {column.name: column for column in describe(record)}
        here = (name for name in names if self.value(name, _NOTHING) is not _NOTHING)
        return {name: self._typed(columns[name]) for name in here}

    def fill(self, values: Mapping[str, Any]) -> None:
        """Say what fields start with, money in cents; the first word counts."""
        start = st.session_state.setdefault(f"{self.prefix}!start", {})
        for name, value in values.items():
            start.setdefault(name, value)

    def follow(self, values: Mapping[str, Any]) -> None:
        """`fill` with what others may change: an untouched field starts with the newest."""
        start = st.session_state.setdefault(f"{self.prefix}!start", {})
        st.session_state.setdefault(f"{self.prefix}!drawn", {})
        for name, value in values.items():
            if name in start and start[name] != value and not self._is_touched(name):
                # Under the old key the browser would go on showing what it has.
                turns = st.session_state.setdefault(f"{self.prefix}!turns", {_ROUND: 0})
                turns[name] = f"{turns.get(name, '')}'"
                start[name] = value
        self.fill(values)

    def _is_touched(self, name: str) -> bool:
        key = self.key(name)
        drawn = st.session_state.get(f"{self.prefix}!drawn", {})
        return key in st.session_state and st.session_state[key] != drawn.get(key)

    def clear(self) -> None:
        """Empty every field of the form, after its content was saved."""
        st.session_state.pop(f"{self.prefix}!start", None)
        now = st.session_state.get(f"{self.prefix}!turns", _NO_TURNS)[_ROUND]
        st.session_state[f"{self.prefix}!turns"] = {_ROUND: now + 1}

    def draw(
        self,
        record: type[Record],
        *names: str,
        choices: Mapping[str, Mapping[str, str]] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        """Draw the named fields of a record.

        Args:
            record: The class whose declarations to follow.
            names: Which fields, in order.
            choices: For references: words by key, by field name.
            labels: Other words than the record's own, by field name.
        """
        columns = {column.name: column for column in describe(record)}
        # A place of their own: what is said under a field moves nothing that follows them, where an
        # open pop-up would close.
        with st.container():
            for name in names:
                self._draw_one(
                    columns[name], (choices or {}).get(name, {}), (labels or {}).get(name)
                )

    def note(self, label: str, *, required: bool, help: str = "", name: str = "note") -> None:  # noqa: A002  # Streamlit's own word
        """Draw the text a workflow step asks for."""
        st.text_area(
            label if required else f"{label} (optional)",
            key=self.key(name),
            help=help or None,
            height=96,
        )
        self.problem(name)

    def problem(
        self, name: str, known_as: str = "", now: object = None, *, first: str = ""
    ) -> None:
        """Say under a field what is wrong with it, until something else stands in it.

        Args:
            name: The field of the form.
            known_as: What problems call it, where that is something else.
            now: What stands there, where it is no widget.
            first: What is seen to be wrong before any press.
        """
        known = known_as or f"{self.problems_as}{name}"
        at_once = [problem.message for problem in self.found if problem.field == known]
        here = self.value(name) if now is None else now
        refused = problem_with(known, f"{self.part_of or self.prefix}#", here)
        if message := first or " ".join(at_once) or refused:
            st.markdown(f":red[:material/error: {plain(message)}]")

    def _draw_one(
        self, column: Column, options: Mapping[str, str], words: str | None = None
    ) -> None:
        if column.field is None:
            raise ValueError(f"{column.name} has no Field, so people do not see it")
        label = (words or column.field.label) + (" (optional)" if column.field.optional else "")
        common: dict[str, Any] = {"key": self.key(column.name), "help": column.field.help or None}
        if self.on_change:
            common["on_change"] = self.on_change
        given = _Given(start=self.start(column.name), options=options, common=common)
        _WIDGETS[column.kind](column, label, given)
        drawn = st.session_state.get(f"{self.prefix}!drawn")
        if drawn is not None:
            key = common["key"]
            drawn.setdefault(key, st.session_state.get(key))
        number = column.kind in {Kind.MONEY, Kind.INTEGER}
        said = self.unread(column.kind, column.name, column.field.label) if number else ""
        self.problem(column.name, first=said)

    def _typed(self, column: Column) -> Any:  # noqa: ANN401
        if column.kind in {Kind.MONEY, Kind.INTEGER}:
            label = column.field.label if column.field else column.name
            known = f"{self.problems_as}{column.name}"
            self.check_numbers((column.kind, column.name, label, known))
            return number_or_none(column.kind, self._number_typed(column.kind, column.name))
        value = self.value(column.name)
        if column.kind is Kind.CHOICE and value is not None:
            return column.python_type(value)
        if column.kind in {Kind.TEXT, Kind.LONG_TEXT}:
            return value or ""
        return value


def _text(column: Column, label: str, given: _Given) -> None:
    example = column.field.example if column.field else ""
    # A form that saves while typing hears of short texts before the field is left.
    live = _PAUSE if "on_change" in given.common else False
    start = given.start or ""
    st.text_input(label, value=start, placeholder=example, live=live, **given.common)


def _long_text(column: Column, label: str, given: _Given) -> None:
    example = column.field.example if column.field else ""
    st.text_area(label, value=given.start or "", placeholder=example, height=120, **given.common)


def _money(_: Column, label: str, given: _Given) -> None:
    number_field(f"{label}, $", Kind.MONEY, start=given.start, placeholder="0.00", **given.common)


def _integer(_: Column, label: str, given: _Given) -> None:
    number_field(label, Kind.INTEGER, start=given.start, **given.common)


def _date(_: Column, label: str, given: _Given) -> None:
    st.date_input(label, value=given.start, format="MM/DD/YYYY", **given.common)


def _yes_no(_: Column, label: str, given: _Given) -> None:
    st.checkbox(label, value=bool(given.start), **given.common)


def _choice(column: Column, label: str, given: _Given) -> None:
    options = list(column.choices)
    index = options.index(given.start) if given.start in options else None
    if len(options) > _FEW:
        example = (column.field.example if column.field else "") or None
        st.selectbox(
            label,
            options,
            index=index,
            format_func=_capital,
            placeholder=example,
            **given.common,
        )
    elif sum(map(len, options)) > _ONE_LINE:
        st.radio(label, options, index=index, format_func=_capital, **given.common)
    else:
        st.segmented_control(
            label, options, format_func=_capital, default=given.start, required=True, **given.common
        )


def _reference(_: Column, label: str, given: _Given) -> None:
    words = given.options
    keys = list(words)
    index = keys.index(given.start) if given.start in words else None
    st.selectbox(
        label, keys, index=index, format_func=lambda key: words.get(key, key), **given.common
    )


_WIDGETS: Mapping[Kind, Callable[[Column, str, _Given], None]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _long_text,
    Kind.MONEY: _money,
    Kind.INTEGER: _integer,
    Kind.DATE: _date,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.REFERENCE: _reference,
}


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
