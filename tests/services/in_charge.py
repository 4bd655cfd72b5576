"""Somebody is put in charge of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builders import NOON, the_request, who
from techrequests.services.review import AssignAsked

if TYPE_CHECKING:
    from collections.abc import Callable

    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database


def assign(
    database: Database,
    service: Callable[..., TechRequest],
    by: str,
    to: str,
    **said: Any,  # noqa: ANN401
) -> TechRequest:
    """Ask a service to put somebody in charge of the only request."""
    request = the_request(database, "TR-2027-0001")
    usual: dict[str, Any] = {
        "request_id": request.request_id,
        "seen_version": request.version,
        "person_id": to,
        "note": "Holiday.",
    }
    return service(database, who(database, by), AssignAsked(**{**usual, **said}), now=NOON)
