"""Units from before: they join the inventory once, with what is known of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from builders import HEADSET, NOON, TODAY, a_key, who
from services.two_laptops import rita, the_asset
from techrequests.domain.assets import AssetStatus
from techrequests.domain.catalogue import Category
from techrequests.domain.errors import InvalidError, NotAllowedError
from techrequests.domain.policy import Permission
from techrequests.services.inventory import unit_of
from techrequests.services.stock import AddAsked, add_asset

if TYPE_CHECKING:
    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database

__all__ = ["rita"]


def old_projector(**values: Any) -> AddAsked:  # noqa: ANN401
    usual = {
        "description": "Ceiling projector",
        "category": Category.DISPLAYS,
        "site_id": "WES",
        "cost_cents": 480_00,
        "acquired_on": date(2019, 8, 1),
    }
    return AddAsked(key=a_key("add"), values={**usual, **values})


def test_a_unit_from_before_is_added_once_with_the_next_tag_and_no_fund(
    database: Database, rita: Actor
) -> None:
    asked = old_projector(serial="P-1", custodian_id="will", status="deployed", condition="worn")
    added = add_asset(database, rita, asked, now=NOON)
    assert add_asset(database, rita, asked, now=NOON) == added
    assert (added.asset_tag, added.fund_id, added.request_id) == ("A-100003", None, None)
    assert (added.status, added.custodian_id) == (AssetStatus.DEPLOYED, "will")
    assert the_asset(database, added.asset_tag) == added
    assert unit_of(database, rita, added.asset_tag).history[0]["what"] == "Added to the inventory"


def test_a_label_that_is_on_the_unit_already_is_kept_if_it_is_free(
    database: Database, rita: Actor
) -> None:
    added = add_asset(database, rita, replace(old_projector(), asset_tag=" wes-0042 "), now=NOON)
    assert added.asset_tag == "WES-0042"
    with pytest.raises(InvalidError, match="A-100001 is in the inventory already"):
        add_asset(database, rita, replace(old_projector(), asset_tag="a-100001"), now=NOON)


def test_a_standard_item_fills_in_what_was_left_out(database: Database, rita: Actor) -> None:
    values = {"item_id": HEADSET.item_id, "site_id": "LHS", "acquired_on": TODAY}
    added = add_asset(database, rita, AddAsked(key="k", values=values), now=NOON)
    assert (added.description, added.category) == (HEADSET.name, HEADSET.category)
    assert (added.manufacturer, added.model) == (HEADSET.manufacturer, HEADSET.model)
    assert added.cost_cents == HEADSET.unit_price_cents


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"description": " "}, "“Description” is empty"),
        ({"cost_cents": None}, "“Cost” is empty"),
        ({"cost_cents": -1}, "“Cost” must be between"),
        ({"category": "food"}, "“Category” must be one of"),
        ({"acquired_on": TODAY + timedelta(days=1)}, "“Acquired” is in the future"),
        ({"site_id": "NOWHERE"}, "That site is not active"),
    ],
)
def test_a_unit_that_is_described_badly_is_not_added(
    database: Database, rita: Actor, values: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidError, match=words):
        add_asset(database, rita, old_projector(**values), now=NOON)
    with database.read() as reader:
        assert reader.value("SELECT count(*) FROM asset") == 2


def test_only_people_who_keep_the_inventory_add_to_it(database: Database, rita: Actor) -> None:
    assert rita.may(Permission.MANAGE_INVENTORY)
    for person_id in ("tina", "pia", "ben", "ada"):
        with pytest.raises(NotAllowedError):
            add_asset(database, who(database, person_id), old_projector(), now=NOON)
