"""Power cuts, full disks and second programs: nothing acknowledged is lost, and each says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from builders import NOON, submitted, the_request
from patience import PATIENCE_SECONDS
from techrequests.domain.errors import StoreError
from techrequests.store.checks import run_checks
from techrequests.store.database import Database
from techrequests.store.recovery import set_aside

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parents[1]

# Four threads submit requests and tell each number once it is saved.
WRITER = """
import sys, threading, uuid
from datetime import timedelta
from itertools import count
from builders import NOON, a_draft, who
from techrequests.services.intake import submit
from techrequests.store.database import Database

database = Database.open(sys.argv[1])
tell = threading.Lock()
tina = who(database, "tina")
hours = count()

def write():
    while True:
        # Each in an hour of its own: a person may begin only so many within one.
        now = NOON - timedelta(hours=2000 - next(hours))
        request = submit(database, tina, a_draft("tina", key=uuid.uuid4().hex), now=now)
        with tell:
            print(request.request_id, flush=True)

for _ in range(int(sys.argv[2])):
    threading.Thread(target=write).start()
"""

# Saves long comments until that is refused; writing beyond a size of file fails as on a full disk.
FILLER = """
import resource, signal, sys
from builders import NOON, in_status
from techrequests.domain.errors import TechRequestsError
from techrequests.domain.techrequest import Comment, Status
from techrequests.store import database as module

module._CONFIG["wal_autocheckpoint"] = sys.argv[2]
database = module.Database.open(sys.argv[1])
request = in_status(database, Status.IN_REVIEW)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), most[1]))

def save(number):
    body = "".join(chr(32 + (len(str(number)) * i * i) % 90) for i in range(100_000))
    with database.write() as work:
        work.insert(Comment(comment_id=str(number), request_id=request.request_id, author_id="tina",
                            internal=False, body=body, written_at=NOON))

for number in range(1000):
    try:
        save(number)
    except TechRequestsError as error:
        print("refused", error, flush=True)
        break
    print(number, flush=True)
try:
    with database.read() as reader:
        print("reads", reader.value("SELECT count(*) FROM comment"), flush=True)
except TechRequestsError as error:
    print("reads not", error, flush=True)
resource.setrlimit(resource.RLIMIT_FSIZE, most)
print("revived", database.revive(), flush=True)
save("afterwards")
print("afterwards", flush=True)
"""


@pytest.fixture
def path(file_database: Database) -> Path:
    """A district in a file that no program has open."""
    file_database.close()
    return Path(file_database.path)


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    """A Python program of its own."""
    return subprocess.Popen(  # our own script, by our own Python
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(TESTS)},
    )


@pytest.fixture
def writer(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program that has the database open and writes."""
    running = start(WRITER, path, 1)
    assert running.stdout
    assert running.stdout.readline().startswith("TR-")
    yield running
    running.kill()
    running.communicate()


def test_what_was_acknowledged_outlives_every_kill(path: Path) -> None:
    told: list[str] = []
    for acknowledged in (1, 2, 5, 9):
        running = start(WRITER, path, 4)
        assert running.stdout
        told += [running.stdout.readline().strip() for _ in range(acknowledged)]
        running.kill()
        rest, trouble = running.communicate()
        # The last line may be cut off in the middle of its number.
        told += [line for line in rest.split("\n")[:-1] if line]
        assert trouble == ""
    opened = Database.open(path)
    with opened.read() as reader:
        saved = {row["it"] for row in reader.rows("SELECT request_id AS it FROM tech_request")}
    assert len(told) >= 1 + 2 + 5 + 9
    assert all(told)
    assert len(set(told)) == len(told)
    assert set(told) <= saved
    assert run_checks(opened, now=NOON) == []
    # And it goes on where it was.
    assert submitted(opened, "tom").request_id not in told
    opened.close()


@pytest.mark.parametrize("read_only", [False, True])
def test_a_second_program_is_told_who_has_it(
    path: Path, writer: subprocess.Popen[str], *, read_only: bool
) -> None:
    with pytest.raises(StoreError, match=rf"is in use by another program \(process {writer.pid}\)"):
        Database.open(path, read_only=read_only)


def test_a_database_with_a_log_can_be_looked_at_without_being_changed(
    path: Path, writer: subprocess.Popen[str]
) -> None:
    writer.kill()
    writer.wait()
    log = path.with_name(f"{path.name}.wal")
    before = path.read_bytes(), log.read_bytes()
    opened = Database.open(path, read_only=True)
    assert the_request(opened, "TR-2027-0001").requester_id == "tina"
    opened.close()
    assert (path.read_bytes(), log.read_bytes()) == before


def test_a_torn_end_of_the_log_costs_only_what_it_tears(
    path: Path, writer: subprocess.Popen[str]
) -> None:
    writer.kill()
    writer.wait()
    log = path.with_name(f"{path.name}.wal")
    log.write_bytes(log.read_bytes()[:-7] + b"\x00" * 7)
    kept = set_aside(path, NOON)
    assert kept is not None
    try:
        opened = Database.open(path)
    except StoreError as error:
        assert "damaged" in str(error) or "refused" in str(error)  # noqa: PT017  # either is right
    else:
        assert run_checks(opened, now=NOON) == []
        opened.close()
    assert (kept / log.name).read_bytes()[-7:] == b"\x00" * 7


@pytest.mark.parametrize("log_limit", ["1GB", "4MB"], ids=["in the log", "in a checkpoint"])
def test_a_full_disk_is_told_and_what_was_acknowledged_is_there_afterwards(
    path: Path, log_limit: str
) -> None:
    running = start(FILLER, path, log_limit, path.stat().st_size + 100_000)
    said, trouble = running.communicate(timeout=PATIENCE_SECONDS)
    lines = said.splitlines()
    told = {line for line in lines if line.isdigit()}
    assert trouble == ""
    assert lines[len(told)].startswith("refused")
    stopped = log_limit == "4MB"
    assert lines[len(told) + 1].startswith("reads not" if stopped else f"reads {len(told)}")
    assert lines[-2:] == [f"revived {stopped}", "afterwards"]
    opened = Database.open(path)
    with opened.read() as reader:
        saved = {row["it"] for row in reader.rows("SELECT comment_id AS it FROM comment")}
    # What was refused may be there if only the checkpoint after it failed, but never half of it.
    assert told
    assert told <= saved
    assert len(saved - told - {"afterwards"}) <= 1
    assert "afterwards" in saved
    assert run_checks(opened, now=NOON) == []
    opened.close()
