"""Which files may be kept, told from their first bytes and not from their name."""

from __future__ import annotations

import codecs
import io
import struct
import zipfile
from pathlib import PurePath

from techrequests.domain.errors import InvalidError, Problem
from techrequests.domain.fields import has_control_characters

MOST_BYTES = 20 * 2**20
"""Largest file, in bytes."""

MOST_BYTES_A_DAY = 500 * 2**20
"""Files that one person adds within a day, in bytes."""

MOST_FILES = 20
"""Files of one request."""

ACCEPTED = ("pdf", "png", "jpg", "jpeg", "gif", "webp", "docx", "xlsx", "pptx", "txt", "csv")
"""File name endings offered in the file chooser."""

_MAGIC = (
    (b"%PDF-", "application/pdf", ("pdf",)),
    (b"\x89PNG\r\n\x1a\n", "image/png", ("png",)),
    (b"\xff\xd8\xff", "image/jpeg", ("jpg", "jpeg")),
    (b"GIF8", "image/gif", ("gif",)),
)
_OFFICE = {
    "word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)),
    "xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)),
    "ppt/": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ("pptx",),
    ),
}


def media_type(file_name: str, content: bytes) -> str:
    """What a file really is.

    Raises:
        InvalidError: It is empty, too large, of a kind that is not kept, or not what its name says.
    """
    if not content:
        raise _refused(f"“{file_name}” is empty. Please choose the file again.")
    if len(content) > MOST_BYTES:
        raise _refused(
            f"“{file_name}” has over {(len(content) - 1) // 2**20} MB; "
            f"the limit is {MOST_BYTES // 2**20} MB. "
            "Please make it smaller, or put it in the shared drive and paste the link."
        )
    kind, endings = _sniffed(content)
    ending = PurePath(file_name).suffix.lower().removeprefix(".")
    if not kind:
        raise _refused(
            f"“{file_name}” is not a PDF, picture, text or Office file. Please save it as a PDF."
        )
    if ending not in endings:
        right = " or ".join(f".{one}" for one in endings)
        raise _refused(
            f"“{file_name}” is not what its name says. By its content it ends in {right}: "
            "please rename it, or save it as a PDF."
        )
    return kind


def safe_name(file_name: str) -> str:
    """A file name without folders, control characters or more than 120 characters."""
    bare = PurePath(file_name.replace("\\", "/")).name
    kept = "".join(letter for letter in bare if letter.isprintable() and letter not in '<>:"/|?*')
    if not kept.strip(". "):
        return "file"
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[:110]}{dot}{ending[:9]}" if stem else kept[:120]


def _sniffed(content: bytes) -> tuple[str, tuple[str, ...]]:
    for magic, kind, endings in _MAGIC:
        if content.startswith(magic):
            return kind, endings
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp", ("webp",)
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return _text(content)


def _office(content: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error):
        # What zipfile raises for directories that were tampered with.
        return "", ()
    if "[Content_Types].xml" in names:
        for folder, found in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return found
    return "", ()


def _text(content: bytes) -> tuple[str, tuple[str, ...]]:
    # Excel writes "CSV" in the code page of Windows, and "Unicode text" in UTF-16.
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return ("", ()) if has_control_characters(text) else ("text/plain", ("txt", "csv"))
    return "", ()


def _refused(message: str) -> InvalidError:
    return InvalidError(Problem("files", message))
