"""What could be done instead of buying what a request asks for, and what an approval named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from techrequests.store.request_lists import OPEN, PRIORITY_ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Reader

_MOST_SPARES = 2
_MOST_CHEAPER = 2
_SHORTEST_WORD = 5
"""Of those that say what something is: “one”, “year” and “USB” are of many kinds."""

_OPEN_AT_SITE = f"""
    SELECT r.request_id, r.title, r.priority, r.status, r.estimate_cents,
           CAST(count(*) OVER () AS INTEGER) AS together
    FROM tech_request r
    WHERE r.site_id = $site_id AND r.request_id <> $besides AND {OPEN}
    ORDER BY {PRIORITY_ORDER}, r.stage_since
    LIMIT 20
"""  # noqa: S608  # a constant


def open_at_site(reader: Reader, site_id: str, *, besides: str) -> list[dict[str, Any]]:
    """The most urgent other open requests, at most 20.

    Returns:
        A row each: request_id, title, priority, status, estimate_cents, and how many there are
        together.
    """
    return reader.rows(_OPEN_AT_SITE, site_id=site_id, besides=besides)


def alternatives(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What there is already, then what costs less, the most helpful first.

    Args:
        rows: From `store.spares.before_buying`.

    Returns:
        Rows of what `spare`, and of what `cheaper` for at most two standard items of the same kind.
    """
    known = list(rows)
    spare = [row for row in known if row["what"] == "spare"]
    cheaper = [row for row in known if row["what"] == "cheaper" and _alike(row)]
    return [
        *sorted(spare, key=lambda row: -row["units"])[:_MOST_SPARES],
        *sorted(cheaper, key=lambda row: row["cents"])[:_MOST_CHEAPER],
    ]


def _alike(row: dict[str, Any]) -> bool:
    """Whether two items are of one kind: a category holds as different things as its words do."""
    return bool(_words(row["item"]) & _words(row["words"]))


def _words(name: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]+", name.lower()) if len(word) >= _SHORTEST_WORD}


def fund_of_approval(reader: Reader, request: TechRequest) -> str | None:
    """The fund that the standing approval of a request named; None when it named none."""
    found: str | None = reader.value(
        "SELECT fund_id FROM standing_approval WHERE request_id = $request_id",
        request_id=request.request_id,
    )
    return found
