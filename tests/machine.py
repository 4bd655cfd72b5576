"""A machine as the guides tell to set one up: their commands run by the user they name.

Its folders lie below one of this computer's, which is put in front of the paths of the system in
every command. Where the tests run as root, the app's user is another one, as on a real server.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from cli.program import environment
from patience import PATIENCE_SECONDS
from serving import ROOT, free_port

_ANOTHER_USER = 64_123
"""Of nobody on this computer."""

_OURS = ("/usr/local", "/var/lib/techrequests", "/var/backups/techrequests")
_SITE_PACKAGES = next(path for path in sys.path if path.endswith("site-packages"))
_RUN = re.compile(r"(bin/| |^)techrequests run$")
_BACKUP = re.compile(r"(\S+)/district-\d{8}T\d{6}Z\.duckdb")

CANNOT = {
    r"apt-get install": "the system's packages belong to whoever runs this computer",
    r"useradd": "so do its users; there is one of no name instead",
    r"pip install": "takes minutes and the network; the very packages are here already",
    r"daemon-reload|journalctl": "needs systemd; what the unit says is tried by itself",
    r"nginx": "this computer's own is not ours to change; proxy.py runs one with these very lines",
    r"curl --fail https://": "needs the district's name; tests of the sign-in go through nginx",
    r"run --address 10\.": "needs a network of several computers",
    r"techrequests run --demo": "asks for nobody's user; test_run.py starts it",
    r"^make |bin/pytest|^python3 -m venv": "that is how these tests were started",
    r"techrequests sync": "needs Google; test_sync.py has one of its own",
}
"""What of the guides cannot be done here, and why."""


def lines_of(guide: str) -> list[str]:
    """The commands of a guide in their order, without comments."""
    text = (ROOT / guide).read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", text, flags=re.DOTALL | re.MULTILINE)
    lines = (line for block in blocks for line in textwrap.dedent(block).splitlines())
    return [words for line in lines if (words := re.sub(r"(^| +)# .*", "", line).strip())]


def cannot(line: str) -> str:
    """Why a command cannot be done here; empty when it can."""
    return next((why for words, why in CANNOT.items() if re.search(words, line)), "")


@dataclass(slots=True)
class Machine:
    """A server in a folder.

    Attributes:
        root: What stands before the paths of the system.
        port: Where the app listens.
        user: Number of the app's user; our own where we may be no other.
    """

    root: Path
    port: int = field(default_factory=free_port)
    user: int = field(init=False)
    _cwd: Path = field(init=False)
    _python: str = field(init=False)
    _app: subprocess.Popen[str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.user, self._python = _user_and_python()
        self._cwd = self.root
        for folder in ("bin", "usr/local/bin", "var/lib", "var/backups"):
            (self.root / folder).mkdir(parents=True)
        self._program("sudo", f'[ "$1" = -u ] || exec "$@"\nshift 2\n{self._as_user()} "$@"')

    @property
    def home(self) -> Path:
        """The checkout."""
        return self.root / "usr/local/techrequests"

    @property
    def said(self) -> str:
        """What the app wrote since its last start."""
        return (self.root / "app.log").read_text(encoding="utf-8")

    def do(self, line: str) -> str:
        """Do a command of a guide; what it said.

        Raises:
            AssertionError: It went wrong.
        """
        if line.startswith("cd "):
            self._cwd = Path(self._here(line.removeprefix("cd ")))
        elif found := re.search(r"systemctl (stop|start|enable)", line):
            self.stop() if found[1] == "stop" else self.start(_unit()["ExecStart"])
        elif _RUN.search(line):
            self.start(line)
            self.stop()
        else:
            return self._done(line)
        return ""

    def start(self, words: str) -> None:
        """Start the app as its user, and wait until it answers."""
        with (self.root / "app.log").open("w") as out:
            self._app = subprocess.Popen(
                ["sh", "-c", f"{self._as_user()} env {self._here(words)}"],
                cwd=self._cwd,
                env=self._environment(),
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
            )
        address = f"http://127.0.0.1:{self.port}/healthz"
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end and self._app.poll() is None:
            with suppress(httpx.TransportError):
                assert httpx.get(address, timeout=PATIENCE_SECONDS).status_code == 200
                return
            time.sleep(0.1)
        raise AssertionError(self.said)

    def stop(self) -> None:
        """Stop the app as systemd does, if it runs."""
        if self._app:
            self._app.terminate()
            self._app.wait(timeout=PATIENCE_SECONDS)
            self._app = None

    def backups(self, folder: Path) -> list[Path]:
        """The finished backups of a folder, oldest first; there is one before this comes back."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            if found := sorted(path.with_suffix("") for path in folder.glob("*.duckdb.json")):
                return found
            time.sleep(0.1)
        raise AssertionError(f"no backup in {folder}: {self.said}")

    def _done(self, line: str) -> str:
        words = self._here(line)
        if found := _BACKUP.search(words):
            words = words.replace(found[0], str(self.backups(Path(found[1]))[-1]))
        done = subprocess.run(  # as the guides say it
            ["bash", "-c", words],
            cwd=self._cwd,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr, (line, done.stderr)
        if "git clone" in line:
            self._bring_changes()
        elif "-m venv" in line:
            self._program_of_checkout()
        elif "git rev-parse" in line:
            (self.root / "noted").write_text(done.stdout.strip(), encoding="utf-8")
        return done.stdout

    def _here(self, line: str) -> str:
        """A command of a guide as it reads on this machine."""
        for path in _OURS:
            line = line.replace(path, f"{self.root}{path}")
        noted = self.root / "noted"
        for guides, ours in (
            ("ADDRESS-OF-THIS-REPOSITORY", str(ROOT)),
            ("THE-VERSION-YOU-NOTED", noted.read_text() if noted.exists() else ""),
            ("127.0.0.1:8501", f"127.0.0.1:{self.port}"),
            ("chgrp techrequests", f"chgrp {self.user}"),
            ("-o techrequests -g techrequests", f"-o {self.user} -g {self.user}"),
        ):
            line = line.replace(guides, ours)
        return line

    def _environment(self) -> dict[str, str]:
        path = f"{self.root}/bin:{self.root}/usr/local/bin:/usr/local/bin:/usr/bin:/bin"
        home = str(self.root / "var/lib/techrequests")
        known = environment()
        return known | {"PATH": path, "HOME": home, "STREAMLIT_SERVER_PORT": str(self.port)}

    def _as_user(self) -> str:
        if self.user == os.geteuid():
            return "exec"
        return f"exec setpriv --reuid={self.user} --regid={self.user} --clear-groups --"

    def _program(self, name: str, text: str, folder: str = "bin") -> None:
        path = self.root / folder / name
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)

    def _bring_changes(self) -> None:
        """A clone has what is committed; what is tried here may not be yet."""
        words = ["git", "ls-files", "--modified", "--others", "--exclude-standard"]
        names = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name in filter(lambda name: (ROOT / name).is_file(), names.splitlines()):
            (self.home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.home / name)

    def _program_of_checkout(self) -> None:
        """What pip would put there: this checkout's program, with the packages that we have."""
        packages = f"PYTHONPATH={self.home}/lib:{_SITE_PACKAGES}"
        text = f'{packages} exec {self._python} -m techrequests.cli "$@"'
        self._program("techrequests", text, "usr/local/techrequests/.venv/bin")


def _unit() -> dict[str, str]:
    """The service's own lines in the guide."""
    text = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
    [unit] = re.findall(r"```ini\n(\[Unit\].*?)```", text, flags=re.DOTALL)
    return dict(re.findall(r"^(\w+)=(.*)$", unit, flags=re.MULTILINE))


def _user_and_python() -> tuple[int, str]:
    """Another user if we may be one, and a Python that this user may run; else ourselves."""
    minor = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if os.geteuid() == 0 and shutil.which("setpriv"):
        for python in (sys.executable, f"/usr/bin/python{minor}"):
            words = ["setpriv", f"--reuid={_ANOTHER_USER}", f"--regid={_ANOTHER_USER}"]
            words += ["--clear-groups", "--", "sh", "-c", f'exec {python} -c "import duckdb"']
            known = os.environ | {"PYTHONPATH": _SITE_PACKAGES}
            if not subprocess.run(words, env=known, capture_output=True, check=False).returncode:
                return _ANOTHER_USER, python
    return os.geteuid(), sys.executable


def new_machine() -> Machine:
    """A machine with nothing on it; its user may come to its folder."""
    root = Path(tempfile.mkdtemp(prefix="machine-"))
    root.chmod(0o755)
    return Machine(root)
