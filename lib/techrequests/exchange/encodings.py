"""Text of a file in whatever encoding: which one is told by what its letters would spell."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLD = {"cp1252": "Windows", "mac_roman": "Mac"}
_NOTE = (
    "The file is not in UTF-8, so it was read as {system} text: look at names with accents{such}. "
    "Excel writes UTF-8 with “Save as → CSV UTF-8”."
)
_ACCENTED = re.compile(r"[^\W\d_]{0,40}[\u00c0-\u024f][^\W\d_]{0,40}")
_UNTYPED = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_LOOKED_AT = 200_000
_APOSTROPHE = "\u2019"
_AFTER_AN_APOSTROPHE = "strldvm"
"""As in: Ben's, don't, they're, they'll, I'd, I've, I'm."""
_RARE = frozenset("\u0152\u0153\u0178\u0192")
"""Letters that no name in the United States has, and that Mac text spells when read as Windows."""


def decoded(content: bytes) -> tuple[str, tuple[str, ...]] | None:
    """The text of a file, and what to say of how it was read; None when it is no text."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    half = len(content) // 2
    if not encoding and content[1::2].count(0) > half // 2:
        encoding = "utf-16-le"
    elif not encoding and content[::2].count(0) > half // 2:
        encoding = "utf-16-be"
    if (text := _as(content, encoding or "utf-8")) is not None:
        return text, ()
    return None if encoding else _old(content)


def _old(content: bytes) -> tuple[str, tuple[str, ...]] | None:
    """Text of the time before UTF-8, of a Windows or a Mac computer."""
    texts = {name: text for name in _OLD if (text := _as(content, name)) is not None}
    # Mac text has a letter for every byte: what is none has signs that nobody types.
    if "cp1252" not in texts and _UNTYPED.search(content):
        return None
    # An old Mac ends its lines with CR alone.
    mac = b"\r" in content and b"\n" not in content
    odd = {name: (_oddness(text), (name == "mac_roman") != mac) for name, text in texts.items()}
    best = min(texts, key=lambda name: odd[name])
    found = _ACCENTED.search(texts[best][:_LOOKED_AT])
    such = f", such as “{found[0][:40]}”" if found else ""
    return texts[best], (_NOTE.format(system=_OLD[best], such=such),)


def _as(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _oddness(text: str) -> int:
    """How many signs stand where no name or sentence has them."""
    part = text[:_LOOKED_AT]
    return sum(
        _is_odd(before, sign, after)
        for before, sign, after in zip(" " + part, part, part[1:] + " ", strict=False)
        if sign > "\x7f"
    )


def _is_odd(before: str, sign: str, after: str) -> bool:
    if sign in _RARE:
        return True
    if sign.isalpha():
        return sign.isupper() and before.islower()
    if sign == _APOSTROPHE and (after.isupper() or after in _AFTER_AN_APOSTROPHE):
        return False
    return before.isalpha() and after.isalpha()
