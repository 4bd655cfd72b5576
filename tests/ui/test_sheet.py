"""What a browser sends becomes edits of keys and texts, whatever stands in it."""

from __future__ import annotations

from math import nan
from typing import Any

import pytest

from builders import LAPTOP, SITES
from techrequests.domain.catalogue import Site, StandardItem
from techrequests.domain.edits import Cell, RowEdit
from techrequests.domain.fields import shown
from techrequests.ui import sheet

DO, LHS, WES = SITES


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (None, ""),
        (nan, ""),
        ("  as typed ", "  as typed "),
        (True, "yes"),
        (False, "no"),
        (7, "7"),
        (7.0, "7"),
        (1049.5, "1049.5"),
        ("2027-03-31", "2027-03-31"),
        ("2027-03-31T00:00:00.000", "2027-03-31"),
        (["a"], "['a']"),
    ],
)
def test_a_value_reads_as_a_person_would_type_it(sent: Any, text: str) -> None:  # noqa: ANN401  # what a browser sends
    assert sheet.text_of(sent) == text


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"edited_rows": None},
        {"edited_rows": []},
        {"edited_rows": {3: {"name": "x"}}},
        {"edited_rows": {-1: {"name": "x"}}},
        {"edited_rows": {"0; DROP": {"name": "x"}}},
        {"edited_rows": {0: "x"}},
    ],
)
def test_a_state_that_names_no_row_on_show_changes_none(state: dict[str, Any]) -> None:
    typed = sheet.typed_in(SITES, state)
    assert sheet.edits_of({site.site_id: site for site in SITES}, typed) == ()


def test_a_position_means_the_row_that_was_on_show() -> None:
    typed = sheet.typed_in(SITES, {"edited_rows": {1: {"phone": "555"}, 2: {"active": False}}})
    assert sheet.edits_of({site.site_id: site for site in SITES}, typed) == (
        RowEdit(key="LHS", seen_version=0, cells=(Cell(field="phone", before="", after="555"),)),
        RowEdit(key="WES", seen_version=0, cells=(Cell(field="active", before="yes", after="no"),)),
    )


def test_a_column_nobody_may_edit_is_passed_on_to_be_refused() -> None:
    typed = sheet.typed_in([LHS], {"edited_rows": {0: {"site_id": "X", "nonsense": 1}}})
    (edit,) = sheet.edits_of({"LHS": LHS}, typed)
    assert {cell.field for cell in edit.cells} == {"site_id", "nonsense"}


@pytest.mark.parametrize(
    ("typed", "cells"), [("899", 0), (" $899.00 ", 0), ("899.01", 1), ("x", 1)]
)
def test_the_same_amount_in_other_words_is_no_change(typed: str, cells: int) -> None:
    found = sheet.edits_of({"LAP-TEACHER": LAPTOP}, {"LAP-TEACHER": {"unit_price_cents": typed}})
    assert sum(len(edit.cells) for edit in found) == cells


def test_what_is_typed_later_counts() -> None:
    earlier = {"LHS": {"phone": "1", "name": "A"}, "DO": {"phone": "2"}}
    later = {"LHS": {"phone": "3"}}
    assert sheet.together(earlier, later) == {
        "LHS": {"phone": "3", "name": "A"},
        "DO": {"phone": "2"},
    }


def test_new_rows_are_those_with_something_in_them() -> None:
    base = [{"active": "yes"}, {"active": "yes", "name": "Old"}, {"active": "yes"}]
    state = {
        "edited_rows": {0: {"site_id": "A", "name": "First"}, 9: {"name": "nowhere"}},
        "deleted_rows": [1],
        "added_rows": [{"site_id": "B", "phone": None}, {}, {"active": True}, "forged"],
    }
    rows = sheet.added_in(base, state)
    assert sheet.new_rows_of(shown(Site), rows) == (
        (("active", "yes"), ("site_id", "A"), ("name", "First")),
        (("site_id", "B"),),
    )


def test_the_editor_shows_amounts_in_dollars_and_nothing_for_what_it_cannot_show() -> None:
    columns = {column.name: column for column in shown(StandardItem)}
    assert sheet.shown_text(columns["unit_price_cents"], "1049.50") == "$1,049.50"
    assert sheet.shown_text(columns["lead_time_days"], "soon") == "soon"
    assert sheet.shown_text(columns["name"], "") == ""
