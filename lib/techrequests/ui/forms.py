"""Form widgets from field declarations: label, help, example and kind come from one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.domain.fields import Column, Kind, describe
from techrequests.ui.visit import problem_with

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from techrequests.domain.fields import Record

_FEW = 5
"""Up to this many choices are shown side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The widgets of one form; their values live in the session under the form's prefix.

    Attributes:
        prefix: Makes the keys unique, for example `review:TR-2027-0042`.
        on_change: Called after every change, for forms that save while typing.
    """

    prefix: str
    on_change: Callable[[], None] | None = None

    def key(self, name: str) -> str:
        """The session key of a field."""
        return f"{self.prefix}:{name}"

    def value(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  # any widget's value
        """What stands in a field now."""
        return st.session_state.get(self.key(name), default)

    def values(self, record: type[Record], *names: str) -> dict[str, Any]:
        """What stands in the fields of a record now, of the right Python types."""
        columns = {column.name: column for column in describe(record)}
        return {
            name: _typed(columns[name], self.value(name))
            for name in names
            if self.key(name) in st.session_state
        }

    def fill(self, values: Mapping[str, Any]) -> None:
        """Put values into the fields that hold nothing yet."""
        for name, value in values.items():
            st.session_state.setdefault(self.key(name), value)

    def clear(self) -> None:
        """Empty every field of the form, after its content was saved."""
        for key in [key for key in st.session_state if str(key).startswith(f"{self.prefix}:")]:
            del st.session_state[key]

    def draw(
        self,
        record: type[Record],
        *names: str,
        choices: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Draw the named fields of a record.

        Args:
            record: The class whose declarations to follow.
            names: Which fields, in order.
            choices: For references: words by key, by field name.
        """
        columns = {column.name: column for column in describe(record)}
        for name in names:
            self._draw_one(columns[name], (choices or {}).get(name, {}))

    def note(self, label: str, *, required: bool, help: str = "", name: str = "note") -> None:  # noqa: A002  # Streamlit's own word
        """Draw the text a workflow step asks for."""
        st.text_area(
            label if required else f"{label} (optional)",
            key=self.key(name),
            help=help or None,
            height=96,
        )
        self._problem(name)

    def _draw_one(self, column: Column, options: Mapping[str, str]) -> None:
        if column.field is None:
            raise ValueError(f"{column.name} has no Field, so people do not see it")
        label = column.field.label + (" (optional)" if column.field.optional else "")
        common: dict[str, Any] = {"key": self.key(column.name), "help": column.field.help or None}
        if self.on_change:
            common["on_change"] = self.on_change
        _WIDGETS[column.kind](column, label, common, options)
        self._problem(column.name)

    def _problem(self, name: str) -> None:
        if message := problem_with(name):
            st.markdown(f":red[:material/error: {message}]")


def _text(column: Column, label: str, common: dict[str, Any], _: Mapping[str, str]) -> None:
    st.text_input(label, placeholder=column.field.example if column.field else "", **common)


def _long_text(column: Column, label: str, common: dict[str, Any], _: Mapping[str, str]) -> None:
    st.text_area(
        label, placeholder=column.field.example if column.field else "", height=120, **common
    )


def _money(column: Column, label: str, common: dict[str, Any], _: Mapping[str, str]) -> None:
    del column
    st.number_input(
        f"{label}, $", step=0.01, format="%.2f", value=None, placeholder="0.00", **common
    )


def _integer(column: Column, label: str, common: dict[str, Any], _: Mapping[str, str]) -> None:
    del column
    st.number_input(label, step=1, value=None, **common)


def _date(column: Column, label: str, common: dict[str, Any], _: Mapping[str, str]) -> None:
    del column
    st.date_input(label, value=None, format="MM/DD/YYYY", **common)


def _yes_no(column: Column, label: str, common: dict[str, Any], _: Mapping[str, str]) -> None:
    del column
    st.checkbox(label, **common)


def _choice(column: Column, label: str, common: dict[str, Any], _: Mapping[str, str]) -> None:
    options = list(column.choices)
    if len(options) <= _FEW:
        st.segmented_control(label, options, format_func=_capital, required=True, **common)
    else:
        st.selectbox(label, options, format_func=_capital, **common)


def _reference(
    column: Column, label: str, common: dict[str, Any], options: Mapping[str, str]
) -> None:
    del column
    st.selectbox(
        label, list(options), format_func=lambda key: options.get(key, key), index=None, **common
    )


_WIDGETS: Mapping[Kind, Callable[[Column, str, dict[str, Any], Mapping[str, str]], None]] = {
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


def cents(value: float | None) -> int | None:
    """A dollar widget's value in cents."""
    return None if value is None else round(value * 100)


def _typed(column: Column, value: Any) -> Any:  # noqa: ANN401
    if column.kind is Kind.MONEY:
        return cents(value)
    if column.kind is Kind.CHOICE and value is not None:
        return column.python_type(value)
    if column.kind in {Kind.TEXT, Kind.LONG_TEXT}:
        return value or ""
    return value
