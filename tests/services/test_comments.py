"""Comments and files: who hears them, who sees them, and what is never kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import NOON, PEOPLE, a_key, drafted, hushed, in_status, submitted, told, who
from techrequests.domain.attachments import MOST_FILES
from techrequests.domain.catalogue import Person
from techrequests.domain.errors import (
    InvalidError,
    NotAllowedError,
    NotFoundError,
    TechRequestsError,
)
from techrequests.domain.techrequest import Attachment, Status
from techrequests.services import comments
from techrequests.services.cases import case_of
from techrequests.services.comments import (
    MOST_COMMENTS_AN_HOUR,
    CommentAsked,
    FileAsked,
    add_comment,
    attach,
    file_to_open,
    remove_attachment,
)
from techrequests.store.checks import run_checks
from techrequests.store.messages import to_mail

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

PDF = b"%PDF-1.7\n%%EOF\n"
DAWN = NOON - timedelta(hours=5)
STRANGERS = ("will", "wanda")
"""Staff of another school: they see nothing of a request of LHS."""


def say(  # noqa: PLR0913  # what, of whom, where and when
    database: Database,
    request: TechRequest,
    by: str,
    body: str = "Hello.",
    *,
    internal: bool = False,
    after: float = 0,
) -> str:
    asked = CommentAsked(
        comment_id=a_key("comment"), request_id=request.request_id, body=body, internal=internal
    )
    add_comment(database, who(database, by), asked, now=NOON + timedelta(minutes=after))
    return asked.comment_id


def keep(database: Database, request: TechRequest, by: str = "tina", **said: Any) -> Attachment:  # noqa: ANN401
    usual: dict[str, Any] = {
        "attachment_id": a_key("file"),
        "request_id": request.request_id,
        "file_name": "quote.pdf",
        "content": PDF,
    }
    return attach(database, who(database, by), FileAsked(**{**usual, **said}), now=NOON)


def mailed(database: Database, person_id: str) -> list[str]:
    """What would be mailed to somebody, within the hour."""
    later = NOON + timedelta(hours=1)
    with database.read() as reader:
        address = reader.get(Person, person_id).email
        waiting = to_mail(reader, now=later, not_before=DAWN, most_attempts=5, most=50)
    return [one.body for one in waiting if one.email == address]


def heard(database: Database, request: TechRequest, by: str) -> list[str]:
    case = case_of(database, who(database, by), request.request_id, NOON.date())
    return [comment.body for comment in case.comments]


class TestComments:
    def test_everybody_on_the_request_hears_it_except_who_says_it(self, database: Database) -> None:
        request = submitted(database, by="tom")
        hushed(database)
        say(database, request, "rita", " Which room? ")
        messages = told(database, request.request_id)
        assert set(messages) == {"tina", "tom", "pia"}
        assert messages["tina"].body == "Which room?"
        assert messages["tina"].subject.endswith("Rita Moss wrote a comment")

    def test_an_internal_note_stays_within_the_departments(self, database: Database) -> None:
        request = submitted(database)
        hushed(database)
        say(database, request, "bea", "Watch the budget.", internal=True)
        assert set(told(database, request.request_id)) == {"rita"}
        for person in PEOPLE:
            if person.person_id in STRANGERS:
                continue
            try:
                bodies = heard(database, request, person.person_id)
            except NotFoundError:
                continue
            inside = person.person_id in {"rita", "rob", "bea", "ben", "ada"}
            assert bodies == (["Watch the budget."] if inside else []), person.person_id

    @pytest.mark.parametrize("by", ["tina", "pia", "lea"])
    def test_who_may_not_see_internal_notes_writes_none(self, database: Database, by: str) -> None:
        request = submitted(database)
        with pytest.raises(NotAllowedError, match="Write a comment instead"):
            say(database, request, by, internal=True)

    def test_a_double_click_says_it_once(self, database: Database) -> None:
        request = submitted(database)
        asked = CommentAsked(comment_id="c", request_id=request.request_id, body="Hello.")
        for _ in "12":
            add_comment(database, who(database, "tina"), asked, now=NOON)
        assert heard(database, request, "tina") == ["Hello."]

    @pytest.mark.parametrize("by", STRANGERS)
    def test_strangers_neither_hear_nor_speak(self, database: Database, by: str) -> None:
        request = submitted(database)
        with pytest.raises(NotFoundError):
            say(database, request, by)
        with pytest.raises(NotFoundError):
            heard(database, request, by)

    @pytest.mark.parametrize("body", ["", " \n", "x" * 4001, "bell\x07"])
    def test_what_cannot_be_kept_is_refused(self, database: Database, body: str) -> None:
        request = submitted(database)
        with pytest.raises(InvalidError):
            say(database, request, "tina", body)

    def test_words_are_kept_as_typed(self, database: Database) -> None:
        request = submitted(database)
        body = '=HYPERLINK("x")\n<script>alert(1)</script> [a](javascript:b) 🎒'
        say(database, request, "tina", body)
        assert heard(database, request, "rita") == [body]

    def test_a_quick_exchange_is_mailed_once_and_read_in_the_app(self, database: Database) -> None:
        request = submitted(database, by="tom")
        hushed(database)
        for minutes, by in ((0, "rita"), (1, "rita"), (4, "tina"), (6, "rita"), (7, "tom")):
            say(database, request, by, f"After {minutes}.", after=minutes)
        assert mailed(database, "tina") == ["After 0.", "After 6."]
        assert mailed(database, "rita") == ["After 4."]
        with database.read() as reader:
            assert reader.value("SELECT count(*) FROM message WHERE person_id = 'tina'") == 4
        other = submitted(database, by="tom")
        hushed(database)
        say(database, other, "rita", "About another one.", after=7)
        assert mailed(database, "tina") == ["About another one."]

    def test_nobody_writes_without_end(self, database: Database) -> None:
        request = submitted(database)
        for number in range(MOST_COMMENTS_AN_HOUR):
            say(database, request, "tina", after=number / 10)
        with pytest.raises(NotAllowedError, match="what you typed is still here"):
            say(database, request, "tina", after=30)
        say(database, request, "rita", after=30)
        say(database, request, "tina", after=60.5)


class TestFiles:
    def test_a_file_comes_back_as_it_was(self, database: Database) -> None:
        kept = keep(database, submitted(database), file_name="C:\\x\\Quote 1.pdf")
        assert (kept.file_name, kept.media_type, kept.size_bytes) == (
            "Quote 1.pdf",
            "application/pdf",
            len(PDF),
        )
        assert file_to_open(database, who(database, "rita"), kept.attachment_id)[1] == PDF

    def test_a_double_click_keeps_one(self, database: Database) -> None:
        request = submitted(database)
        first, second = (keep(database, request, attachment_id="a") for _ in "12")
        assert second == first
        case = case_of(database, who(database, "tina"), request.request_id, NOON.date())
        assert len(case.attachments) == 1

    def test_the_same_content_is_kept_once_for_two_requests(self, database: Database) -> None:
        first, second = (keep(database, submitted(database)) for _ in "12")
        assert first.sha256 == second.sha256
        remove_attachment(database, who(database, "tina"), first.attachment_id, now=NOON)
        assert file_to_open(database, who(database, "tina"), second.attachment_id)[1] == PDF

    @pytest.mark.parametrize("by", STRANGERS)
    def test_strangers_get_no_file_and_leave_none(self, database: Database, by: str) -> None:
        request = submitted(database)
        kept = keep(database, request)
        for attempt in (
            lambda: file_to_open(database, who(database, by), kept.attachment_id),
            lambda: keep(database, request, by),
            lambda: remove_attachment(database, who(database, by), kept.attachment_id, now=NOON),
        ):
            with pytest.raises(NotFoundError):
                attempt()

    def test_only_who_added_a_file_takes_it_off_a_draft_and_then_it_is_gone(
        self, database: Database
    ) -> None:
        kept = keep(database, drafted(database))
        with pytest.raises(NotFoundError):
            remove_attachment(database, who(database, "rita"), kept.attachment_id, now=NOON)
        for _ in "12":
            remove_attachment(database, who(database, "tina"), kept.attachment_id, now=NOON)
        with pytest.raises(NotFoundError, match="was removed"):
            file_to_open(database, who(database, "tina"), kept.attachment_id)

    @pytest.mark.parametrize("status", [Status.IN_REVIEW, Status.AWAITING_APPROVAL])
    def test_what_was_submitted_is_superseded_and_can_still_be_opened(
        self, database: Database, status: Status
    ) -> None:
        request = in_status(database, status)
        kept = keep(database, request)
        with pytest.raises(NotAllowedError, match="Only the person who added"):
            remove_attachment(database, who(database, "rita"), kept.attachment_id, now=NOON)
        for hours in (1, 2):
            later = NOON + timedelta(hours=hours)
            remove_attachment(database, who(database, "tina"), kept.attachment_id, now=later)
        for person in ("tina", "rita", "pia"):
            assert file_to_open(database, who(database, person), kept.attachment_id)[1] == PDF
        case = case_of(database, who(database, "rita"), request.request_id, NOON.date())
        assert [one.superseded_at for one in case.attachments] == [NOON + timedelta(hours=1)]
        assert run_checks(database, now=NOON) == []

    @pytest.mark.parametrize(
        "status", [Status.QUOTING, Status.CLOSED, Status.DENIED, Status.DECLINED, Status.WITHDRAWN]
    )
    def test_after_a_decision_or_the_end_no_file_is_taken_away(
        self, database: Database, status: Status
    ) -> None:
        request = in_status(database, status)
        with database.write() as work:
            work.insert(
                Attachment(
                    attachment_id="A1",
                    request_id=request.request_id,
                    file_name="a.pdf",
                    media_type="application/pdf",
                    size_bytes=len(PDF),
                    sha256=database.files.keep(PDF),
                    uploaded_by_id="tina",
                    uploaded_at=NOON,
                )
            )
        with pytest.raises(NotAllowedError, match="its files stay"):
            remove_attachment(database, who(database, "tina"), "A1", now=NOON)
        case = case_of(database, who(database, "rita"), request.request_id, NOON.date())
        assert [one.superseded_at for one in case.attachments] == [None]

    @pytest.mark.parametrize(
        ("said", "error"),
        [
            ({"content": b""}, InvalidError),
            ({"file_name": "page.html", "content": b"<script/>"}, InvalidError),
            ({"request_id": "TR-2027-9999"}, NotFoundError),
        ],
    )
    def test_what_is_refused_is_not_kept(
        self, database: Database, said: dict[str, Any], error: type[TechRequestsError]
    ) -> None:
        request = submitted(database)
        with pytest.raises(error):
            keep(database, request, **said)
        with database.read() as reader:
            assert reader.value("SELECT count(*) FROM attachment") == 0

    def test_nobody_fills_the_disk_in_a_day(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(comments, "MOST_BYTES_A_DAY", 3 * len(PDF))
        request = submitted(database)
        kept = [keep(database, request) for _ in "123"]
        remove_attachment(database, who(database, "tina"), kept[0].attachment_id, now=NOON)
        with pytest.raises(NotAllowedError, match="tomorrow"):
            keep(database, request)
        keep(database, request, by="rita")
        asked = FileAsked(
            attachment_id="next", request_id=request.request_id, file_name="a.pdf", content=PDF
        )
        attach(database, who(database, "tina"), asked, now=NOON + timedelta(days=1, seconds=1))

    def test_a_request_holds_so_many_files_and_no_more(self, database: Database) -> None:
        request = submitted(database)
        for _ in range(MOST_FILES):
            keep(database, request)
        with pytest.raises(InvalidError, match="at most 20 files"):
            keep(database, request)

    def test_a_finished_request_takes_no_more_files(self, database: Database) -> None:
        request = in_status(database, Status.DECLINED)
        with pytest.raises(NotAllowedError, match="is finished"):
            keep(database, request)
