"""What the guide to files says of columns and words is what the product reads."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from techrequests.domain.catalogue import SiteKind
from techrequests.exchange.editable import EDITABLE, editable
from techrequests.exchange.headings import fields_of, guessed

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "files.md").read_text()


@pytest.fixture(scope="module")
def columns() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_columns", ROOT / "docs/write_columns.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_of_columns_are_what_the_product_reads(columns: ModuleType) -> None:
    assert columns.written(GUIDE) == GUIDE, "run: .venv/bin/python docs/write_columns.py"


@pytest.mark.parametrize("name", EDITABLE)
def test_every_heading_and_every_other_word_for_it_is_read_as_that_field(name: str) -> None:
    table = editable(name)
    for field, label in fields_of(table).items():
        assert guessed(table, [label]) == (field,)
    for field, words in table.words.items():
        known = [guessed(table, [word])[0] for word in words]
        assert set(known) & {field} or not words


def test_what_a_site_may_be_is_named() -> None:
    assert [kind for kind in SiteKind if kind not in GUIDE] == []
