"""Counting goods in: counts, serial numbers, inventory records, and two receivers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    CHROMEBOOK,
    HEADSET,
    LAPTOP,
    NOON,
    TODAY,
    TWO_LAPTOPS,
    a_delivery,
    allocated,
    in_status,
    ordered,
    received,
    seen_by,
    the_request,
    who,
)
from techrequests.domain.assets import AssetEvent, AssetStatus, Condition
from techrequests.domain.catalogue import Category
from techrequests.domain.errors import (
    BlockedError,
    InvalidError,
    NotFoundError,
    TechRequestsError,
)
from techrequests.domain.intake import LineAsked
from techrequests.domain.policy import Permission
from techrequests.domain.purchasing import Receipt
from techrequests.domain.receiving import LineCame
from techrequests.domain.techrequest import Status
from techrequests.services.receiving import ReceiveAsked, goods_in, receive
from techrequests.store.checks import run_checks
from techrequests.store.deployment import tasks_of
from techrequests.store.inventory import assets_of_request
from techrequests.store.listings import Asked, rows
from techrequests.store.receiving import (
    RECEIVING_QUEUE,
    standings_of,
    where_allowed,
)
from techrequests.store.requests import last_event

if TYPE_CHECKING:
    from techrequests.domain.assets import Asset
    from techrequests.domain.policy import Actor
    from techrequests.domain.receiving import LineStanding
    from techrequests.domain.techrequest import TechRequest
    from techrequests.store.database import Database

TEN_LAPTOPS = replace(TWO_LAPTOPS, quantity=10)
HEADSETS = LineAsked(
    item_id=HEADSET.item_id, description="Headset", quantity=12, unit_estimate_cents=24_50
)


@pytest.fixture
def ten(database: Database) -> TechRequest:
    """Tina's order of ten laptops at $899.00."""
    return in_status(database, Status.ORDERED, lines=(TEN_LAPTOPS,))


@pytest.fixture
def rita(database: Database) -> Actor:
    return who(database, "rita")


def first_line(database: Database, request: TechRequest) -> LineStanding:
    with database.read() as reader:
        return standings_of(reader, request)[0]


def came(database: Database, request: TechRequest, **said: Any) -> ReceiveAsked:  # noqa: ANN401
    """A delivery for the first line; `said` are fields of `LineCame`."""
    line_id = first_line(database, request).line.order_line_id
    return a_delivery(database, request, lines=(LineCame(order_line_id=line_id, **said),))


def assets(database: Database, request: TechRequest) -> list[Asset]:
    with database.read() as reader:
        return assets_of_request(reader, request.request_id)


def test_every_accepted_unit_becomes_a_record_with_where_its_money_came_from(
    database: Database, rita: Actor, ten: TechRequest
) -> None:
    asked = came(database, ten, accepted=3, serials=("SN-1", "SN-2"))
    receive(database, rita, replace(asked, room="114"), now=NOON)
    made = assets(database, ten)
    assert [asset.asset_tag for asset in made] == ["A-100001", "A-100002", "A-100003"]
    assert [asset.serial for asset in made] == ["SN-1", "SN-2", ""]
    for asset in made:
        assert (asset.manufacturer, asset.model) == (LAPTOP.manufacturer, LAPTOP.model)
        assert (asset.item_id, asset.category) == (LAPTOP.item_id, Category.COMPUTERS)
        assert (asset.cost_cents, asset.fund_id) == (899_00, "GEN-27")
        assert (asset.status, asset.condition) == (AssetStatus.ASSIGNED, Condition.NEW)
        assert (asset.site_id, asset.room, asset.custodian_id) == ("LHS", "114", None)
        assert (asset.request_id, asset.acquired_on) == (ten.request_id, TODAY)
    with database.read() as reader:
        events = reader.find(AssetEvent)
    assert {event.asset_tag for event in events} == {asset.asset_tag for asset in made}
    assert (
        events[0].what == f"Received with order PO-{ten.request_id}, assigned to {ten.request_id}"
    )


