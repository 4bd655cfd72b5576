"""Which column of a file goes into which field, as somebody last said it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from techrequests.store.database import Reader, Work

_MAPPING = """
    SELECT fields FROM file_mapping WHERE table_name = $table AND headings = $headings
"""
_KEEP = """
    INSERT INTO file_mapping (table_name, headings, fields, said_by_id, said_at)
    VALUES ($table, $headings, $fields, $said_by_id, $said_at)
    ON CONFLICT (table_name, headings) DO UPDATE
    SET fields = excluded.fields, said_by_id = excluded.said_by_id, said_at = excluded.said_at
"""


def mapping_of(reader: Reader, table: str, headings: Sequence[str]) -> tuple[str, ...] | None:
    """The field of each column of a file with these headings, empty for none; None if unknown."""
    found = reader.value(_MAPPING, table=table, headings=_json(headings))
    return tuple(json.loads(found)) if found else None


def keep_mapping(  # noqa: PLR0913  # each is one column
    work: Work,
    table: str,
    headings: Sequence[str],
    fields: Sequence[str],
    *,
    said_by_id: str,
    said_at: datetime,
) -> None:
    """Remember the field of each column for the next file with these headings."""
    work.run(
        _KEEP,
        table=table,
        headings=_json(headings),
        fields=_json(fields),
        said_by_id=said_by_id,
        said_at=said_at,
    )


def _json(words: Sequence[str]) -> str:
    return json.dumps(list(words), ensure_ascii=False)
