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

    def test_it_serves_from_any_folder_until_ctrl_c_and_leaves_a_closed_database(
        self, path: Path, tmp_path: Path
    ) -> None:
        port = free_port()
        running = subprocess.Popen(  # our own program
            [PROGRAM, "run", "--demo", "--database", path.name, "--port", str(port)],
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        health = _answer(running, f"http://127.0.0.1:{port}/healthz")
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=PATIENCE_SECONDS)
        assert health["status"] == "ok"
        assert f"http://127.0.0.1:{port}" in out
        assert "Traceback" not in err
        assert not path.with_name(f"{path.name}.wal").exists()


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
