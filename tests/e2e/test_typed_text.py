"""What people typed is drawn letter by letter on every page, and leads nowhere."""

from __future__ import annotations

import importlib
import pkgutil
import re
from contextlib import suppress
from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from builders.statuses import in_status
from e2e.conftest import walking
from serving import small_district, start
from techrequests import domain
from techrequests.domain.fields import Kind, shown
from techrequests.domain.techrequest import Status
from techrequests.store.database import Database
from techrequests.ui.menu import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from e2e.conftest import Walk

pytestmark = pytest.mark.browser

AWKWARD = (
    "Zq:material/face:", ":red[x]", "a ->", "b", ">=", "c", "--", "&lt;b&gt;", "$x$", ":smile:",
    "t@h.io", "www.h.io", "http://h.io", "*e*", "<i>i</i>", "`c`", "[l](http://h.io)", "_u_",
    "~~s~~", "10:30:45", "$y$", "<->", "1. \\", "| # {x}", ":streamlit:", ":material_face:",
)  # fmt: skip
"""Each would be drawn as something else; as many as a field takes, from the first on."""

PEOPLE = ("tina", "rita", "pia", "ben", "bea", "ada")
WORK = {
    Status.DRAFT: ("submit",),
    Status.IN_REVIEW: ("review",),
    Status.AWAITING_APPROVAL: ("approvals",),
    Status.QUOTING: ("quotes",),
    Status.FUNDING: ("funding",),
    Status.ORDERED: ("receiving", "funding"),
    Status.DEPLOYING: ("deployments",),
    Status.CLOSED: (),
}


def awkward(longest: int) -> str:
    text = AWKWARD[0]
    for part in AWKWARD[1:]:
        if len(text) + len(part) + 1 <= longest:
            text += f" {part}"
    return text


def records() -> Iterator[Any]:
    for found in pkgutil.iter_modules(domain.__path__, "techrequests.domain."):
        for record in vars(importlib.import_module(found.name)).values():
            if is_dataclass(record) and hasattr(record, "TABLE") and isinstance(record, type):
                yield record


def make_awkward(path: Path) -> set[str]:
    """Put such a text into every field of words that is not empty; what was put."""
    put = set()
    with duckdb.connect(path) as connection:
        for record in set(records()):
            for column in shown(record):
                field = column.field
                if column.kind not in {Kind.TEXT, Kind.LONG_TEXT} or field is None or field.code:
                    continue
                text = awkward(min(field.max_length, 300))
                if column.name in {record.TABLE.key, "email"} or len(text) < 20:
                    continue
                with suppress(
                    duckdb.ConstraintException, duckdb.CatalogException, duckdb.BinderException
                ):
                    name = record.TABLE.name
                    sql = f"UPDATE {name} SET {column.name} = ? WHERE {column.name} <> ''"  # noqa: S608
                    connection.execute(sql, [text])
                    put.add(text)
    return put


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Status, str], set[str]]:
    path = small_district(tmp_path_factory.mktemp("awkward"))
    opened = Database.open(path)
    numbers = {status: in_status(opened, status).request_id for status in WORK}
    opened.close()
    return path, numbers, make_awkward(path)


@pytest.fixture(scope="module")
def address(district: tuple[Path, dict[Status, str], set[str]]) -> Iterator[str]:
    running = start(district[0], DEMO="1").wait()
    yield running.address
    running.stop()


@pytest.fixture
def walk(address: str, browser: Browser) -> Iterator[Walk]:
    yield from walking(address, browser)


def as_typed(drawn: str, put: set[str]) -> bool:
    """Whether a text stands there, whole or with an ellipsis, or the first word of a name."""
    shown = drawn[:400].partition("…")[0]
    alone = drawn.startswith(AWKWARD[0]) and drawn[len(AWKWARD[0])] != " "
    return alone or any(drawn.startswith(text) or text.startswith(shown) for text in put)


def wrong_on(walk: Walk, put: set[str]) -> list[str]:
    """What is not drawn as it was typed on the page that is open."""
    walk.page.evaluate(
        "document.querySelectorAll('details:not([open]) > summary').forEach(one => one.click())"
    )
    walk.settle()
    drawn = re.sub(r"\s+", " ", walk.page.evaluate("document.body.textContent"))
    found = [
        f"{drawn[at.start() : at.start() + 120]!r}"
        for at in re.finditer("Zq|:material_face:", drawn)
        if at[0] == "Zq" and not as_typed(drawn[at.start() :], put)
    ]
    icons = walk.page.locator('[aria-label="face icon"], img[alt="Streamlit logo"], .katex').count()
    links = walk.page.evaluate(
        "[...document.links].filter(one => one.origin !== location.origin).map(one => one.href)"
    )
    return [
        *found,
        *["an icon, a logo or a formula"] * icons,
        *links,
    ]


@pytest.mark.parametrize("person_id", PEOPLE)
def test_every_page_draws_what_was_typed_letter_by_letter(
    walk: Walk, district: tuple[Path, dict[Status, str], set[str]], person_id: str
) -> None:
    _, numbers, put = district
    wrong: dict[str, list[str]] = {}
    seen = 0
    visits: list[tuple[str, dict[str, str]]] = [(page.url, {}) for page in PAGES]
    visits += [("one_request", {"request": number}) for number in numbers.values()]
    visits += [(url, {"request": numbers[status]}) for status, urls in WORK.items() for url in urls]
    for url, query in visits:
        walk.sit_down(person_id, url, **query)
        if found := wrong_on(walk, put):
            wrong[f"{url} {query}"] = found
        seen += walk.page.evaluate("document.body.textContent").count("Zq")
    assert wrong == {}, "\n".join(f"{where}: {found}" for where, found in wrong.items())
    assert seen > 10
