"""Fields for amounts and whole numbers: what is typed is read by us, as in a file or a sheet.

A browser's own number field turns `1,00` into 100 and `2.5` into 2 before anybody here sees it.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from techrequests.domain.fields import Kind, number_from_text
from techrequests.domain.money import plain_dollars


def number_field(
    label: str,
    kind: Kind,
    *,
    key: str,
    start: int | None,
    placeholder: str = "",
    **looks: Any,  # noqa: ANN401  # what `st.text_input` takes
) -> None:
    """A field for an amount or a whole number.

    Args:
        label: Its words.
        kind: MONEY or INTEGER.
        key: Of the widget.
        start: What it starts with; cents for an amount.
        placeholder: What an empty field shows.
        looks: Further arguments of `st.text_input`.
    """
    st.text_input(
        label,
        value=number_words(kind, start),
        key=key,
        placeholder=placeholder,
        autocomplete="off",
        **looks,
    )


def number_words(kind: Kind, number: int | None) -> str:
    """A number as its field shows it."""
    if number is None:
        return ""
    return plain_dollars(number) if kind is Kind.MONEY else str(number)


def number_or_none(kind: Kind, typed: object) -> int | None:
    """What stands in a number field, in cents for an amount; None for what cannot be read."""
    try:
        return read_number(kind, "", typed)
    except ValueError:
        return None


def read_number(kind: Kind, label: str, typed: object) -> int | None:
    """What stands in a number field, in cents for an amount; None for nothing.

    Args:
        kind: MONEY or INTEGER.
        label: What a refusal calls it.
        typed: What the browser sent, which may be anything.

    Raises:
        ValueError: It is not plainly a number.
    """
    return number_from_text(kind, label, "" if typed is None else str(typed))


def unread(kind: Kind, label: str, typed: object) -> str:
    """Why what stands in a number field cannot be read; empty when it can."""
    try:
        read_number(kind, label, typed)
    except ValueError as error:
        return str(error)
    return ""
