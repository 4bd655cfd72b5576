"""The witness: a database that lost what was saved last is not taken for a whole one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from builders import NOON, in_status, submitted
from store.test_recovery import WRITER, start
from techrequests.domain.errors import DamagedError, StoreError
from techrequests.domain.techrequest import Comment, Status
from techrequests.store.checks import run_checks
from techrequests.store.database import Database, lost_of
from techrequests.store.migrate import migrate
from techrequests.store.seals import head_of
from techrequests.store.witness import log_path, said_of, witness_path

COMMENTS = 48


def _comment(number: int) -> Comment:
    return Comment(
        comment_id=f"C{number}",
        request_id="TR-2027-0001",
        author_id="tina",
        internal=False,
        body="Words. " * 20,
        written_at=NOON,
    )


@pytest.fixture
def crashed(file_database: Database, tmp_path: Path) -> Path:
    """A database whose power went: comments that were acknowledged stand in the log only."""
    submitted(file_database)
    file_database.checkpoint()
    for number in range(COMMENTS):
        with file_database.write() as work:
            work.insert(_comment(number))
    home = tmp_path / "crashed"
    home.mkdir()
    path = Path(file_database.path)
    for file in (path, log_path(path), witness_path(path)):
        shutil.copy(file, home / file.name)
    return home / path.name


def comments_in(path: Path) -> int:
    opened = Database.open(path)
    try:
        assert run_checks(opened, now=NOON) == []
        with opened.read() as reader:
            return int(reader.value("SELECT count(*) FROM comment"))
    finally:
        opened.close()


def test_with_its_log_nothing_is_missing(crashed: Path) -> None:
    assert lost_of(crashed) is None
    assert comments_in(crashed) == COMMENTS


@pytest.mark.parametrize("harm", ["removed", "emptied", "cut in half", "last 10 bytes", "garbage"])
def test_a_lost_or_cut_log_is_refused_and_what_is_missing_is_said(crashed: Path, harm: str) -> None:
    log = log_path(crashed)
    content = log.read_bytes()
    if harm == "removed":
        log.unlink()
    else:
        kept = {"cut in half": content[: len(content) // 2], "last 10 bytes": content[:-10]}
        log.write_bytes(kept.get(harm, b"" if harm == "emptied" else b"garbage" * 999))
    before = {file.name: file.read_bytes() for file in crashed.parent.iterdir()}
    with pytest.raises(DamagedError) as refused:
        Database.open(crashed)
    words = str(refused.value)
    assert "has lost what was saved last" in words
    assert "are missing" in words
    assert "techrequests resume" in words
    # Nothing was touched: who finds the log may still bring it back.
    assert {file.name: file.read_bytes() for file in crashed.parent.iterdir()} == before


def test_an_older_copy_in_its_place_is_refused_with_the_numbers_that_are_missing(
    file_database: Database, tmp_path: Path
) -> None:
    submitted(file_database)
    file_database.checkpoint()
    old = shutil.copy(file_database.path, tmp_path / "old")
    in_status(file_database, Status.QUOTING)
    with file_database.read() as reader:
        newest = reader.value("SELECT max(event_no) FROM request_event")
    file_database.close()
    shutil.copy(old, file_database.path)
    with pytest.raises(DamagedError, match=f"steps of requests 2 to {newest}"):
        Database.open(file_database.path)


def test_another_database_in_its_place_is_refused(file_database: Database, tmp_path: Path) -> None:
    path = Path(file_database.path)
    submitted(file_database)
    file_database.close()
    witness = witness_path(path).read_bytes()
    other = Database.open(tmp_path / "other.duckdb", create=True)
    migrate(other)
    for number in range(60):
        with other.write() as work:
            work.insert(_comment(number))
    other.close()
    shutil.copy(other.path, path)
    witness_path(path).write_bytes(witness)
    with pytest.raises(DamagedError, match="is not the one that was closed here"):
        Database.open(path)


def test_who_gives_it_up_goes_on_from_there(crashed: Path) -> None:
    log_path(crashed).unlink()
    opened = Database.open(crashed, loss_is_known=True)
    with opened.write() as work:
        work.insert(_comment(1))
    opened.close()
    assert comments_in(crashed) == 1


def test_a_witness_may_be_behind_and_is_never_ahead(crashed: Path) -> None:
    """The power may go between a save and its witness; the next save brings it up to date."""
    opened = Database.open(crashed)
    before = witness_path(crashed).read_bytes()
    with opened.write() as work:
        work.insert(_comment(100))
    opened.close()
    witness_path(crashed).write_bytes(before)
    assert comments_in(crashed) == COMMENTS + 1
    opened = Database.open(crashed)
    with opened.write() as work:
        work.insert(_comment(101))
    with opened.read() as reader:
        assert said_of(crashed) == head_of(reader)
    opened.close()


@pytest.mark.parametrize("slot", [0, 1])
def test_a_witness_that_was_torn_while_it_was_written_still_speaks(
    crashed: Path, slot: int
) -> None:
    path = witness_path(crashed)
    content = bytearray(path.read_bytes())
    content[slot * 512 + 40 : slot * 512 + 60] = b"x" * 20
    path.write_bytes(content)
    said = said_of(crashed)
    assert said
    opened = Database.open(crashed)
    with opened.read() as reader:
        head = head_of(reader)
    assert head
    assert 0 <= head.commit_no - said.commit_no <= 1
    opened.close()


def test_one_that_cannot_be_read_at_all_is_said(crashed: Path) -> None:
    witness_path(crashed).write_bytes(b"x" * 1024)
    with pytest.raises(DamagedError, match=r"witness is damaged"):
        Database.open(crashed)


def test_after_every_kill_the_witness_is_not_ahead(file_database: Database) -> None:
    file_database.close()
    path = Path(file_database.path)
    for acknowledged in (1, 3, 7):
        running = start(WRITER, path, 4)
        assert running.stdout
        for _ in range(acknowledged):
            assert running.stdout.readline().startswith("TR-")
        running.kill()
        running.communicate()
        opened = Database.open(path)
        said = said_of(path)
        with opened.read() as reader:
            head = head_of(reader)
        opened.close()
        assert said
        assert head
        assert said.commit_no <= head.commit_no


def test_a_folder_that_cannot_be_written_costs_no_save(
    file_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    witness = witness_path(Path(file_database.path))
    witness.unlink(missing_ok=True)
    witness.mkdir()
    for _ in "12":
        submitted(file_database)
    assert caplog.text.count("district.duckdb.witness cannot be written") == 1
    assert run_checks(file_database, now=NOON) == []


class TestLeftovers:
    """What is left of a database is not destroyed by making a new one in its place."""

    @pytest.mark.parametrize("create", [False, True])
    def test_a_log_without_its_database_is_named_and_stays(
        self, crashed: Path, *, create: bool
    ) -> None:
        crashed.unlink()
        before = log_path(crashed).read_bytes()
        with pytest.raises(DamagedError, match=r"district\.duckdb\.wal and .* are left of one"):
            Database.open(crashed, create=create)
        assert not crashed.exists()
        assert log_path(crashed).read_bytes() == before

    def test_migrate_create_refuses_too(self, crashed: Path) -> None:
        crashed.unlink()
        witness_path(crashed).unlink()
        done = subprocess.run(  # our own program
            [
                sys.executable,
                "-m",
                "techrequests.cli",
                "migrate",
                "--create",
                "--database",
                crashed,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert "district.duckdb.wal beside it is left of one" in done.stderr
        assert log_path(crashed).stat().st_size


class TestDamage:
    """A damaged file is told in words, before anything is written to it."""

    @pytest.fixture
    def path(self, file_database: Database) -> Path:
        in_status(file_database, Status.CLOSED)
        file_database.close()
        return Path(file_database.path)

    @pytest.mark.parametrize(
        ("harm", "words"),
        [
            ("emptied", "it is empty"),
            ("cut", "it is cut off after"),
            ("cut at its head", "cannot be read as it was written"),
            ("a flipped header", "cannot be read as it was written"),
            ("zeros", "its beginning is not that of a database"),
        ],
    )
    def test_it_says_what_is_damaged_and_writes_nothing(
        self, path: Path, harm: str, words: str
    ) -> None:
        content = path.read_bytes()
        path.write_bytes(
            {
                "emptied": b"",
                "cut": content[:-9_000],
                "cut at its head": content[:100],
                "a flipped header": content[:4200] + b"\xff" + content[4201:],
                "zeros": b"\0" * len(content),
            }[harm]
        )
        before = path.read_bytes()
        with pytest.raises(DamagedError, match=words):
            Database.open(path)
        assert path.read_bytes() == before

    def test_something_else_is_a_wrong_path_and_no_damage(self, tmp_path: Path) -> None:
        path = tmp_path / "letter.duckdb"
        path.write_text("Dear all")
        with pytest.raises(StoreError, match="Check the path") as refused:
            Database.open(path)
        assert not isinstance(refused.value, DamagedError)
