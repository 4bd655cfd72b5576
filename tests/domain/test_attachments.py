"""Which files are kept: told from what they hold, never from what they are called."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from techrequests.domain.attachments import ACCEPTED, MOST_BYTES, media_type, safe_name
from techrequests.domain.errors import InvalidError


def a_picture(kind: str) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (3, 2), "navy").save(held, kind)
    return held.getvalue()


def a_zip(*names: str, content: bytes = b"<x/>") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, content)
    return held.getvalue()


def an_office_file(folder: str) -> bytes:
    return a_zip("[Content_Types].xml", "_rels/.rels", f"{folder}/document.xml")


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
OFFICE = "application/vnd.openxmlformats-officedocument."


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("quote.pdf", PDF, "application/pdf"),
        ("QUOTE.PDF", PDF, "application/pdf"),
        ("room.png", a_picture("PNG"), "image/png"),
        ("room.jpg", a_picture("JPEG"), "image/jpeg"),
        ("room.jpeg", a_picture("JPEG"), "image/jpeg"),
        ("room.gif", a_picture("GIF"), "image/gif"),
        ("room.webp", a_picture("WEBP"), "image/webp"),
        ("a.docx", an_office_file("word"), f"{OFFICE}wordprocessingml.document"),
        ("a.xlsx", an_office_file("xl"), f"{OFFICE}spreadsheetml.sheet"),
        ("a.pptx", an_office_file("ppt"), f"{OFFICE}presentationml.presentation"),
        ("notes.txt", "Grüße,\n\tZoë\u00a0🎒 family: 👩‍👩‍👧\r\n".encode(), "text/plain"),
        ("list.csv", b"item,price\r\n=1+1,5\r\n", "text/plain"),
        ("excel.csv", "\ufeffname\nJosé\n".encode(), "text/plain"),
        ("windows.csv", "name\r\nJosé €5\r\n".encode("cp1252"), "text/plain"),
        ("wide.txt", "name\tJosé\r\n".encode("utf-16"), "text/plain"),
    ],
)
def test_each_kind_that_is_kept_is_recognised(name: str, content: bytes, kind: str) -> None:
    assert media_type(name, content) == kind
    assert name.lower().rpartition(".")[2] in ACCEPTED


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"", "is empty"),
        ("quote.pdf", HTML, "By its content it ends in .txt"),
        ("quote.pdf", a_picture("PNG"), "By its content it ends in .png"),
        ("room.png", PDF, "By its content it ends in .pdf"),
        ("page.html", HTML, "By its content it ends in .txt"),
        ("page.svg", b"<svg onload='alert(1)'/>", "By its content it ends in .txt"),
        ("quote", PDF, "By its content it ends in .pdf"),
        ("quote.pdf.exe", PDF, "By its content it ends in .pdf"),
        ("a.docx", an_office_file("xl"), "By its content it ends in .xlsx"),
        ("a.docx", a_zip("word/document.xml"), "is not a PDF, picture, text or Office file"),
        ("a.zip", a_zip("a.txt"), "is not a PDF, picture, text or Office file"),
        ("a.jar", a_zip("META-INF/MANIFEST.MF"), "is not a PDF, picture, text or Office file"),
        ("setup.exe", b"MZ\x90\x00\x03\x00\x00\x00", "is not a PDF, picture, text or Office"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is not a PDF, picture, text or Office"),
        ("a.txt", b"MZ\x90\x00", "is not a PDF, picture, text or Office file"),
        ("a.txt", b"\x1b[2Jgone", "is not a PDF, picture, text or Office file"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WAVE", "is not a PDF, picture, text or Office file"),
        ("a.docx", an_office_file("word")[:-30], "is not a PDF, picture, text or Office file"),
        ("a.docx", b"PK\x03\x04", "is not a PDF, picture, text or Office file"),
    ],
)
def test_what_is_not_kept_is_refused_in_words(name: str, content: bytes, words: str) -> None:
    with pytest.raises(InvalidError) as refused:
        media_type(name, content)
    (problem,) = refused.value.problems
    assert problem.field == "files"
    assert words in problem.message
    assert problem.message.endswith(".")


def test_a_file_that_is_too_large_is_refused_and_one_just_small_enough_is_kept() -> None:
    start = PDF + b"0" * (MOST_BYTES - len(PDF))
    assert media_type("a.pdf", start) == "application/pdf"
    with pytest.raises(InvalidError, match="has over 20 MB; the limit is 20 MB"):
        media_type("a.pdf", start + b"0")


def test_a_zip_bomb_is_never_unpacked() -> None:
    """Two hundred MB of nothing in 200 kB: only the list of names is read."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", b"<x/>")
        with packed.open("word/document.xml", "w") as entry:
            for _ in range(200):
                entry.write(bytes(2**20))
    bomb = held.getvalue()
    assert len(bomb) < 300_000
    assert media_type("a.docx", bomb).endswith("wordprocessingml.document")


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (6, struct.pack("<H", 99)),  # needs a zip version nobody has written yet
        (8, struct.pack("<H", 0x800)),  # says its names are UTF-8, and they are not
        (42, struct.pack("<L", 2**31)),  # lies about where the file begins
        (28, struct.pack("<H", 60_000)),  # a name longer than the whole directory
    ],
)
def test_a_directory_that_was_tampered_with_is_refused_and_never_crashes(
    at: int, value: bytes
) -> None:
    packed = bytearray(a_zip("\xff[Content_Types].xml", "word/x"))
    entry = packed.index(b"PK\x01\x02")
    packed[entry + 46 : entry + 47] = b"\xff"
    packed[entry + at : entry + at + len(value)] = value
    with pytest.raises(InvalidError, match="is not a PDF"):
        media_type("a.docx", bytes(packed))


@given(st.binary(max_size=200), st.sampled_from([*ACCEPTED, "exe", ""]))
def test_no_bytes_at_all_make_it_crash(content: bytes, ending: str) -> None:
    for start in (b"", b"PK\x03\x04", b"RIFF", b"\xff\xfe"):
        try:
            assert media_type(f"a.{ending}", start + content)
        except InvalidError as refused:
            assert str(refused).endswith(".")  # noqa: PT017  # a refusal is as good as an answer


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Quote 12.pdf", "Quote 12.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\quote.pdf", "quote.pdf"),
        ('a<b>:"|?*c.pdf', "abc.pdf"),
        ("line\nbreak\x00.pdf", "linebreak.pdf"),
        ("gnp.\u202etxt.pdf", "gnp.txt.pdf"),
        ("Angebot Größe.pdf", "Angebot Größe.pdf"),
        ("", "file"),
        ("..", "file"),
        ("/", "file"),
        ("x" * 300 + ".pdf", "x" * 110 + ".pdf"),
        ("x." + "y" * 300, "x." + "y" * 9),
        ("." + "y" * 300, "." + "y" * 119),
    ],
)
def test_a_file_name_is_made_safe(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


@given(st.text(max_size=200))
def test_no_name_leads_out_of_its_folder(given_name: str) -> None:
    kept = safe_name(given_name)
    assert 0 < len(kept) <= 120
    assert not set(kept) & set('/\\<>:"|?*\r\n\0')
    assert kept not in {".", ".."}
