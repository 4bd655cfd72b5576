"""What is bought is what was approved: another item needs a new approval, another name a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import LAPTOP, NOON, allocated, chosen, in_status, ordered, quoted, received
from techrequests.domain.assets import Asset
from techrequests.domain.errors import BlockedError
from techrequests.domain.techrequest import Status
from techrequests.store.checks import run_checks

if TYPE_CHECKING:
    from techrequests.store.database import Database

CONSOLE = "Gaming console XXL"


def test_another_item_than_the_approved_one_cannot_be_chosen(database: Database) -> None:
    request = quoted(database, in_status(database, Status.QUOTING), offered=CONSOLE)
    with pytest.raises(BlockedError, match=r"Amend the request .* same item under another name"):
        chosen(database, request)


def test_another_item_makes_nothing_dearer(database: Database) -> None:
    request = quoted(
        database, in_status(database, Status.QUOTING), offered=CONSOLE, dearer_cents=-500_00
    )
    request = quoted(database, request, vendor_id="BLUERIDGE")
    assert chosen(database, request, justification="").status is Status.FUNDING


@pytest.mark.parametrize("offered", ["ThinkPad bundle 14", "  teacher LAPTOP 14 in "])
def test_the_same_item_under_another_name_keeps_its_model(database: Database, offered: str) -> None:
    request = in_status(database, Status.QUOTING)
    request = quoted(database, request, offered=offered, same_item="bundle" in offered)
    request = ordered(database, allocated(database, chosen(database, request)))
    received(database, request)
    with database.read() as reader:
        units = reader.find(Asset, "WHERE request_id = $it", it=request.request_id)
    assert not run_checks(database, now=NOON)
    assert {unit.description for unit in units} == {offered.strip()}
    assert {(unit.item_id, unit.model) for unit in units} == {(LAPTOP.item_id, LAPTOP.model)}
