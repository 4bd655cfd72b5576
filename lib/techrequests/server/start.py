"""Start and stop: open the store before the first visitor, close it after the last."""

from __future__ import annotations

import gc
import importlib
import logging
import os
import warnings
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from streamlit import config

from techrequests import runtime
from techrequests.background import Background, jobs, sheet_jobs
from techrequests.domain.errors import SettingsError, TechRequestsError
from techrequests.server.access import DEMO_IS_LOCAL
from techrequests.server.damping import damp_everything
from techrequests.server.open_files import raise_limit
from techrequests.server.request_scope import is_loopback
from techrequests.setting_probes import probe
from techrequests.settings import Settings
from techrequests.store import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.requests import Request

_log = logging.getLogger(__name__)


def secrets() -> Mapping[str, Any] | None:
    """What Streamlit must know of the settings to let people sign in; see `st.App(secrets=)`."""
    try:
        settings = Settings.read()
    except SettingsError:
        return None  # the start itself says what is wrong
    return {"auth": dict(settings.auth)} if settings.auth and not settings.demo else None


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """Open the store before the first visitor, and close it after the last."""
    _speak()
    # What is written holds names and prices: only whoever runs the server may read it.
    os.umask(0o077)
    damp_everything()
    settings = Settings.read()
    if settings.demo and not is_loopback(config.get_option("server.address")):
        raise SettingsError(
            f"{DEMO_IS_LOCAL} Start it with --server.address 127.0.0.1, or turn the demo off."
        )
    probe(settings)
    raise_limit()
    running = runtime.start(settings)
    _warm_up(settings)
    todo = (jobs(running), sheet_jobs(running))
    beside = [Background(some, running.now) for some in todo if some]
    for one in beside:
        one.start()
    _log.info("started: it listens at %s, and people reach it at %s", _here(), settings.base_url)
    try:
        yield
    finally:
        _log.info("stopping")
        for one in beside:
            one.stop()
        runtime.stop()
        _log.info("stopped; the database is closed")


def _load_sign_in() -> None:
    """Load what signs people in, without its word about its own future to whoever reads our log."""
    deprecate = importlib.import_module("authlib.deprecate")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", deprecate.AuthlibDeprecationWarning)
        importlib.import_module("authlib.integrations.starlette_client")


def _here() -> str:
    """Where the server has bound its socket, which it does before this."""
    address = config.get_option("server.address") or "every address of this computer"
    return f"{address} port {config.get_option('server.port')}"


def _warm_up(settings: Settings) -> None:
    """Load what the first visitor should not wait for, and the collector need not look at."""
    importlib.import_module("pandas")
    importlib.import_module("altair")
    if settings.auth and not settings.demo:
        _load_sign_in()
    gc.collect()
    gc.freeze()


def _speak() -> None:
    """Write what is worth knowing to stderr: by itself Python tells only of trouble."""
    told = logging.StreamHandler()
    told.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    ours = logging.getLogger("techrequests")
    ours.handlers[:] = [told]
    ours.setLevel(logging.INFO)


def health(_: Request) -> JSONResponse:
    """Say whether the store answers; `statements` and `commits` count since the start."""
    database = runtime.current().database
    counts = {"statements": database.statements.total, "commits": database.commits.total}
    try:
        schema = migrate.version(database)
    except TechRequestsError as error:
        return JSONResponse({"status": "failing", "why": str(error), **counts}, status_code=503)
    return JSONResponse({"status": "ok", "schema": schema, **counts})
