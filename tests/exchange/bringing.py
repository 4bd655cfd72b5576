"""Bring a file back as a person does: read it, look at the dry run, save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builders import NOON, a_key, who
from techrequests.exchange.columns import table_of
from techrequests.exchange.csv_out import csv_rows
from techrequests.exchange.editable import editable
from techrequests.exchange.importing import Imported, SaveAsked, import_rows
from techrequests.exchange.opening import Opened, opened
from techrequests.exchange.planning import FileAsked, dry_run, remembered
from techrequests.exchange.reading import read_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from techrequests.exchange.dry_run import DryRun
    from techrequests.store.database import Database


def a_file(*rows: Sequence[str]) -> bytes:
    """Rows as a CSV file; the first are the headings."""
    return csv_rows(rows)


def looked_at(  # noqa: PLR0913  # each is one thing a test may want to say
    database: Database,
    name: str,
    content: bytes,
    *,
    by: str = "ada",
    reason: str = "",
    fields: tuple[str, ...] = (),
) -> DryRun:
    """The dry run of a file."""
    file = table_of(editable(name), read_file("file.csv", content))
    asked = FileAsked(
        name=name,
        file=file,
        fields=fields or remembered(database, name, file.headings).fields,
        reason=reason,
    )
    return dry_run(database, who(database, by), asked, now=NOON)


def looked_into(  # noqa: PLR0913  # each is one thing a test may want to say
    database: Database,
    name: str,
    content: bytes,
    *,
    by: str = "ada",
    values: Mapping[tuple[str, str], str] | None = None,
    defaults: Mapping[str, str] | None = None,
    day_first: bool = False,
) -> tuple[Opened, DryRun]:
    """A file as its page opens it, and its dry run."""
    file = opened(database, name, "file", content, today=NOON.date())
    asked = FileAsked(
        name=name,
        file=file.file,
        fields=file.fields,
        values=values or {},
        defaults=file.defaults if defaults is None else defaults,
        day_first=day_first,
    )
    return file, dry_run(database, who(database, by), asked, now=NOON)


def cells_of(run: DryRun, row: int) -> dict[str, str]:
    """What a row of the file changes, or what its new row holds: texts by field."""
    [line] = [line for line in run.lines if line.row.number == row]
    return {cell.field: cell.after for cell in line.cells}


def brought(database: Database, run: DryRun, *, by: str = "ada", whole: bool = False) -> Imported:
    """Save what a dry run showed."""
    asked = SaveAsked(run=run, save_id=a_key("import"), whole=whole)
    return import_rows(database, lambda: who(database, by), asked, now=NOON)


def reasons_of(run: DryRun) -> dict[int, str]:
    """Why rows cannot be saved, by the number of the row."""
    return {line.row.number: " ".join(line.reasons) for line in run.lines if line.reasons}
