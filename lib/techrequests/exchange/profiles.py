"""How the files of one system are read, said beforehand: on the command line, or in a file to keep.

A profile is JSON: columns by heading, words of the file by field, and what new rows say where the
file says nothing. Fields are named as in our headings or as in the code.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from techrequests.domain.errors import InvalidError, Problem
from techrequests.exchange.headings import fields_of, plain_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from techrequests.exchange.editable import Editable

_LONGEST = 200_000
_PARTS = {"columns", "values", "defaults", "day_first"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How files of one system are read.

    Attributes:
        columns: The field by heading; empty for a column that is left out.
        values: Our value by field and the word of the file.
        defaults: What new rows say where the file says nothing: texts by field.
        day_first: Whether days that could be read both ways are written day first.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    day_first: bool = False

    def over(self, other: Profile) -> Profile:
        """This one, and where it says nothing, the other."""
        return Profile(
            columns={**other.columns, **self.columns},
            values={**other.values, **self.values},
            defaults={**other.defaults, **self.defaults},
            day_first=self.day_first or other.day_first,
        )


def field_named(table: Editable, words: str) -> str:
    """The field of this name or label; empty for none at all.

    Raises:
        InvalidError: There is no such field.
    """
    if words.strip() in {"", "-"}:
        return ""
    labels = fields_of(table)
    known = {plain_words(label): name for name, label in reversed(labels.items())}
    known |= {plain_words(name.replace("_", " ")): name for name in labels}
    found = known.get(plain_words(words.replace("_", " ")))
    if found is None:
        listed = ", ".join(f"{name} ({label})" for name, label in labels.items())
        raise _wrong(f"There is no field “{words}”. There are: {listed}.")
    return found


def fields_by(
    table: Editable, headings: Sequence[str], guessed: Sequence[str], columns: Mapping[str, str]
) -> tuple[str, ...]:
    """The field of each column: as a profile says, else as guessed, but no field twice."""
    said = {plain_words(heading): field_named(table, name) for heading, name in columns.items()}
    taken = set(said.values())
    return tuple(
        said.get(plain_words(heading), "" if name in taken else name)
        for heading, name in zip(headings, guessed, strict=True)
    )


def check_headings(headings: Sequence[str], said: Iterable[str]) -> None:
    """Refuse a heading that the file does not have.

    Raises:
        InvalidError: There is one; the message lists those there are.
    """
    known = {plain_words(heading) for heading in headings}
    for heading in said:
        if plain_words(heading) not in known:
            there_are = ", ".join(filter(None, headings))
            raise _wrong(f"The file has no column “{heading}”. There are: {there_are}.")


def read_values(table: Editable, content: str) -> dict[tuple[str, str], str]:
    """A CSV file of three columns: field, word of the file, our value.

    Raises:
        InvalidError: A row has not three cells, or names no field.
    """
    found = {}
    for number, row in enumerate(csv.reader(io.StringIO(content.removeprefix("\ufeff"))), start=1):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != 3:  # noqa: PLR2004  # as said
            raise _wrong(f"Row {number} of the values must be field, word, value.")
        if number > 1 or plain_words(row[0]) != "field":
            found[field_named(table, row[0]), row[1].strip()] = row[2].strip()
    return found


def read_profile(table: Editable, content: str) -> Profile:
    """A saved profile.

    Raises:
        InvalidError: It is none, or names what the table does not have.
    """
    try:
        said: Any = json.loads(content) if len(content) <= _LONGEST else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.keys() - _PARTS:
        raise _wrong(f"This is no profile: it is JSON with {', '.join(sorted(_PARTS))}.")
    values = {
        (field_named(table, name), str(word)): str(value)
        for name, words in _mapping(said, "values").items()
        for word, value in _mapping({"it": words}, "it").items()
    }
    return Profile(
        columns={str(key): str(name) for key, name in _mapping(said, "columns").items()},
        values=values,
        defaults={
            field_named(table, key): str(text) for key, text in _mapping(said, "defaults").items()
        },
        day_first=said.get("day_first") is True,
    )


def profile_text(headings: Sequence[str], fields: Sequence[str], profile: Profile) -> str:
    """A profile as a file to keep: every column of the file that was read, and what was said."""
    values: dict[str, dict[str, str]] = {}
    for (name, word), value in profile.values.items():
        values.setdefault(name, {})[word] = value
    said = {
        "columns": {
            heading: name for heading, name in zip(headings, fields, strict=True) if heading
        },
        "values": values,
        "defaults": dict(profile.defaults),
        "day_first": profile.day_first,
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _mapping(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name, {})
    if not isinstance(found, dict):
        raise _wrong(f"“{name}” of the profile must be pairs, such as {{“a”: “b”}}.")
    return found


def _wrong(words: str) -> InvalidError:
    return InvalidError(Problem("profile", words))
