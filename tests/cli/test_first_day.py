"""The first day as its guide tells it: the files come in, and a first request is ordered."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from builders import (
    TODAY,
    TWO_LAPTOPS,
    allocated,
    an_actor,
    chosen,
    decided,
    named,
    ordered,
    quoted,
    reviewed,
    submitted,
    who,
)
from cli.program import typed
from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.policy import Permission, Role
from techrequests.domain.techrequest import Status
from techrequests.services.first_administrator import nobody_administers
from techrequests.services.first_day import first_day
from techrequests.store.database import Database

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "first-day.md").read_text()
IMPORTS = re.findall(r"sudo -u techrequests techrequests (import .*)", GUIDE)
HERE = str(ROOT / "docs" / "first-day")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A new database with what the guide's own commands bring in from the guide's own files."""
    new = tmp_path / "district.duckdb"
    assert typed("migrate", "--create", "--database", new).returncode == 0
    assert len(IMPORTS) == 6
    for words in IMPORTS:
        own = words.replace("/var/lib/techrequests/first-day", HERE)
        done = typed(*shlex.split(own), "--database", new)
        assert (done.returncode, done.stderr) == (0, ""), words
        assert " 0 cannot be saved" in done.stdout
    return new


def test_the_files_of_the_guide_come_in_and_come_again_unchanged(path: Path) -> None:
    for words in IMPORTS:
        own = words.replace("/var/lib/techrequests/first-day", HERE)
        again = typed(*shlex.split(own), "--database", path)
        assert "0 new, 0 changed" in again.stdout, again
        assert again.returncode == 0
    assert typed("check", "--database", path).returncode == 0


def test_after_it_a_teachers_first_request_is_approved_and_paid(path: Path) -> None:
    database = Database.open(path)
    administrator = an_actor(Role.ADMINISTRATOR, at=EVERY_SITE)
    assert first_day(database, administrator, TODAY) == ()
    assert not nobody_administers(database, TODAY)
    lines = (replace(TWO_LAPTOPS, item_id=None),)
    request = submitted(database, "dfoster", site_id="LHS", lines=lines)
    assert (named(request.reviewer_id), named(request.approver_id)) == ("dpatel", "bcarter")
    request = decided(database, reviewed(database, request))
    assert request.status is Status.QUOTING
    request = chosen(database, quoted(database, request, vendor_id="PINEBROOK"))
    with database.read() as reader:
        (general,) = (
            row["fund_id"] for row in reader.rows("SELECT fund_id FROM fund WHERE sites = '*'")
        )
    shares = {general: 1_798_00}
    request = ordered(database, allocated(database, request, "ychoi", shares=shares), "ychoi")
    assert request.status is Status.ORDERED
    database.close()


def test_nobodys_own_request_waits_for_nobody(path: Path) -> None:
    """A principal's goes up, and a reviewer's to the other reviewer."""
    database = Database.open(path)
    lines = (replace(TWO_LAPTOPS, item_id=None),)
    of_principal = submitted(database, "bcarter", site_id="LHS", lines=lines)
    assert of_principal.approver_id == "ehollis"
    of_reviewer = submitted(database, "dpatel", site_id="DO", lines=lines)
    assert (of_reviewer.reviewer_id, of_reviewer.approver_id) == ("tnguyen", "ehollis")
    assert not who(database, "dpatel").may(Permission.EDIT_FUNDS)
    database.close()
