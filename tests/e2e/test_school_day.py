"""A short school day, with everything that `make day` has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from day.school_day import play

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser


def test_after_a_school_day_books_files_mail_and_spreadsheet_say_what_happened(
    chromium: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        play(tmp_path, chromium, new=6, tabs=60, say=print)
