"""A request in any status, brought there by the real services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builders.goods import handed_over, received, ticked
from builders.people import named
from builders.purchasing import allocated, chosen, ordered, quoted
from builders.requests import decided, drafted, reviewed, stepped, submitted
from techrequests.domain.techrequest import Status, TechRequest
from techrequests.domain.workflow import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from techrequests.store.database import Database


def in_status(database: Database, status: Status, **said: Any) -> TechRequest:  # noqa: ANN401
    """A request that the real services brought to a status; `said` goes to `submitted`."""
    return WAYS[status](database, said)


def _draft(database: Database, said: dict[str, Any]) -> TechRequest:
    return drafted(database, **said)


def _in_review(database: Database, said: dict[str, Any]) -> TechRequest:
    return submitted(database, **said)


def _needs_information(database: Database, said: dict[str, Any]) -> TechRequest:
    request = _in_review(database, said)
    return stepped(
        database, request, Action.ASK, named(request.reviewer_id), note="Which room is it for?"
    )


def _awaiting_approval(database: Database, said: dict[str, Any]) -> TechRequest:
    return reviewed(database, _in_review(database, said))


def _quoting(database: Database, said: dict[str, Any]) -> TechRequest:
    fund_id = said.pop("fund_id", None)
    return decided(database, _awaiting_approval(database, said), fund_id=fund_id)


def _funding(database: Database, said: dict[str, Any]) -> TechRequest:
    return chosen(database, quoted(database, _quoting(database, said)))


def _ordered(database: Database, said: dict[str, Any]) -> TechRequest:
    return ordered(database, allocated(database, _funding(database, said)))


def _deploying(database: Database, said: dict[str, Any]) -> TechRequest:
    return received(database, _ordered(database, said))


def _delivered(database: Database, said: dict[str, Any]) -> TechRequest:
    return handed_over(database, ticked(database, _deploying(database, said)))


def _closed(database: Database, said: dict[str, Any]) -> TechRequest:
    request = _delivered(database, said)
    return stepped(database, request, Action.CONFIRM, request.requester_id)


def _declined(database: Database, said: dict[str, Any]) -> TechRequest:
    return reviewed(
        database,
        _in_review(database, said),
        action=Action.DECLINE,
        note="The room has no power outlet for it.",
        alternatives="Use the cart in room 12.",
    )


def _denied(database: Database, said: dict[str, Any]) -> TechRequest:
    return decided(
        database,
        _awaiting_approval(database, said),
        action=Action.DENY,
        note="Not this year.",
        alternatives="Ask again in July.",
    )


def _withdrawn(database: Database, said: dict[str, Any]) -> TechRequest:
    request = _in_review(database, said)
    return stepped(database, request, Action.WITHDRAW, request.requester_id)


def _cancelled(database: Database, said: dict[str, Any]) -> TechRequest:
    request = _quoting(database, said)
    return stepped(database, request, Action.CANCEL, named(request.reviewer_id))


WAYS: dict[Status, Callable[[Database, dict[str, Any]], TechRequest]] = {
    Status.DRAFT: _draft,
    Status.IN_REVIEW: _in_review,
    Status.NEEDS_INFORMATION: _needs_information,
    Status.AWAITING_APPROVAL: _awaiting_approval,
    Status.QUOTING: _quoting,
    Status.FUNDING: _funding,
    Status.ORDERED: _ordered,
    Status.DEPLOYING: _deploying,
    Status.DELIVERED: _delivered,
    Status.CLOSED: _closed,
    Status.DECLINED: _declined,
    Status.DENIED: _denied,
    Status.WITHDRAWN: _withdrawn,
    Status.CANCELLED: _cancelled,
}
