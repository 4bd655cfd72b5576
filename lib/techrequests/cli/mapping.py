"""How a file is read, said on the command line: its columns, its words, and what it leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.cli.command import a_path
from techrequests.domain.errors import SettingsError, StoreError
from techrequests.exchange.profiles import (
    Profile,
    check_headings,
    field_named,
    fields_by,
    profile_text,
    read_profile,
    read_values,
)

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from techrequests.exchange.editable import Editable
    from techrequests.exchange.opening import Opened


def mapping_arguments(parser: argparse.ArgumentParser) -> None:
    """What may be said of how a file is read."""
    say = parser.add_argument_group("how the file is read")
    say.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="HEADING=FIELD",
        help="a column of the file goes into this field, by its name or heading here; "
        "“HEADING=” leaves it out; may be said several times",
    )
    say.add_argument(
        "--value",
        action="append",
        default=[],
        metavar="FIELD:WORD=VALUE",
        help="what a word of the file means: “Category:Laptops=computers”; said several times, too",
    )
    say.add_argument(
        "--values", type=a_path, metavar="FILE", help="the same as CSV: field, word, value"
    )
    say.add_argument(
        "--default",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="what new rows say where the file says nothing; may be said several times",
    )
    say.add_argument(
        "--day-first", action="store_true", help="01/07/2026 is July 1, where it could be both"
    )
    say.add_argument(
        "--visible-only", action="store_true", help="leave out rows that the workbook hides"
    )
    say.add_argument("--profile", type=a_path, metavar="FILE", help="all of this, from a file")
    say.add_argument(
        "--save-profile", type=a_path, metavar="FILE", help="write how this file is read there"
    )


def profile_of(asked: argparse.Namespace, table: Editable) -> Profile:
    """What was said of how the file is read; each option goes before the saved profile.

    Raises:
        InvalidError: It names what the table does not have.
        SettingsError: It is not written as it must be.
    """
    saved = read_profile(table, _text(asked.profile)) if asked.profile else Profile()
    listed = read_values(table, _text(asked.values)) if asked.values else {}
    words = {}
    for pair in asked.value:
        where, value = _pair("--value", pair, "Category:Laptops=computers")
        name, colon, word = where.partition(":")
        if not colon:
            raise SettingsError(
                f"“{pair}” is no FIELD:WORD=VALUE, such as Category:Laptops=computers."
            )
        words[field_named(table, name), word.strip()] = value
    defaults = (_pair("--default", pair, "Category=computers") for pair in asked.default)
    said = Profile(
        columns=dict(_pair("--map", pair, "School=site_id") for pair in asked.map),
        values=listed | words,
        defaults={field_named(table, name): value for name, value in defaults},
        day_first=asked.day_first,
    )
    return said.over(saved)


def read_by(
    asked: argparse.Namespace, table: Editable, file: Opened, profile: Profile
) -> tuple[str, ...]:
    """The field of each column of a file, which is written down if that was asked for.

    Raises:
        InvalidError: `--map` names a column that the file does not have.
    """
    headings = file.file.headings
    check_headings(headings, (_pair("--map", pair, "School=site_id")[0] for pair in asked.map))
    fields = fields_by(table, headings, file.fields, profile.columns)
    if asked.save_profile:
        try:
            asked.save_profile.write_text(profile_text(headings, fields, profile), "utf-8")
        except OSError as error:
            raise StoreError(f"{asked.save_profile} cannot be written: {error.strerror}.") from None
    return fields


def _pair(option: str, text: str, example: str) -> tuple[str, str]:
    # The last sign: a heading may hold one, the name of a field never does.
    name, sign, value = text.rpartition("=")
    if not sign or not name.strip():
        raise SettingsError(f"{option} “{text}” must be written as in {example}.")
    return name.strip(), value.strip()


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise StoreError(f"{path} cannot be read: it must be UTF-8.") from None