def test_it_stays_on_order_until_the_last_unit_is_in_and_then_goes_to_a_technician(
    database: Database, rita: Actor, ten: TechRequest
) -> None:
    first = receive(database, rita, came(database, ten, accepted=7), now=NOON)
    assert (first.status, first.technician_id) == (Status.ORDERED, None)
    last = receive(database, rita, came(database, ten, accepted=3), now=NOON)
    assert (last.status, last.technician_id) == (Status.DEPLOYING, "rita")
    with database.read() as reader:
        labels = [task.label for task in tasks_of(reader, ten.request_id)]
        _, event = last_event(reader, ten.request_id) or ("", None)
    assert labels[0] == "Units and asset tags match the order"
    assert "Enrolled in device management" in labels
    assert event
    assert event.detail == "3 x Teacher laptop 14 in"
    assert run_checks(database, now=NOON) == []


def test_rejected_units_stay_outstanding_so_that_a_replacement_can_come(
    database: Database, rita: Actor, ten: TechRequest
) -> None:
    asked = came(database, ten, accepted=8, rejected=2, reason="Screens cracked")
    assert receive(database, rita, asked, now=NOON).status is Status.ORDERED
    line = first_line(database, ten)
    assert (line.accepted, line.rejected, line.outstanding) == (8, 2, 2)
    again = receive(database, rita, came(database, ten, accepted=2), now=NOON)
    assert again.status is Status.DEPLOYING
    assert len(assets(database, ten)) == 10


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"accepted": 11}, "the order has 10; 0 are in; the 11th cannot be received."),
        ({"accepted": 1.5}, "“Accepted” must be a whole number."),
        ({"accepted": "not a number"}, "“Accepted” must be a whole number."),
        ({"accepted": True}, "“Accepted” must be a whole number."),
        ({"rejected": float("nan"), "reason": "Wrong"}, "“Rejected” must be a whole number."),
        ({"accepted": float("inf")}, "“Accepted” must be a whole number."),
        ({"accepted": 10**400}, "“Accepted” must be between 0 and 5,000."),
        ({"accepted": -1}, "“Accepted” must be between 0 and 5,000."),
        ({"rejected": 9_999, "reason": "Wrong"}, "“Rejected” must be between 0 and 5,000."),
        ({"rejected": 1}, "say why you reject 1."),
        ({"rejected": 1, "reason": " "}, "say why you reject 1."),
        ({"accepted": 1, "reason": "x" * 401}, "1 characters too long"),
        ({"accepted": 1, "serials": ("A", "B")}, "2 serial numbers for 1 accepted units."),
        ({"serials": ("A",)}, "1 serial numbers for 0 accepted units."),
        ({"accepted": 2, "serials": ("A1", "a1")}, "serial number A1 is there 2 times."),
        ({"accepted": 1, "serials": ("S" * 61,)}, "“Serial number” is 1 characters too long"),
        ({}, "Say how many units were accepted or rejected."),
    ],
)
def test_what_cannot_be_received_is_refused_in_words_and_nothing_is_written(
    database: Database, rita: Actor, ten: TechRequest, said: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        receive(database, rita, came(database, ten, **said), now=NOON)
    assert words in str(refused.value)
    with database.read() as reader:
        assert reader.find(Receipt) == []
    assert assets(database, ten) == []
    assert the_request(database, ten.request_id) == ten


def test_the_eleventh_of_ten_is_refused_even_when_everything_is_in(
    database: Database, rita: Actor, ten: TechRequest
) -> None:
    received(database, ten)
    with pytest.raises(InvalidError, match="10 are in; the 11th cannot be received"):
        receive(database, rita, came(database, ten, accepted=1), now=NOON)


def test_a_serial_number_is_taken_once_per_model(database: Database) -> None:
    chromebooks = LineAsked(
        item_id=CHROMEBOOK.item_id, description="CB", quantity=3, unit_estimate_cents=459_00
    )
    request = in_status(database, Status.ORDERED, lines=(TWO_LAPTOPS, chromebooks))
    with database.read() as reader:
        laptops, books = (one.line.order_line_id for one in standings_of(reader, request))
    one_each = (
        LineCame(order_line_id=laptops, accepted=1, serials=("SN-7",)),
        LineCame(order_line_id=books, accepted=1, serials=("SN-7",)),
    )
    received(database, request, lines=one_each)
    again = LineCame(order_line_id=laptops, accepted=1, serials=("sn-7",))
    with pytest.raises(InvalidError, match="sn-7 is already in the inventory as A-100001"):
        received(database, request, lines=(again,))
    assert run_checks(database, now=NOON) == []


@pytest.mark.parametrize(
    ("line", "category", "tags"),
    [
        (HEADSETS, Category.ACCESSORIES, 0),
        (replace(HEADSETS, item_id=None), Category.ACCESSORIES, 12),
        (replace(HEADSETS, item_id=None), Category.SOFTWARE, 0),
    ],
    ids=["untracked item", "free text", "software in free text"],
)
def test_what_the_catalogue_does_not_inventory_gets_no_tags(
    database: Database, line: LineAsked, category: Category, tags: int
) -> None:
    request = received(
        database, in_status(database, Status.ORDERED, lines=(line,), category=category)
    )
    assert request.status is Status.DEPLOYING
    assert len(assets(database, request)) == tags


def test_the_receiver_says_which_free_text_is_too_small_for_a_tag(
    database: Database, rita: Actor
) -> None:
    cables = replace(HEADSETS, item_id=None, description="HDMI cable")
    request = in_status(database, Status.ORDERED, lines=(cables, TEN_LAPTOPS))
    receive(database, rita, came(database, request, accepted=12, tagged=False), now=NOON)
    assert assets(database, request) == []
    with database.read() as reader:
        laptops = standings_of(reader, request)[1].line.order_line_id
    untagged = LineCame(order_line_id=laptops, accepted=10, tagged=False)
    received(database, request, lines=(untagged,))
    assert len(assets(database, request)) == 10  # the catalogue decides for its own items


def test_serial_numbers_of_what_is_not_inventoried_are_refused_not_lost(
    database: Database, rita: Actor
) -> None:
    request = in_status(database, Status.ORDERED, lines=(HEADSETS,))
    with pytest.raises(InvalidError, match="not inventoried one by one"):
        receive(database, rita, came(database, request, accepted=1, serials=("A",)), now=NOON)


def test_a_double_click_receives_once(database: Database, rita: Actor, ten: TechRequest) -> None:
    asked = came(database, ten, accepted=4)
    first = receive(database, rita, asked, now=NOON)
    assert receive(database, rita, asked, now=NOON) == first
    assert len(assets(database, ten)) == 4


def test_a_second_click_on_the_delivery_that_completed_the_order_is_harmless(
    database: Database, rita: Actor, ten: TechRequest
) -> None:
    asked = came(database, ten, accepted=10)
    first = receive(database, rita, asked, now=NOON)
    assert receive(database, rita, asked, now=NOON) == first


def test_the_fund_that_paid_most_of_a_line_is_on_its_units(database: Database) -> None:
    request = in_status(database, Status.FUNDING, lines=(TEN_LAPTOPS,))
    shares = {"LEVY-27": 900_00, "GEN-27": 8_090_00}
    request = received(database, ordered(database, allocated(database, request, shares=shares)))
    assert {asset.fund_id for asset in assets(database, request)} == {"GEN-27"}


def test_labels_that_were_typed_in_by_hand_are_passed_over(
    database: Database, ten: TechRequest
) -> None:
    received(database, in_status(database, Status.ORDERED))
    with database.write() as work:
        work.run("UPDATE asset SET asset_tag = 'A-100004' WHERE asset_tag = 'A-100001'")
    received(database, ten)
    tags = [asset.asset_tag for asset in assets(database, ten)]
    assert tags[:3] == ["A-100003", "A-100005", "A-100006"]
    assert len(set(tags)) == 10


@pytest.mark.parametrize("person_id", ["tina", "pia", "ben", "ada"])
def test_only_people_who_receive_goods_count_them_in(
    database: Database, ten: TechRequest, person_id: str
) -> None:
    with pytest.raises(BlockedError, match="You may not receive goods here"):
        receive(database, who(database, person_id), a_delivery(database, ten), now=NOON)


def test_lines_of_another_order_and_lines_named_twice_are_refused(
    database: Database, rita: Actor, ten: TechRequest
) -> None:
    other = in_status(database, Status.ORDERED)
    with pytest.raises(NotFoundError, match="not on this request's order"):
        receive(
            database,
            rita,
            replace(came(database, other, accepted=1), request_id=ten.request_id),
            now=NOON,
        )
    asked = came(database, ten, accepted=6)
    with pytest.raises(InvalidError, match="listed twice"):
        receive(database, rita, replace(asked, lines=asked.lines * 2), now=NOON)
    assert assets(database, ten) == []


def test_sixteen_receivers_at_one_order_of_ten_make_ten_units(
    database: Database, rita: Actor, ten: TechRequest
) -> None:
    asked = came(database, ten, accepted=1)

    def one_more(number: int) -> str:
        try:
            receive(database, rita, replace(asked, receipt_id=f"r{number}"), now=NOON)
        except TechRequestsError as error:
            return str(error)
        return "in"

    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(one_more, range(16)))
    assert outcomes.count("in") == 10
    assert sum("the 11th cannot be received" in words for words in outcomes) == 6
    tags = {asset.asset_tag for asset in assets(database, ten)}
    assert len(tags) == 10
    assert the_request(database, ten.request_id).status is Status.DEPLOYING
    assert run_checks(database, now=NOON) == []


