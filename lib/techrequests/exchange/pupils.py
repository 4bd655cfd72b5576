"""Accounts of students and parents in a list of users: they are dropped before anything is shown.

A console for accounts exports everybody it knows. Which of them are students stands in the folder
of the account, such as `/Students/2031`, or in its role.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from techrequests.exchange.file_rows import refused
from techrequests.exchange.headings import plain_words

if TYPE_CHECKING:
    from techrequests.exchange.columns import FileTable
    from techrequests.exchange.file_rows import FileRow

_FOLDERS = {"orgunitpath", "orgunit", "organizationalunit", "organizationunitpath", "oupath", "ou"}
_FOLDERS |= {"organizationalunitpath"}
_ROLES = {"role", "roles", "usertype", "persontype", "usertypes", "primaryrole", "membertype"}
_ROLES |= {"employeetype", "userrole", "profiletype", "accounttype"}
_NOTES = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_LONGEST = 400
_PUPILS = {"student", "students", "pupil", "pupils", "learner", "learners"}
_NO_STAFF = _PUPILS | {
    "guardian", "guardians", "parent", "parents", "parent guardian", "relative", "family",
}  # fmt: skip


def without_pupils(file: FileTable) -> tuple[FileTable, tuple[str, ...]]:
    """A list of people without students and parents, and what to say of it.

    Raises:
        InvalidError: Nobody else is in it.
    """
    columns = [(at, kind) for at, heading in enumerate(file.headings) if (kind := _kind(heading))]
    left = tuple(
        row for row in file.rows if not any(_is_none_of_ours(row, at, kind) for at, kind in columns)
    )
    gone = len(file.rows) - len(left)
    if not gone:
        return file, ()
    if not left:
        raise refused("The file holds students or parents only, and they are never brought in.")
    by = ", ".join(f"“{file.headings[at]}”" for at, _ in columns)
    rows = "1 row is" if gone == 1 else f"{gone:,} rows are"
    note = f"{rows} about students or parents, as {by} says, and left out."
    return replace(file, rows=left), (note,)


def _kind(heading: str) -> str:
    words = plain_words(_NOTES.sub(" ", heading[:_LONGEST])).replace(" ", "")
    return "folder" if words in _FOLDERS else "role" if words in _ROLES else ""


def _is_none_of_ours(row: FileRow, at: int, kind: str) -> bool:
    text = str(row.cell(at))[:_LONGEST]
    if kind == "role":
        return plain_words(text) in _NO_STAFF
    return any(plain_words(part).split(" ")[0] in _PUPILS for part in re.split(r"[/\\>]", text))
