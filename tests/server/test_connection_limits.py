"""How much one address or one person may do: more than a school at half past seven, and no more.

The server's clock stands, so that all of it happens within one minute, however long it takes.
"""

from __future__ import annotations

import csv
from contextlib import ExitStack
from itertools import cycle
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import InvalidStatus

from accounts import Accounts, serving_accounts
from serving import APP_AT, an_hour_ahead, small_district, stand
from techrequests.server import connection_limits
from techrequests.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_SIGN_INS, MOST_TABS, MOST_STRANGER_TABS = 5, 60, 20
STRANGERS, MOST_STRANGERS = 75, 60


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    district = small_district(tmp_path_factory.mktemp("limits"))
    stand(district, an_hour_ahead())
    with serving_accounts(
        district,
        app=APP_AT,
        SIGN_INS_A_MINUTE=str(MOST_SIGN_INS),
        TABS_PER_ADDRESS=str(MOST_TABS),
        STRANGER_TABS_PER_ADDRESS=str(MOST_STRANGER_TABS),
    ) as running:
        yield running


def refusals(accounts: Accounts) -> list[tuple[str, str, str]]:
    """Who was refused, what, and why, as an administrator fetches it."""
    trail = accounts.client("ada").get("/tables/audit.csv")
    rows = csv.DictReader(trail.content.decode("utf-8-sig").splitlines())
    return [
        (row["Who"], row["About"], row["What happened"]) for row in rows if row["Kind"] == "refusal"
    ]


def test_only_the_start_of_a_sign_in_counts_and_each_address_for_itself(
    accounts: Accounts,
) -> None:
    get = accounts.server.get
    for _ in range(3 * MOST_SIGN_INS):
        assert get("/oauth2callback", X_Forwarded_For="192.0.2.1").status_code != 429
    codes = [get("/auth/login", X_Forwarded_For="192.0.2.1").status_code for _ in range(6)]
    assert codes == [302] * MOST_SIGN_INS + [429]
    assert get("/auth/login", X_Forwarded_For="192.0.2.2").status_code == 302
    assert get("/healthz", X_Forwarded_For="192.0.2.1").status_code == 200


def test_an_address_that_a_visitor_only_says_is_not_believed(accounts: Accounts) -> None:
    """A proxy adds the one it saw at the end; what stands before it came from the visitor."""
    get = accounts.server.get
    said = [f"198.51.100.{number}, 192.0.2.3" for number in range(MOST_SIGN_INS + 1)]
    codes = [get("/auth/login", X_Forwarded_For=one).status_code for one in said]
    assert codes[-1] == 429


def test_a_school_of_a_hundred_signs_in_within_a_minute_by_default() -> None:
    assert Settings().sign_ins_a_minute >= 3 * 100
    assert Settings().tabs_per_address >= 10 * 100


def test_one_person_keeps_only_so_many_tabs_open(accounts: Accounts) -> None:
    accounts.client("tina")
    with ExitStack() as tabs:
        for _ in range(connection_limits.MOST_OF_A_PERSON):
            tabs.enter_context(accounts.tab("tina"))
        for _ in range(3):
            with pytest.raises(InvalidStatus):
                tabs.enter_context(accounts.tab("tina"))
        with accounts.tab("tom") as tab:
            assert "Good day, Tom" in tab.open("").words
    with accounts.tab("tina") as tab:
        assert "Good day, Tina" in tab.open("").words
    # Once a minute: a browser that is turned away asks again and again.
    told = refusals(accounts)
    assert told.count(("Tina Cho", "person tina", "too many tabs are open")) == 1


def test_one_address_keeps_only_so_many_tabs_open(accounts: Accounts) -> None:
    names = cycle(("will", "tom"))
    with ExitStack() as tabs:
        for _ in range(MOST_TABS):
            tabs.enter_context(accounts.tab(next(names), source="127.0.0.4"))
        with pytest.raises(InvalidStatus):
            tabs.enter_context(accounts.tab("tom", source="127.0.0.4"))
        with accounts.tab("tom", source="127.0.0.5") as tab:
            assert "Good day, Tom" in tab.open("").words
    assert ("Tom Berg", "address 127.0.0.4", "too many tabs are open") in refusals(accounts)


def test_one_address_keeps_fewer_tabs_open_in_which_nobody_signed_in(accounts: Accounts) -> None:
    with ExitStack() as tabs:
        for _ in range(MOST_STRANGER_TABS):
            tabs.enter_context(accounts.tab(source="127.0.0.8"))
        with pytest.raises(InvalidStatus):
            tabs.enter_context(accounts.tab(source="127.0.0.8"))
        tabs.enter_context(accounts.tab("tom", source="127.0.0.8"))
        tabs.enter_context(accounts.tab(source="127.0.0.9"))
    assert ("", "strangers at 127.0.0.8", "too many tabs are open") in refusals(accounts)


def test_strangers_of_one_address_do_not_use_up_the_lines_of_another(accounts: Accounts) -> None:
    for number in range(STRANGERS):
        with accounts.tab(source="127.0.0.6") as tab:
            tab.open("funds" if number % 2 else "people")
    with accounts.tab(source="127.0.0.7") as tab:
        tab.open("audit")
    told = [about for _, about, why in refusals(accounts) if why == "nobody is signed in"]
    assert "page Audit" in told
    assert told.count("page Funds") + told.count("page People") == MOST_STRANGERS


def test_uploads_of_a_person_are_counted(accounts: Accounts) -> None:
    address = "/_stcore/upload_file/no-session/no-file"
    client = accounts.client("will")
    codes = [client.put(address, content=b"x").status_code for _ in range(101)]
    assert 429 not in codes[:100]
    assert codes[100] == 429
