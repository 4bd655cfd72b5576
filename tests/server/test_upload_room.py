"""Files that are sent and that no page takes: few of them, and not for long."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from accounts import Accounts, serving_accounts
from builders import in_status
from patience import until
from serving import small_district
from tab import holding
from techrequests.domain.techrequest import Status
from techrequests.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tab import Tab

NUMBER = "TR-2027-0001"
MEGABYTE = 2**20
LARGE = bytes(19 * MEGABYTE)


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    path = small_district(tmp_path_factory.mktemp("room"))
    database = Database.open(path)
    assert in_status(database, Status.QUOTING).request_id == NUMBER
    database.close()
    with serving_accounts(path) as running:
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
        places = [tab.place_for(f"{number}.pdf") for number in range(15)]
        answers = [accounts.send("tina", place, "one.pdf", LARGE) for place in places]
        codes = [answer.status_code for answer in answers]
        assert codes == [204] * 5 + [413] * 10
        assert "This page holds many files already." in answers[-1].text
        assert megabytes(accounts) < before + 200
    until(lambda: megabytes(accounts) < before + 50)


def test_many_small_ones_are_few_too(accounts: Accounts) -> None:
    with accounts.tab("tom") as tab:
        tab.open("")
        places = [tab.place_for(f"{number}.txt") for number in range(25)]
        codes = [accounts.send("tom", place, "a.txt", b"x").status_code for place in places]
    assert codes == [204] * 20 + [413] * 5


def test_a_person_fills_no_more_with_many_tabs(accounts: Accounts) -> None:
    codes = []
    for _ in range(4):
        with accounts.tab("rita") as tab:
            tab.open("")
            places = [tab.place_for(f"{number}.pdf") for number in range(5)]
            codes += [accounts.send("rita", one, "a.pdf", LARGE).status_code for one in places]
    assert codes.count(204) == 10
    assert set(codes[10:]) == {413}


def test_nobody_sends_a_file_into_the_tab_of_another(accounts: Accounts) -> None:
    with accounts.tab("ada") as tab:
        place = tab.open("").place_for("one.pdf")
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
            place = tab.place_for(f"{number}.pdf")
            assert accounts.send("bea", place, f"{number}.pdf", content).status_code == 204
            tab.dropped(drop, place, f"{number}.pdf", len(content))
            drop = tab.place_to_drop("Add files")


def forgotten(accounts: Accounts, tab: Tab, name: str, label: str, content: bytes) -> WidgetState:
    """What a page says of a file that was sent, when the server has forgotten it since."""
    place = tab.place_for("sites.csv")
    state = holding(tab.place_to_drop(label), place, "sites.csv", len(content))
    assert accounts.send(name, place, "sites.csv", content).status_code == 204
    tab.rerun([state])
    client = accounts.client(name)
    token = {"X-Xsrftoken": str(client.cookies["_streamlit_xsrf"])}
    assert client.delete(place.delete_url, headers=token).status_code == 204
    return state


def test_a_quote_is_not_saved_without_its_file_in_silence(accounts: Accounts) -> None:
    with accounts.tab("rita") as tab:
        tab.open("quotes", request=NUMBER)
        state = forgotten(accounts, tab, "rita", "The vendor's quote", b"%PDF-1.7 a quote")
        [save] = tab.buttons("Save the quote")
        said = tab.rerun([state, WidgetState(id=save, trigger_value=True)]).words
    assert "The file was not kept while this page was away" in said


def test_what_was_read_of_a_table_stays(accounts: Accounts) -> None:
    with accounts.tab("ada") as tab:
        content = accounts.client("ada").get("/tables/sites.csv").content
        opened = [WidgetState(id=one, bool_value=True) for one in tab.open("sites").folded]
        tab.rerun(opened)
        state = forgotten(accounts, tab, "ada", "A CSV file", content)
        assert "columns go into a field" in tab.rerun([*opened, state]).words
