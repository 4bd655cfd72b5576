"""A small sample district, lived once for all tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sample_days import REQUESTS, TODAY
from techrequests.sample.generate import write_district
from techrequests.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a sample district."""
    path = tmp_path_factory.mktemp("sample") / "district.duckdb"
    write_district(path, today=TODAY, requests=REQUESTS)
    return path


@pytest.fixture(scope="session")
def district(written: Path) -> Iterator[Database]:
    """That district, to look at."""
    opened = Database.open(written, read_only=True)
    yield opened
    opened.close()
