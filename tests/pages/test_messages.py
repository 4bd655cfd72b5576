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
