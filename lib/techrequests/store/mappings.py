"""How files of other systems are read, as somebody last said it: their columns and their words."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from techrequests.store.database import Reader, Work

_MAPPING = """
    SELECT fields, defaults FROM file_mapping
    WHERE table_name = $table AND headings = $headings
"""
_KEEP = """
    INSERT INTO file_mapping (table_name, headings, fields, defaults, said_by_id, said_at)
    VALUES ($table, $headings, $fields, $defaults, $said_by_id, $said_at)
    ON CONFLICT (table_name, headings) DO UPDATE
    SET fields = excluded.fields, defaults = excluded.defaults,
        said_by_id = excluded.said_by_id, said_at = excluded.said_at
"""
_VALUES = "SELECT field, said, value FROM file_value WHERE table_name = $table"
_KEEP_VALUE = """
    INSERT INTO file_value (table_name, field, said, value, said_by_id, said_at)
    VALUES ($table, $field, $said, $value, $said_by_id, $said_at)
    ON CONFLICT (table_name, field, said) DO UPDATE
    SET value = excluded.value, said_by_id = excluded.said_by_id, said_at = excluded.said_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMapping:
    """How a file with certain headings was read last.

    Attributes:
        fields: The field of each column, empty for one that was left out.
        defaults: What new rows say where the file says nothing: texts by field.
    """

    fields: tuple[str, ...]
    defaults: Mapping[str, str] = field(default_factory=dict)


def mapping_of(reader: Reader, table: str, headings: Sequence[str]) -> KeptMapping | None:
    """How a file with these headings was read last; None if there was none."""
    found = reader.rows(_MAPPING, table=table, headings=_json(headings))
    if not found:
        return None
    fields, defaults = json.loads(found[0]["fields"]), json.loads(found[0]["defaults"])
    return KeptMapping(fields=tuple(fields), defaults=defaults)


def keep_mapping(  # noqa: PLR0913  # each is one column
    work: Work,
    table: str,
    headings: Sequence[str],
    kept: KeptMapping,
    *,
    said_by_id: str,
    said_at: datetime,
) -> None:
    """Remember how such a file is read, for the next one with these headings."""
    work.run(
        _KEEP,
        table=table,
        headings=_json(headings),
        fields=_json(kept.fields),
        defaults=json.dumps(dict(kept.defaults), ensure_ascii=False, sort_keys=True),
        said_by_id=said_by_id,
        said_at=said_at,
    )


def values_of(reader: Reader, table: str) -> dict[tuple[str, str], str]:
    """Our value by field and the word of another system in lower case."""
    found = reader.rows(_VALUES, table=table)
    return {(row["field"], row["said"]): row["value"] for row in found}


def keep_values(
    work: Work,
    table: str,
    values: Mapping[tuple[str, str], str],
    *,
    said_by_id: str,
    said_at: datetime,
) -> None:
    """Remember what words of other systems mean, by field and the word in lower case."""
    for (name, said), value in values.items():
        work.run(
            _KEEP_VALUE,
            table=table,
            field=name,
            said=said,
            value=value,
            said_by_id=said_by_id,
            said_at=said_at,
        )


def _json(words: Sequence[str]) -> str:
    return json.dumps(list(words), ensure_ascii=False)
