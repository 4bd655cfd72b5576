"""More tabs than a system lets programs open files at first: all served, or refused kindly."""

from __future__ import annotations

import resource
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import InvalidStatus

from accounts import SIGN_IN, Accounts, serving_accounts
from builders import PEOPLE
from patience import until
from serving import small_district
from techrequests.server.connection_limits import MOST_OF_A_PERSON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tab import Tab

USUAL = 1_024
"""So many files a program may open on most systems, unless it asks for more."""

NAMES = [person.person_id for person in PEOPLE]
MOST_TABS = MOST_OF_A_PERSON * len(NAMES)


@pytest.fixture(autouse=True)
def _room_for_the_tabs_of_a_test() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def is_well(accounts: Accounts) -> bool:
    return accounts.nobody().get("/healthz").status_code == 200


def files_open(accounts: Accounts) -> int:
    return len(list(Path(f"/proc/{accounts.server.process.pid}/fd").iterdir()))


def test_six_hundred_tabs_are_served_where_a_thousand_files_are_usual(tmp_path: Path) -> None:
    path = small_district(tmp_path)
    with (
        serving_accounts(path, under=("prlimit", f"--nofile={USUAL}:")) as accounts,
        ExitStack() as tabs,
    ):
        before = files_open(accounts)
        opened = [
            tabs.enter_context(accounts.tab(name))
            for name in NAMES
            for _ in range(MOST_OF_A_PERSON)
        ]
        for tab in opened:
            assert "Good day" in tab.open("").words
        assert len(opened) == MOST_TABS == 600
        assert files_open(accounts) > 2 * USUAL
        assert is_well(accounts)
        assert all("My requests" in tab.open("my_requests").words for tab in opened[::50])
        tabs.close()
        until(lambda: files_open(accounts) <= before + 4 * 128)
        assert "may be open at once" not in accounts.server.said()
        assert "Too many open files" not in accounts.server.said()


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    """A server that gets no more than a thousand files, whatever it asks for."""
    path = small_district(tmp_path_factory.mktemp("narrow"))
    with serving_accounts(path, under=("prlimit", f"--nofile={USUAL}:{USUAL}")) as accounts:
        yield accounts


def test_tabs_of_strangers_stop_nobody_who_signed_in(narrow: Accounts) -> None:
    stranger, before = narrow.nobody(), files_open(narrow)
    narrow.client("tina")
    refused = 0
    with ExitStack() as tabs:
        for _ in range(250):
            try:
                tab = tabs.enter_context(narrow.tab(client=stranger))
            except InvalidStatus:
                refused += 1
            else:
                assert SIGN_IN in tab.open("").words
        assert 100 <= refused < 200
        assert is_well(narrow)
        with narrow.tab("tina") as tab:
            assert "Good day, Tina" in tab.open("").words
    # Of a tab in which nobody signed in nothing is kept.
    until(lambda: files_open(narrow) <= before + 20)
    with narrow.tab(client=stranger) as tab:
        assert SIGN_IN in tab.open("").words
    assert (
        "Only 1024 files may be open at once, which is enough for 200 tabs." in narrow.server.said()
    )


def test_more_tabs_than_fit_are_turned_away_and_the_others_stay(narrow: Accounts) -> None:
    with ExitStack() as tabs:
        opened: list[Tab] = []
        with pytest.raises(InvalidStatus):
            opened.extend(
                tabs.enter_context(narrow.tab(name)).open("")
                for name in NAMES
                for _ in range(MOST_OF_A_PERSON)
            )
        assert len(opened) == 200
        assert is_well(narrow)
        assert "My requests" in opened[0].open("my_requests").words
    assert "Too many open files" not in narrow.server.said()
