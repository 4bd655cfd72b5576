"""Tables as files: each is given only to who may see it on its page, whoever knows its address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from techrequests import runtime
from techrequests.domain.errors import InvalidError, NotAllowedError, NotFoundError, StoreError
from techrequests.exchange.csv_out import csv_file
from techrequests.exchange.exports import taken_away
from techrequests.exchange.workbook_out import workbook_file
from techrequests.server.identity import actor_behind

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from techrequests.exchange.grid import Grid

CSV, WORKBOOK = "csv", "xlsx"
_TYPES = {
    CSV: "text/csv; charset=utf-8",
    WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CODES = {NotFoundError: 404, InvalidError: 413, StoreError: 503}


async def table(asked: Request) -> Response:
    """Answer with a table as a file, to be saved and never shown in the page."""
    return await run_in_threadpool(_table, asked)


def _table(asked: Request) -> Response:
    name, _, ending = asked.path_params["file_name"].rpartition(".")
    who = actor_behind(asked)
    if who is None:
        return PlainTextResponse("Please sign in first.", status_code=403)
    database = runtime.current().database
    now = runtime.current().now()
    if ending not in _TYPES:
        return PlainTextResponse("There are tables as .csv and as .xlsx.", status_code=404)
    try:
        query = tuple(asked.query_params.multi_items())
        content = _content(taken_away(database, who, name, query, now=now), ending, now)
    except NotAllowedError as error:
        runtime.current().note_refusal(f"table {name}", str(error), person_id=who.person_id)
        return PlainTextResponse(str(error), status_code=403)
    except (NotFoundError, InvalidError, StoreError) as error:
        return PlainTextResponse(str(error), status_code=_CODES[type(error)])
    file_name = quote(f"{name}-{now:%Y-%m-%d}.{ending}")
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{file_name}",
        "cache-control": "private, no-store",
    }
    return Response(content, media_type=_TYPES[ending], headers=headers)


def _content(grid: Grid, ending: str, now: datetime) -> bytes:
    return csv_file(grid) if ending == CSV else workbook_file(grid, now)
