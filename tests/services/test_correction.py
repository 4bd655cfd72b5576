"""A request is corrected by who asked, until its review is done; everybody sees what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    CHROMEBOOK,
    LAPTOP,
    NOON,
    TODAY,
    TWO_LAPTOPS,
    a_draft,
    a_review,
    decided,
    hushed,
    in_status,
    reviewed,
    seen_by,
    stepped,
    submitted,
    told,
    who,
)
from services.asking import lines_in
from techrequests.domain.catalogue import Category, RoutingRule
from techrequests.domain.errors import BlockedError, InvalidError, NotFoundError, StaleError
from techrequests.domain.intake import LineAsked
from techrequests.domain.techrequest import RequestLine, Status
from techrequests.domain.workflow import Action
from techrequests.services.approval import alternatives_for
from techrequests.services.correction import correct
from techrequests.services.intake_form import draft_of
from techrequests.services.review import review
from techrequests.store.checks import run_checks

if TYPE_CHECKING:
    from techrequests.domain.intake import DraftAsked
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

ONE_CHROMEBOOK = LineAsked(
    item_id=CHROMEBOOK.item_id,
    description=CHROMEBOOK.name,
    quantity=1,
    unit_estimate_cents=CHROMEBOOK.unit_price_cents,
)


def a_correction(request: TechRequest, **said: Any) -> DraftAsked:  # noqa: ANN401  # any field of the form
    return a_draft(request_id=request.request_id, seen_version=request.version, **said)


def corrected(
    database: Database,
    request: TechRequest,
    by: str = "tina",
    **said: Any,  # noqa: ANN401  # any field of the form
) -> TechRequest:
    return correct(database, who(database, by), a_correction(request, **said), now=NOON)


def test_what_changed_stands_before_and_after_in_the_history(database: Database) -> None:
    request = submitted(database)
    hushed(database)
    three = replace(TWO_LAPTOPS, quantity=3)
    lines = (three, ONE_CHROMEBOOK)
    saved = corrected(database, request, title="Three laptops", lines=lines)
    assert (saved.status, saved.title) == (Status.IN_REVIEW, "Three laptops")
    assert saved.estimate_cents == 3 * TWO_LAPTOPS.unit_estimate_cents + 459_00  # type: ignore[operator]
    case = seen_by(database, "rita", saved)
    assert [(one.label, one.was, one.is_now) for one in case.changes] == [
        ("What do you need?", "Two laptops for the writing lab", "Three laptops"),
        (
            "Item",
            "2 x Teacher laptop 14 in, $899.00 each, computers",
            "3 x Teacher laptop 14 in, $899.00 each, computers",
        ),
        ("Item", "", f"1 x {CHROMEBOOK.name}, $459.00 each, computers"),
    ]
    assert told(database, saved.request_id).keys() == {"rita"}
    assert "Two laptops for the writing lab → Three laptops" in (
        told(database, saved.request_id)["rita"].body
    )
    assert run_checks(database, now=NOON) == []


def test_what_was_sent_stays_as_an_earlier_version(database: Database) -> None:
    request = submitted(database)
    saved = corrected(database, request, lines=(ONE_CHROMEBOOK,))
    assert lines_in(database, saved.request_id) == [(CHROMEBOOK.name, 1)]
    with database.read() as reader:
        kept = reader.find(
            RequestLine, "WHERE request_id = $it ORDER BY content_version", it=saved.request_id
        )
    assert [(one.content_version, one.description) for one in kept] == [
        (1, "Teacher laptop 14 in"),
        (2, CHROMEBOOK.name),
    ]


def test_the_reviewer_at_work_is_told_that_it_changed(database: Database) -> None:
    request = submitted(database)
    corrected(database, request, title="Three laptops")
    with pytest.raises(StaleError, match=r"Tina Cho corrected the request\. Look at the request"):
        review(database, who(database, "rita"), a_review(request), now=NOON)


def test_a_correction_from_a_page_that_is_stale_is_refused(database: Database) -> None:
    request = submitted(database, by="tom")
    corrected(database, request, title="Three laptops")
    with pytest.raises(StaleError, match="Tina Cho corrected the request"):
        corrected(database, request, by="tom", title="Four laptops")


def test_a_second_click_is_harmless(database: Database) -> None:
    request = submitted(database)
    asked = a_correction(request, title="Three laptops")
    tina = who(database, "tina")
    saved = correct(database, tina, asked, now=NOON)
    assert correct(database, tina, asked, now=NOON) == saved


def test_while_a_question_of_the_reviewer_is_open_too(database: Database) -> None:
    request = in_status(database, Status.NEEDS_INFORMATION)
    saved = corrected(database, request, title="Three laptops")
    assert saved.status is Status.NEEDS_INFORMATION
    answered = stepped(database, saved, Action.ANSWER, "tina")
    assert reviewed(database, answered).status is Status.AWAITING_APPROVAL


def test_what_is_approved_afterwards_is_what_was_corrected(database: Database) -> None:
    saved = corrected(database, submitted(database), lines=(ONE_CHROMEBOOK,))
    approved = decided(database, reviewed(database, saved), fund_id="GEN-27")
    assert (approved.status, approved.estimate_cents) == (Status.QUOTING, 459_00)
    assert run_checks(database, now=NOON) == []


def test_another_category_goes_to_who_is_responsible_for_it(database: Database) -> None:
    rule = RoutingRule(
        rule_id="R05", position=5, site_id="LHS", category=Category.DISPLAYS, reviewer_id="rob"
    )
    with database.write() as work:
        work.insert(rule)
    request = submitted(database)
    hushed(database)
    saved = corrected(database, request, category=Category.DISPLAYS)
    assert saved.reviewer_id == "rob"
    assert told(database, saved.request_id).keys() == {"rita", "rob"}


@pytest.mark.parametrize("status", [*Status])
def test_after_the_review_nothing_is_corrected(database: Database, status: Status) -> None:
    request = in_status(database, status)
    open_ = {Status.IN_REVIEW, Status.NEEDS_INFORMATION}
    draft = draft_of(database, who(database, "tina"), request.request_id)
    assert bool(draft.not_correctable) == (status not in open_)
    if status not in open_:
        with pytest.raises(BlockedError):
            corrected(database, request, title="Three laptops")


def test_a_question_of_the_approver_does_not_open_the_review_again(database: Database) -> None:
    waiting = in_status(database, Status.AWAITING_APPROVAL)
    asked = stepped(database, waiting, Action.ASK_BEFORE_DECIDING, "pia")
    with pytest.raises(BlockedError, match="The review is done"):
        corrected(database, asked, title="Three laptops")


@pytest.mark.parametrize(("by", "refusal"), [("rita", BlockedError), ("tom", NotFoundError)])
def test_only_who_asks_corrects_it(database: Database, by: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        corrected(database, submitted(database), by=by, title="Three laptops")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Nothing is changed yet"),
        ({"title": " "}, "“What do you need\\?” is empty"),
        ({"category": None}, "“Category” is empty"),
        ({"needed_by": date(2026, 1, 1)}, "“Needed by” is in the past"),
        ({"lines": (replace(TWO_LAPTOPS, quantity=0),)}, "Item 1: “Quantity” must be between"),
    ],
)
def test_a_correction_is_as_whole_as_what_was_sent(
    database: Database, said: dict[str, Any], words: str
) -> None:
    assert date(2026, 1, 1) < TODAY
    with pytest.raises(InvalidError, match=words):
        corrected(database, submitted(database), **said)


def test_ways_out_are_those_of_what_is_asked_for_now(database: Database) -> None:
    cheaper = replace(LAPTOP, item_id="LAP-OLD", name="Loan laptop 13 in", unit_price_cents=620_00)
    with database.write() as work:
        work.insert(cheaper)
    twice = (TWO_LAPTOPS, replace(TWO_LAPTOPS, quantity=1))
    request = submitted(database, lines=twice)
    before = alternatives_for(database, request, TODAY)
    assert any("Ask for the" in way for way in before)
    assert len(set(before)) == len(before)
    saved = corrected(database, request, lines=(ONE_CHROMEBOOK,))
    assert not any("Ask for the" in way for way in alternatives_for(database, saved, TODAY))


def test_a_correction_keeps_at_least_one_item(database: Database) -> None:
    with pytest.raises(BlockedError, match="Add at least one item"):
        corrected(database, submitted(database), lines=())
