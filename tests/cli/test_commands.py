"""The command line as people type it, each command a program of its own."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from builders import submitted
from cli.program import path, refused, typed
from techrequests.cli import COMMANDS
from techrequests.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["path"]


@pytest.fixture
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program that has the database open."""
    script = (
        "import sys; from techrequests.store.database import Database;"
        "opened = Database.open(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    )
    running = subprocess.Popen(  # our own script
        [sys.executable, "-c", script, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout
    assert running.stdout.readline() == "open\n"
    yield running
    running.communicate()


def test_every_command_explains_itself_with_an_example() -> None:
    overview = typed("--help")
    assert overview.returncode == 0
    for command in COMMANDS:
        told = typed(command.name, "--help")
        assert told.returncode == 0
        assert f"example:\n  techrequests {command.name}" in told.stdout
        assert command.help[:40] in " ".join(told.stdout.split())
        assert f"    {command.name} " in overview.stdout


def test_examples_are_commands_that_can_be_parsed() -> None:
    from techrequests.cli import _parser  # noqa: PLC0415  # what is under test is private

    for command in COMMANDS:
        for example in command.example.splitlines():
            words = shlex.split(example)
            assert words[0] == "techrequests"
            assert _parser().parse_args(words[1:]).command is command


def test_a_word_that_is_no_command_is_told_which_there_are() -> None:
    done = typed("chekc")
    assert done.returncode == 2
    assert "invalid choice: 'chekc'" in done.stderr
    assert "'check'" in done.stderr


def test_check_finds_nothing_in_a_whole_district(path: Path) -> None:
    done = typed("check", "--database", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "all is well" in done.stdout


def test_check_names_what_is_broken_with_its_rows_and_changes_nothing(path: Path) -> None:
    opened = Database.open(path)
    for _ in range(6):
        submitted(opened, "tom")
    with opened.write() as work:
        work.run("UPDATE tech_request SET estimate_cents = 1")
    opened.close()
    before = path.read_bytes()
    done = typed("check", "--database", path)
    assert done.returncode == 1
    assert done.stdout.startswith(
        "estimate: A request's estimate is the sum of its present lines. Not so here (7):\n"
        "  request_id TR-2027-0001, estimate_cents 1, lines_cents 179800\n"
    )
    assert "  and 2 more" in done.stdout
    assert path.read_bytes() == before


@pytest.mark.parametrize("command", ["check", "migrate", "backup", "restore", "export"])
def test_a_database_in_use_is_told_with_who_has_it(
    path: Path, holder: subprocess.Popen[str], tmp_path: Path, command: str
) -> None:
    made = tmp_path / "b.duckdb"
    words = {
        "backup": ("--to", made),
        "restore": ("--from", made, "--force"),
        "export": ("--table", "funds", "--to", tmp_path / "funds.csv"),
    }
    if command == "restore":
        # A good backup is needed to get as far as the database in the way.
        copy = tmp_path / "copy" / "district.duckdb"
        copy.parent.mkdir()
        copy.write_bytes(path.read_bytes())
        assert typed("backup", "--database", copy, "--to", made).returncode == 0
    said = refused(command, "--database", path, *words.get(command, ()))
    assert f"is in use by another program (process {holder.pid})" in said
    assert not (path.parent / "recovery").exists()


@pytest.mark.parametrize("command", ["check", "migrate", "backup"])
@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ("missing", "There is no database at"),
        ("not a database", "is not a Technology Requests database"),
        ("folder", "not"),
        ("somebody else's", "is not a Technology Requests database"),
    ],
)
def test_what_cannot_be_opened_is_refused_in_one_line(
    path: Path, tmp_path: Path, command: str, harm: str, words: str
) -> None:
    path.with_name(f"{path.name}.witness").unlink()  # else it is known to have been one
    if harm == "missing":
        path.unlink()
    elif harm == "not a database":
        path.write_text("A letter to the board.")
    elif harm == "folder":
        path.unlink()
        path.mkdir()
    else:
        path.unlink()
        opened = Database.open(path, create=True)
        opened.script(["CREATE TABLE sales (amount INTEGER)"])
        opened.close()
    to = ("--to", tmp_path / "b.duckdb") if command == "backup" else ()
    assert words in refused(command, "--database", path, *to)


@pytest.mark.parametrize("command", ["check", "migrate"])
def test_a_newer_database_is_refused_in_one_line(path: Path, command: str) -> None:
    opened = Database.open(path)
    with opened.write() as work:
        work.run("INSERT INTO schema_version VALUES (9999, 'from the future')")
    opened.close()
    assert "Update Technology Requests" in refused(command, "--database", path)


def test_a_backup_before_a_migration_is_possible(path: Path, tmp_path: Path) -> None:
    opened = Database.open(path)
    with opened.write() as work:
        work.run("DELETE FROM schema_version WHERE version > 1")
        work.run("DROP VIEW standing_approval")
    opened.close()
    assert "Migrate it first" in refused("check", "--database", path)
    assert typed("backup", "--database", path, "--to", tmp_path / "b.duckdb").returncode == 0


def test_migrate_makes_a_new_district_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "new" / "district.duckdb"
    assert "There is no database" in refused("migrate", "--database", path)
    assert not path.parent.exists()
    done = typed("migrate", "--database", path, "--create")
    assert "applied 0001_district.sql" in done.stdout
    assert "nothing to do" in typed("migrate", "--database", path).stdout
    assert typed("check", "--database", path).returncode == 0


def test_a_backup_goes_there_and_back_again(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "not yet" / "backups"
    done = typed("backup", "--database", path, "--to", folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 requests" in done.stdout
    (made,) = folder.glob("district-*.duckdb")
    assert "exists already" in refused("restore", "--from", made, "--database", path)
    other = tmp_path / "restored.duckdb"
    done = typed("restore", "--from", made, "--database", other)
    assert done.returncode == 0
    assert done.stdout.startswith(f"Restored {other} from {made}: ")
    assert typed("check", "--database", other).returncode == 0
    assert typed("restore", "--from", made, "--database", path, "--force").returncode == 0
    assert len(list(tmp_path.glob("district.duckdb.before-*"))) == 1


@pytest.mark.parametrize("name", ["district.duckdb", "letter"])
def test_a_backup_never_replaces_a_file(path: Path, name: str) -> None:
    (path.parent / "letter").write_text("To the board.")
    assert "exists already" in refused("backup", "--database", path, "--to", path.parent / name)


def test_relative_paths_start_where_the_command_is_called(path: Path) -> None:
    done = typed("check", "--database", path.name, cwd=path.parent)
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--demo", "--address", "0.0.0.0"), "only to this computer itself"),  # noqa: S104
        (("run", "--port", "99999"), "There is no port 99999"),
        (("demo", "--requests", "0"), "at least one request"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(words: tuple[str, ...], said: str) -> None:
    assert said in refused(*words)


def test_the_sample_is_never_written_over_a_database(path: Path) -> None:
    before = path.read_bytes()
    assert "exists already" in refused("demo", "--database", path)
    assert path.read_bytes() == before


def test_a_sheet_that_is_not_set_up_or_not_linked_is_refused_in_words(path: Path) -> None:
    assert "No spreadsheet is set up" in refused("sync", "--database", path)
