"""`make day`: a school day of forty people, told as it goes."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from day.people import MOST
from day.school_day import play


def main() -> None:
    """Play it; the exit code says whether everything was as it must be."""
    parser = argparse.ArgumentParser(prog="make day", description=__doc__)
    parser.add_argument("--teachers", type=int, default=MOST, help="new ones, beside 12 people")
    parser.add_argument("--tabs", type=int, default=600, help="that stay open beside the work")
    asked = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("Chromium is not installed: apt-get install chromium")
    begun = time.monotonic()

    def say(words: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {words}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        try:
            play(Path(folder), chromium, new=asked.teachers, tabs=asked.tabs, say=say)
        except AssertionError as wrong:
            traceback.print_exception(wrong, limit=-6)
            sys.exit("That is not as it must be.")
    say("the books, the files, the mail and the spreadsheet are as the day says")


if __name__ == "__main__":
    main()
