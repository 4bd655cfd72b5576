"""A draft: nothing typed is lost, and what cannot be sent yet is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    NOON,
    PEOPLE,
    TWO_LAPTOPS,
    a_draft,
    drafted,
    given,
    left,
    stepped,
    submitted,
    the_request,
    who,
)
from services.asking import lines_in
from techrequests.domain.errors import (
    BlockedError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    StaleError,
)
from techrequests.domain.intake import MOST_LINES, LineAsked, noticed, typing_problems
from techrequests.domain.policy import Role
from techrequests.domain.techrequest import Priority, Status
from techrequests.domain.workflow import Action
from techrequests.services.intake import MOST_AN_HOUR, save_draft, submit
from techrequests.services.intake_form import draft_of

if TYPE_CHECKING:
    from techrequests.store.database import Database

HEADSETS = LineAsked(description="Headset", quantity=30, unit_estimate_cents=24_50)


class TestDraft:
    def test_a_draft_keeps_whatever_is_there_so_far(self, database: Database) -> None:
        empty = a_draft(title="", problem="", impact="", lines=())
        draft = save_draft(database, who(database, "tina"), empty, now=NOON)
        assert (draft.request_id, draft.status, draft.version) == ("TR-2027-0001", "draft", 1)
        assert (draft.title, draft.estimate_cents, draft.site_id) == ("", 0, "LHS")
        assert the_request(database, draft.request_id) == draft

    def test_typing_on_changes_the_same_draft(self, database: Database) -> None:
        draft = drafted(database)
        on = a_draft(
            request_id=draft.request_id, seen_version=1, lines=(HEADSETS,), title=" Headsets "
        )
        saved = save_draft(database, who(database, "tina"), on, now=NOON)
        assert (saved.request_id, saved.version, saved.title) == (draft.request_id, 2, "Headsets")
        assert saved.estimate_cents == 30 * 24_50
        assert lines_in(database, saved.request_id) == [("Headset", 30)]

    def test_a_click_that_changes_nothing_saves_nothing(self, database: Database) -> None:
        draft = drafted(database)
        again = a_draft(request_id=draft.request_id, seen_version=draft.version)
        commits_version = save_draft(database, who(database, "tina"), again, now=NOON).version
        assert commits_version == draft.version

    def test_the_first_save_twice_makes_one_draft(self, database: Database) -> None:
        asked = a_draft()
        first, second = (save_draft(database, who(database, "tina"), asked, now=NOON) for _ in "12")
        assert first == second

    def test_a_form_that_typed_on_before_it_knew_its_number_changes_its_draft(
        self, database: Database
    ) -> None:
        """The first answer got lost on the way; what was typed since must not be."""
        asked = a_draft()
        save_draft(database, who(database, "tina"), asked, now=NOON)
        typed_on = replace(asked, values={**asked.values, "title": "Three laptops"})
        sent = submit(database, who(database, "tina"), typed_on, now=NOON)
        assert (sent.title, sent.status) == ("Three laptops", Status.IN_REVIEW)
        with database.read() as reader:
            assert reader.value("SELECT count(*) FROM tech_request") == 1

    def test_the_slower_of_two_windows_is_told(self, database: Database) -> None:
        draft = drafted(database)
        ours, theirs = (
            a_draft(request_id=draft.request_id, seen_version=draft.version, title=title)
            for title in ("Ours", "Theirs")
        )
        save_draft(database, who(database, "tina"), theirs, now=NOON)
        with pytest.raises(StaleError, match="changed in another window"):
            save_draft(database, who(database, "tina"), ours, now=NOON)
        with pytest.raises(StaleError):
            submit(database, who(database, "tina"), ours, now=NOON)
        assert the_request(database, draft.request_id).title == "Theirs"

    @pytest.mark.parametrize("send", [save_draft, submit])
    def test_a_window_left_open_does_not_pass_for_sent(self, database: Database, send: Any) -> None:  # noqa: ANN401
        """Sent from one window, typed on in another: the second must hear that it was not saved."""
        draft = drafted(database)
        sent = a_draft(request_id=draft.request_id, seen_version=draft.version)
        submit(database, who(database, "tina"), sent, now=NOON)
        typed_on = a_draft(request_id=draft.request_id, seen_version=draft.version, title="More")
        with pytest.raises(StaleError, match="Tina Cho submitted the request"):
            send(database, who(database, "tina"), typed_on, now=NOON)
        newest = replace(typed_on, seen_version=the_request(database, draft.request_id).version)
        with pytest.raises(NotAllowedError, match="was submitted already"):
            send(database, who(database, "tina"), newest, now=NOON)

    def test_nobody_else_sees_a_draft_not_even_one_that_was_discarded(
        self, database: Database
    ) -> None:
        draft = drafted(database, "tina", by="tom")
        others = [person.person_id for person in PEOPLE if person.person_id not in {"tina", "tom"}]
        for code in others:
            with pytest.raises(NotFoundError):
                draft_of(database, who(database, code), draft.request_id)
        for code in ("tina", "tom"):
            assert draft_of(database, who(database, code), draft.request_id).request == draft
        stepped(database, draft, Action.DISCARD, "tom", note="")
        for code in others:
            with pytest.raises(NotFoundError):
                draft_of(database, who(database, code), draft.request_id)

    def test_only_who_started_a_draft_says_whom_it_is_for(self, database: Database) -> None:
        """Else the supervisor could pass a wish of their own on as a teacher's, and approve it."""
        draft = drafted(database, "pia", by="tom")
        moved = a_draft("tina", request_id=draft.request_id, seen_version=draft.version)
        with pytest.raises(NotAllowedError, match="say whom it is for"):
            save_draft(database, who(database, "pia"), moved, now=NOON)
        assert save_draft(database, who(database, "tom"), moved, now=NOON).requester_id == "tina"

    def test_a_discarded_draft_cannot_be_sent(self, database: Database) -> None:
        draft = drafted(database)
        stepped(database, draft, Action.DISCARD, "tina", note="")
        asked = a_draft(request_id=draft.request_id, seen_version=draft.version)
        with pytest.raises(BlockedError, match="is “withdrawn” now"):
            submit(database, who(database, "tina"), asked, now=NOON)

    def test_nobody_can_be_asked_for_who_has_left(self, database: Database) -> None:
        left(database, "tom")
        for send in (save_draft, submit):
            with pytest.raises(InvalidError, match="Tom Berg does not work here any more"):
                send(database, who(database, "tina"), a_draft("tom"), now=NOON)

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"title": "x" * 121}, "“What do you need?” is 1 characters too long"),
            ({"title": "two\nlines"}, "is one line"),
            ({"problem": "bell\x07"}, "invisible control characters"),
            ({"category": "spaceships"}, "“Category” must be one of: computers"),
            ({"lines": (replace(HEADSETS, quantity=0),)}, "Item 1: “Quantity” must be between 1"),
            (
                {"lines": (TWO_LAPTOPS, replace(HEADSETS, description=" "))},
                "Item 2: “Item” is empty",
            ),
            ({"lines": (HEADSETS,) * (MOST_LINES + 1)}, "Please keep it to 40 items"),
            (
                {"lines": (replace(HEADSETS, quantity=5000, unit_estimate_cents=1_000_000_00),)},
                "The items add up to $5,000,000,000.00: please check",
            ),
        ],
    )
    def test_what_cannot_be_kept_is_left_out_and_named_and_the_rest_is_kept(
        self, database: Database, said: dict[str, Any], words: str
    ) -> None:
        asked = a_draft(**{"requirements": "HDMI", **said})
        draft = save_draft(database, who(database, "tina"), asked, now=NOON)
        assert (draft.status, draft.requirements) == (Status.DRAFT, "HDMI")
        fit = {name: value for name, value in asked.values.items() if name not in said}
        assert all(getattr(draft, name) == value for name, value in fit.items())
        assert words in " ".join(problem.message for problem in typing_problems(asked))
        with pytest.raises(InvalidError) as refused:
            submit(database, who(database, "tina"), asked, now=NOON)
        assert words in str(refused.value)

    def test_an_item_that_cannot_be_kept_does_not_keep_out_the_others(
        self, database: Database
    ) -> None:
        nameless, none = replace(HEADSETS, description=" "), replace(HEADSETS, quantity=0)
        asked = a_draft(lines=(nameless, TWO_LAPTOPS, none, HEADSETS))
        draft = save_draft(database, who(database, "tina"), asked, now=NOON)
        assert lines_in(database, draft.request_id) == [
            (TWO_LAPTOPS.description, TWO_LAPTOPS.quantity),
            ("Headset", 30),
        ]
        assert [problem.field for problem in typing_problems(asked)] == [
            "lines.1.description",
            "lines.3.quantity",
        ]

    def test_an_item_of_no_known_kind_is_refused(self, database: Database) -> None:
        asked = a_draft(lines=(replace(HEADSETS, item_id="GONE"),))
        with pytest.raises(InvalidError, match="Item 1: “GONE” is not in the"):
            save_draft(database, who(database, "tina"), asked, now=NOON)

    def test_a_price_is_asked_for_and_never_taken_for_nothing(self, database: Database) -> None:
        asked = a_draft(lines=(replace(HEADSETS, unit_estimate_cents=None),))
        draft = save_draft(database, who(database, "tina"), asked, now=NOON)
        assert lines_in(database, draft.request_id) == [("Headset", 30)]
        with pytest.raises(InvalidError, match="Item 1: about what does one cost"):
            submit(database, who(database, "tina"), asked, now=NOON)
        free = a_draft(lines=(replace(HEADSETS, unit_estimate_cents=0),))
        assert submit(database, who(database, "tina"), free, now=NOON).estimate_cents == 0

    def test_what_is_only_empty_still_is_not_held_against_who_types(self) -> None:
        asked = a_draft(
            title="", needed_by=date(2026, 1, 1), lines=(replace(HEADSETS, description=""),)
        )
        assert [problem.field for problem in noticed(asked, NOON.date())] == ["needed_by"]

    def test_a_draft_can_hold_choices_that_are_not_made_yet(self, database: Database) -> None:
        unmade: dict[str, Any] = {"category": None, "priority": None, "title": None}
        draft = save_draft(database, who(database, "tina"), a_draft(**unmade), now=NOON)
        assert (draft.title, draft.priority) == ("", Priority.MEDIUM)
        with pytest.raises(InvalidError) as refused:
            submit(database, who(database, "tina"), a_draft(**unmade), now=NOON)
        assert [problem.field for problem in refused.value.problems] == [
            "title",
            "category",
            "priority",
        ]

    def test_a_form_changes_only_what_people_fill_in(self, database: Database) -> None:
        sly = a_draft(status="closed", approver_id="tina", reviewer_id="tina", estimate_cents=1)
        draft = save_draft(database, who(database, "tina"), sly, now=NOON)
        assert (draft.status, draft.approver_id, draft.reviewer_id) == ("draft", None, None)
        assert draft.estimate_cents == 1_798_00


def test_a_role_at_another_site_lets_nobody_see_a_request(database: Database) -> None:
    given(database, "will", Role.REVIEWER, "WES")
    request = submitted(database)
    with pytest.raises(NotFoundError):
        draft_of(database, who(database, "will"), request.request_id)


def test_nobody_begins_more_requests_in_an_hour_than_a_person_can_type(database: Database) -> None:
    for _ in range(MOST_AN_HOUR):
        drafted(database, "tina")
    with pytest.raises(NotAllowedError, match="within an hour"):
        drafted(database, "tina")
    drafted(database, "tom")
    later = NOON + timedelta(hours=1, seconds=1)
    save_draft(database, who(database, "tina"), a_draft("tina"), now=later)
