"""The inventory record: edits with their history, and scanned moves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from builders import LAPTOP, NOON, allocated, in_status, ordered, received, who
from services.two_laptops import FIRST, SECOND, rita, the_asset
from techrequests.domain.assets import Asset, AssetStatus, Condition, serials_from_text
from techrequests.domain.edits import TableEdit
from techrequests.domain.errors import InvalidError, NotAllowedError, NotFoundError, StaleError
from techrequests.domain.policy import Permission, Role, RoleGrant
from techrequests.domain.techrequest import Status
from techrequests.services.inventory import (
    EditAsked,
    ManyAsked,
    edit_asset,
    edit_many,
    sites_and_people,
    unit_of,
)
from techrequests.store.checks import run_checks
from techrequests.store.inventory import INVENTORY
from techrequests.store.listings import Asked, rows, total
from techrequests.store.migrate import scripts, split
from techrequests.store.receiving import where_allowed

if TYPE_CHECKING:
    from techrequests.domain.policy import Actor
    from techrequests.store.database import Database

__all__ = ["rita"]


def edit(database: Database, actor: Actor, note: str = "", **values: Any) -> Asset:  # noqa: ANN401
    asked = EditAsked(
        asset_tag=FIRST,
        seen_version=the_asset(database).version,
        values=values,
        note=note,
    )
    return edit_asset(database, actor, asked, now=NOON)


def test_an_edit_is_told_in_words_and_kept_cell_by_cell(database: Database, rita: Actor) -> None:
    saved = edit(database, rita, "Moved for the summer.", room=" 112 ", custodian_id="tom")
    assert (saved.room, saved.custodian_id, saved.version) == ("112", "tom", 2)
    assert saved == the_asset(database)
    newest = unit_of(database, rita, FIRST).history[0]
    assert newest["what"] == ("Room: none → 112; Custodian: none → Tom Berg. Moved for the summer.")
    assert newest["who"] == "Rita Moss"
    with database.read() as reader:
        cells = [(one.field, one.before, one.after) for one in reader.find(TableEdit)]
    assert sorted(cells) == [("custodian_id", "", "tom"), ("room", "", "112")]


def test_a_second_click_on_save_changes_nothing(database: Database, rita: Actor) -> None:
    asked = EditAsked(asset_tag=FIRST, seen_version=1, values={"room": "112"})
    first = edit_asset(database, rita, asked, now=NOON)
    assert edit_asset(database, rita, asked, now=NOON) == first
    assert len(unit_of(database, rita, FIRST).history) == 2


def test_an_edit_of_what_somebody_else_changed_is_refused_with_what_they_did(
    database: Database, rita: Actor
) -> None:
    edit(database, who(database, "rob"), room="200")
    asked = EditAsked(asset_tag=FIRST, seen_version=1, values={"room": "112"})
    with pytest.raises(StaleError, match="Rob Silva changed it: Room: none → 200"):
        edit_asset(database, rita, asked, now=NOON)
    assert the_asset(database).room == "200"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"room": "x" * 41}, "“Room” is 1 characters too long"),
        ({"status": "on fire"}, "“Status” must be one of"),
        ({"condition": ""}, "“Condition” is empty"),
        ({"site_id": "NOWHERE"}, "You may not change|not active"),
        ({"custodian_id": "nobody"}, "That person is not active"),
        ({"cost_cents": 1}, "“cost_cents” cannot be changed here"),
        ({"fund_id": "GEN-27"}, "“fund_id” cannot be changed here"),
        ({"version": 9}, "“version” cannot be changed here"),
        ({"status": "retired"}, "Say where it went and when"),
        ({"status": "lost or stolen"}, "Say what happened to it and when"),
    ],
)
def test_what_cannot_be_saved_is_refused_in_words_and_nothing_is_written(
    database: Database, rita: Actor, values: dict[str, Any], words: str
) -> None:
    before = the_asset(database)
    with pytest.raises(InvalidError, match=words):
        edit(database, rita, **values)
    assert the_asset(database) == before
    assert len(unit_of(database, rita, FIRST).history) == 1


def test_a_retired_unit_has_no_custodian_any_more(database: Database, rita: Actor) -> None:
    edit(database, rita, status="deployed", custodian_id="tina")
    gone = edit(database, rita, "Recycled by GreenTech, $0.", status="retired", condition="broken")
    assert (gone.status, gone.condition) == (AssetStatus.RETIRED, Condition.BROKEN)
    assert gone.custodian_id is None
    assert (
        "Tina Cho → none. Recycled by GreenTech"
        in unit_of(database, rita, FIRST).history[0]["what"]
    )


def test_a_serial_number_of_another_unit_is_refused(database: Database, rita: Actor) -> None:
    edit(database, rita, serial="SN-1")
    other = EditAsked(asset_tag=SECOND, seen_version=1, values={"serial": "sn-1"})
    with pytest.raises(InvalidError, match="sn-1 is already in the inventory as A-100001"):
        edit_asset(database, rita, other, now=NOON)
    edit(database, rita, model="ThinkPad X1")
    edit_asset(database, rita, other, now=NOON)
    with pytest.raises(InvalidError, match="already in the inventory as A-100002"):
        edit(database, rita, model=LAPTOP.model)
    assert run_checks(database, now=NOON) == []


def test_people_see_and_change_units_only_where_they_may(database: Database, rita: Actor) -> None:
    for person_id in ("tina", "wanda"):
        with pytest.raises(NotFoundError, match="not yours to see"):
            unit_of(database, who(database, person_id), FIRST)
    assert not unit_of(database, who(database, "pia"), FIRST).may_change
    with pytest.raises(NotAllowedError, match="You may not change inventory records"):
        edit(database, who(database, "pia"), room="1")
    assert unit_of(database, rita, f" {FIRST.lower()} ").may_change


def test_a_technician_of_one_site_cannot_send_units_to_another(
    database: Database, rita: Actor
) -> None:
    with database.write() as work:
        work.insert(RoleGrant(grant_id="g", person_id="tom", role=Role.TECHNICIAN, site_id="LHS"))
    tom = who(database, "tom")
    assert edit(database, tom, room="9").room == "9"
    with pytest.raises(NotAllowedError):
        edit(database, tom, site_id="WES")
    assert edit(database, rita, site_id="WES").site_id == "WES"


def test_a_unit_at_another_site_has_neither_its_old_room_nor_its_old_custodian(
    database: Database, rita: Actor
) -> None:
    edit(database, rita, room="112", custodian_id="tina")
    moved = edit(database, rita, site_id="WES")
    assert (moved.room, moved.custodian_id) == ("", None)
    back = edit(database, rita, site_id="LHS", room="9", custodian_id="tina")
    assert (back.room, back.custodian_id) == ("9", "tina")


def test_a_move_to_a_site_the_fund_is_not_for_needs_a_reason(
    database: Database, rita: Actor
) -> None:
    with database.write() as work:
        work.run("UPDATE fund SET sites = 'LHS' WHERE fund_id = 'GEN-27'")
    with pytest.raises(InvalidError, match=r"General fund 2026-27 paid for .* not for that site"):
        edit(database, rita, site_id="WES")
    many = ManyAsked(asset_tags=(FIRST, SECOND), values={"site_id": "WES"})
    with pytest.raises(InvalidError, match="not for that site"):
        edit_many(database, rita, many, now=NOON)
    assert edit(database, rita, "Ben Frost agreed.", site_id="WES").site_id == "WES"


def test_a_unit_says_what_share_each_fund_paid_of_it(database: Database) -> None:
    request = in_status(database, Status.FUNDING)
    shares = {"LEVY-27": 500_00, "GEN-27": 1_298_00}
    received(database, ordered(database, allocated(database, request, shares=shares)))
    unit = the_asset(database)
    assert (unit.fund_id, unit.fund_shares) == ("GEN-27", "GEN-27 72.2%, LEVY-27 27.8%")
    (sql,) = [sql for name, sql in scripts().values() if name.endswith("fund_shares.sql")]
    with database.write() as work:
        work.run("UPDATE asset SET fund_shares = NULL")
        work.run(split(sql)[-1])
    assert the_asset(database).fund_shares == unit.fund_shares, "as in older districts"


def test_scanned_units_move_together_or_not_at_all(database: Database, rita: Actor) -> None:
    scanned = serials_from_text(f"{FIRST.lower()}\n{SECOND}\n{FIRST}")
    asked = ManyAsked(asset_tags=scanned, values={"room": "Cart 4", "status": "in stock"})
    moved = edit_many(database, rita, asked, now=NOON)
    assert [(unit.asset_tag, unit.room) for unit in moved] == [
        (FIRST, "Cart 4"),
        (SECOND, "Cart 4"),
    ]
    with pytest.raises(InvalidError, match="No unit has the tag A-999999"):
        again = replace(asked, asset_tags=(FIRST, "A-999999"), values={"room": "Cart 5"})
        edit_many(database, rita, again, now=NOON)
    assert the_asset(database).room == "Cart 4"
    assert edit_many(database, rita, asked, now=NOON) == moved


@pytest.mark.parametrize("tags", [(), tuple(f"A-{number}" for number in range(501))])
def test_a_scan_is_neither_empty_nor_endless(
    database: Database, rita: Actor, tags: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidError, match="at most 500 at once"):
        edit_many(database, rita, ManyAsked(asset_tags=tags, values={"room": "1"}), now=NOON)


def test_the_table_finds_units_by_tag_serial_room_and_custodian(
    database: Database, rita: Actor
) -> None:
    edit(database, rita, serial="SN-9", room="112", custodian_id="tom")
    scope = where_allowed(rita, Permission.SEE_INVENTORY)
    with database.read() as reader:
        for text in (FIRST, "sn-9", "112", "tom berg"):
            frame = rows(reader, INVENTORY, Asked(search=text), scope)
            assert frame["asset_tag"].tolist() == [FIRST], text
        retired = Asked(filters=(("status", ("retired",)),))
        assert total(reader, INVENTORY, retired, scope) == 0
        nowhere = where_allowed(who(database, "wanda"), Permission.SEE_INVENTORY)
        assert rows(reader, INVENTORY, Asked(), nowhere).empty


def test_sites_and_people_to_pick_from_are_active_ones(database: Database) -> None:
    with database.write() as work:
        work.run("UPDATE person SET active = FALSE WHERE person_id = 'tom'")
        work.run("UPDATE site SET active = FALSE WHERE site_id = 'DO'")
    sites, people = sites_and_people(database)
    assert list(sites) == ["LHS", "WES"]
    assert "tom" not in people
    assert people["tina"] == "Tina Cho"
