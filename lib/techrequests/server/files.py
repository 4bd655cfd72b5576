"""Files of requests: each is given only to who may see its request, whoever knows its address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from techrequests import runtime
from techrequests.domain.errors import NotFoundError, StoreError
from techrequests.server.identity import actor_behind
from techrequests.services.comments import file_to_open

if TYPE_CHECKING:
    from starlette.requests import Request


async def file(asked: Request) -> Response:
    """Answer with a file of a request, to be saved and never run."""
    return await run_in_threadpool(_file, asked)


def _file(asked: Request) -> Response:
    attachment_id = asked.path_params["attachment_id"]
    who = actor_behind(asked)
    if who is None:
        return PlainTextResponse("Please sign in first.", status_code=403)
    try:
        name, content = file_to_open(runtime.current().database, who, attachment_id)
    except NotFoundError as error:
        runtime.current().note_refusal(f"file {attachment_id}", str(error), person_id=who.person_id)
        return PlainTextResponse(str(error), status_code=404)
    except StoreError as error:
        return PlainTextResponse(str(error), status_code=503)
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "cache-control": "private, no-store",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)
