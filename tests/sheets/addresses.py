"""Addresses in A1 notation: read, written and checked as Google does; counted from 0, half-open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
"""An object of a request or an answer, in Google's own field names."""

_CORNER = re.compile(r"\$?([A-Za-z]{1,3})?\$?(\d+)?")
_RANGE = re.compile(r"(?:'((?:[^']|'')*)'|([^'!]+))(?:!(.*))?")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOOKS_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}\d+")


class RefusedError(Exception):
    """Google refuses a request: the HTTP code and the words of its answer."""

    def __init__(self, message: str, code: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of one tab.

    Attributes:
        single: Whether it was written as one cell, from which a write may spread.
    """

    top: int
    left: int
    bottom: int
    right: int
    single: bool = False

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell is inside."""
        return self.top <= row < self.bottom and self.left <= column < self.right


def column_number(letters: str) -> int:
    """`A` is 0, `AA` is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def column_letters(number: int) -> str:
    """The reverse of `column_number`."""
    first = column_letters(number // 26 - 1) if number >= 26 else ""  # letters of the alphabet
    return first + chr(ord("A") + number % 26)


def split(address: str) -> tuple[str, str]:
    """Title and the part after the exclamation mark, either of which may be empty.

    Raises:
        RefusedError: It is no address.
    """
    found = _RANGE.fullmatch(address)
    if found is None:
        raise unparsable(address)
    quoted, plain, rest = found.groups()
    return (quoted.replace("''", "'") if quoted is not None else plain), rest or ""


def unparsable(address: str) -> RefusedError:
    """What Google says of an address that it cannot read, or whose tab does not exist."""
    return RefusedError(f"Unable to parse range: {address}")


def area_of(cells: str, address: str, rows: int, columns: int) -> Area:
    """Read `B2:C`, `3:3` or `B2` within a grid of so many rows and columns.

    Raises:
        RefusedError: It is no address, or begins outside the grid.
    """
    if not cells:
        return Area(0, 0, rows, columns)
    first, _, last = cells.partition(":")
    left, top = _corner(first, address)
    right, bottom = _corner(last or first, address)
    area = Area(
        top=int(top or 1) - 1,
        left=column_number(left or "A"),
        bottom=int(bottom or rows),
        right=column_number(right) + 1 if right else columns,
        single=not last,
    )
    if area.top >= rows or area.left >= columns:
        raise exceeds(address, rows, columns)
    return Area(
        top=min(area.top, area.bottom - 1),
        left=min(area.left, area.right - 1),
        bottom=min(max(area.bottom, area.top + 1), rows),
        right=min(max(area.right, area.left + 1), columns),
        single=area.single,
    )


def exceeds(address: str, rows: int, columns: int) -> RefusedError:
    """What Google says of an address beyond the grid."""
    limits = f"Max rows: {rows}, max columns: {columns}"
    return RefusedError(f"Range ({address}) exceeds grid limits. {limits}")


def label(title: str, area: Area) -> str:
    """An address as Google writes it in answers: quoted only where the title needs it."""
    plain = _PLAIN.fullmatch(title) and not _LOOKS_LIKE_A_CELL.fullmatch(title)
    shown = title if plain else "'" + title.replace("'", "''") + "'"
    first = f"{shown}!{column_letters(area.left)}{area.top + 1}"
    if (area.bottom - area.top, area.right - area.left) == (1, 1):
        return first
    return f"{first}:{column_letters(area.right - 1)}{area.bottom}"


def area_in(grid_range: Json) -> Area:
    """A GridRange of a request; a missing end is open."""
    endless = 1 << 30
    return Area(
        top=grid_range.get("startRowIndex", 0),
        left=grid_range.get("startColumnIndex", 0),
        bottom=grid_range.get("endRowIndex", endless),
        right=grid_range.get("endColumnIndex", endless),
    )


def without_zero(grid_range: Json) -> Json:
    """A GridRange as answered: Google's encoding drops `sheetId` when it is 0."""
    return {
        name: value for name, value in grid_range.items() if not (name == "sheetId" and value == 0)
    }


def _corner(text: str, address: str) -> tuple[str | None, str | None]:
    found = _CORNER.fullmatch(text)
    if found is None or not text:
        raise unparsable(address)
    return found[1], found[2]
