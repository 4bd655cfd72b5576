"""What looks wrong about an invoice or a credit as it is typed: its number, its date."""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING

from techrequests.domain.calendar import fiscal_year, fiscal_year_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_MINUS_SIGNS = {"\u2212", "\u2043", "\u30fc"}
"""Signs that people type for a hyphen, and that are no dashes by their class."""


def written(number: str) -> str:
    """An invoice number as it stands on the paper, however it was typed.

    Full-width letters, capitals, spaces, invisible characters and the kind of hyphen do not count.
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", number).casefold())
    return "".join("-" if _is_hyphen(sign) else sign for sign in plain if not _is_nothing(sign))


def number_key(number: str) -> str:
    """What two ways to write one invoice number have in common: `INV-01`, `inv 1` and `INV.1`.

    Letters and numbers in turn, without what stands between them and without leading zeros. Two
    papers may have one key, so an equal key is a reason to look, not to refuse.
    """
    runs = ("".join(run) for kind, run in groupby(written(number), _class_of) if kind is not None)
    return "-".join(run.lstrip("0") or "0" if run[0].isdecimal() else run for run in runs)


def date_doubts(dated: date, ordered_on: date, today: date) -> Iterator[str]:
    """What is odd about the date of a bill or a credit for an order, in sentences."""
    if dated > today:
        yield f"“Invoice date” is in the future: {dated:%m/%d/%Y}."
    if dated < ordered_on:
        yield f"“Invoice date” is before the order of {ordered_on:%m/%d/%Y}."
    if fiscal_year(dated) != fiscal_year(ordered_on):
        yield (
            f"“Invoice date” is in fiscal year {fiscal_year_words(fiscal_year(dated))}, and the "
            f"order in {fiscal_year_words(fiscal_year(ordered_on))}."
        )


def _is_hyphen(sign: str) -> bool:
    return unicodedata.category(sign) == "Pd" or sign in _MINUS_SIGNS


def _is_nothing(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in {"Cf", "Cc", "Zs", "Mn"}


def _class_of(sign: str) -> bool | None:
    """Whether a sign is a digit; None for what is neither digit nor letter."""
    return sign.isdecimal() if sign.isalnum() else None
