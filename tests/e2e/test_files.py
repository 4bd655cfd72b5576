"""Files up and down in a real browser, signed in at a real provider, through the real proxy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from accounts import Accounts, serving_accounts
from builders import in_status
from e2e.test_sign_in import sees
from e2e.window import new_window, settle
from serving import forgeries, small_district
from techrequests.domain.techrequest import Status
from techrequests.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PLAN = b"%PDF-1.7 " + b"the plan of the room " * 200_000
"""Four megabytes: more than a proxy takes that was not told of it."""


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    path = small_district(tmp_path)
    database = Database.open(path)
    in_status(database, Status.IN_REVIEW)
    database.close()
    with serving_accounts(path) as running:
        yield running
    assert forgeries(path) == []


def taken(page: Page, name: str) -> bytes:
    """What the browser saves that follows a link."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).first.click()
    return Path(download.value.path()).read_bytes()


def test_files_go_up_and_down(browser: Browser, accounts: Accounts, tmp_path: Path) -> None:
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(PLAN)
    page = new_window(browser).new_page()
    accounts.sign_in(page, "tina", "/my_requests")
    settle(page)
    assert b"TR-2027-0001" in taken(page, "CSV")
    assert taken(page, "Excel").startswith(b"PK")
    page.goto(f"{accounts.address}/one_request?request=TR-2027-0001")
    settle(page)
    page.locator("input[type=file]").first.set_input_files(plan)
    sees(page, "Attached.")
    settle(page)
    assert taken(page, "plan.pdf") == PLAN
    page.context.close()


def test_a_table_is_brought_in(browser: Browser, accounts: Accounts, tmp_path: Path) -> None:
    page = new_window(browser).new_page()
    accounts.sign_in(page, "ada", "/sites")
    settle(page)
    sites = tmp_path / "sites.csv"
    sites.write_bytes(taken(page, "CSV"))
    page.get_by_text("Import a file").click()
    settle(page)
    page.locator("input[type=file]").first.set_input_files(sites)
    sees(page, "columns go into a field")
    page.context.close()
