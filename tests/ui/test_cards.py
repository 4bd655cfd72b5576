"""What people typed reads as typed, in a list too: nothing of it becomes Markdown."""

from __future__ import annotations

import pytest

from techrequests.ui.cards import list_item, paragraphs


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("One line", "One line"),
        ("Room 12\nRoom 14", "Room 12  \nRoom 14"),
        ("First\n\n    pasted with spaces", "First  \n  \npasted with spaces"),
        ("\tbegins with a tab", "begins with a tab"),
        ("# 1. *two* $3", "\\# 1. \\*two\\* \\$3"),
        ("", ""),
    ],
)
def test_lines_stay_lines_and_spaces_make_no_code_of_them(typed: str, sent: str) -> None:
    assert paragraphs(typed) == sent


def test_a_mark_stands_before_lines_that_say_something() -> None:
    assert paragraphs("a loan\n\nrepair", mark="• ") == "• a loan  \n  \n• repair"


def test_all_lines_of_an_item_stay_in_it() -> None:
    assert list_item("who  \nwhen  \n  \nwhat") == "- who  \n  when  \n    \n  what"
