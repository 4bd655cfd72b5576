"""Asking for something: it is sent once, and it finds its people."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from builders import (
    NOON,
    TODAY,
    a_draft,
    a_likeness,
    drafted,
    left,
    stepped,
    submitted,
    the_request,
    told,
    who,
)
from services.asking import lines_in
from techrequests.domain.catalogue import Category, Person, RoutingRule
from techrequests.domain.errors import InvalidError
from techrequests.domain.workflow import Action
from techrequests.services.intake import submit
from techrequests.services.intake_form import Route, offered, route_of
from techrequests.store.requests import events_of

if TYPE_CHECKING:
    from techrequests.store.database import Database


class TestSubmission:
    def test_it_is_routed_recorded_and_told(self, database: Database) -> None:
        request = submitted(database, "tina", by="tom")
        assert (request.status, request.reviewer_id, request.approver_id) == (
            "in review",
            "rita",
            "pia",
        )
        assert (request.submitted_at, request.stage_since, request.version) == (NOON, NOON, 2)
        with database.read() as reader:
            (event,) = events_of(reader, request.request_id)
        assert (event.action, event.source, event.target) == ("submit", "draft", "in review")
        messages = told(database, request.request_id)
        assert set(messages) == {"tina", "rita"}
        assert messages["tina"].subject == (
            "TR-2027-0001 Two laptops for the writing lab: Tom Berg submitted the request"
        )

    def test_a_second_click_sends_it_once(self, database: Database) -> None:
        asked = a_draft()
        first, second = (submit(database, who(database, "tina"), asked, now=NOON) for _ in "12")
        assert first == second
        with database.read() as reader:
            assert reader.value("SELECT count(*) FROM message") == 1

    def test_everything_that_is_missing_is_told_at_once(self, database: Database) -> None:
        yesterday = TODAY - timedelta(days=1)
        asked = a_draft(title=" ", problem="", impact="", needed_by=yesterday, lines=())
        with pytest.raises(InvalidError) as refused:
            submit(database, who(database, "tina"), asked, now=NOON)
        assert [problem.field for problem in refused.value.problems] == [
            "title",
            "problem",
            "impact",
            "needed_by",
            "lines",
        ]

    def test_something_must_be_asked_for(self, database: Database) -> None:
        with pytest.raises(InvalidError, match="Add at least one item"):
            submit(database, who(database, "tina"), a_draft(lines=()), now=NOON)

    def test_what_is_refused_is_not_saved_either(self, database: Database) -> None:
        draft = drafted(database)
        asked = a_draft(request_id=draft.request_id, seen_version=1, title="New", lines=())
        with pytest.raises(InvalidError):
            submit(database, who(database, "tina"), asked, now=NOON)
        assert the_request(database, draft.request_id) == draft
        assert lines_in(database, draft.request_id) == [("Teacher laptop 14 in", 2)]

    def test_text_is_kept_as_typed_and_cannot_start_a_mail_header(self, database: Database) -> None:
        title = '=HYPERLINK("http://x.example") <b>+1</b>'
        request = submitted(database, title=title, problem="@SUM(A1)\n-2\tx")
        kept = the_request(database, request.request_id)
        assert (kept.title, kept.problem) == (title, "@SUM(A1)\n-2\tx")
        assert all(
            len(message.subject.splitlines()) == 1
            for message in told(database, request.request_id).values()
        )

    def test_the_number_goes_by_the_districts_own_day(self, database: Database) -> None:
        """Eight in the evening of June 30 in Chicago is July 1 in UTC, and still the old year."""
        evening = datetime(2026, 6, 30, 20, tzinfo=timezone(timedelta(hours=-5)))
        request = submit(database, who(database, "tina"), a_draft(), now=evening)
        assert request.request_id == "TR-2026-0001"
        assert the_request(database, request.request_id).submitted_at == evening


class TestRouting:
    def test_the_first_rule_that_fits_names_the_reviewer(self, database: Database) -> None:
        assert submitted(database, category=Category.COMPUTERS).reviewer_id == "rita"

    def test_of_several_reviewers_the_one_with_least_open_work_is_taken(
        self, database: Database
    ) -> None:
        drawn = [submitted(database, category=Category.AUDIO_VIDEO) for _ in range(3)]
        assert [request.reviewer_id for request in drawn] == ["rita", "rob", "rita"]
        stepped(database, drawn[0], Action.WITHDRAW, "tina")
        stepped(database, drawn[2], Action.WITHDRAW, "tina")
        assert submitted(database, category=Category.AUDIO_VIDEO).reviewer_id == "rita"

    def test_a_reviewer_who_left_is_passed_over(self, database: Database) -> None:
        left(database, "rita")
        assert submitted(database).reviewer_id == "rob"

    def test_a_rule_that_is_switched_off_does_not_count(self, database: Database) -> None:
        with database.write() as work:
            rule = work.get(RoutingRule, "R10")
            work.update(replace(rule, reviewer_id="rob", active=False))
        assert submitted(database).reviewer_id == "rita"

    def test_a_rule_does_not_make_somebody_a_reviewer(self, database: Database) -> None:
        with database.write() as work:
            work.update(replace(work.get(RoutingRule, "R10"), reviewer_id="ben"))
        assert submitted(database).reviewer_id == "rita"

    @pytest.mark.parametrize("said", [{"requester_id": "rita"}, {"by": "rita"}])
    def test_nobody_reviews_what_they_asked_for_themselves_or_for_others(
        self, database: Database, said: dict[str, str]
    ) -> None:
        assert submitted(database, **said).reviewer_id == "rob"

    def test_with_no_reviewer_to_be_found_all_who_could_are_told(self, database: Database) -> None:
        with database.write() as work:
            for rule in work.find(RoutingRule):
                work.update(replace(rule, active=False))
        request = submitted(database)
        assert request.reviewer_id is None
        assert set(told(database, request.request_id)) == {"rita", "rob"}


class TestApprover:
    @pytest.mark.parametrize(
        ("said", "approver"),
        [
            ({"requester_id": "tina"}, "pia"),
            ({"requester_id": "will"}, "wanda"),
            ({"requester_id": "tina", "by": "pia"}, "sue"),  # the supervisor filled in the form
            ({"requester_id": "pia"}, "sue"),
            ({"requester_id": "ben"}, "sue"),  # Bea stands above Ben, but may not decide
            ({"requester_id": "sue"}, None),
            ({"requester_id": "pia", "by": "sue"}, None),
        ],
    )
    def test_the_nearest_supervisor_who_may_decides(
        self, database: Database, said: dict[str, str], approver: str | None
    ) -> None:
        assert submitted(database, **said).approver_id == approver

    def test_a_supervisor_who_left_is_passed_over(self, database: Database) -> None:
        left(database, "pia")
        assert submitted(database).approver_id == "sue"

    def test_a_supervisor_of_another_site_may_not_decide_for_this_one(
        self, database: Database
    ) -> None:
        with database.write() as work:
            work.update(replace(work.get(Person, "tina"), supervisor_id="wanda"))
        assert submitted(database).approver_id == "sue"

    def test_a_role_counts_only_between_its_dates(self, database: Database) -> None:
        with database.write() as work:
            work.run("UPDATE role_grant SET ends_on = $day WHERE person_id = 'pia'", day=TODAY)
        assert submitted(database).approver_id == "pia"
        with database.write() as work:
            work.run(
                "UPDATE role_grant SET ends_on = $day WHERE person_id = 'pia'",
                day=TODAY - timedelta(days=1),
            )
        assert submitted(database).approver_id == "sue"

    def test_two_who_supervise_each_other_do_not_hang_the_search(self, database: Database) -> None:
        with database.write() as work:
            work.update(replace(work.get(Person, "tina"), supervisor_id="tom"))
            work.update(replace(work.get(Person, "tom"), supervisor_id="tina"))
        assert submitted(database).approver_id is None

    def test_the_route_is_shown_before_anything_is_sent(self, database: Database) -> None:
        route = shown_route(database)
        assert (route.reviewer, route.approver) == ("Rita Moss", "Pia Lang")
        left(database, "pia")
        left(database, "sue")
        route = shown_route(database)
        assert route.approver is None


def shown_route(database: Database) -> Route:
    """As Tom sees it, who fills the form in for Tina."""
    return route_of(database, who(database, "tom"), offered(database), a_likeness(), TODAY)
