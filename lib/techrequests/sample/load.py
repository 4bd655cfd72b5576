"""Read `data/sample/` into a database: the district's tables, opening budgets, and the texts."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from techrequests.domain.calendar import fiscal_year
from techrequests.domain.catalogue import (
    Category,
    Person,
    RoutingRule,
    Site,
    StandardItem,
    Vendor,
)
from techrequests.domain.errors import StoreError
from techrequests.domain.fields import Kind, describe, from_text, problems
from techrequests.domain.funds import Fund
from techrequests.domain.ledger import Entry, EntryKind
from techrequests.domain.policy import RoleGrant
from techrequests.domain.techrequest import Priority
from techrequests.services.posting import post

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from techrequests.domain.fields import Column, Record
    from techrequests.store.database import Database

R = TypeVar("R", bound="Record")

FOLDER = Path(__file__).parents[3] / "data" / "sample"
WRITTEN_FOR = 2027
"""The fiscal year that the files call the present one; they hold that year and the one before."""

_TABLES: dict[str, type[Record]] = {
    "sites": Site,
    "people": Person,
    "role_grants": RoleGrant,
    "routing_rules": RoutingRule,
    "standard_items": StandardItem,
    "vendors": Vendor,
    "funds": Fund,
}
# Money comes and goes by the fiscal year; people and models do not.
_MOVES = (Fund, RoleGrant, Vendor)
_SCHOOL_YEAR = re.compile(r"\b20([0-9]{2})-([0-9]{2})\b")
_YEAR = re.compile(r"\b20[23][0-9]\b(?!-[0-9]{2}\b)")
_SUFFIX = re.compile(r"-([0-9]{2})$")
_LINE = re.compile(
    r"(?P<what>[^|:]+)(\|(?P<cents>[0-9]+)(\|(?P<kind>[a-z ]+))?)?:(?P<units>[0-9]+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """One thing of a case: a standard item by its code, or a description with a price.

    Attributes:
        category: Of what is no standard item; None for that of the case.
    """

    item_id: str = ""
    description: str = ""
    unit_cents: int = 0
    quantity: int
    category: Category | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request that somebody may make.

    Attributes:
        asked_by: Words of which one is in the job title of who would ask; empty for anybody.
    """

    case_id: str
    category: Category
    title: str
    problem: str
    impact: str
    requirements: str
    priority: Priority
    wants: tuple[Want, ...]
    asked_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What people ask for and say.

    Attributes:
        words: Sentences by kind.
    """

    cases: tuple[Case, ...]
    words: Mapping[str, tuple[str, ...]]


def load(database: Database, *, today: date, folder: Path = FOLDER) -> None:
    """Write the district's tables and the opening budgets, as if `today` were in its present year.

    The files are written for one fiscal year and the one before; they are moved by whole years, so
    that `today` always falls in the present one.

    Raises:
        StoreError: A file holds something that no record can be made of; the message says where.
    """
    years = fiscal_year(today) - WRITTEN_FOR
    with database.write() as work:
        for name, record in _TABLES.items():
            moved = years if record in _MOVES else 0
            work.insert_all(_records(record, folder / f"{name}.csv", moved))
        post(work, _budgets(folder / "funds.csv", years, today))


def texts(folder: Path = FOLDER) -> Texts:
    """What people ask for and say.

    Raises:
        StoreError: A case cannot be read; the message says which.
    """
    words: dict[str, list[str]] = defaultdict(list)
    for row in _rows(folder / "words.csv"):
        words[row["kind"]].append(row["text"])
    return Texts(
        cases=tuple(_case(row) for row in _rows(folder / "request_cases.csv")),
        words={kind: tuple(said) for kind, said in words.items()},
    )


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise StoreError(f"The sample data is not complete: {error}.") from None


def _records(record: type[R], path: Path, years: int) -> Iterator[R]:
    columns = {column.name: column for column in describe(record)}
    for number, row in enumerate(_rows(path), start=2):
        try:
            values = {
                name: _value(columns[name], text, years)
                for name, text in row.items()
                if name in columns
            }
        except ValueError as error:
            raise StoreError(f"{path.name}, line {number}: {error}") from None
        if wrong := problems(record, values):
            raise StoreError(f"{path.name}, line {number}: {wrong[0].message}")
        yield record(**values)


def _value(column: Column, text: str, years: int) -> Any:  # noqa: ANN401  # the column decides the type
    if column.kind is Kind.MONEY:
        return int(text)  # whole cents, as every file here holds them
    if column.kind in {Kind.TEXT, Kind.REFERENCE} and years:
        text = _moved_text(column.name, text, years)
    value = from_text(column, text)
    if years and column.name == "fiscal_year":
        return value + years
    return moved_day(value, years) if isinstance(value, date) else value


def moved_day(day: date, years: int) -> date:
    """The same day of another year; February 29 becomes February 28."""
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap_day else day.day)


def _moved_text(name: str, text: str, years: int) -> str:
    """A text with the years it names moved: `2026-27` in a name, `-27` at the end of a code."""
    text = _SCHOOL_YEAR.sub(
        lambda found: f"20{int(found[1]) + years:02d}-{int(found[2]) + years:02d}", text
    )
    text = _YEAR.sub(lambda found: str(int(found[0]) + years), text)
    if name not in {"fund_id", "account_code"}:
        return text
    return _SUFFIX.sub(lambda found: f"-{int(found[1]) + years:02d}", text)


def _budgets(path: Path, years: int, today: date) -> Iterator[Entry]:
    move = partial(_moved_text, "fund_id", years=years) if years else str
    for row in _rows(path):
        starts_on = moved_day(date.fromisoformat(row["starts_on"]), years)
        yield Entry(
            fund_id=move(row["fund_id"]),
            kind=EntryKind.BUDGET,
            amount_cents=int(row["budget_cents"]),
            actor_id="lbrandt",
            # Of that day on the East Coast too, where midnight UTC is the evening before.
            posted_at=min(
                datetime.combine(starts_on, time(5), UTC), datetime.combine(today, time(), UTC)
            ),
            why="Opening budget.",
        )


def _case(row: dict[str, str]) -> Case:
    return Case(
        case_id=row["case_id"],
        category=Category(row["category"]),
        title=row["title"],
        problem=row["problem"],
        impact=row["impact"],
        requirements=row["requirements"],
        priority=Priority(row["priority"]),
        wants=tuple(_want(row["case_id"], text) for text in row["lines"].split(";")),
        asked_by=tuple(word.strip().lower() for word in row["asked_by"].split(";") if word.strip()),
    )


def _want(case_id: str, text: str) -> Want:
    found = _LINE.fullmatch(text.strip())
    if not found:
        raise StoreError(f"request_cases.csv, {case_id}: “{text}” is not “item:quantity”.")
    units = int(found["units"])
    if found["cents"] is None:
        return Want(item_id=found["what"], quantity=units)
    kind = Category(found["kind"]) if found["kind"] else None
    return Want(
        description=found["what"], unit_cents=int(found["cents"]), quantity=units, category=kind
    )
