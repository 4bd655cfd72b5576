"""What somebody can send who speaks the protocol of the pages and needs no browser: nothing helps.

A plain teacher asks for pages, presses buttons and sends tables that no page offered; then nobody
does. All of it is refused, and what reaches us is in the audit trail.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from accounts import SIGN_IN, Accounts, serving_accounts
from builders import in_status, who
from serving import small_district
from techrequests.domain.audit import AuditEvent
from techrequests.domain.techrequest import Status, TechRequest
from techrequests.exchange.exports import EXPORTS
from techrequests.services.comments import FileAsked, attach
from techrequests.store.audit import breaks
from techrequests.store.database import Database
from techrequests.ui.menu import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

REFUSED = "This page is for people who may"
CONTENT = "%PDF-1.7 what the principal wrote"


@pytest.fixture(scope="module")
def case() -> dict[str, str]:
    """Numbers that an attacker may have heard of."""
    return {}


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory, case: dict[str, str]) -> Iterator[Accounts]:
    path = small_district(tmp_path_factory.mktemp("attacked"))
    database = Database.open(path)
    pending = in_status(database, Status.AWAITING_APPROVAL, requester_id="will")
    asked = FileAsked(
        attachment_id="secret-file",
        request_id=pending.request_id,
        file_name="plan.pdf",
        content=CONTENT.encode(),
    )
    attach(database, who(database, "will"), asked, now=datetime.now(UTC))  # noqa: TID251  # now
    database.close()
    case["number"] = pending.request_id
    with serving_accounts(path) as running:
        yield running


CLOSED = [page for page in PAGES if page.permission and page.url != "submit"]


@pytest.mark.parametrize("page", CLOSED, ids=lambda page: page.title)
def test_a_teacher_asks_for_a_page_of_others(accounts: Accounts, page: Any) -> None:  # noqa: ANN401
    with accounts.tab("tina") as tab:
        words = tab.open(page.url).words
    assert REFUSED in words
    assert "dataframe" not in words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_nobody_asks_for_any_page(accounts: Accounts, page: Any) -> None:  # noqa: ANN401
    with accounts.tab() as tab:
        words = tab.open(page.url, request="TR-2027-0001", person_id="ada", **{"as": "ada"}).words
    assert SIGN_IN in words
    for held in ("dataframe", "Will Reyes", "Teacher laptop", "TR-2027"):
        assert held not in words


def test_a_teacher_presses_the_buttons_of_a_principal(
    accounts: Accounts, case: dict[str, str]
) -> None:
    with accounts.tab("wanda") as principal:
        principal.open("approvals", request=case["number"])
        [approve] = principal.buttons("Approve ")
    for page in ("approvals", "one_request", "today", ""):
        with accounts.tab("tina") as teacher:
            teacher.open(page, request=case["number"])
            assert "Approved" not in teacher.click(approve).words
    with accounts.tab() as nobody:
        nobody.open("approvals", request=case["number"])
        nobody.click(approve)
    with accounts.tab("wanda") as principal:
        assert "Approve " in principal.open("approvals", request=case["number"]).words


def test_a_teacher_sends_edits_of_a_table_that_was_never_drawn(accounts: Accounts) -> None:
    """And presses its Save, which works for who may: the same message of hers changes nothing."""
    mine = json.dumps(
        {"edited_rows": {"0": {"name": "Mine"}}, "added_rows": [], "deleted_rows": []}
    )
    with accounts.tab("ada") as administrator:
        [table_id] = [
            one.dataframe.id
            for one in administrator.open("sites").drawn
            if one.WhichOneof("type") == "dataframe" and one.dataframe.id
        ]
        typed = WidgetState(id=table_id, string_value=mine)
        [save] = administrator.rerun([typed]).buttons("Save")
    states = [typed, WidgetState(id=save, trigger_value=True)]
    with accounts.tab("tina") as teacher:
        teacher.open("sites")
        assert REFUSED in teacher.rerun(states).words
    with accounts.tab("ada") as administrator:
        assert "Mine" not in administrator.open("sites").words
        administrator.rerun(states)
        assert "Mine" in administrator.open("sites").words


def test_a_request_of_somebody_else_looks_like_none(
    accounts: Accounts, case: dict[str, str]
) -> None:
    with accounts.tab("tina") as teacher:
        theirs = teacher.open("one_request", request=case["number"]).words
        none = teacher.open("one_request", request="TR-2027-9999").words
    assert "it is not yours to see" in theirs
    assert theirs.replace(case["number"][-4:], "9999") == none


def who_asks(accounts: Accounts, name: str) -> httpx.Client:
    return accounts.client(name) if name else accounts.nobody()


@pytest.mark.parametrize(
    ("name", "status"), [("wanda", 200), ("tina", 404), ("bea", 200), ("stranger", 403), ("", 403)]
)
def test_a_file_is_given_only_to_who_may_see_its_request(
    accounts: Accounts, name: str, status: int
) -> None:
    answer = who_asks(accounts, name).get("/files/secret-file")
    assert answer.status_code == status
    assert (CONTENT in answer.text) is (status == 200)
    if status == 200:
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment;")


def table_of(accounts: Accounts, name: str, file_name: str) -> httpx.Response:
    """Ask for a table as a file, as somebody who has signed in, or as nobody."""
    return who_asks(accounts, name).get(f"/tables/{file_name}", params={"as": "ada"})


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("table", EXPORTS)
def test_a_table_is_given_only_to_who_may_see_its_page(
    accounts: Accounts, table: str, ending: str
) -> None:
    assert table_of(accounts, "", f"{table}.{ending}").status_code == 403
    answer = table_of(accounts, "tina", f"{table}.{ending}")
    assert answer.status_code == (200 if table == "mine" else 403)
    if answer.status_code != 200:
        assert answer.text.startswith("This table is for people who may ")
        assert answer.headers["content-type"].startswith("text/plain")


def test_a_stranger_with_an_account_gets_no_table(accounts: Accounts) -> None:
    assert table_of(accounts, "stranger", "mine.csv").status_code == 403


def test_an_administrator_gets_the_trail_to_be_saved_and_never_shown(accounts: Accounts) -> None:
    # Of Tina the trail holds no more by now than a person may write into it in a minute.
    assert table_of(accounts, "will", "audit.csv").status_code == 403
    answer = table_of(accounts, "ada", "audit.csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''audit-")
    assert answer.headers["cache-control"] == "private, no-store"
    assert 'refusal,Will Reyes,table audit,"This table is for people who may see the' in answer.text
    assert table_of(accounts, "ada", "audit.xlsx").content.startswith(b"PK")


@pytest.mark.parametrize(
    "file_name", ["passwords.csv", "audit", "audit.pdf", ".csv", "audit.csv.csv"]
)
def test_a_table_that_there_is_not_is_not_found(accounts: Accounts, file_name: str) -> None:
    assert table_of(accounts, "ada", file_name).status_code == 404


def test_a_host_name_of_somebody_else_is_turned_away(accounts: Accounts) -> None:
    assert accounts.server.get("/", Host="evil.example").status_code == 421
    assert accounts.server.get("/", Host=f"127.0.0.1:{accounts.server.port}").status_code == 200


def test_all_of_it_is_in_the_audit_trail(accounts: Accounts, case: dict[str, str]) -> None:
    """The last one: it ends the server, to read what that wrote down."""
    accounts.server.stop()
    database = Database.open(accounts.server.database, read_only=True)
    with database.read() as reader:
        assert list(breaks(reader)) == []
        refusals = {
            (event.actor_id, event.about)
            for event in reader.find(AuditEvent, "WHERE kind = 'refusal'")
        }
        status = reader.get(TechRequest, case["number"]).status
    database.close()
    assert status is Status.AWAITING_APPROVAL
    assert refusals >= {("tina", f"page {page.title}") for page in CLOSED}
    assert refusals >= {("", f"page {page.title}") for page in CLOSED}
    assert refusals >= {("tina", f"page /{page}") for page in ("approvals", "one_request", "sites")}
    assert ("", "page /approvals") in refusals
    assert ("tina", f"request {case['number']}") in refusals
    assert ("tina", "file secret-file") in refusals
