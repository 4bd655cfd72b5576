"""Lists in a real browser: there and back again, and without a mouse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from e2e.conftest import Walk

pytestmark = pytest.mark.browser


def asked_for(walk: Walk, title: str) -> None:
    """Tina begins a request, which is kept as a draft."""
    walk.sit_down("tina", "submit")
    walk.type("What do you need?", title)
    walk.sees("Saved as draft")


def test_a_row_opens_by_keyboard_and_back_leads_to_the_list_as_it_was(walk: Walk) -> None:
    for title in ("Scanner for the front office", "Speakers for the gym"):
        asked_for(walk, title)
    walk.sit_down("tina", "my_requests")
    walk.type("Search", "scanner")
    walk.sees("1 row")
    picker = walk.page.get_by_role("combobox", name=re.compile("Open"))
    picker.focus()
    walk.page.keyboard.type("Scanner")
    walk.page.keyboard.press("Enter")
    walk.page.wait_for_url("**/one_request?request=TR-*")
    walk.settle()
    walk.sees("Scanner for the front office")
    walk.page.go_back()
    walk.settle()
    expect(walk.page.get_by_role("textbox", name="Search")).to_have_value("scanner")
    walk.sees("1 row")
