"""Take the README's pictures from the running app: `make pictures`, or name a database."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from urllib.request import urlopen

from playwright.sync_api import expect, sync_playwright

from techrequests.store.database import Database

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
PICTURES = Path(__file__).parent / "pictures"
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
WIDE = (1400, 900)
PHONE = (390, 844)
DRAWN = '[data-testid="stApp"][data-test-script-state="notRunning"]'


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture.

    Attributes:
        name: File name without its ending.
        path: The page in the address.
        who: SQL whose first row is the person who looks, and the request when there is one.
        size: Width and height of the window.
    """

    name: str
    path: str
    who: str
    size: tuple[int, int] = WIDE


_REVIEWER = """
    SELECT reviewer_id FROM tech_request WHERE status = 'in review' AND reviewer_id IS NOT NULL
    GROUP BY reviewer_id ORDER BY count(*) DESC LIMIT 1
"""
_TEACHER = """
    SELECT requester_id, request_id FROM tech_request
    WHERE status = 'draft' ORDER BY estimate_cents DESC, length(problem) DESC LIMIT 1
"""
_APPROVER = """
    SELECT approver_id, request_id FROM tech_request
    WHERE status = 'awaiting approval' AND approver_id IS NOT NULL ORDER BY stage_since DESC LIMIT 1
"""
_QUOTER = """
    SELECT r.reviewer_id, r.request_id FROM tech_request r
    JOIN quote q ON q.request_id = r.request_id AND q.received_at IS NOT NULL
    WHERE r.status = 'quoting' GROUP BY r.reviewer_id, r.request_id ORDER BY count(*) DESC LIMIT 1
"""
_PAYER = """
    SELECT g.person_id, r.request_id FROM role_grant g CROSS JOIN tech_request r
    WHERE g.role = 'business manager' AND r.status = 'funding'
    ORDER BY r.estimate_cents DESC LIMIT 1
"""
_MANAGER = "SELECT person_id FROM role_grant WHERE role = 'business manager' LIMIT 1"

ALL = (
    Picture("today", "", _REVIEWER),
    Picture("submit", "submit", _TEACHER),
    Picture("submit-phone", "submit", _TEACHER, PHONE),
    Picture("approve", "approvals", _APPROVER),
    Picture("quotes", "quotes", _QUOTER),
    Picture("funding", "funding", _PAYER),
    Picture("funds", "funds", _MANAGER),
    Picture("spending", "spending", _MANAGER),
)


def main() -> None:
    """Take every picture: of the database that is named, or of a sample district made for it."""
    if sys.argv[1:]:
        _serve(Path(sys.argv[1]).resolve())
        return
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "district.duckdb"
        command = [sys.executable, "-m", "techrequests.cli", "demo", "--database", str(database)]
        subprocess.run(command, check=True)
        _serve(database)


def _serve(database: Path) -> None:
    queries = [(picture, _query(database, picture)) for picture in ALL]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"],
        cwd=ROOT,
        env={**os.environ, "TECHREQUESTS_DATABASE": str(database), "TECHREQUESTS_DEMO": "1"},
    )
    try:
        _take(f"http://127.0.0.1:{port}", queries)
    finally:
        process.terminate()
        process.wait()


def _query(path: Path, picture: Picture) -> str:
    database = Database.open(path, read_only=True)
    with database.read() as reader:
        found = reader.run(picture.who).fetchone()
    database.close()
    if found is None:
        raise LookupError(f"nobody in the sample district fits {picture.name}")
    names = ("as", "request")
    return urlencode(dict(zip(names, found, strict=False)))


def _take(address: str, queries: list[tuple[Picture, str]]) -> None:
    _wait(f"{address}/healthz")
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        for picture, query in queries:
            _shoot(browser, f"{address}/{picture.path}?{query}", picture)
        browser.close()


def _shoot(browser: Browser, address: str, picture: Picture) -> None:
    width, height = picture.size
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(address)
    page.wait_for_selector(DRAWN, timeout=60_000)
    # The browser loads tables and charts after the page is drawn, behind grey boxes.
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=60_000)
    page.wait_for_timeout(1_500)
    page.screenshot(path=PICTURES / f"{picture.name}.png")
    page.close()


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            with urlopen(address, timeout=2):  # noqa: S310  # http on loopback
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"nothing answers at {address}")


if __name__ == "__main__":
    main()
