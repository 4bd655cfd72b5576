"""How a file is read, said on the command line and kept in a profile."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cli.program import path, typed
from techrequests.domain.assets import Asset
from techrequests.domain.catalogue import Person
from techrequests.store.database import Database

if TYPE_CHECKING:
    from pathlib import Path

    from techrequests.domain.fields import Record

__all__ = ["path"]

DEVICES = (
    "Barcode,Kind of thing,Where,State,What it is\n"
    "B1,Carts and more,Lincoln HS,Weird,Cart\n"
    "B2,Laptops,LHS,,Laptop\n"
)


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    file = tmp_path / "devices.csv"
    file.write_text(DEVICES)
    return file


def stored(path: Path, record: type[Record], key: str) -> Record:
    database = Database.open(path)
    with database.read() as reader:
        found = reader.get(record, key)
    database.close()
    return found


def test_columns_words_and_what_is_missing_are_said_and_kept_for_the_next_file(
    path: Path, tmp_path: Path, devices: Path
) -> None:
    profile, values = tmp_path / "profile.json", tmp_path / "values.csv"
    values.write_text("Field,Word,Value\nSite,Lincoln HS,LHS\n")
    words = ("import", devices, "--database", path, "--table", "inventory")
    said = (
        "--map", "Kind of thing=Category", "--map", "Where=site_id", "--map", "State=",
        "--map", "What it is=Description", "--values", values,
        "--value", "category:Carts and more=accessories", "--default", "Cost=250",
        "--default", "acquired_on=2024-08-01",
    )  # fmt: skip
    before = path.read_bytes()
    dry = typed(*words, *said, "--dry-run", "--save-profile", profile)
    assert (dry.returncode, dry.stderr) == (0, "")
    assert "2 new" in dry.stdout
    assert path.read_bytes() == before
    assert json.loads(profile.read_text())["values"] == {
        "site_id": {"Lincoln HS": "LHS"},
        "category": {"Carts and more": "accessories"},
    }
    done = typed(*words, "--profile", profile)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Saved: 2 new rows" in done.stdout
    unit = stored(path, Asset, "B1")
    assert isinstance(unit, Asset)
    assert (unit.category, unit.site_id, unit.cost_cents) == ("accessories", "LHS", 250_00)
    # It was remembered, also for who says nothing.
    devices.write_text(DEVICES.replace("B1", "B3").replace("B2", "B4"))
    assert "Saved: 2 new rows" in typed(*words).stdout


def test_what_is_not_known_is_told_with_the_option_that_says_it(path: Path, devices: Path) -> None:
    done = typed(
        "import", devices, "--database", path, "--table", "inventory", "--dry-run",
        "--map", "Where=Site",
    )  # fmt: skip
    assert done.returncode == 1
    assert "Not known: site_id “Lincoln HS”, in 1 row. Say what it means: --value" in done.stdout


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--map", "Nowhere=Site"), "The file has no column “Nowhere”. There are: Barcode"),
        (("--map", "Where=Nonsense"), "There is no field “Nonsense”. There are: asset_tag (Asset"),
        (("--map", "Where"), "must be written as in School=site_id"),
        (("--value", "Laptops=computers"), "is no FIELD:WORD=VALUE"),
        (("--profile", "missing.json"), "cannot be read"),
    ],
)
def test_what_is_said_wrong_is_refused_in_one_line(
    path: Path, devices: Path, option: tuple[str, str], words: str
) -> None:
    done = typed("import", devices, "--database", path, "--table", "inventory", *option)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_who_would_leave_is_told_with_what_they_leave(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text("Email,Status\npia@district.example,Suspended\n")
    done = typed("import", file, "--database", path, "--table", "people", "--dry-run")
    assert "Becomes inactive: Pia Lang (pia), who has 2 people" in done.stdout
    person = stored(path, Person, "pia")
    assert isinstance(person, Person)
    assert person.active


def test_a_template_is_brought_back_with_a_row_in_it(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "sites.csv"
    done = typed("export", "--database", path, "--table", "sites", "--template", "--to", file)
    assert (done.returncode, done.stderr) == (0, "")
    assert file.read_text("utf-8-sig").strip() == "Code,Name,Kind,Address,Phone,Active"
    file.write_text(file.read_text("utf-8-sig") + "NP,New Pine,K-8,,,\n")
    back = typed("import", file, "--database", path, "--table", "sites")
    assert "Saved: 1 new rows" in back.stdout
