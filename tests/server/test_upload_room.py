"""Files that are sent and that no page takes: few of them, and not for long."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from accounts import Accounts, serving_accounts
from patience import until
from serving import small_district

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGABYTE = 2**20
LARGE = bytes(19 * MEGABYTE)


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    with serving_accounts(small_district(tmp_path_factory.mktemp("room"))) as running:
        yield running


def megabytes(accounts: Accounts) -> int:
    """What the server has in memory."""
    said = Path(f"/proc/{accounts.server.process.pid}/status").read_text(encoding="utf-8")
    [line] = [line for line in said.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) // 1024


def test_what_no_page_asked_for_fills_little_memory_and_not_for_long(accounts: Accounts) -> None:
    with accounts.tab("tina") as tab:
        tab.open("")
        before = megabytes(accounts)
        places = tab.places_for(*(f"{number}.pdf" for number in range(15)))
        answers = [accounts.send("tina", place, "one.pdf", LARGE) for place in places]
        codes = [answer.status_code for answer in answers]
        assert codes == [204] * 5 + [413] * 10
        assert "This page holds many files already." in answers[-1].text
        assert megabytes(accounts) < before + 200
    until(lambda: megabytes(accounts) < before + 50)


def test_many_small_ones_are_few_too(accounts: Accounts) -> None:
    with accounts.tab("tom") as tab:
        places = tab.open("").places_for(*(f"{number}.txt" for number in range(25)))
        codes = [accounts.send("tom", place, "a.txt", b"x").status_code for place in places]
    assert codes == [204] * 20 + [413] * 5


def test_a_person_fills_no_more_with_many_tabs(accounts: Accounts) -> None:
    codes = []
    for _ in range(4):
        with accounts.tab("rita") as tab:
            places = tab.open("").places_for(*(f"{number}.pdf" for number in range(5)))
            codes += [accounts.send("rita", one, "a.pdf", LARGE).status_code for one in places]
    assert codes.count(204) == 10
    assert set(codes[10:]) == {413}


def test_nobody_sends_a_file_into_the_tab_of_another(accounts: Accounts) -> None:
    with accounts.tab("ada") as tab:
        [place] = tab.open("").places_for("one.pdf")
        answer = accounts.send("will", place, "one.pdf", b"%PDF-1.7")
        assert (answer.status_code, answer.text[:23]) == (403, "This page is somebody e")
        assert accounts.send("ada", place, "one.pdf", b"%PDF-1.7").status_code == 204


def test_what_a_page_took_makes_room_for_more(accounts: Accounts) -> None:
    """A person who adds files all day long from one tab is never told that it is full."""
    with accounts.tab("bea") as tab:
        tab.open("submit")
        drop = tab.place_to_drop("Add files")
        for number in range(8):
            content = b"%PDF-1.7" + bytes([number]) * (19 * MEGABYTE)
            [place] = tab.places_for(f"{number}.pdf")
            assert accounts.send("bea", place, f"{number}.pdf", content).status_code == 204
            tab.dropped(drop, place, f"{number}.pdf", len(content))
            drop = tab.place_to_drop("Add files")
