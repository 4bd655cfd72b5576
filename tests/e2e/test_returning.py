"""A browser that stays open while the server is started anew: it goes on, and is no forger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from e2e.conftest import Walk
from e2e.grid import Grid
from e2e.window import is_back, new_window
from serving import forgeries, small_district, start

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, ViewportSize

pytestmark = pytest.mark.browser


def test_what_was_typed_is_saved_by_a_server_that_was_started_meanwhile(
    browser: Browser, tmp_path: Path
) -> None:
    district = small_district(tmp_path)
    server = start(district, DEMO="1").wait()
    size: ViewportSize = {"width": 1400, "height": 1000}
    table, form, drawer = (
        Walk(new_window(browser, viewport=size).new_page(), server.address) for _ in "123"
    )
    begin(table, form, drawer)
    server.restart()
    for one in (table, form, drawer):
        is_back(one.page)
    go_on(table, form, drawer)
    server.stop()
    assert forgeries(district) == []


def begin(table: Walk, form: Walk, drawer: Walk) -> None:
    table.sit_down("ada", "people")
    Grid(table.page, "People").stand_on("wanda", "Job title")
    Grid(table.page, "People").type("Head of school")
    form.sit_down("tina", "submit")
    form.type("What do you need?", "Cables")
    drawer.sit_down("rita", "inventory", do="several")
    drawer.type("Asset tags", "A-00001")


def go_on(table: Walk, form: Walk, drawer: Walk) -> None:
    table.press("Save")  # no press is carried out before the page is drawn; what was typed stays
    table.press("Save")
    table.sees("Saved: 1 changed cell.")
    table.pick("You are", "Tina Cho")
    table.page.go_back()
    table.settle()
    form.type("What problem does it solve?", "The old ones are worn.")
    form.page.get_by_role("link", name="My requests").first.click()
    form.settle()
    drawer.type("Asset tags", "A-00001 A-00002")
    drawer.page.keyboard.press("Escape")
    drawer.settle()
    drawer.press("Add a unit")
