"""The witness beside a database: a small file that says where it stood after its last save.

DuckDB keeps the newest saves in a log beside the file. A log that is lost, emptied or cut takes
them away without a word: what is left is a whole, older database. The witness tells. It is written
after each save, so it may be one behind, and never ahead of what was saved.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

from techrequests.domain.errors import DamagedError
from techrequests.store.seals import NOTHING_YET, Head, head_of, seal_at

if TYPE_CHECKING:
    from pathlib import Path

    from techrequests.store.work import Reader

_SLOT_BYTES = 512
"""Written in one piece by every disk; there are two, so that a torn one leaves the other."""

_log = logging.getLogger(__name__)
_synced = getattr(os, "fdatasync", os.fsync)


def witness_path(database: Path) -> Path:
    """Where the witness of a database lies."""
    return database.with_name(f"{database.name}.witness")


def log_path(database: Path) -> Path:
    """Where DuckDB keeps what is not in the file yet."""
    return database.with_name(f"{database.name}.wal")


class Witness:
    """Says of one open database where it stands; for the one thread that writes."""

    def __init__(self, database: Path) -> None:
        self._path = witness_path(database)
        self._file: int | None = None
        self._slot = 0
        self._told = False

    def keep(self, head: Head) -> None:
        """Write where the database stands now.

        A witness that cannot be written is told in the log and stays behind: what was saved is
        saved, and nobody is refused for it.
        """
        try:
            if self._file is None:
                self._file = self._opened(head)
            os.pwrite(self._file, _line(head), self._slot * _SLOT_BYTES)
            _synced(self._file)
            self._slot = 1 - self._slot
        except OSError as error:
            if not self._told:
                words = "%s cannot be written: %s. Mend that."
                _log.warning(words, self._path, error.strerror)
            self._told = True

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _opened(self, head: Head) -> int:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        newest = _newest(os.pread(file, 2 * _SLOT_BYTES, 0))
        self._slot = 1 - newest[0] if newest else 0
        if newest is None or newest[1].commit_no >= head.commit_no:
            # Its room is taken once: a full disk later stops no witness. And what was given up is
            # forgotten, or it would be missed again.
            os.pwrite(file, b" " * (2 * _SLOT_BYTES), 0)
            os.fsync(file)
            folder = os.open(self._path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        return file


def said_of(database: Path) -> Head | None:
    """What the witness of a database says; None when there is none.

    Raises:
        DamagedError: It cannot be read.
    """
    path = witness_path(database)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DamagedError(f"{path} cannot be read: {error.strerror}.") from None
    newest = _newest(content)
    if newest is None:
        raise DamagedError(
            f"{path} is damaged, so nothing tells whether {database} is as it was left."
        )
    return newest[1]


def missing_in(reader: Reader, database: Path) -> str | None:
    """What a database lacks of what its witness says, in sentences; None when it is as it was left.

    Raises:
        DamagedError: The witness cannot be read.
    """
    said = said_of(database)
    if said is None:
        return None
    there = head_of(reader) or NOTHING_YET
    if there.commit_no < said.commit_no:
        return (
            f"{database} has lost what was saved last. Its witness saw {said.commit_no:,} saves, "
            f"and it holds {there.commit_no:,}: {_lost(there, said)}. Its log, "
            f"{log_path(database).name}, was lost, emptied or cut, or an older copy was put in its "
            "place."
        )
    if seal_at(reader, said.act_no) != said.seal:
        return (
            f"{database} is not the one that was closed here: act {said.act_no:,} of its seal is "
            "another than its witness saw. A copy was put in its place, or its seal was rewritten."
        )
    return None


def _lost(there: Head, said: Head) -> str:
    parts = [f"{said.commit_no - there.commit_no:,} are missing"]
    for newest, present, what in (
        (said.event_no, there.event_no, "steps of requests"),
        (said.audit_no, there.audit_no, "lines of the audit trail"),
    ):
        if newest > present:
            parts.append(f"with them {what} {present + 1:,} to {newest:,}")
    return ", ".join(parts)


def _line(head: Head) -> bytes:
    said = json.dumps(asdict(head))
    line = json.dumps({"said": said, "sum": _sum(said)})
    return f"{line:<{_SLOT_BYTES - 1}}\n".encode()


def _newest(content: bytes) -> tuple[int, Head] | None:
    """The slot that was written last, and what it says; None when neither can be read."""
    found = [
        (slot, head)
        for slot in (0, 1)
        if (head := _head_in(content[slot * _SLOT_BYTES : (slot + 1) * _SLOT_BYTES]))
    ]
    return max(found, key=lambda pair: pair[1].commit_no, default=None)


def _head_in(slot: bytes) -> Head | None:
    try:
        found = json.loads(slot)
        return Head(**json.loads(found["said"])) if found["sum"] == _sum(found["said"]) else None
    except (ValueError, TypeError, KeyError):
        # Half of a slot that was written when the power went, or room that was never used.
        return None


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
