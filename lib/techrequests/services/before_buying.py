"""What whoever reviews or decides should know before anything is bought."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from techrequests.domain.workflow import Action
from techrequests.services.spares import proposed
from techrequests.store import spares

if TYPE_CHECKING:
    from techrequests.services.cases import Case
    from techrequests.store.database import Database
    from techrequests.store.spares import Spare


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeBuying:
    """What there is instead of a purchase; `store.spares.before_buying` says what the rows are.

    Attributes:
        proposed: Units that would do for the whole request; empty when stock does not cover it.
        kept: Units that are kept for it already.
    """

    spare: tuple[dict[str, Any], ...]
    on_order: tuple[dict[str, Any], ...]
    paid: tuple[dict[str, Any], ...]
    notes: tuple[dict[str, Any], ...]
    cheaper: tuple[dict[str, Any], ...]
    proposed: tuple[Spare, ...]
    kept: tuple[Spare, ...]


def before_buying(database: Database, case: Case) -> BeforeBuying:
    """Spares, open orders, the last price and the catalog's notes for the items of a request."""
    request = case.request
    with database.read() as reader:
        rows = spares.before_buying(reader, request.request_id)
        reviewed = case.may(Action.USE_SPARE)
        fitting = proposed(reader, case.actor, request, case.lines) if reviewed else ()
        kept = spares.kept_for(reader, request.request_id) if case.facts.spares else []
    of_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        of_kind[row["what"]].append(row)
    return BeforeBuying(
        spare=tuple(of_kind["spare"]),
        on_order=tuple(of_kind["on order"]),
        paid=tuple(of_kind["paid"]),
        notes=tuple(of_kind["note"]),
        cheaper=tuple(of_kind["cheaper"]),
        proposed=fitting,
        kept=tuple(kept),
    )
