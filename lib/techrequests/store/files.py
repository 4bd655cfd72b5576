"""Attached files, kept under the hash of their content and outside what the web server serves."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from functools import cached_property
from pathlib import Path

from techrequests.domain.errors import NotFoundError, StoreError

_PART = ".part-"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FileStore:
    """A folder of files named by their SHA-256; the same content is kept once."""

    def __init__(self, root: Path | None = None) -> None:
        self._given = root

    @cached_property
    def _root(self) -> Path:
        return self._given or Path(tempfile.mkdtemp(prefix="techrequests-files-"))

    def keep(self, content: bytes) -> str:
        """Write the content if it is new, whole or not at all.

        Returns:
            Its SHA-256 in hexadecimal.
        """
        digest = hashlib.sha256(content).hexdigest()
        if not self.is_whole(digest):
            try:
                self._write(self._path(digest), content)
            except OSError as error:
                raise _refused(error) from error
        return digest

    @staticmethod
    def _write(target: Path, content: bytes) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=target.parent, prefix=_PART)
        part = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def read(self, digest: str) -> bytes:
        """The content kept under a hash.

        Raises:
            NotFoundError: It is gone, for example because only the database was restored, or it is
                not what was once kept.
        """
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError:
            raise NotFoundError(
                "The file is missing from the file folder. Ask the technology office."
            ) from None
        if hashlib.sha256(content).hexdigest() != digest:
            # Content that changed on the disk must not pass for what was once attached.
            raise NotFoundError(
                "The file is damaged: it is not what was once attached. Ask the technology office "
                "to bring it back from a backup."
            )
        return content

    def copy_to(self, other: FileStore, digest: str) -> bool:
        """Bring the content kept under a hash to another store, unless it is there already.

        Returns:
            Whether the other store has it now.
        """
        if other.is_whole(digest):
            return True
        try:
            other.keep(self.read(digest))
        except NotFoundError:
            return False
        return True

    def remove_leftovers(self) -> None:
        """Remove what was being written when the app was killed; at a start, nobody writes."""
        if self._given:
            for part in self._given.glob(f"??/{_PART}*"):
                part.unlink(missing_ok=True)

    def is_whole(self, digest: str) -> bool:
        """Whether the content kept under a hash is there, and is what it was."""
        path = self._path(digest)
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest

    def size(self, digest: str) -> int | None:
        """Bytes kept under a hash; None when nothing is."""
        path = self._path(digest)
        return path.stat().st_size if path.is_file() else None

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest


def _refused(error: OSError) -> StoreError:
    if error.errno in _FULL:
        return StoreError(
            "The disk is full: the file was not kept. Please ask the technology office to free "
            "some space, then retry."
        )
    return StoreError(
        f"The file cannot be kept: {error.strerror}. Please ask the technology office to mend "
        "that, then retry."
    )
