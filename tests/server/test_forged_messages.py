"""Names that a page never had, sent by who speaks the protocol of the pages: each is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime import runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.state.session_state import SessionState
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from accounts import Accounts, serving_accounts
from serving import small_district
from techrequests.domain.audit import AuditEvent
from techrequests.server.forged_messages import NO_SUCH, NOT_FOR_PAGES, Line
from techrequests.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tab import Tab

EDITS = '{"edited_rows": {"0": {"name": "Mine"}}, "added_rows": [], "deleted_rows": []}'


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    with serving_accounts(small_district(tmp_path_factory.mktemp("forged"))) as running:
        yield running


def a_button(tab: Tab) -> None:
    tab.click("$$ID-0123456789abcdef-approve_it")


def a_table(tab: Tab) -> None:
    tab.rerun([WidgetState(id="$$ID-0123456789abcdef-sites_cells_1", string_value=EDITS)])


def many_at_once(tab: Tab) -> None:
    tab.rerun(WidgetState(id=f"$$ID-0-many_{at}", trigger_value=True) for at in range(500))


def a_page(tab: Tab) -> None:
    tab.rerun(page="0123456789abcdef0123456789abcdef")


def a_part(tab: Tab) -> None:
    message = BackMsg()
    message.rerun_script.fragment_id = "a-dialog-of-others"
    tab.say(message)


def a_cache_cleared(tab: Tab) -> None:
    tab.say(BackMsg(clear_cache=True))


def files_written(tab: Tab) -> None:
    message = BackMsg()
    message.backend_operation_request.request_id = "1"
    message.backend_operation_request.install_skills.SetInParent()
    tab.say(message)


FORGED: dict[Callable[[Tab], None], str] = {
    a_button: f"{NO_SUCH['control']}: …$$ID-0123456789abcdef-approve_it",
    a_table: f"{NO_SUCH['control']}: …$$ID-0123456789abcdef-sites_cells_1",
    many_at_once: f"{NO_SUCH['control']}: …$$ID-0-many_0",
    a_page: f"{NO_SUCH['page']}: …0123456789abcdef0123456789abcdef",
    a_part: f"{NO_SUCH['part']}: …a-dialog-of-others",
    a_cache_cleared: f"{NOT_FOR_PAGES}: clear_cache",
    files_written: f"{NOT_FOR_PAGES}: install_skills",
}


@pytest.mark.parametrize("name", ["tina", ""], ids=["a teacher", "nobody"])
@pytest.mark.parametrize("forge", FORGED)
def test_what_a_page_never_had_changes_nothing(
    accounts: Accounts, forge: Callable[[Tab], None], name: str
) -> None:
    with accounts.tab(name) as tab:
        before = tab.open("my_requests").words
        forge(tab)
        assert tab.open("my_requests").words == before


@pytest.mark.parametrize("name", ["tom", ""], ids=["a teacher", "nobody"])
def test_the_very_first_message_may_name_nothing(accounts: Accounts, name: str) -> None:
    with accounts.tab(name) as tab:
        tab.click("$$ID-0-the_first_thing_said")


def test_who_comes_back_may_name_what_an_earlier_server_sent(accounts: Accounts) -> None:
    """Until its session runs: only then can this server know what it has."""
    with accounts.tab("will", last_session="of-an-earlier-server") as tab:
        tab.click("$$ID-0-held_since_before")
        tab.click("$$ID-0-held_since_before")
        tab.click("$$ID-0-not_held_since_before")


def test_all_of_it_is_in_the_audit_trail_once(accounts: Accounts) -> None:
    """The last one with the server: it ends it, to read what that wrote down."""
    accounts.server.stop()
    database = Database.open(accounts.server.database, read_only=True)
    with database.read() as reader:
        told = [
            (event.actor_id, event.about, event.detail)
            for event in reader.find(AuditEvent, "WHERE kind = 'refusal'")
        ]
    database.close()
    for name in ("tina", ""):
        details = [detail for who, _, detail in told if who == name]
        assert {detail: details.count(detail) for detail in FORGED.values()} == dict.fromkeys(
            FORGED.values(), 1
        )
    assert ("tina", "page /my_requests", FORGED[a_button]) in told
    first = f"{NO_SUCH['control']}: …$$ID-0-the_first_thing_said"
    assert {who for who, _, detail in told if detail == first} == {"tom", ""}
    assert [detail for who, _, detail in told if who == "will"] == [
        f"{NO_SUCH['control']}: …$$ID-0-not_held_since_before"
    ]


def test_what_is_no_message_at_all_is_told_too() -> None:
    forged = Line(returning=False).hear(b"\xff\xff\xff")
    assert forged
    assert forged.words == NOT_FOR_PAGES


def test_streamlit_still_has_the_names_on_which_this_stands() -> None:
    """Without them a forged name would be let fall in silence again."""
    assert "_session_mgr" in runtime.Runtime.__init__.__code__.co_names
    stood_upon = {
        WebsocketSessionManager: "get_session_info",
        SessionState: "get_widget_metadata",
        AppSession: "session_state get_pages has_fragment",
    }
    assert [
        (owner, name)
        for owner, names in stood_upon.items()
        for name in names.split()
        if not hasattr(owner, name)
    ] == []
