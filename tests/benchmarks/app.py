"""The real app with one more route, for a benchmark that cannot look into another process."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from starlette.responses import JSONResponse
from starlette.routing import Route

from techrequests import runtime, server

if TYPE_CHECKING:
    from starlette.requests import Request


def measure(asked: Request) -> JSONResponse:
    """CPU milliseconds of this process and SQL statements so far.

    With `?forget` the pages take every answer that they remember for outdated, as after a save.
    """
    database = runtime.current().database
    if "forget" in asked.query_params:
        database.commits.add()
    return JSONResponse(
        {"cpu_ms": time.process_time() * 1000, "statements": database.statements.total}
    )


app = st.App(
    Path(__file__).resolve().parents[2] / "lib" / "techrequests" / "ui" / "shell.py",
    lifespan=server.lifespan,
    routes=[*server.ROUTES, Route("/measure", measure)],
    middleware=server.MIDDLEWARE,
)
