"""Asking vendors, recording and choosing offers, amending an approved request."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    HEADSET,
    LAPTOP,
    NOON,
    TODAY,
    TWO_LAPTOPS,
    a_choice,
    a_key,
    a_quote,
    chosen,
    decided,
    in_status,
    quoted,
    seen_by,
    stepped,
    the_request,
    who,
)
from techrequests.domain.errors import (
    BlockedError,
    InvalidError,
    NotFoundError,
    StaleError,
    TechRequestsError,
)
from techrequests.domain.intake import LineAsked
from techrequests.domain.techrequest import Attachment, Status
from techrequests.domain.workflow import Action
from techrequests.services.comments import FileAsked, attach
from techrequests.services.comparison import comparison
from techrequests.services.quotes import (
    AmendAsked,
    VendorsAsked,
    amend,
    ask_vendors,
    choose_quote,
    record_quote,
)
from techrequests.store.quotes import offers_of, quotes_of
from techrequests.store.requests import entries_of, events_of, facts_for, lines_of

if TYPE_CHECKING:
    from techrequests.domain.purchasing import Offer
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

BOTH = ("NORTHWIND", "BLUERIDGE")
HEADSETS = LineAsked(
    item_id=HEADSET.item_id, description="Headset", quantity=12, unit_estimate_cents=24_50
)


def vendors_asked(request: TechRequest, *vendor_ids: str, key: str = "") -> VendorsAsked:
    return VendorsAsked(
        request_id=request.request_id,
        seen_version=request.version,
        key=key or a_key(),
        vendor_ids=vendor_ids or BOTH,
    )


def amendment(request: TechRequest, *lines: LineAsked, note: str = "Dearer now.") -> AmendAsked:
    return AmendAsked(
        request_id=request.request_id,
        seen_version=request.version,
        key=a_key(),
        note=note,
        lines=lines,
    )


def the_offers(database: Database, request: TechRequest) -> list[Offer]:
    with database.read() as reader:
        return offers_of(reader, request.request_id)


def details(database: Database, request: TechRequest) -> list[str]:
    with database.read() as reader:
        return [event.detail for event in events_of(reader, request.request_id)]


def test_each_asked_vendor_waits_as_an_open_question(database: Database) -> None:
    request = in_status(database, Status.QUOTING)
    ask_vendors(database, who(database, "rita"), vendors_asked(request), now=NOON)
    with database.read() as reader:
        quotes = quotes_of(reader, request.request_id)
    assert [(quote.vendor_id, quote.received_at) for quote in quotes] == [
        ("NORTHWIND", None),
        ("BLUERIDGE", None),
    ]
    assert details(database, request)[-1] == "Northwind School Supply, Blue Ridge Computers"


def test_no_vendor_is_asked_twice_about_one_version(database: Database) -> None:
    rita = who(database, "rita")
    request = in_status(database, Status.QUOTING)
    request = ask_vendors(database, rita, vendors_asked(request, "NORTHWIND"), now=NOON)
    with pytest.raises(InvalidError, match="Northwind School Supply was asked already"):
        ask_vendors(database, rita, vendors_asked(request), now=NOON)
    with pytest.raises(InvalidError, match="at least one vendor"):
        ask_vendors(database, rita, replace(vendors_asked(request), vendor_ids=()), now=NOON)


def test_a_double_click_asks_once(database: Database) -> None:
    request, rita = in_status(database, Status.QUOTING), who(database, "rita")
    asked = vendors_asked(request)
    first = ask_vendors(database, rita, asked, now=NOON)
    assert ask_vendors(database, rita, asked, now=NOON) == first
    with database.read() as reader:
        assert len(quotes_of(reader, request.request_id)) == len(BOTH)


def test_the_same_form_used_again_after_its_save_acts_again(database: Database) -> None:
    request, rita = in_status(database, Status.QUOTING), who(database, "rita")
    request = ask_vendors(database, rita, vendors_asked(request, "NORTHWIND", key="form"), now=NOON)
    ask_vendors(database, rita, vendors_asked(request, "BLUERIDGE", key="form"), now=NOON)
    with database.read() as reader:
        assert len(quotes_of(reader, request.request_id)) == len(BOTH)


def test_an_offer_answers_the_question_that_was_asked(database: Database) -> None:
    request, rita = in_status(database, Status.QUOTING), who(database, "rita")
    request = ask_vendors(database, rita, vendors_asked(request), now=NOON)
    request = quoted(database, request, vendor_id="BLUERIDGE", shipping_cents=12_34)
    with database.read() as reader:
        quotes = quotes_of(reader, request.request_id)
    assert [quote.received_at for quote in quotes] == [None, NOON]
    assert the_offers(database, request)[0].delivered_cents == 2 * 899_00 + 12_34


def test_an_offer_nobody_asked_for_is_recorded_too(database: Database) -> None:
    request = quoted(database, in_status(database, Status.QUOTING), reference="Q-77")
    (offer,) = the_offers(database, request)
    assert (offer.quote.reference, offer.quote.asked_at) == ("Q-77", NOON)
    assert details(database, request)[-1] == "Northwind School Supply, $1,798.00 delivered"


def test_a_recorded_offer_can_be_corrected_and_the_history_says_so(database: Database) -> None:
    request = quoted(database, in_status(database, Status.QUOTING))
    (wrong,) = the_offers(database, request)
    request = quoted(
        database, request, quote_id=wrong.quote.quote_id, shipping_cents=5_00, dearer_cents=-100
    )
    (right,) = the_offers(database, request)
    assert right.delivered_cents == 2 * 898_00 + 5_00
    assert details(database, request)[-1].endswith("$1,801.00 delivered, corrected from $1,798.00")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"expires_on": TODAY - timedelta(days=1)}, "“Good until” is in the past"),
        ({"dearer_cents": -900_00}, "Teacher laptop 14 in: “Price each” cannot be below zero"),
        ({"shipping_cents": -1}, "“Shipping and fees” must be between \\$0.00"),
        ({"delivery_days": -1}, "“Delivery, days” must be between 0 and 730"),
        ({"shipping_cents": None}, "“Shipping and fees” is empty"),
        ({"lines": ()}, "Give the price of at least one item"),
        ({"vendor_id": "ACME"}, "Pick the vendor whose quote this is"),
        ({"notes": "x" * 1_001}, "“Notes” is 1 characters too long"),
    ],
)
def test_what_cannot_be_an_offer_is_refused_in_words(
    database: Database, said: dict[str, Any], words: str
) -> None:
    request = in_status(database, Status.QUOTING)
    with pytest.raises(InvalidError, match=words):
        quoted(database, request, **said)
    assert the_offers(database, request) == []
    assert the_request(database, request.request_id) == request


def test_all_that_is_wrong_with_an_offer_is_said_at_once(database: Database) -> None:
    request = in_status(database, Status.QUOTING)
    with pytest.raises(InvalidError) as refused:
        quoted(database, request, vendor_id="", expires_on=date(2026, 1, 1), lines=())
    assert {problem.field for problem in refused.value.problems} == {
        "vendor_id",
        "expires_on",
        "lines",
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda line: (replace(line, quantity=0),),
        lambda line: (replace(line, line_id="TR-2027-0001/9/1"),),
        lambda line: (line, line),
        lambda line: (replace(line, description=" "),),
    ],
)
def test_lines_that_do_not_fit_the_request_are_refused(database: Database, change: Any) -> None:  # noqa: ANN401
    request = in_status(database, Status.QUOTING)
    (line,) = a_quote(database, request).lines
    with pytest.raises(InvalidError):
        quoted(database, request, lines=change(line))


def test_a_file_becomes_the_vendors_with_the_offer(database: Database) -> None:
    request, rita = in_status(database, Status.QUOTING), who(database, "rita")
    file = FileAsked(
        attachment_id="file",
        request_id=request.request_id,
        file_name="quote.pdf",
        content=b"%PDF-1.7 offer",
    )
    attach(database, rita, file, now=NOON)
    request = quoted(database, request, attachment_ids=("file",))
    with database.read() as reader:
        kept = reader.get(Attachment, "file")
    assert kept.quote_id == the_offers(database, request)[0].quote.quote_id


def test_the_cheapest_needs_no_words(database: Database) -> None:
    request = quoted(database, in_status(database, Status.QUOTING), dearer_cents=-500)
    request = chosen(database, request, justification="")
    assert request.status is Status.FUNDING
    with database.read() as reader:
        facts = facts_for(reader, request, TODAY)
    assert facts.chosen_cents == 2 * 894_00


@pytest.mark.parametrize("justification", ["", "   ", ".", "1 2 3", "cheap one"])
def test_a_dearer_one_needs_a_reason_in_words(database: Database, justification: str) -> None:
    request = quoted(database, in_status(database, Status.QUOTING), dearer_cents=-500)
    request = quoted(database, request, vendor_id="BLUERIDGE")
    with pytest.raises(InvalidError, match=r"Another quote is \$10.00 cheaper, delivered"):
        chosen(database, request, justification=justification)
    assert chosen(database, request).status is Status.FUNDING


def test_shipping_counts_when_the_cheapest_is_found(database: Database) -> None:
    request = quoted(
        database, in_status(database, Status.QUOTING), dearer_cents=-500, shipping_cents=11_00
    )
    request = quoted(database, request, vendor_id="BLUERIDGE")
    assert chosen(database, request, justification="").status is Status.FUNDING


@pytest.mark.parametrize("cheaper", [{"expires_on": TODAY}, {"incomplete": True}])
def test_only_offers_that_could_be_chosen_are_rivals(
    database: Database, cheaper: dict[str, Any]
) -> None:
    request = in_status(database, Status.QUOTING, lines=(TWO_LAPTOPS, HEADSETS))
    if cheaper.pop("incomplete", False):
        cheaper["lines"] = a_quote(database, request).lines[:1]
    request = quoted(database, request, dearer_cents=-500, **cheaper)
    request = quoted(database, request, vendor_id="BLUERIDGE")
    tomorrow = NOON + timedelta(days=1)
    asked = a_choice(database, request, justification="")
    later = choose_quote(database, who(database, "rita"), asked, now=tomorrow)
    assert later.status is Status.FUNDING


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (1, "offers none of the 12 “Headset”"),
        (2, "offers only 11 of the 12 “Headset”"),
    ],
)
def test_an_offer_that_leaves_something_out_cannot_be_chosen(
    database: Database, lines: int, words: str
) -> None:
    request = in_status(database, Status.QUOTING, lines=(TWO_LAPTOPS, HEADSETS))
    laptops, headsets = a_quote(database, request).lines
    offered = (laptops, replace(headsets, quantity=11))[:lines]
    request = quoted(database, request, lines=offered)
    with pytest.raises(BlockedError, match=words):
        chosen(database, request)


def test_more_than_was_asked_for_is_fine(database: Database) -> None:
    request = in_status(database, Status.QUOTING, lines=(HEADSETS,))
    (line,) = a_quote(database, request).lines
    request = quoted(database, request, lines=(replace(line, quantity=20, unit_price_cents=10_00),))
    assert chosen(database, request).status is Status.FUNDING


def test_an_offer_above_the_approval_goes_back_to_the_supervisor(database: Database) -> None:
    request = quoted(database, in_status(database, Status.QUOTING), shipping_cents=50_01)
    words = r"\$50.01 above the approved \$1,798.00, and \$50.00 \(10%, at most \$50.00\) is tolera"
    with pytest.raises(BlockedError, match=words):
        chosen(database, request)


def test_an_expired_offer_cannot_be_chosen(database: Database) -> None:
    request = quoted(database, in_status(database, Status.QUOTING), expires_on=TODAY)
    asked = a_choice(database, request)
    with pytest.raises(BlockedError, match="expired on 10/05/2026"):
        choose_quote(database, who(database, "rita"), asked, now=NOON + timedelta(days=1))
    assert choose_quote(database, who(database, "rita"), asked, now=NOON).status is Status.FUNDING


def test_nobody_chooses_for_their_own_request(database: Database) -> None:
    request = in_status(database, Status.QUOTING, requester_id="rob", fund_id=None)
    assert request.reviewer_id != "rob"
    request = quoted(database, request)
    asked = a_choice(database, request)
    with pytest.raises(BlockedError, match="your own request"):
        choose_quote(database, who(database, "rob"), asked, now=NOON)


@pytest.mark.parametrize("person_id", ["tina", "pia", "ben", "bea", "lea", "ada"])
def test_only_the_technology_department_handles_quotes(database: Database, person_id: str) -> None:
    request = quoted(database, in_status(database, Status.QUOTING))
    actor = who(database, person_id)
    for service, asked in (
        (ask_vendors, vendors_asked(request, "BLUERIDGE")),
        (record_quote, a_quote(database, request)),
        (choose_quote, a_choice(database, request)),
        (amend, amendment(request, HEADSETS)),
    ):
        with pytest.raises(BlockedError, match="You may not"):
            service(database, actor, asked, now=NOON)  # type: ignore[arg-type]  # each takes its own
    assert the_request(database, request.request_id) == request


def test_a_question_cannot_be_chosen(database: Database) -> None:
    request, rita = in_status(database, Status.QUOTING), who(database, "rita")
    request = ask_vendors(database, rita, vendors_asked(request, "NORTHWIND"), now=NOON)
    with pytest.raises(NotFoundError, match="not received yet"):
        chosen(database, request)


def test_what_somebody_saw_before_the_last_change_is_stale(database: Database) -> None:
    request = in_status(database, Status.QUOTING)
    quoted(database, request)
    with pytest.raises(StaleError, match="Rita Moss recorded a quote"):
        quoted(database, request, vendor_id="BLUERIDGE")


def test_a_double_click_on_choosing_answers_with_the_first(database: Database) -> None:
    request = quoted(database, in_status(database, Status.QUOTING))
    asked, rita = a_choice(database, request), who(database, "rita")
    first = choose_quote(database, rita, asked, now=NOON)
    assert choose_quote(database, rita, asked, now=NOON) == first


def test_returned_to_quoting_nothing_is_chosen(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    request = stepped(database, request, Action.RETURN_TO_QUOTING, "ben")
    assert [offer.quote.chosen_at for offer in the_offers(database, request)] == [None]
    assert chosen(database, request).status is Status.FUNDING


@pytest.mark.parametrize("status", [Status.QUOTING, Status.FUNDING])
def test_an_amendment_goes_back_to_the_supervisor_with_new_lines(
    database: Database, status: Status
) -> None:
    request = in_status(database, status, fund_id="GEN-27")
    asked = amendment(request, replace(TWO_LAPTOPS, quantity=3), HEADSETS)
    changed = amend(database, who(database, "rita"), asked, now=NOON)
    assert (changed.status, changed.content_version) == (Status.AWAITING_APPROVAL, 2)
    assert changed.estimate_cents == 3 * LAPTOP.unit_price_cents + 12 * 24_50
    with database.read() as reader:
        lines = lines_of(reader, request.request_id)
        facts = facts_for(reader, changed, TODAY)
        held = entries_of(reader, request.request_id)
    assert [(line.quantity, line.content_version) for line in lines] == [(3, 2), (12, 2)]
    assert (facts.approved_cents, facts.chosen_cents, facts.reserved_cents) == (None, None, 0)
    assert held
    assert details(database, request)[-1] == "$1,798.00 → $2,991.00"


def test_quotes_for_the_old_version_no_longer_count(database: Database) -> None:
    request = quoted(database, in_status(database, Status.QUOTING))
    (old,) = the_offers(database, request)
    request = amend(
        database,
        who(database, "rita"),
        amendment(request, replace(TWO_LAPTOPS, quantity=3)),
        now=NOON,
    )
    request = decided(database, request)
    with pytest.raises(BlockedError, match="earlier version"):
        chosen(database, request, quote_id=old.quote.quote_id)
    with pytest.raises(NotFoundError, match="earlier version"):
        quoted(database, request, quote_id=old.quote.quote_id)
    request = ask_vendors(
        database, who(database, "rita"), vendors_asked(request, "NORTHWIND"), now=NOON
    )
    assert request.status is Status.QUOTING


@pytest.mark.parametrize(
    ("lines", "note", "words"),
    [
        ((), "Because.", "Add at least one item"),
        ((HEADSETS,), " ", "“What changed and why” is empty"),
        ((replace(HEADSETS, quantity=0),), "Because.", "Item 1: “Quantity” must be between"),
    ],
)
def test_an_amendment_needs_items_and_a_reason(
    database: Database, lines: tuple[LineAsked, ...], note: str, words: str
) -> None:
    request = in_status(database, Status.QUOTING)
    with pytest.raises(TechRequestsError, match=words):
        amend(database, who(database, "rita"), amendment(request, *lines, note=note), now=NOON)
    assert the_request(database, request.request_id) == request


def test_an_amendment_asks_for_what_the_catalogue_has(database: Database) -> None:
    request = in_status(database, Status.QUOTING)
    gone = LineAsked(item_id="GONE", description="x", quantity=1, unit_estimate_cents=1)
    with pytest.raises(InvalidError, match="Item 1: “GONE” is not in the standards catalogue"):
        amend(database, who(database, "rita"), amendment(request, gone), now=NOON)


def test_an_amendment_finds_the_approver_of_today(database: Database) -> None:
    request = in_status(database, Status.QUOTING)
    with database.write() as work:
        work.run("UPDATE person SET active = FALSE WHERE person_id = 'pia'")
    changed = amend(database, who(database, "rita"), amendment(request, HEADSETS), now=NOON)
    assert changed.approver_id == "sue"


def test_the_comparison_puts_the_best_offer_first_and_says_what_speaks_against_each(
    database: Database,
) -> None:
    request, rita = in_status(database, Status.QUOTING), who(database, "rita")
    request = ask_vendors(database, rita, vendors_asked(request, "BLUERIDGE"), now=NOON)
    request = quoted(database, request, shipping_cents=60_00)
    request = quoted(database, request, expires_on=TODAY, dearer_cents=-600)
    request = quoted(database, request, dearer_cents=-100)
    request = quoted(database, request, dearer_cents=-500)
    tomorrow = TODAY + timedelta(days=1)
    side_by_side = comparison(database, seen_by(database, "rita", request, tomorrow))
    told = [
        (one.offer.delivered_cents, one.cheapest, one.dearer_cents, one.expired, len(one.refusals))
        for one in side_by_side.standings
    ]
    assert told == [
        (1_788_00, True, 0, False, 0),
        (1_796_00, False, 8_00, False, 0),
        (1_786_00, False, 0, True, 1),
        (1_858_00, False, 70_00, False, 1),
    ]
    assert [quote.vendor_id for quote in side_by_side.waiting] == ["BLUERIDGE"]
    assert side_by_side.unasked() == {}


def test_who_may_not_choose_is_told_so_in_the_comparison(database: Database) -> None:
    request = quoted(database, in_status(database, Status.QUOTING))
    side_by_side = comparison(database, seen_by(database, "tina", request))
    assert "You may not ask for and choose quotes here." in side_by_side.standings[0].refusals
