"""Lost work, restored copies and damage on the command line: each with the command that helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builders import in_status
from cli.program import path, refused, typed
from techrequests.domain.techrequest import Status
from techrequests.store.database import Database

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

__all__ = ["path"]


def _behind(path: Path) -> None:
    """An older copy in the place of a database."""
    old = path.read_bytes()
    opened = Database.open(path)
    in_status(opened, Status.QUOTING)
    opened.close()
    path.write_bytes(old)


def test_check_says_what_the_witness_saw_and_is_not_there(path: Path) -> None:
    _behind(path)
    done = typed("check", "--database", path)
    assert done.returncode == 1
    assert "witness: The database holds everything that its witness saw. Not so here" in done.stdout
    assert "has lost what was saved last" in done.stdout


def test_commands_that_would_write_refuse_until_it_is_given_up(path: Path) -> None:
    _behind(path)
    assert "are missing" in refused("migrate", "--database", path)
    assert "techrequests resume" in refused("readmit", "tina", "--database", path)
    done = typed("resume", "--database", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Given up: ")
    assert typed("check", "--database", path).returncode == 0
    assert typed("resume", "--database", path).stdout == "Nothing was waiting.\n"


def test_a_restored_copy_says_that_it_waits_and_goes_on_when_told(
    path: Path, tmp_path: Path
) -> None:
    typed("backup", "--database", path, "--to", tmp_path / "b.duckdb")
    done = typed("restore", "--from", tmp_path / "b.duckdb", "--database", path, "--force")
    assert done.returncode == 0
    assert "until you say that it may go on: techrequests resume" in done.stdout
    assert list(path.parent.glob("district.duckdb.witness.before-*"))
    assert typed("check", "--database", path).returncode == 0
    assert "restored from a backup" in typed("resume", "--database", path).stdout
    assert typed("check", "--database", path).returncode == 0


def test_check_names_the_row_that_was_altered_behind_the_app(path: Path) -> None:
    opened = Database.open(path)
    with opened.write() as work:
        work.run("UPDATE ledger_entry SET amount_cents = amount_cents + 100 WHERE entry_no = 1")
    opened.close()
    done = typed("check", "--database", path)
    assert done.returncode == 1
    assert "table ledger_entry, row 1, wrong altered" in done.stdout


def test_damage_names_the_backup_and_the_command(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    typed("backup", "--database", path, "--to", folder)
    (made,) = folder.glob("*.duckdb")
    from techrequests.cli import main  # noqa: PLC0415  # with the settings of this test

    monkeypatch.setenv("TECHREQUESTS_BACKUP_FOLDER", str(folder))
    path.write_bytes(b"")
    said: list[str] = []
    monkeypatch.setattr("builtins.print", lambda words, **_: said.append(words))
    assert main(["migrate", "--database", str(path)]) == 2
    (words,) = said
    assert "it is empty, and what was in it is lost" in words
    assert f"techrequests restore --from {made} --database {path} --force" in words
    assert main(["restore", "--from", str(made), "--database", str(path), "--force"]) == 0
    assert Database.open(path).path == str(path)
