"""The real web server, started as people start it."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from builders import funds_around, settle
from patience import PATIENCE_SECONDS
from techrequests.domain.audit import AuditEvent
from techrequests.server.forged_messages import NO_SUCH, NOT_FOR_PAGES
from techrequests.store.database import Database
from techrequests.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]

APP_AT = "tests/app_at.py"
"""The app by a clock that stands; set it by `stand` before the start."""

_PORTS = range(10_000, 30_000)
"""Below those that a system gives to whoever asks for any, which would be taken in between."""

_TAKEN = "is not available"


@dataclass(slots=True)
class Server:
    """A server that was started.

    Attributes:
        log: The file into which it writes what it has to say.
        again: Starts the same once more, over a database.
        elsewhere: Starts the same on another port, where it need not be this one.
    """

    process: subprocess.Popen[bytes]
    port: int
    database: Path
    log: Path = field(repr=False)
    again: Callable[[Path], Server] = field(repr=False)
    elsewhere: Callable[[], Server] | None = field(repr=False, default=None)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask it for a path."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.get(f"{self.address}{path}", headers=named, timeout=PATIENCE_SECONDS)

    def wait(self) -> Server:
        """Come back when it answers."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.get("/healthz").raise_for_status()
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return self
        self.process.kill()
        if self.elsewhere and _TAKEN in self.said():
            self._become(self.elsewhere())
            return self.wait()
        raise RuntimeError(f"it did not start: {self.said()}")

    def stop(self) -> str:
        """Stop it as a service manager does; what it wrote."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=PATIENCE_SECONDS)
        return self.said()

    def restart(self, database: Path | None = None) -> None:
        """Stop it if it still runs, and start the same on the same port, or over another file."""
        self.stop()
        self._become(self.again(database or self.database).wait())

    def _become(self, new: Server) -> None:
        self.process, self.port, self.log = new.process, new.port, new.log
        self.database = new.database
        self.again, self.elsewhere = new.again, new.elsewhere

    def said(self) -> str:
        """What it has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def said_at_start(self) -> str:
        """What a server writes that is expected not to start."""
        assert self.process.wait(timeout=PATIENCE_SECONDS) != 0
        return self.said()


def free_port() -> int:
    """A port on which nobody listens yet."""
    while True:
        port = random.choice(_PORTS)  # noqa: S311  # no secret
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def start(
    database: Path,
    *options: str,
    app: str = "app.py",
    port: int = 0,
    under: tuple[str, ...] = (),
    **settings: str,
) -> Server:
    """Start the app over a database; it may need a moment to answer, see `Server.wait`.

    Args:
        database: Its DuckDB file.
        options: Of Streamlit, such as `--server.address=0.0.0.0`.
        app: The script, from the top of the project.
        port: Where it listens; by default wherever nobody does.
        under: A command that starts it, such as one that sets its limits.
        settings: Of the product: `DEMO="1"` is `TECHREQUESTS_DEMO` in its environment.
    """
    same = partial(start, database, *options, app=app, under=under)
    elsewhere = None if port else partial(same, port=0, **settings)
    port = port or free_port()
    handle, log = tempfile.mkstemp(prefix="server-", suffix=".log")
    with os.fdopen(handle, "wb") as out:
        process = subprocess.Popen(  # our own server
            [
                *under,
                *(sys.executable, "-m", "streamlit", "run", app, "--server.port", str(port)),
                *options,
            ],
            cwd=ROOT,
            env=os.environ
            | {"TECHREQUESTS_DATABASE": str(database)}
            | {f"TECHREQUESTS_{name}": value for name, value in settings.items()},
            stdout=out,
            stderr=subprocess.STDOUT,
        )

    def again(file: Path) -> Server:
        return start(file, *options, app=app, port=port, under=under, **settings)

    return Server(process, port, database, Path(log), again, elsewhere)


def small_district(folder: Path) -> Path:
    """A database file with the small district of `builders`, and its funds as of today.

    Real servers have the real clock: a fund that lasted a certain year would end with it.
    """
    path = folder / "district.duckdb"
    opened = Database.open(path, create=True)
    migrate(opened)
    settle(opened, funds_around(datetime.now(UTC).date()))  # noqa: TID251  # as the server
    opened.close()
    return path


def stand(database: Path, now: datetime) -> None:
    """Let the clock of `APP_AT` over this database stand at a moment."""
    new = database.with_suffix(".new-clock")
    new.write_text(now.isoformat(), encoding="utf-8")
    new.replace(database.with_suffix(".clock"))


def an_hour_ahead() -> datetime:
    """A moment for `stand`: whoever signs in during the next hour did so before it."""
    return datetime.now(UTC) + timedelta(hours=1)  # noqa: TID251  # providers have clocks too


def forgeries(path: Path) -> list[AuditEvent]:
    """What came to a server that has ended, and no browser says; people at work write none."""
    database = Database.open(path, read_only=True)
    with database.read() as reader:
        refusals = reader.find(AuditEvent, "WHERE kind = 'refusal'")
    database.close()
    return [one for one in refusals if one.detail.startswith((*NO_SUCH.values(), NOT_FOR_PAGES))]
