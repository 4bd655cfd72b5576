"""Tables out of the command line and back in, each command a program of its own."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest

from builders import NOON
from cli.program import path, refused, typed
from techrequests.domain.catalogue import Person, Site
from techrequests.domain.edits import TableEdit
from techrequests.store.checks import run_checks
from techrequests.store.database import Database

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["path"]


def test_a_table_leaves_as_csv_and_as_a_workbook_and_comes_back_unchanged(
    path: Path, tmp_path: Path
) -> None:
    before = path.read_bytes()
    for ending in ("csv", "xlsx"):
        file = tmp_path / f"funds.{ending}"
        done = typed("export", "--database", path, "--table", "funds", "--to", file)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"{file}: 3 rows of Funds.\n"
        back = typed("import", file, "--database", path, "--table", "funds", "--dry-run")
        assert (back.returncode, back.stderr) == (0, "")
        assert "0 new, 0 changed, 3 unchanged, 0 cannot be saved." in back.stdout
    assert path.read_bytes() == before


def test_an_export_is_narrowed_down_and_holds_what_its_person_may_see(
    path: Path, tmp_path: Path
) -> None:
    file = tmp_path / "requests.xlsx"
    words = ("export", "--database", path, "--table", "requests", "--to", file)
    assert ": 1 row of " in typed(*words, "--only", "site=LHS").stdout
    assert "0 rows" in typed(*words, "--only", "site=WES", "--only", "search=x").stdout
    assert ": 1 row of " in typed(*words, "--as", "Pia@District.example").stdout
    assert openpyxl.load_workbook(io.BytesIO(file.read_bytes())).worksheets[0].max_row == 2
    assert "This table is for people who may see other" in refused(
        *words, "--as", "tina@district.example"
    )


def test_an_import_saves_what_can_be_saved_and_tells_the_rest_with_exit_code_1(
    path: Path, tmp_path: Path
) -> None:
    file, errors = tmp_path / "sites.csv", tmp_path / "errors.csv"
    file.write_text("Code,Phone,Kind\nLHS,555-0100,\nDO,,castle\n")
    words = ("import", file, "--database", path, "--table", "sites", "--as", "ada@district.example")
    dry = typed(*words, "--dry-run")
    assert (dry.returncode, dry.stderr) == (1, "")
    assert "0 new, 1 changed, 0 unchanged, 1 cannot be saved." in dry.stdout
    assert "Row 3: “Kind” must be one of" in dry.stdout
    assert "Saved" not in dry.stdout
    assert "Nothing was saved: one row cannot" in refused_after(*words, "--all-or-nothing")
    done = typed(*words, "--errors", errors)
    assert (done.returncode, done.stderr) == (1, "")
    assert "Saved: 0 new rows, 1 changed cells." in done.stdout
    assert errors.read_text("utf-8-sig").splitlines()[1].endswith(",3,DO,,castle")
    opened = Database.open(path)
    with opened.read() as reader:
        assert reader.get(Site, "LHS").phone == "555-0100"
        [edit] = reader.find(TableEdit)
    assert (edit.actor_id, edit.via) == ("ada", "from a file")
    assert run_checks(opened, now=NOON) == []
    opened.close()


def refused_after(*words: object) -> str:
    """The one plain line of a command that said something before it was refused."""
    done = typed(*words)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    return line


def test_a_roster_comes_in_and_who_left_becomes_inactive(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    head = "sourcedId,status,enabledUser,orgSourcedIds,role,username,givenName,familyName,email"
    staff = ("sue", "pia", "wanda", "tina", "tom", "will", "rita", "rob", "bea", "ben", "ada")
    rows = [f"{who},active,true,LHS,teacher,{who},X,Y,{who}@district.example" for who in staff]
    rows.append("s1,active,true,LHS,student,sam,Sam,Pupil,sam@district.example")
    file.write_text("\n".join([head, *rows]))
    words = ("import", file, "--database", path, "--table", "people")
    done = typed(*words, "--everybody")
    assert "Pupil" not in done.stdout
    assert "1 students, guardians and others" in done.stdout
    opened = Database.open(path)
    with opened.read() as reader:
        people = {person.person_id: person for person in reader.find(Person)}
    opened.close()
    assert [code for code, person in people.items() if not person.active] == ["lea"]
    assert "sam" not in people
    assert people["tina"].supervisor_id == "pia"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("export", "--table", "passwords", "--to", "x.csv"), "There is no table “passwords”"),
        (("export", "--table", "funds", "--to", "x.pdf"), "must end with .csv or .xlsx"),
        (("export", "--table", "funds", "--to", "no/such/x.csv"), "cannot be written"),
        (("export", "--table", "funds", "--to", "x.csv", "--only", "LHS"), "is no NAME=VALUE"),
        (("export", "--table", "funds", "--to", "x.csv", "--as", "a@b.c"), "Nobody has the addr"),
        (("import", "none.csv", "--table", "funds"), "cannot be read: No such file"),
        (("import", "none.csv", "--table", "audit"), "There is no table “audit” that takes a file"),
        (("import", "{code}", "--table", "funds"), "No column says which row is meant"),
        (("import", "{code}", "--table", "people", "--as", "tina@district.example"), "You may not"),
    ],
    ids=lambda it: " ".join(it) if isinstance(it, tuple) else "",
)
def test_what_cannot_be_done_is_told_in_one_line(
    path: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    code = tmp_path / "code.csv"
    code.write_text("Wrong\n1\n" if "funds" in words else "Code\ntina\n")
    typed_words = [word.replace("{code}", str(code)) for word in words]
    assert told in refused(*typed_words, "--database", path)
