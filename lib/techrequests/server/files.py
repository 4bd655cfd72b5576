"""Files of requests: each is given only to who may see its request, whoever knows its address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from techrequests import runtime
from techrequests.domain.errors import NotFoundError, StoreError
from techrequests.domain.visits import Visits
from techrequests.runtime import utc_now
from techrequests.server.visitors import person_behind
from techrequests.services.audit import note_refusal
from techrequests.services.talk import file_to_open
from techrequests.store.people import actor

if TYPE_CHECKING:
    from starlette.requests import Request

    from techrequests.domain.policy import Actor


_REFUSALS = Visits(most=20, seconds=60)
"""So many lines a minute may one person write into the trail by asking for files."""


async def file(asked: Request) -> Response:
    """Answer with a file of a request, to be saved and never run."""
    return await run_in_threadpool(_file, asked)


def _file(asked: Request) -> Response:
    attachment_id = asked.path_params["attachment_id"]
    who = _who(asked)
    if who is None:
        return PlainTextResponse("Please sign in first.", status_code=403)
    try:
        name, content = file_to_open(runtime.current().database, who, attachment_id)
    except NotFoundError as error:
        if _REFUSALS.again(who.person_id, utc_now()):
            note_refusal(
                runtime.current().database,
                actor_id=who.person_id,
                about=f"file {attachment_id}",
                detail=str(error),
                now=utc_now(),
            )
        return PlainTextResponse(str(error), status_code=404)
    except StoreError as error:
        return PlainTextResponse(str(error), status_code=503)
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "cache-control": "private, no-store",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


def _who(asked: Request) -> Actor | None:
    running = runtime.current()
    # In the sample district anybody can be anybody, on this computer.
    person_id = (
        asked.query_params.get("as") if running.settings.demo else person_behind(asked.scope)
    )
    today = utc_now().astimezone(running.database.zone).date()
    try:
        with running.database.read() as reader:
            return actor(reader, person_id, today) if person_id else None
    except NotFoundError:
        return None
