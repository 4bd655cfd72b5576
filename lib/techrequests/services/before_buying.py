"""What whoever reviews or decides should know before anything is bought."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from techrequests.services.spares import proposed, unit_words
from techrequests.store import spares
from techrequests.store.people import site_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from techrequests.domain.assets import Asset
    from techrequests.services.cases import Case
    from techrequests.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeBuying:
    """What there is instead of a purchase; `store.spares.before_buying` says what the rows are.

    Attributes:
        proposed: Units that would do for the whole request; empty when stock does not cover it.
        kept: Units that are kept for it already.
        sites: Names of sites by code, of those units.
    """

    spare: tuple[dict[str, Any], ...]
    on_order: tuple[dict[str, Any], ...]
    paid: tuple[dict[str, Any], ...]
    notes: tuple[dict[str, Any], ...]
    proposed: tuple[Asset, ...]
    kept: tuple[Asset, ...]
    sites: Mapping[str, str]

    def words(self, units: Iterable[Asset]) -> str:
        """Units with where they are: “A-100023 at Maple Ridge Elementary School”."""
        return unit_words(units, self.sites)


def before_buying(database: Database, case: Case) -> BeforeBuying:
    """Spares, open orders, the last price and the catalog's notes for the items of a request."""
    request = case.request
    with database.read() as reader:
        rows = spares.before_buying(reader, request.request_id)
        fitting = proposed(reader, case.actor, request, case.lines)
        kept = spares.kept_for(reader, request.request_id)
        sites = site_names(reader, {unit.site_id for unit in (*fitting, *kept)})
    of_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        of_kind[row["what"]].append(row)
    return BeforeBuying(
        spare=tuple(of_kind["spare"]),
        on_order=tuple(of_kind["on order"]),
        paid=tuple(of_kind["paid"]),
        notes=tuple(of_kind["note"]),
        proposed=fitting,
        kept=tuple(kept),
        sites=sites,
    )
