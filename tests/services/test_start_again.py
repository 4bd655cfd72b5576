"""Asking once more: from a finished request, or for what is there already."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from builders import NOON, a_likeness, drafted, in_status, submitted, who
from services.asking import lines_in
from techrequests.domain.errors import NotAllowedError, NotFoundError
from techrequests.domain.techrequest import TERMINAL, Status
from techrequests.services.intake import start_again
from techrequests.services.intake_form import already_there

if TYPE_CHECKING:
    from techrequests.store.database import Database


class TestStartAgain:
    @pytest.mark.parametrize(
        "status", [Status.DECLINED, Status.DENIED, Status.WITHDRAWN, Status.CANCELLED]
    )
    def test_a_finished_request_can_be_started_again_and_keeps_the_link(
        self, database: Database, status: Status
    ) -> None:
        old = in_status(database, status)
        new = start_again(database, who(database, "tina"), old.request_id, key="again", now=NOON)
        assert (new.continues_id, new.status, new.content_version) == (old.request_id, "draft", 1)
        assert (new.title, new.estimate_cents) == (old.title, old.estimate_cents)
        assert (new.reviewer_id, new.approver_id, new.submitted_at) == (None, None, None)
        assert lines_in(database, new.request_id) == lines_in(database, old.request_id)
        again = start_again(database, who(database, "tina"), old.request_id, key="again", now=NOON)
        assert again == new

    def test_a_day_that_has_passed_is_left_out(self, database: Database) -> None:
        old = in_status(database, Status.DECLINED, needed_by=date(2026, 12, 1))
        later = datetime(2026, 12, 2, 12, tzinfo=NOON.tzinfo)
        new = start_again(database, who(database, "tina"), old.request_id, key="k", now=later)
        assert new.needed_by is None

    @pytest.mark.parametrize("status", [Status.DRAFT, Status.IN_REVIEW, Status.QUOTING])
    def test_an_open_request_cannot_be_started_again(
        self, database: Database, status: Status
    ) -> None:
        assert status not in TERMINAL
        old = in_status(database, status)
        with pytest.raises(NotAllowedError, match="only from a finished request"):
            start_again(database, who(database, "tina"), old.request_id, key="k", now=NOON)

    def test_nobody_else_starts_it_again(self, database: Database) -> None:
        old = in_status(database, Status.DENIED)
        with pytest.raises(NotAllowedError):
            start_again(database, who(database, "rita"), old.request_id, key="k", now=NOON)
        with pytest.raises(NotFoundError):
            start_again(database, who(database, "will"), old.request_id, key="k", now=NOON)


class TestLikeness:
    def test_what_looks_alike_is_shown_before_it_is_asked_for_twice(
        self, database: Database
    ) -> None:
        submitted(database, "tom", title="Laptops for the writing lab")
        submitted(database, "will")  # another site
        drafted(database, "tom")
        like = a_likeness()
        found = already_there(database, like)
        assert [row["who"] for row in found.similar] == ["Tom Berg"]
        same_words = already_there(database, replace(like, item_ids=()))
        assert [row["who"] for row in same_words.similar] == ["Tom Berg"]
        other = replace(like, title="Something else", item_ids=("CB-STUDENT",))
        assert already_there(database, other).similar == []