def test_the_requester_and_the_technician_are_told_what_came(
    database: Database, ten: TechRequest
) -> None:
    received(database, ten, by="rob")
    with database.read() as reader:
        told = reader.rows(
            "SELECT person_id, body FROM message WHERE request_id = $it AND subject LIKE $what",
            it=ten.request_id,
            what="%received goods",
        )
    assert {row["person_id"] for row in told} >= {"tina", "rita"}
    assert "10 x Teacher laptop 14 in" in told[0]["body"]


def test_work_goes_to_the_technician_with_the_fewest_open_deployments(database: Database) -> None:
    first, second, third = (received(database, in_status(database, Status.ORDERED)) for _ in "123")
    assert [one.technician_id for one in (first, second, third)] == ["rita", "rob", "rita"]


def test_without_anybody_who_may_deploy_it_waits_visibly_for_nobody(
    database: Database, ten: TechRequest
) -> None:
    with database.write() as work:
        work.run("DELETE FROM role_grant WHERE person_id = 'rob'")
        work.run("UPDATE role_grant SET ends_on = $today WHERE person_id = 'rita'", today=TODAY)
    later = NOON.replace(day=6)
    asked = came(database, ten, accepted=10)
    request = receive(database, who(database, "rita"), asked, now=later)
    assert (request.status, request.technician_id) == (Status.DEPLOYING, None)


def test_the_queue_shows_what_is_to_come_where_one_receives(
    database: Database, rita: Actor, ten: TechRequest
) -> None:
    received(database, ten, lines=came(database, ten, accepted=4).lines)
    received(database, in_status(database, Status.ORDERED))
    here = where_allowed(rita, Permission.RECEIVE_GOODS)
    nowhere = where_allowed(who(database, "tina"), Permission.RECEIVE_GOODS)
    with database.read() as reader:
        frame = rows(reader, RECEIVING_QUEUE, Asked(), here)
        assert rows(reader, RECEIVING_QUEUE, Asked(), nowhere).empty
    assert frame["request_id"].tolist() == [ten.request_id]
    assert frame["progress"].tolist() == ["4 of 10"]


def test_what_came_is_listed_with_who_took_it_in(database: Database, ten: TechRequest) -> None:
    received(database, ten, lines=came(database, ten, accepted=4).lines)
    goods = goods_in(database, seen_by(database, "rita", ten))
    assert [receipt.accepted for receipt in goods.receipts] == [4]
    assert goods.names[goods.receipts[0].received_by_id] == "Rita Moss"
    assert [order.order_number for order in goods.orders] == [f"PO-{ten.request_id}"]
