"""What the README says is true."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from techrequests.cli import _parser
from techrequests.domain.policy import GRANTABLE
from techrequests.domain.techrequest import Status
from techrequests.services.sheet_tables import TABLES

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
GUIDES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
LINKS = [
    (guide, target)
    for guide in GUIDES
    for target in sorted(set(re.findall(r"\]\(([^)#:]+)\)", guide.read_text())))
]
_COMMAND = re.compile(
    r"^ *(?:.*bin/|sudo -u techrequests |\S+=\S+ )?techrequests ([a-z].*?)(?: +#.*)?$", re.MULTILINE
)
COMMANDS = sorted(
    {
        words.strip()
        for guide in GUIDES
        for block in re.findall(r"```sh\n(.*?)```", guide.read_text(), flags=re.DOTALL)
        for words in _COMMAND.findall(block)
    }
)


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_tables", ROOT / "docs/write_tables.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_diagram_and_the_role_matrix_are_what_the_product_runs_on(tables: ModuleType) -> None:
    assert tables.written(README) == README, "run: .venv/bin/python docs/write_tables.py"


def test_the_diagram_shows_every_status(tables: ModuleType) -> None:
    diagram = tables.process_diagram()
    assert [status for status in Status if f'"{status}"' not in diagram] == []


def test_the_role_matrix_has_a_column_for_every_role_a_person_can_hold(tables: ModuleType) -> None:
    head = tables.role_matrix().splitlines()[0]
    assert [role for role in GRANTABLE if role not in head] == []


@pytest.mark.parametrize(
    ("guide", "target"), LINKS, ids=lambda value: getattr(value, "name", value)
)
def test_every_link_and_picture_is_there(guide: Path, target: str) -> None:
    assert (guide.parent / target).exists()


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_in_a_guide_is_one_that_the_program_understands(words: str) -> None:
    assert _parser().parse_args(shlex.split(words)).command


def test_the_guide_to_sheets_names_every_table_that_may_stand_in_one() -> None:
    guide = (ROOT / "docs" / "google-sheets.md").read_text()
    assert [table.label for table in TABLES.values() if table.label not in guide] == []


def test_the_first_two_commands_are_targets_of_make() -> None:
    commands = re.findall(r"^make (\w+)", README, flags=re.MULTILINE)
    assert commands[:2] == ["run", "test"]
    for target in commands:
        planned = subprocess.run(  # our own Makefile, and nothing is carried out
            ["make", "--dry-run", target],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert planned.returncode == 0, planned.stderr
