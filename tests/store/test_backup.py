"""Backups under way while people write, and restores that refuse anything but a whole one."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from builders import NOON, a_draft, a_key, in_status, submitted, who
from patience import PATIENCE_SECONDS
from techrequests.domain.errors import NotFoundError, StoreError
from techrequests.domain.techrequest import Attachment, Status, TechRequest
from techrequests.services.intake import submit
from techrequests.services.resumption import let_go_on
from techrequests.store.backup import FILES_FOLDER, backup
from techrequests.store.checks import run_checks
from techrequests.store.database import Database
from techrequests.store.manifest import manifest_path, read_manifest
from techrequests.store.nights import nightly, unlike_backups
from techrequests.store.restore import restore, verify
from techrequests.store.sealing import seal_what_is_left
from techrequests.store.seals import head_of

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"%PDF-1.7 a quote"


def attach(database: Database, request: TechRequest, content: bytes = CONTENT) -> str:
    digest = database.files.keep(content)
    with database.write() as work:
        work.insert(
            Attachment(
                attachment_id=digest[:8],
                request_id=request.request_id,
                file_name="quote.pdf",
                media_type="application/pdf",
                size_bytes=len(content),
                sha256=digest,
                uploaded_by_id="tina",
                uploaded_at=NOON,
            )
        )
    return digest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "backups"
    found.mkdir()
    return found


@pytest.fixture
def made(file_database: Database, folder: Path) -> Path:
    """A backup of a district with a request and its file."""
    attach(file_database, in_status(file_database, Status.QUOTING))
    target = folder / "district.duckdb"
    backup(file_database, target, now=NOON)
    return target


def test_a_restored_backup_is_the_district_with_its_files(made: Path, tmp_path: Path) -> None:
    target = tmp_path / "new.duckdb"
    manifest = restore(made, target, force=False, now=NOON)
    opened = Database.open(target)
    assert run_checks(opened, now=NOON) == []
    with opened.read() as reader:
        assert len(reader.find(TechRequest)) == 1
        digest = reader.value("SELECT sha256 FROM attachment")
    assert opened.files.read(digest) == CONTENT
    assert dict(manifest.files) == {digest: len(CONTENT)}
    # Running numbers go on where they were: nothing is numbered twice.
    assert submitted(opened, "tom").request_id.endswith("0002")
    opened.close()


def test_the_manifest_says_what_is_in_it(made: Path, file_database: Database) -> None:
    manifest = read_manifest(made)
    with file_database.read() as reader:
        assert manifest.newest_event == reader.value("SELECT max(event_no) FROM request_event")
    assert manifest.made_at == NOON
    assert (manifest.rows["tech_request"], manifest.rows["attachment"]) == (1, 1)
    assert (manifest.broken, manifest.missing_files) == ({}, ())


def test_a_backup_is_one_moment_while_four_people_write(
    file_database: Database, folder: Path
) -> None:
    stop, failed = threading.Event(), []
    written = threading.Semaphore(0)
    tina, minutes = who(file_database, "tina"), count(0, 2)

    def write() -> None:
        try:
            while not stop.is_set():
                # Two minutes apart: a person may begin only so many within an hour.
                now = NOON + timedelta(minutes=next(minutes))
                submit(file_database, tina, a_draft("tina", key=a_key()), now=now)
                written.release()
        except Exception as error:  # noqa: BLE001  # told below
            failed.append(error)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    targets = [folder / f"{number}.duckdb" for number in range(3)]
    for target in targets:
        assert all(written.acquire(timeout=PATIENCE_SECONDS) for _ in writers), failed
        backup(file_database, target, now=NOON + timedelta(days=99))
    stop.set()
    for writer in writers:
        writer.join()
    assert failed == []
    sizes = [verify(target).rows["tech_request"] for target in targets]
    assert sizes == sorted(sizes)
    assert sizes[0] >= len(writers)
    # A copy torn between two moments would break a sum, a chain of events or a counter.
    assert [read_manifest(target).broken for target in targets] == [{}] * 3


def test_a_finished_backup_is_never_written_over(made: Path, file_database: Database) -> None:
    with pytest.raises(StoreError, match="exists already"):
        backup(file_database, made, now=NOON)
    assert verify(made).made_at == NOON


def test_a_missing_folder_is_told_and_nothing_is_made(
    file_database: Database, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        backup(file_database, tmp_path / "nowhere" / "b.duckdb", now=NOON)
    assert not (tmp_path / "nowhere").exists()


def test_files_are_kept_once_for_all_backups_of_a_folder(
    file_database: Database, folder: Path
) -> None:
    attach(file_database, submitted(file_database))
    for number in range(3):
        backup(file_database, folder / f"{number}.duckdb", now=NOON)
    assert len([path for path in (folder / FILES_FOLDER).rglob("*") if path.is_file()]) == 1


def test_a_file_that_was_lost_before_is_named_and_the_rest_is_saved(
    file_database: Database, folder: Path
) -> None:
    request = submitted(file_database)
    lost = attach(file_database, request, b"lost")
    changed = attach(file_database, request, b"changed")
    file_database.files._path(lost).unlink()
    file_database.files._path(changed).write_bytes(b"other")
    manifest = backup(file_database, folder / "b.duckdb", now=NOON)
    assert set(manifest.missing_files) == {lost, changed}
    assert verify(folder / "b.duckdb").rows["attachment"] == 2


@pytest.mark.parametrize(
    "harm",
    ["flipped", "cut", "no manifest", "torn manifest", "lost files", "garbage of the same length"],
)
def test_a_damaged_backup_is_refused_and_the_database_stays(
    made: Path, file_database: Database, tmp_path: Path, harm: str
) -> None:
    content = made.read_bytes()
    if harm == "flipped":
        made.write_bytes(content[:9000] + bytes([content[9000] ^ 1]) + content[9001:])
    elif harm == "cut":
        made.write_bytes(content[:-4096])
    elif harm == "no manifest":
        manifest_path(made).unlink()
    elif harm == "torn manifest":
        manifest_path(made).write_text('{"made_at"')
    else:
        for path in (made.parent / FILES_FOLDER).rglob("*"):
            if path.is_file() and harm == "lost files":
                path.unlink()
            elif path.is_file():
                path.write_bytes(b"x" * path.stat().st_size)
    file_database.close()
    target = tmp_path / "district.duckdb"
    before = target.read_bytes()
    with pytest.raises(StoreError, match=r"Choose another|Bring that folder back"):
        restore(made, target, force=True, now=NOON)
    assert target.read_bytes() == before


def test_a_backup_of_a_newer_program_is_refused(made: Path, tmp_path: Path) -> None:
    path = manifest_path(made)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": 9999}))
    with pytest.raises(StoreError, match="Update Technology Requests"):
        restore(made, tmp_path / "new.duckdb", force=False, now=NOON)


def test_a_database_is_replaced_only_by_force_and_kept_aside(
    made: Path, file_database: Database, tmp_path: Path
) -> None:
    submitted(file_database, "tom")
    file_database.close()
    target = tmp_path / "district.duckdb"
    # A log that is left beside the database must not be replayed into the restored one.
    target.with_name("district.duckdb.wal").write_bytes(b"")
    with pytest.raises(StoreError, match="--force"):
        restore(made, target, force=False, now=NOON)
    restore(made, target, force=True, now=NOON)
    aside = tmp_path / "district.duckdb.before-20261005T120000Z"
    for path, requests in ((target, 1), (aside, 2)):
        opened = Database.open(path)
        with opened.read() as reader:
            assert reader.value("SELECT count(*) FROM tech_request") == requests
        opened.close()


def test_a_damaged_file_is_named_by_check_not_given_out_and_mended_by_the_next_upload(
    file_database: Database, folder: Path
) -> None:
    digest = attach(file_database, in_status(file_database, Status.QUOTING))
    backup(file_database, folder / "good.duckdb", now=NOON)
    path = file_database.files._path(digest)
    path.write_bytes(b"x" * len(CONTENT))
    (finding,) = run_checks(file_database, now=NOON)
    assert (finding.name, finding.rows[0]["wrong"]) == ("files", "damaged")
    with pytest.raises(NotFoundError, match="is damaged: it is not what was once attached"):
        file_database.files.read(digest)
    # A backup of now says so, and keeps the good one that an earlier backup saved.
    manifest = backup(file_database, folder / "later.duckdb", now=NOON)
    assert digest in manifest.files
    assert verify(folder / "good.duckdb").files == manifest.files
    assert file_database.files.keep(CONTENT) == digest
    assert run_checks(file_database, now=NOON) == []


def test_a_file_that_rotted_in_the_backups_is_brought_again(
    file_database: Database, folder: Path
) -> None:
    digest = attach(file_database, in_status(file_database, Status.QUOTING))
    backup(file_database, folder / "one.duckdb", now=NOON)
    (folder / FILES_FOLDER / digest[:2] / digest).write_bytes(b"x" * len(CONTENT))
    backup(file_database, folder / "two.duckdb", now=NOON)
    assert verify(folder / "one.duckdb").files == {digest: len(CONTENT)}


def test_what_a_killed_backup_left_is_removed_by_the_next_one(
    file_database: Database, folder: Path
) -> None:
    left = [
        ".district-20261004T080000Z.duckdb.part",
        ".district-20261004T080000Z.duckdb.part.wal",
        ".district-20261004T080000Z.duckdb.json.part",
    ]
    others = [".annex-20261004T080000Z.duckdb.part", ".district-mine.duckdb.part"]
    for name in (*left, *others):
        (folder / name).write_text("half")
    nightly(file_database, folder, kept=1, hour=3, now=NOON)
    assert [(folder / name).exists() for name in left] == [False] * 3
    assert [(folder / name).exists() for name in others] == [True] * 2


def test_a_manifest_says_where_the_seal_stood(made: Path, file_database: Database) -> None:
    manifest = read_manifest(made)
    with file_database.read() as reader:
        head = head_of(reader)
    assert head
    assert (manifest.act_no, manifest.seal) == (head.act_no, head.seal)


def test_a_backup_says_which_rows_were_altered_behind_the_app(
    file_database: Database, folder: Path
) -> None:
    in_status(file_database, Status.CLOSED)
    with file_database.write() as work:
        work.run("UPDATE decision SET feedback = 'Never.'")
    assert backup(file_database, folder / "b.duckdb", now=NOON).broken == {"seal": 1}


class TestUnlikeBackups:
    """What a backup saw, and is not here, or is here in another way."""

    def test_a_chain_that_was_rewritten_is_told_by_the_backups(
        self, file_database: Database, folder: Path
    ) -> None:
        in_status(file_database, Status.CLOSED)
        made = nightly(file_database, folder, kept=9, hour=3, now=NOON)
        assert list(unlike_backups(file_database, folder, NOON)) == []
        with file_database.write() as work:
            work.run("UPDATE decision SET feedback = 'Never.'")
            work.run("DELETE FROM sealed_act")
        file_database.script(["UPDATE seal_state SET to_be_sealed = TRUE"])
        seal_what_is_left(file_database)
        assert run_checks(file_database, now=NOON) == []
        (unlike,) = unlike_backups(file_database, folder, NOON)
        assert unlike["backup"] == made.name

    def test_what_was_given_up_with_a_restore_is_not_missed(
        self, file_database: Database, folder: Path, tmp_path: Path
    ) -> None:
        submitted(file_database)
        old = nightly(file_database, folder, kept=9, hour=3, now=NOON)
        in_status(file_database, Status.CLOSED)
        nightly(file_database, folder, kept=9, hour=3, now=NOON + timedelta(days=1))
        target = tmp_path / "elsewhere" / "district.duckdb"
        target.parent.mkdir()
        restore(old, target, force=False, now=NOON)
        restored, now = Database.open(target), NOON + timedelta(days=2)
        (unlike,) = unlike_backups(restored, folder, now)
        assert unlike["wrong"] == "is newer than what is here"
        let_go_on(restored, "", now=now)
        in_status(restored, Status.CLOSED)
        assert list(unlike_backups(restored, folder, now)) == []
        assert run_checks(restored, now=now) == []
        restored.close()
