"""Where the app listens: as typed, else from the environment, else from `config.toml`."""

from __future__ import annotations

import socket
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from techrequests.domain.errors import SettingsError
from techrequests.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LOOPBACK = ("127.0.0.1", "localhost", "::1")
CONFIG_FILE = ".streamlit/config.toml"

_USUAL = {"address": "127.0.0.1", "port": 8501}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """An address of this computer, and a port there."""

    address: str
    port: int

    @property
    def family(self) -> socket.AddressFamily:
        """Of its socket."""
        return socket.AF_INET6 if ":" in self.address else socket.AF_INET

    def reached_at(self, base_url: str) -> str:
        """Where people reach the app: as the district says, else at this port of this computer."""
        return f"http://127.0.0.1:{self.port}" if base_url == Settings().base_url else base_url


def listening(
    address: str | None, port: int | None, environment: Mapping[str, str], home: Path
) -> Listening:
    """Where to listen.

    Args:
        address: As typed after `--address`, which wins.
        port: As typed after `--port`.
        environment: Of the process, with Streamlit's own names.
        home: The checkout, with Streamlit's own file.

    Raises:
        SettingsError: A port is no number, or the file cannot be read.
    """
    of_file = _server_table(home / CONFIG_FILE)
    found = {
        name: environment.get(f"STREAMLIT_SERVER_{name.upper()}") or of_file.get(name) or usual
        for name, usual in _USUAL.items()
    }
    return Listening(
        address=address or str(found["address"]),
        port=_number(found["port"]) if port is None else port,
    )


def _server_table(path: Path) -> Mapping[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("server", {})
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Mend the file.") from None
    return table if isinstance(table, dict) else {}


def _number(given: object) -> int:
    text = str(given).strip()
    if not (text.isascii() and text.isdigit()):
        raise SettingsError(
            f"STREAMLIT_SERVER_PORT (server.port in {CONFIG_FILE}) must be a port, such as 8600."
        )
    return int(text)
