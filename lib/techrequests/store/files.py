"""Attached files, kept under the hash of their content and outside what the web server serves."""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cached_property
from pathlib import Path

from techrequests.domain.errors import NotFoundError


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
        target = self._path(digest)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
                part.write(content)
                part.flush()
                os.fsync(part.fileno())
            Path(part.name).replace(target)
        return digest

    def read(self, digest: str) -> bytes:
        """The content kept under a hash.

        Raises:
            NotFoundError: It is gone, for example because only the database was restored.
        """
        try:
            return self._path(digest).read_bytes()
        except FileNotFoundError:
            raise NotFoundError(
                "The file is missing from the file folder. Ask the technology office."
            ) from None

    def copy_to(self, other: FileStore, digest: str) -> bool:
        """Bring the content kept under a hash to another store, unless it is there already.

        Returns:
            Whether the other store has it now.
        """
        if other.size(digest) is None and self.size(digest) is not None:
            content = self.read(digest)
            # Content that changed on the disk must not pass for what was once attached.
            if hashlib.sha256(content).hexdigest() == digest:
                other.keep(content)
        return other.size(digest) is not None

    def size(self, digest: str) -> int | None:
        """Bytes kept under a hash; None when nothing is."""
        path = self._path(digest)
        return path.stat().st_size if path.is_file() else None

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest
