"""Every file that any page offers, for everybody who is really signed in; and what they send.

Each person walks every page through the proxy, and follows every link to a file that is drawn.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook

from accounts import Accounts, serving_accounts
from builders import PEOPLE, in_status, who
from serving import small_district
from techrequests.domain.techrequest import Status
from techrequests.exchange.exports import EXPORTS
from techrequests.services.comments import FileAsked, attach
from techrequests.services.quotes import VendorsAsked, ask_vendors
from techrequests.store.database import Database
from techrequests.ui.menu import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import TechRequest

NAMES = [person.person_id for person in PEOPLE]
CONTENT = b"%PDF-1.7 the plan of the room"
WORK_PAGES = ("review", "approvals", "quotes", "funding", "receiving", "deployments")
WHICH = {
    "comparison": {"request": "TR-2027-0004"},
    "funding_comparison": {"request": "TR-2027-0004"},
    "fund_entries": {"fund": "GEN-27"},
}
"""Of which request or fund, where a table belongs to one."""

WITHOUT = {"wanda", "tom", "will"}
"""Those who have nothing to see yet: of an empty table no file is offered."""


@pytest.fixture(scope="module")
def numbers() -> list[str]:
    """Requests in every status of a life."""
    return []


@pytest.fixture(scope="module")
def offered() -> dict[str, set[str]]:
    """The links to files that each person was offered, by name, as the tests find them."""
    return {}


@pytest.fixture(scope="module")
def actors() -> dict[str, Actor]:
    """What everybody may do, by name."""
    return {}


@pytest.fixture(scope="module")
def accounts(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[str], actors: dict[str, Actor]
) -> Iterator[Accounts]:
    path = small_district(tmp_path_factory.mktemp("files"))
    database = Database.open(path)
    for status in Status:
        if status in _ON_THE_WAY:
            request = in_status(database, status)
            _with_files(database, request)
            numbers.append(request.request_id)
    actors |= {name: who(database, name) for name in NAMES}
    database.close()
    with serving_accounts(path) as running:
        yield running


_ON_THE_WAY = (
    Status.IN_REVIEW,
    Status.AWAITING_APPROVAL,
    Status.QUOTING,
    Status.FUNDING,
    Status.ORDERED,
    Status.DEPLOYING,
    Status.DELIVERED,
)


def _with_files(database: Database, request: TechRequest) -> None:
    now = datetime.now(UTC)  # noqa: TID251  # as the server
    number = request.request_id
    asked = FileAsked(
        attachment_id=f"file-of-{number}", request_id=number, file_name="plan.pdf", content=CONTENT
    )
    attach(database, who(database, "tina"), asked, now=now)
    if request.status is Status.QUOTING:
        vendors = VendorsAsked(
            request_id=number,
            seen_version=request.version,
            key="asked",
            vendor_ids=("NORTHWIND", "BLUERIDGE"),
        )
        ask_vendors(database, who(database, "rita"), vendors, now=now)


def walked(accounts: Accounts, name: str, numbers: list[str]) -> dict[str, bytes]:
    """What somebody gets who opens every page and follows every link to a file on it."""
    places: list[tuple[str, dict[str, str]]] = [(page.url, {}) for page in PAGES]
    places += [("one_request", {"request": number}) for number in numbers]
    places += [(page, {"request": number}) for page in WORK_PAGES for number in numbers]
    got: dict[str, bytes] = {}
    for page, query in places:
        # A tab of its own: what Streamlit makes for one page, it forgets on the next.
        with accounts.tab(name) as tab:
            for link in tab.open(page, **query).unfold().links():
                if link not in got:
                    answer = accounts.client(name).get(link)
                    assert answer.status_code == 200, (page, query, link, answer.text)
                    got[link] = check(link, answer)
    return got


def check(link: str, answer: httpx.Response) -> bytes:
    """A file is what its address says."""
    content = answer.content
    ending = urlsplit(link).path.rpartition(".")[2]
    if ending == "csv":
        rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
        assert rows[0][0], link
    elif ending == "xlsx":
        assert load_workbook(BytesIO(content)).worksheets[0].max_column > 0
    elif ending == "pdf":
        assert content.startswith(b"%PDF-"), link
        assert len(content) > 1_000, link
    else:
        assert link.startswith("/files/"), link
        assert content == CONTENT, link
    return content


@pytest.mark.parametrize("name", NAMES)
def test_somebody_gets_every_file_that_a_page_offers_them(
    accounts: Accounts, numbers: list[str], offered: dict[str, set[str]], name: str
) -> None:
    offered[name] = set(walked(accounts, name, numbers))
    tables = {urlsplit(link).path for link in offered[name]}
    assert bool(tables) is (name not in WITHOUT)


def test_letters_and_files_and_tables_were_among_them(offered: dict[str, set[str]]) -> None:
    paths = {urlsplit(link).path for links in offered.values() for link in links}
    assert {path.rpartition(".")[2] for path in paths if path.startswith("/media/")} == {"pdf"}
    assert len([path for path in paths if path.startswith("/tables/")]) > 40
    assert any(path.startswith("/files/") for path in paths)


@pytest.mark.parametrize("name", NAMES)
def test_every_table_there_is_goes_to_who_may_see_it(
    accounts: Accounts, actors: dict[str, Actor], name: str
) -> None:
    """Also those that a page shows only after a choice, or in a district that has more in it."""
    for table in EXPORTS:
        for ending in ("csv", "xlsx"):
            link = f"/tables/{table}.{ending}"
            answer = accounts.client(name).get(link, params=WHICH.get(table))
            if may_take(actors[name], link):
                assert answer.status_code == 200, (link, answer.text)
                check(link, answer)
            else:
                assert answer.status_code == 403, link


@pytest.mark.parametrize("name", ["", *NAMES, "stranger"])
def test_nobody_gets_what_no_page_offers_them(
    accounts: Accounts, offered: dict[str, set[str]], actors: dict[str, Actor], name: str
) -> None:
    everything = {link for links in offered.values() for link in links}
    mine = offered.get(name, set())
    client = accounts.client(name) if name else accounts.nobody()
    for link in sorted(everything - mine):
        # A letter's address is nobody's to guess, and it is gone with the page that made it.
        if not link.startswith("/media/"):
            answer = client.get(link)
            allowed = {200} if may_take(actors.get(name), link) else {403, 404}
            assert answer.status_code in allowed, (name, link)
            assert CONTENT not in answer.content


def may_take(actor: Actor | None, link: str) -> bool:
    """Whether it is a table that somebody may see, be it empty or narrowed down for another."""
    folder, _, name = urlsplit(link).path.rpartition("/")
    if actor is None or folder != "/tables":
        return False
    permission = EXPORTS[name.rpartition(".")[0]].permission
    return permission is None or actor.may(permission)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_sent_arrives_and_comes_back(
    accounts: Accounts, numbers: list[str], name: str
) -> None:
    content = b"%PDF-1.7 " + name.encode() * 500_000
    sees = [number for number in numbers if _may_see(accounts, name, number)]
    for number in sees[:1]:
        with accounts.tab(name) as tab:
            drop = tab.open("one_request", request=number).place_to_drop("Add files")
            place = tab.place_for(f"from {name}.pdf")
            assert accounts.send(name, place, f"from {name}.pdf", content).status_code == 204
            before = set(tab.links())
            tab.dropped(drop, place, f"from {name}.pdf", len(content))
            [new] = set(tab.links()) - before
        assert accounts.client(name).get(new).content == content
    assert sees or name in {"tom", "will", "wanda"}


def _may_see(accounts: Accounts, name: str, number: str) -> bool:
    return accounts.client(name).get(f"/files/file-of-{number}").status_code == 200


def test_a_table_that_is_brought_in_is_read(accounts: Accounts) -> None:
    with accounts.tab("ada") as tab:
        tab.open("sites").unfold()
        content = accounts.client("ada").get("/tables/sites.csv").content
        drop = tab.place_to_drop("A CSV file")
        place = tab.place_for("sites.csv")
        assert accounts.send("ada", place, "sites.csv", content).status_code == 204
        assert (
            "columns go into a field" in tab.dropped(drop, place, "sites.csv", len(content)).words
        )


def test_nobody_sends_anything(accounts: Accounts) -> None:
    with accounts.tab() as tab:
        place = tab.open("").place_for("anything.pdf")
        client = accounts.nobody()
        answer = client.put(
            place.upload_url,
            files={"file": ("anything.pdf", CONTENT)},
            headers={"X-Xsrftoken": str(client.cookies["_streamlit_xsrf"])},
        )
    assert answer.status_code == 403
