"""Columns of other systems that no field of ours is, and from which one follows."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from techrequests.domain.fields import Column, Field, Kind, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.domain.fields import Record

SWITCHED_OFF, LEFT_ON, LAST_FIRST = "switched_off", "left_on", "last_first"
"""What other systems say in place of “Active”, and of a name."""


@cache
def stand_ins(record: type[Record]) -> Mapping[str, Column]:
    """What a file may say in place of a field of ours, by its name."""
    names = {column.name for column in shown(record)}
    found = {}
    if "active" in names:
        found[SWITCHED_OFF] = _column(SWITCHED_OFF, Kind.YES_NO, "Not active (yes or no)")
    if "full_name" in names:
        found[LEFT_ON] = _column(LEFT_ON, Kind.DATE, "Last day, not active after it")
        found[LAST_FIRST] = _column(LAST_FIRST, Kind.TEXT, "Name, as “Last, First”")
    return MappingProxyType(found)


def _column(name: str, kind: Kind, label: str) -> Column:
    return Column(
        name=name,
        kind=kind,
        python_type=bool if kind is Kind.YES_NO else str,
        nullable=True,
        required=False,
        field=Field(label=label, optional=True),
    )
