"""Start the app, and write the sample district."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from techrequests.cli.command import (
    HOME,
    Command,
    Progress,
    a_path,
    at_home,
    make_folder,
    settings,
)
from techrequests.cli.listening import CONFIG_FILE, LOOPBACK, Listening, listening
from techrequests.domain.errors import SettingsError, StoreError
from techrequests.runtime import utc_now
from techrequests.setting_probes import probe
from techrequests.setting_values import PREFIX
from techrequests.settings import DEMO_DATABASE

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def _run_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--demo", action="store_true", help="the sample district, in which anybody can be anybody"
    )
    parser.add_argument("--database", type=a_path, metavar="PATH", help="the database file")
    parser.add_argument(
        "--port",
        type=int,
        help=f"where to listen (default: STREAMLIT_SERVER_PORT, else {CONFIG_FILE}, else 8501)",
    )
    parser.add_argument(
        "--address",
        help="a proxy with TLS belongs in front of any but 127.0.0.1 (default: "
        f"STREAMLIT_SERVER_ADDRESS, else {CONFIG_FILE}, else 127.0.0.1)",
    )


def _run(asked: argparse.Namespace) -> int:
    app = HOME / "app.py"
    if not app.exists():
        raise SettingsError(
            f"There is no app.py in {HOME}. Install from a checkout: pip install -e PATH."
        )
    known, where = settings(), listening(asked.address, asked.port, os.environ, HOME)
    demo = asked.demo or known.demo
    if demo and where.address not in LOOPBACK:
        raise SettingsError(
            f"The sample district answers only to this computer itself, and not at {where.address}."
            " Leave out --address and STREAMLIT_SERVER_ADDRESS."
        )
    database = asked.database or at_home(
        DEMO_DATABASE if demo and not known.demo else known.database
    )
    if demo and not database.exists():
        _write_sample(database, requests=None, seed=None)
    backups = known.backup_folder and at_home(known.backup_folder)
    probe(replace(known, database=database, backup_folder=backups))
    _refuse_taken(where)
    os.environ[f"{PREFIX}DATABASE"] = str(database)
    os.environ[f"{PREFIX}DEMO"] = str(demo)
    os.environ[f"{PREFIX}BASE_URL"] = base_url = where.reached_at(known.base_url)
    print(f"Technology Requests with {database}", flush=True)
    # Streamlit finds its settings where it is started.
    os.chdir(HOME)
    options = {
        "--server.port": str(where.port),
        "--server.address": where.address,
        # Streamlit would ask an outside host for this computer's address to print it.
        "--browser.serverAddress": urlsplit(base_url).hostname or where.address,
    }
    command = [sys.executable, "-m", "streamlit", "run", str(app), *chain(*options.items())]
    os.execv(sys.executable, command)  # noqa: S606  # our own app, by our own Python


def _refuse_taken(where: Listening) -> None:
    """Say it before Streamlit does, in words."""
    address, port = where.address, where.port
    try:
        with socket.create_server((address, port), family=where.family):
            return
    except OverflowError:
        raise SettingsError(f"There is no port {port}. Choose one up to 65535.") from None
    except PermissionError:
        raise SettingsError(f"Port {port} is for the system. Choose one from 1024.") from None
    except OSError as error:
        raise SettingsError(
            f"Port {port} at {address} cannot be used: {error.strerror}. Choose another one, "
            f"such as --port {port + 1}."
        ) from None


RUN = Command(
    name="run",
    help="Start the app",
    example="techrequests run --demo",
    arguments=_run_arguments,
    run=_run,
)


def _demo_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--database",
        type=a_path,
        metavar="PATH",
        default=HOME / DEMO_DATABASE,
        help="the file to write (default: %(default)s)",
    )
    parser.add_argument(
        "--requests", type=int, metavar="N", help="how many requests (default: a few hundred)"
    )
    parser.add_argument("--seed", type=int, metavar="S", help="another number, another district")


def _demo(asked: argparse.Namespace) -> int:
    if asked.requests is not None and asked.requests < 1:
        raise SettingsError("A district has at least one request: --requests 1 or more.")
    _write_sample(asked.database, requests=asked.requests, seed=asked.seed)
    print(f"The sample district is in {asked.database}.")
    return 0


def _write_sample(path: Path, *, requests: int | None, seed: int | None) -> None:
    if path.exists():
        raise StoreError(f"{path} exists already. Remove it first, or choose another path.")
    make_folder(path.parent)
    # Loaded only here: the app does without it.
    from techrequests.sample.generate import write_district  # noqa: PLC0415

    said: dict[str, Any] = {"requests": requests, "seed": seed}
    write_district(
        path,
        today=utc_now().date(),
        progress=Progress("Writing the sample district"),
        **{name: value for name, value in said.items() if value is not None},
    )


DEMO = Command(
    name="demo",
    help="Write the sample district into a new database",
    example="techrequests demo --database /tmp/sample.duckdb --requests 2000 --seed 3",
    arguments=_demo_arguments,
    run=_demo,
)
