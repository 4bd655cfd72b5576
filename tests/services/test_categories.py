"""The category: empty at first, by line where money and checklists go by it, and correctable."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from builders import (
    DISPLAY,
    NOON,
    TODAY,
    TWO_LAPTOPS,
    a_draft,
    a_key,
    allocated,
    an_invoice,
    chosen,
    hushed,
    in_status,
    ordered,
    quoted,
    received,
    stepped,
    submitted,
    told,
    who,
)
from services.paying import standing, the_entries, with_fund
from techrequests.domain.catalogue import Category, RoutingRule
from techrequests.domain.errors import BlockedError, InvalidError, StaleError
from techrequests.domain.intake import LineAsked
from techrequests.domain.ledger import balances
from techrequests.domain.techrequest import RequestLine, Status
from techrequests.domain.workflow import Action
from techrequests.services.books import books_of
from techrequests.services.cancellation import CancelAsked, cancel_lines
from techrequests.services.correction import CategoryAsked, correct_category, reviewer_then
from techrequests.services.fund_choices import Rank, against_held, funds_for
from techrequests.services.funding import record_invoice
from techrequests.services.intake import save_draft, start_again, submit
from techrequests.services.reports import spending
from techrequests.store.checks import run_checks
from techrequests.store.deployment import tasks_of
from techrequests.store.inventory import assets_of_request
from techrequests.store.quotes import offers_of
from techrequests.store.receiving import standings_of
from techrequests.store.reports import Scope
from techrequests.store.requests import last_event, lines_of

if TYPE_CHECKING:
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

ONE_DISPLAY = LineAsked(
    item_id=DISPLAY.item_id,
    description=DISPLAY.name,
    quantity=1,
    unit_estimate_cents=DISPLAY.unit_price_cents,
)
MOUNT = LineAsked(description="Wall mount", quantity=1, unit_estimate_cents=150_00)
LAPTOPS_CENTS, DISPLAY_CENTS = 1_798_00, 2_199_00


def the_lines(database: Database, request: TechRequest) -> list[RequestLine]:
    with database.read() as reader:
        return lines_of(reader, request.request_id)


def kinds(database: Database, request: TechRequest) -> list[Category | None]:
    return [line.category for line in the_lines(database, request)]


def displays_at_lhs_are_robs(database: Database) -> None:
    rule = RoutingRule(
        rule_id="R05", position=5, site_id="LHS", category=Category.DISPLAYS, reviewer_id="rob"
    )
    with database.write() as work:
        work.insert(rule)


def a_correction(request: TechRequest, category: Category | None, *lines: object) -> CategoryAsked:
    return CategoryAsked(
        request_id=request.request_id,
        seen_version=request.version,
        key=a_key("category"),
        category=category,
        lines=lines,  # type: ignore[arg-type]  # pairs
    )


class TestWhatARequestIs:
    """Nothing is taken for computers unless somebody says so."""

    def test_a_new_request_is_of_no_category_and_submit_asks_for_it(
        self, database: Database
    ) -> None:
        tina = who(database, "tina")
        asked = a_draft(category=None, lines=(MOUNT,))
        draft = save_draft(database, tina, asked, now=NOON)
        assert draft.category is None
        with pytest.raises(InvalidError) as refused:
            submit(database, tina, asked, now=NOON)
        assert [(one.field, one.message) for one in refused.value.problems] == [
            ("category", "“Category” is empty: please fill it in.")
        ]

    def test_the_catalog_says_what_its_items_are_and_the_rest_follows_the_request(
        self, database: Database
    ) -> None:
        lines = (
            replace(TWO_LAPTOPS, category=Category.SOFTWARE),
            ONE_DISPLAY,
            MOUNT,
            replace(MOUNT, description="Speaker", category=Category.AUDIO_VIDEO),
        )
        request = submitted(database, category=Category.DISPLAYS, lines=lines)
        assert request.category is Category.DISPLAYS
        assert kinds(database, request) == [
            Category.COMPUTERS,
            Category.DISPLAYS,
            Category.DISPLAYS,
            Category.AUDIO_VIDEO,
        ]
        assert run_checks(database, now=NOON) == []

    def test_a_second_click_on_submit_is_harmless(self, database: Database) -> None:
        tina, asked = who(database, "tina"), a_draft(lines=(MOUNT,))
        first = submit(database, tina, asked, now=NOON)
        assert submit(database, tina, asked, now=NOON) == first

    def test_a_request_that_is_started_again_is_of_the_same_categories(
        self, database: Database
    ) -> None:
        speaker = replace(MOUNT, category=Category.AUDIO_VIDEO)
        old = submitted(database, lines=(speaker,))
        stepped(database, old, Action.WITHDRAW, "tina")
        tina = who(database, "tina")
        again = start_again(database, tina, old.request_id, key=a_key("again"), now=NOON)
        assert kinds(database, again) == [Category.AUDIO_VIDEO]


class TestMoneyGoesByLine:
    """A fund for displays pays for the display of a request that asks for laptops too."""

    @pytest.fixture
    def request_in_funding(self, database: Database) -> TechRequest:
        with_fund(database, 5_000_00, fund_id="DISP", name="Gift", categories="displays")
        lines = (TWO_LAPTOPS, ONE_DISPLAY)
        return in_status(database, Status.FUNDING, lines=lines, category=Category.COMPUTERS)

    def test_a_fund_is_offered_for_the_lines_that_it_may_pay(
        self, database: Database, request_in_funding: TechRequest
    ) -> None:
        with database.read() as reader:
            (offer,) = offers_of(reader, request_in_funding.request_id)
        books = books_of(database, request_in_funding)
        offered = funds_for(request_in_funding, offer, books, TODAY)
        gift = next(one for one in offered if one.fund.fund_id == "DISP")
        assert (gift.rank, gift.pays_cents) == (Rank.PAYS_SOME, DISPLAY_CENTS)
        assert gift.words == "May pay $2,199.00 of it: Gift does not pay for computers."

    @pytest.mark.parametrize("first", ["DISP", "GEN-27"])
    def test_each_fund_pays_the_lines_that_it_may_in_whatever_order_they_are_named(
        self, database: Database, request_in_funding: TechRequest, first: str
    ) -> None:
        cents = {"DISP": DISPLAY_CENTS, "GEN-27": LAPTOPS_CENTS}
        shares = {first: cents.pop(first), **cents}
        request = ordered(database, allocated(database, request_in_funding, shares=shares))
        laptops, display = (line.line_id for line in the_lines(database, request))
        held = balances(the_entries(database, request))
        assert {purse: one.encumbered_cents for purse, one in held.items()} == {
            ("DISP", display): DISPLAY_CENTS,
            ("GEN-27", laptops): LAPTOPS_CENTS,
        }
        assert run_checks(database, now=NOON) == []

    def test_no_fund_pays_for_a_line_that_it_may_not(
        self, database: Database, request_in_funding: TechRequest
    ) -> None:
        shares = {"DISP": DISPLAY_CENTS + 1, "GEN-27": LAPTOPS_CENTS - 1}
        with pytest.raises(BlockedError, match=r"Gift does not pay for computers\."):
            allocated(database, request_in_funding, shares=shares)
        assert standing(database, "DISP").reserved_cents == 0

    def test_what_is_held_is_judged_by_its_own_lines_on_the_page_too(
        self, database: Database, request_in_funding: TechRequest
    ) -> None:
        shares = {"DISP": DISPLAY_CENTS, "GEN-27": LAPTOPS_CENTS}
        request = allocated(database, request_in_funding, shares=shares)
        with database.read() as reader:
            (offer,) = offers_of(reader, request.request_id)
        assert against_held(request, offer, books_of(database, request), TODAY) == ()

    def test_an_approval_holds_only_on_a_fund_that_pays_for_every_line(
        self, database: Database
    ) -> None:
        with_fund(database, 5_000_00, fund_id="DISP", name="Gift", categories="displays")
        with pytest.raises(BlockedError, match=r"Gift does not pay for computers\."):
            in_status(
                database,
                Status.QUOTING,
                lines=(ONE_DISPLAY, TWO_LAPTOPS),
                category=Category.DISPLAYS,
                fund_id="DISP",
            )

    def test_spending_by_category_follows_what_was_bought(
        self, database: Database, request_in_funding: TechRequest
    ) -> None:
        request = ordered(database, allocated(database, request_in_funding))
        bill = an_invoice(database, request, amount_cents=LAPTOPS_CENTS + DISPLAY_CENTS)
        record_invoice(database, who(database, "ben"), bill, now=NOON)
        found = spending(database, who(database, "lea"), Scope(fiscal_year=2027), TODAY)
        spent = {row["category"]: row["spent_cents"] for row in found.sites.to_dict("records")}
        assert spent == {"computers": LAPTOPS_CENTS, "displays": DISPLAY_CENTS}
        narrowed = Scope(fiscal_year=2027, categories=("displays",))
        months = spending(database, who(database, "lea"), narrowed, TODAY).months
        assert list(months["spent_cents"]) == [DISPLAY_CENTS]


class TestGoodsGoByLine:
    """The checklist, and the inventory of what is no standard item, follow the line."""

    def test_the_checklist_is_that_of_everything_that_came(self, database: Database) -> None:
        lines = (TWO_LAPTOPS, ONE_DISPLAY)
        request = in_status(database, Status.DEPLOYING, lines=lines)
        with database.read() as reader:
            labels = [task.label for task in tasks_of(reader, request.request_id)]
        assert labels == [
            "Units and asset tags match the order",
            "Enrolled in device management",
            "Assigned user signs in",
            "Mounted and cables secured",
            "Picture and sound checked with the requester",
            "Installed and tested at the site",
            "Requester shown how to use it and whom to call",
        ]

    def test_nothing_is_set_up_of_what_was_canceled(self, database: Database) -> None:
        request = in_status(database, Status.ORDERED, lines=(TWO_LAPTOPS, ONE_DISPLAY))
        with database.read() as reader:
            laptops, display = standings_of(reader, request)
        asked = CancelAsked(
            cancel_id=a_key("cancel"),
            request_id=request.request_id,
            units=((laptops.line.order_line_id, 2),),
            note="Sold out.",
        )
        cancel_lines(database, who(database, "rita"), asked, now=NOON)
        received(database, request)
        with database.read() as reader:
            labels = {task.label for task in tasks_of(reader, request.request_id)}
        assert display.outstanding == 1
        assert "Mounted and cables secured" in labels
        assert "Assigned user signs in" not in labels

    def test_free_text_is_inventoried_by_its_own_category(self, database: Database) -> None:
        speaker = replace(MOUNT, description="Speaker", category=Category.AUDIO_VIDEO)
        license_ = replace(MOUNT, description="Licence", category=Category.SOFTWARE)
        request = in_status(database, Status.DEPLOYING, lines=(speaker, license_))
        with database.read() as reader:
            units = assets_of_request(reader, request.request_id)
        assert [(one.description, one.category) for one in units] == [
            ("Speaker", "audio and video")
        ]


class TestTheReviewerCorrectsIt:
    """Whoever is responsible for the right category reviews it, and everybody is told."""

    def test_another_persons_kind_goes_to_that_person(self, database: Database) -> None:
        displays_at_lhs_are_robs(database)
        request = submitted(database, lines=(MOUNT,))
        assert request.reviewer_id == "rita"
        words = reviewer_then(database, request, Category.DISPLAYS, TODAY)
        assert words == "Rob Silva"
        hushed(database)
        mount = the_lines(database, request)[0].line_id
        asked = a_correction(request, Category.DISPLAYS, (mount, None))
        moved = correct_category(database, who(database, "rita"), asked, now=NOON)
        assert (moved.category, moved.reviewer_id) == (Category.DISPLAYS, "rob")
        assert kinds(database, moved) == [Category.DISPLAYS]
        with database.read() as reader:
            _, event = last_event(reader, moved.request_id) or ("", None)
        assert event
        assert event.detail == (
            "computers → displays; Wall mount: computers → displays; now with Rob Silva"
        )
        assert told(database, moved.request_id).keys() == {"rob", "tina"}
        assert run_checks(database, now=NOON) == []

    def test_whoever_is_responsible_still_keeps_it(self, database: Database) -> None:
        request = submitted(database, lines=(MOUNT,))
        submitted(database)
        assert not reviewer_then(database, request, Category.NETWORK, TODAY)
        asked = a_correction(request, Category.NETWORK)
        rita = who(database, "rita")
        assert correct_category(database, rita, asked, now=NOON).reviewer_id == "rita"

    def test_items_of_the_catalog_keep_the_category_they_have_there(
        self, database: Database
    ) -> None:
        request = submitted(database)
        laptops = the_lines(database, request)[0].line_id
        asked = a_correction(request, Category.COMPUTERS, (laptops, Category.DISPLAYS))
        with pytest.raises(InvalidError, match="The standards catalog says the category"):
            correct_category(database, who(database, "rita"), asked, now=NOON)

    @pytest.mark.parametrize("category", [None, Category.COMPUTERS])
    def test_a_correction_says_something_else(
        self, database: Database, category: Category | None
    ) -> None:
        asked = a_correction(submitted(database), category)
        with pytest.raises(InvalidError, match=r"Nothing is changed yet|Pick the category"):
            correct_category(database, who(database, "rita"), asked, now=NOON)

    def test_nobody_corrects_what_they_did_not_see(self, database: Database) -> None:
        request = submitted(database)
        rita = who(database, "rita")
        correct_category(database, rita, a_correction(request, Category.NETWORK), now=NOON)
        with pytest.raises(StaleError, match="Rita Moss corrected the category"):
            correct_category(database, rita, a_correction(request, Category.OTHER), now=NOON)

    def test_after_the_review_only_an_amendment_changes_it(self, database: Database) -> None:
        request = in_status(database, Status.AWAITING_APPROVAL)
        asked = a_correction(request, Category.NETWORK)
        with pytest.raises(BlockedError, match="awaiting approval"):
            correct_category(database, who(database, "rita"), asked, now=NOON)


def test_shipping_counts_as_the_requests_own_category(database: Database) -> None:
    with_fund(database, 5_000_00, fund_id="DISP", name="Gift", categories="displays")
    lines = (ONE_DISPLAY, TWO_LAPTOPS)
    request = in_status(database, Status.QUOTING, lines=lines, category=Category.DISPLAYS)
    request = quoted(database, request, dearer_cents=-1_00, shipping_cents=2_00)
    request = chosen(database, request)
    cents = {"GEN-27": LAPTOPS_CENTS - 2_00, "DISP": DISPLAY_CENTS - 1_00 + 2_00}
    request = allocated(database, request, shares=cents)
    held = balances(the_entries(database, request))
    assert held["DISP", None].reserved_cents == 2_00
