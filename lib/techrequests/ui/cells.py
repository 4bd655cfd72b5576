"""How the columns of an edited table look, from the declarations of its fields."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.domain.fields import Column, Kind
from techrequests.domain.money import cents_from_text, dollars

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from techrequests.ui.editor_state import Sheet

    Choices = Mapping[str, Mapping[str, str]]

_LETTER_PIXELS = 7
_NEW_LETTERS = 18
_PADDING_PIXELS = 24
_NARROWEST_PIXELS = 100
_WIDEST_PIXELS = 240


def configs(of: Sheet, choices: Choices, frame: pd.DataFrame, *, new: bool) -> dict[str, Any]:
    """What Streamlit needs to know about each column; keys can be typed in new rows only."""
    ticked = {name: text == "yes" for name, text in of.blank.items()} if new else {}
    return {
        column.name: _config(
            column,
            choices.get(column.name),
            frame[column.name],
            default=ticked.get(column.name),
            new=new,
        )
        for column in of.columns
    }


def _config(
    column: Column,
    choices: Mapping[str, str] | None,
    cells: pd.Series[Any],
    *,
    default: bool | None,
    new: bool,
) -> Any:  # noqa: ANN401  # Streamlit's column types share no base
    told = column.field
    if told is None:
        raise ValueError(f"{column.name} has no Field, so people do not see it")
    common: dict[str, Any] = {
        "label": told.label,
        "help": told.help or None,
        "disabled": not (told.editable or new),
        "pinned": (not told.editable) or None,
    }
    if choices is not None:
        # A value that cannot be picked any more, such as somebody who left, is still shown.
        known = dict(choices) | {value: value for value in cells.dropna() if value not in choices}
        # The browser measures the codes, not the words that stand for them.
        longest = max((len(known[value]) for value in cells.dropna()), default=_NEW_LETTERS)
        width = _LETTER_PIXELS * longest + _PADDING_PIXELS
        return st.column_config.SelectboxColumn(
            **common,
            width=min(_WIDEST_PIXELS, max(_NARROWEST_PIXELS, width)),
            options=list(known),
            format_func=lambda value: known.get(value, value),
        )
    match column.kind:
        case Kind.MONEY | Kind.INTEGER:
            # A column of numbers would have the browser make 100 of a typed “1,00”.
            return st.column_config.TextColumn(**common, alignment="right")
        case Kind.DATE:
            return st.column_config.DateColumn(**common, format="MM/DD/YYYY")
        case Kind.YES_NO:
            return st.column_config.CheckboxColumn(**common, default=default)
        case _:
            return st.column_config.TextColumn(**common)


def label(column: Column | None, name: str) -> str:
    """The heading of a column; its name where there is none."""
    return column.field.label if column and column.field else name


def readable(column: Column | None, text: str) -> str:
    """Amounts as amounts and days as days, so that a nought too many is seen."""
    if column and column.kind is Kind.MONEY:
        cents = cents_from_text(text)
        return text if cents is None else dollars(cents)
    if column and column.kind is Kind.DATE:
        try:
            return f"{date.fromisoformat(text):%m/%d/%Y}"
        except ValueError:
            return text
    return text


def words(choices: Choices, name: str, text: str | None) -> str:
    """A cell's text in words: a name instead of a code."""
    return choices.get(name, {}).get(text or "", text or "")
