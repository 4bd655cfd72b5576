"""The command line as a program of its own: what it said, and how it ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from builders import in_status
from patience import PATIENCE_SECONDS
from techrequests.domain.techrequest import Status

if TYPE_CHECKING:
    from techrequests.store.database import Database

PROGRAM = Path(sys.executable).with_name("techrequests")


def typed(
    *words: object, cwd: Path | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    """What a command said and how it ended, with settings in the environment."""
    return subprocess.run(  # our own program
        [PROGRAM, *map(str, words)],
        cwd=cwd,
        env=environment() | _named(settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def environment() -> dict[str, str]:
    """The environment without settings of whoever runs the tests."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith("TECHREQUESTS_")
    }


def _named(settings: dict[str, str]) -> dict[str, str]:
    """Settings by their names in the environment; those of Streamlit have theirs."""
    return {
        name if name.startswith("STREAMLIT_") else f"TECHREQUESTS_{name}": value
        for name, value in settings.items()
    }


def refused(*words: object, **settings: str) -> str:
    """The one plain line of a command that cannot do what it is asked."""
    done = typed(*words, cwd=None, **settings)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("techrequests: ")
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


@pytest.fixture
def path(file_database: Database) -> Path:
    """A district with a request, closed."""
    in_status(file_database, Status.QUOTING)
    file_database.close()
    return Path(file_database.path)
