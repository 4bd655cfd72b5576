"""Tables that people search, filter, sort, page through and take away: one declaration each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from techrequests.domain.fields import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from techrequests.store.database import Reader

PAGE_ROWS = 50
MOST_FILE_ROWS = 200_000

_LIKE = " ILIKE $search ESCAPE '!'"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListColumn:
    """One column of a listing.

    Attributes:
        name: Its name in the DataFrame.
        sql: The expression it is read from.
        hidden: Not shown on the page, and not in files.
        aside: Not shown on the page, where there is no room for it, but in files.
        sortable: Whether the page offers to sort by it.
        opens: Whether a tap on it opens the row, as one on the key does.
        width: Pixels; None for as wide as what stands in it.
    """

    name: str
    label: str
    sql: str
    kind: Kind = Kind.TEXT
    hidden: bool = False
    aside: bool = False
    sortable: bool = True
    opens: bool = False
    width: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """One drop-down above a listing.

    Attributes:
        name: Its name in the URL.
        sql: The expression that must be one of the picked values.
        choices: The fixed values; empty when `options_sql` finds them.
        options_sql: A statement of two columns: value and words.
    """

    name: str
    label: str
    sql: str
    choices: tuple[str, ...] = ()
    options_sql: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A searchable table.

    Attributes:
        name: Prefix of its names in the URL.
        source: SQL after FROM that every row needs.
        joins: SQL after `source` that only finds words for columns: left out when rows are counted,
            unless a search or filter needs them.
        key: The column that names a row.
        search: Expressions in which the search text may stand; of `source` only.
        where: SQL that every row must meet; its parameters come from `scope` at each call.
        order: The column it is sorted by at first.
        switches: Names of the page's own switches; `where` or `scope` says what they do.
    """

    name: str
    title: str
    source: str
    joins: str = ""
    key: str
    columns: tuple[ListColumn, ...]
    search: tuple[str, ...]
    filters: tuple[ListFilter, ...] = ()
    where: str = "TRUE"
    order: str
    descending: bool = False
    switches: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[ListColumn, ...]:
        """The columns people see on the page."""
        return tuple(column for column in self.taken if not column.aside)

    @property
    def taken(self) -> tuple[ListColumn, ...]:
        """The columns people take away in files."""
        return tuple(column for column in self.columns if not column.hidden)

    def without(self, name: str) -> Listing:
        """The listing without a column and its filter, for whom they tell nothing."""
        return replace(
            self,
            columns=tuple(column for column in self.columns if column.name != name),
            filters=tuple(one for one in self.filters if one.name != name),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asks a listing for.

    Attributes:
        filters: Pairs of filter name and picked values; an absent one lets everything pass.
        order: A column name; anything else falls back to the listing's own order.
        page: From 1.
        switches: Names of the page's own switches that are on.
    """

    search: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    order: str = ""
    descending: bool = False
    page: int = 1
    switches: tuple[str, ...] = ()


def rows(
    reader: Reader,
    listing: Listing,
    asked: Asked,
    scope: Mapping[str, Any],
    *,
    most: int = PAGE_ROWS,
) -> pd.DataFrame:
    """One page of a listing: one row per `listing.key`, its columns by name."""
    sql, values = statement(listing, asked, scope, most)
    return reader.frame(sql, **values)


def statement(
    listing: Listing, asked: Asked, scope: Mapping[str, Any], most: int
) -> tuple[str, dict[str, Any]]:
    """The SQL that finds one page of a listing, and its parameters."""
    where, values = _where(listing, asked, scope)
    columns = ", ".join(f"{column.sql} AS {column.name}" for column in listing.columns)
    offset = (max(asked.page, 1) - 1) * PAGE_ROWS
    sql = (
        f"SELECT {columns} FROM {listing.source} {listing.joins} WHERE {where} "  # noqa: S608  # from code
        f"ORDER BY {_order(listing, asked)} LIMIT {most} OFFSET {offset}"
    )
    return sql, values


def total(reader: Reader, listing: Listing, asked: Asked, scope: Mapping[str, Any]) -> int:
    """How many rows there are over all pages."""
    where, values = _where(listing, asked, scope)
    return int(reader.value(f"SELECT count(*) FROM {listing.source} WHERE {where}", **values))  # noqa: S608


_LONGEST_SEARCH = 200
_ON_DASHBOARDS = """
    SELECT 'site' AS what, site_id AS value, name AS words FROM site
    UNION ALL SELECT 'fund', fund_id, name FROM fund
    UNION ALL SELECT DISTINCT 'year', CAST(fiscal_year AS TEXT), '' FROM fund
    ORDER BY words
"""


def dashboard_options(reader: Reader) -> dict[str, dict[str, str]]:
    """What a dashboard can be narrowed down to: words by value, for `year`, `site` and `fund`."""
    found: dict[str, dict[str, str]] = {"year": {}, "site": {}, "fund": {}}
    for row in reader.rows(_ON_DASHBOARDS):
        found[row["what"]][row["value"]] = row["words"]
    return found


def options(reader: Reader, picked: ListFilter) -> dict[str, str]:
    """What a filter offers: words by value."""
    if picked.choices:
        return {value: value[:1].upper() + value[1:] for value in picked.choices}
    found = reader.run(picked.options_sql).fetchall()
    return {str(value): str(words) for value, words in found}


def _where(listing: Listing, asked: Asked, scope: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    parts, values = [f"({listing.where})"], dict(scope)
    if text := asked.search.strip():
        parts.append(f"({' OR '.join(sql + _LIKE for sql in listing.search)})")
        values["search"] = containing(text)
    picks = dict(asked.filters)
    for one in listing.filters:
        if picked := picks.get(one.name):
            parts.append(f"{one.sql} = ANY(${one.name})")
            values[one.name] = list(picked)
    return " AND ".join(parts), values


def containing(text: str) -> str:
    """The pattern of `ILIKE … ESCAPE '!'` for values that hold a text, or its first characters.

    Nobody types a search that long; a pasted one is compared with every value of a table.
    """
    literal = text[:_LONGEST_SEARCH].replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{literal}%"


def _order(listing: Listing, asked: Asked) -> str:
    known = {column.name: column.sql for column in listing.columns if column.sortable}
    chosen = asked.order in known
    sql = known[asked.order] if chosen else known[listing.order]
    way = "DESC" if (asked.descending if chosen else listing.descending) else "ASC"
    key = next(column.sql for column in listing.columns if column.name == listing.key)
    return f"{sql} {way} NULLS LAST, {key}"
