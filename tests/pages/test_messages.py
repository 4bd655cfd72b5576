"""The inbox as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builders import in_status
from techrequests.domain.techrequest import Status
from techrequests.store.messages import inbox

if TYPE_CHECKING:
    from pages.conftest import Opened
    from techrequests.store.database import Database


def test_the_requester_reads_why_and_what_else_in_the_inbox(
    district: Database, open_page: type[Opened]
) -> None:
    request = in_status(district, Status.DENIED)
    tab = open_page("tina", "messages", {})
    assert "denied the request" in "".join(box.label for box in tab.app.expander)
    with district.read() as reader:
        [newest] = inbox(reader, "tina", most=1, skipped=0)
    tab.app.session_state[f"message:{newest.message_no}"] = True
    tab.app.run()
    tab.fine()
    assert "What you could do instead" in tab.words
    assert request.request_id in "".join(box.label for box in tab.app.expander).replace("\\", "")
    tab.press("Mark all as read")
    with district.read() as reader:
        unread = "SELECT count(*) FROM message WHERE person_id = 'tina' AND read_at IS NULL"
        assert reader.value(unread) == 0


def test_an_empty_inbox_says_what_it_is_for(open_page: type[Opened]) -> None:
    assert "You are told here about your requests." in open_page("lea", "messages", {}).words


def test_the_address_narrows_the_inbox_down_and_what_is_opened_stays(
    district: Database, open_page: type[Opened]
) -> None:
    in_status(district, Status.DENIED)
    tab = open_page("tina", "messages", {"messages_state": "Unread"})
    boxes = len(tab.app.expander)
    assert boxes > 0
    with district.read() as reader:
        [newest] = inbox(reader, "tina", most=1, skipped=0)
    with district.write() as work:
        work.run(
            "UPDATE message SET read_at = written_at WHERE message_no <> $n", n=newest.message_no
        )
    tab.app.run()
    assert len(tab.app.expander) == 1
    tab.app.session_state["messages_read_here"] = {newest.message_no}
    tab.press("Mark all as read")
    assert len(tab.app.expander) == 1
    assert "Nothing matches" in open_page("tina", "messages", {"messages_state": "Unread"}).words
    assert len(open_page("tina", "messages", {}).app.expander) == boxes
