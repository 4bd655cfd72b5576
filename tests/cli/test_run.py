"""The server as people start it."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import httpx

from cli.program import PROGRAM, environment, path, refused
from patience import PATIENCE_SECONDS
from serving import free_port
from techrequests.cli.listening import listening

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["path"]


class TestRun:
    def test_a_port_that_is_taken_is_told_with_another_to_try(self, path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            said = refused("run", "--database", path, "--port", port)
        assert f"Port {port}" in said
        assert f"--port {port + 1}" in said

    def test_what_cannot_be_used_is_told_before_anything_starts(
        self, path: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "file").touch()
        said = refused("run", "--database", path, BACKUP_FOLDER=str(tmp_path / "file" / "backups"))
        assert "TECHREQUESTS_BACKUP_FOLDER" in said
        assert "not a directory" in said

    def test_it_serves_from_any_folder_until_ctrl_c_and_leaves_a_closed_database(
        self, path: Path, tmp_path: Path
    ) -> None:
        port = free_port()
        running = _run(path.name, "--demo", "--port", str(port), cwd=tmp_path)
        health = _answer(running, f"http://127.0.0.1:{port}/healthz")
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=PATIENCE_SECONDS)
        assert health["status"] == "ok"
        assert "Traceback" not in err
        assert not path.with_name(f"{path.name}.wal").exists()
        # Only what is true, and when it is: nothing before the start, the end when it is over.
        assert out == f"Technology Requests with {path}\n"
        here = (
            f"it listens at 127.0.0.1 port {port}, and people reach it at http://127.0.0.1:{port}"
        )
        told = [line.partition(" INFO ")[2] for line in err.splitlines()]
        assert [line for line in told if here in line]
        assert [line for line in told if line.startswith("stop")] == [
            "stopping",
            "stopped; the database is closed",
        ]

    def test_the_port_of_the_environment_holds_as_config_toml_says(
        self, path: Path, tmp_path: Path
    ) -> None:
        port = free_port()
        running = _run(path.name, cwd=tmp_path, STREAMLIT_SERVER_PORT=str(port))
        health = _answer(running, f"http://127.0.0.1:{port}/healthz")
        running.send_signal(signal.SIGTERM)
        _, err = running.communicate(timeout=PATIENCE_SECONDS)
        assert health["status"] == "ok"
        # Links in e-mails follow the port where the district says no other address.
        assert f"people reach it at http://127.0.0.1:{port}" in err

    def test_the_address_of_the_environment_holds_too(self, path: Path) -> None:
        said = refused("run", "--demo", "--database", path, STREAMLIT_SERVER_ADDRESS="0.0.0.0")  # noqa: S104  # refused
        assert "only to this computer itself, and not at 0.0.0.0" in said
        port = refused("run", "--database", path, STREAMLIT_SERVER_PORT="many")
        assert "STREAMLIT_SERVER_PORT (server.port in .streamlit/config.toml)" in port

    def test_a_port_is_typed_else_of_the_environment_else_of_the_file(self, tmp_path: Path) -> None:
        def port(typed: int | None, **environment: str) -> int:
            return listening(None, typed, environment, tmp_path).port

        assert port(None) == 8501
        (tmp_path / ".streamlit").mkdir()
        (tmp_path / ".streamlit" / "config.toml").write_text("[server]\nport = 8600\n")
        assert port(None) == 8600
        assert port(None, STREAMLIT_SERVER_PORT="8700") == 8700
        assert port(8800, STREAMLIT_SERVER_PORT="8700") == 8800


def _run(database: str, *options: str, cwd: Path, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # our own program
        [PROGRAM, "run", "--database", database, *options],
        cwd=cwd,
        env=environment() | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _answer(running: subprocess.Popen[str], address: str) -> dict[str, object]:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and running.poll() is None:
        try:
            found: dict[str, object] = httpx.get(address, timeout=PATIENCE_SECONDS).json()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return found
    running.kill()
    raise AssertionError(running.communicate())
