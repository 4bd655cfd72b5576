"""No text that a person or a file can send keeps the server busy: every reader is linear.

Every pattern of the product is found by itself, and so is every function that takes one text.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003  # `describe` reads the types
from functools import partial
from itertools import product
from pathlib import Path
from time import process_time
from types import GeneratorType
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import pytest

import techrequests
from techrequests.domain.catalogue import Category  # noqa: TC001  # likewise
from techrequests.domain.errors import TechRequestsError
from techrequests.domain.fields import Column, Field, Table, describe, from_text, problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

ROOT = Path(__file__).parents[1]
LONGEST = 100_000
MOST_SECONDS = 0.5
"""A linear reader takes a few hundredths; one that grows with the square takes minutes."""

SHAPES = (
    " ", "\t", "\n", "\r\n", "(", ")", "0", "9", ",", ".", "-", "$", "a", "A", "@", "_", "/", ":",
    "|", "=", "'", '"', "\\", "<", "[", "é", "\u0300", "\U0001f600", "1,", "1,234", "a@", "a.",
    "@a.",
    "( ", "( $", "$ ", "- ", " 0:00", " 0:00:00.0", "1-", "1/", "_x0000_", "E+1", ":00", "total (",
    "junior ", "2027-", "Jan-", "\u3000", "\u200b", "&lt;", "http://a.b ",
)  # fmt: skip
STARTS, ENDS = ("", "(", "1", "a@"), ("", "x", "\n", ")")
SLOWEST = 12
"""So many of the texts that take longest when they are short are tried at full length."""

PURE = (
    "domain", "exchange", "sync.cells", "sync.layout", "sync.connection", "store.listings",
    "store.approval", "services.typed_rows", "services.table_rules", "ui.cards", "ui.cells",
    "ui.sheet",
)  # fmt: skip
"""Where a function of one text only reads it."""


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(techrequests.__path__, "techrequests."):
        if not found.name.endswith(("__main__", "ui.shell")):  # these run when they are imported
            yield importlib.import_module(found.name)


@dataclass(frozen=True, slots=True)
class Shape:
    """One sign or a few, over and over, beginning and ending in ways that a reader tries."""

    start: str
    unit: str
    end: str

    def text(self, length: int) -> str:
        return self.start + (self.unit * (length // len(self.unit) + 1))[:length] + self.end


def shapes(own: str) -> list[Shape]:
    units = dict.fromkeys((*own, *SHAPES))
    return [Shape(*parts) for parts in product(STARTS, units, ENDS)]


def seconds(read: Callable[[str], object], text: str) -> float:
    began = process_time()
    with suppress(ValueError, TechRequestsError):
        read(text)
    return process_time() - began


def check_linear(read: Callable[[str], object], own: str = "") -> None:
    """Short texts first: a reader that grows with the square or the cube is caught by them."""
    seconds(read, "warm")
    tried = shapes(own)
    for length in (30, 300, 3_000, 12_000, LONGEST):
        took = {shape: seconds(read, shape.text(length)) for shape in tried}
        tried = sorted(tried, key=lambda shape: -took[shape])
        tried = tried[:SLOWEST] if length > 300 else tried
        # Measured once more where it was long: another process may have been in the way.
        again = min(took[tried[0]], seconds(read, tried[0].text(length)))
        allowed = 0.02 + MOST_SECONDS * length / LONGEST
        assert again < allowed, f"{again:.2f} s for {length:,} of {tried[0]}"


# -- patterns --------------------------------------------------------------------------------

USES = {"match", "fullmatch", "search", "sub", "split", "findall", "finditer", "subn"}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in ("lib", "pages"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text())


def calls_of_re(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value
            if isinstance(of, ast.Name) and of.id == "re" and node.func.attr in USES | {"compile"}:
                yield node


def module_of(path: Path) -> ModuleType:
    parts = path.relative_to(ROOT / "lib").with_suffix("").parts
    return importlib.import_module(".".join(part for part in parts if part != "__init__"))


def all_patterns() -> list[tuple[str, re.Pattern[Any], frozenset[str]]]:
    """Every pattern with how it is used, found in the source."""
    methods: dict[str, set[str]] = defaultdict(set)
    trees = list(sources())
    for _, tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in USES:
                methods[ast.unparse(node.value)].add(node.attr)
    found = []
    for path, tree in trees:
        names = {
            id(node.value): ast.unparse(node.targets[0])
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
        }
        for call in calls_of_re(tree):
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            assert isinstance(call.func, ast.Attribute)
            if call.func.attr == "compile":
                pattern = _value(path, ast.unparse(call))
                uses = methods.get(names.get(id(call), ""), set()) or USES
            else:
                pattern = re.compile(_value(path, ast.unparse(call.args[0])))
                uses = {call.func.attr}
            found.append((where, pattern, frozenset(uses)))
    return found


def _value(path: Path, expression: str) -> Any:  # noqa: ANN401  # a pattern or its text
    names = vars(module_of(path))
    try:
        return eval(expression, dict(names))  # noqa: S307  # our own source
    except NameError as error:
        raise AssertionError(
            f"{path}: {expression} is no constant, so nobody can try it"
        ) from error


PATTERNS = all_patterns()


def test_every_pattern_is_found() -> None:
    written = sum(
        len(
            re.findall(r"\bre\.(?:compile|match|sub|search|fullmatch|split|find)", path.read_text())
        )
        for path, _ in sources()
    )
    assert len(PATTERNS) == written > 30


def _named(one: object) -> str:
    """The same in every process that collects, though a set comes in another order in each."""
    return "-".join(sorted(one)) if isinstance(one, frozenset) else str(one)[:80]


@pytest.mark.parametrize(("where", "pattern", "uses"), PATTERNS, ids=_named)
def test_every_pattern_takes_time_linear_in_the_length(
    where: str, pattern: re.Pattern[Any], uses: frozenset[str]
) -> None:
    del where
    of_bytes = isinstance(pattern.pattern, bytes)
    source = pattern.pattern.decode() if of_bytes else pattern.pattern
    own = "".join(dict.fromkeys(re.sub(r"\\[A-Za-z]", "", source)))

    def read(text: str) -> None:
        given: Any = text.encode() if of_bytes else text
        for use in sorted(uses):
            if use in {"sub", "subn"}:
                getattr(pattern, use)(given[:0], given)
            elif use == "finditer":
                list(pattern.finditer(given))
            else:
                getattr(pattern, use)(given)

    check_linear(read, own)


# -- readers ---------------------------------------------------------------------------------

TEXTS = {"text", "words", "heading", "name", "raw"}
"""What the parameter is called that takes what somebody typed."""


@dataclass(frozen=True)
class Given:
    """A record with a field of every kind."""

    TABLE: ClassVar[Table] = Table(name="given", key="code")

    code: Annotated[str, Field(label="Code", code=True)]
    body: Annotated[str, Field(label="Body", long=True)]
    price_cents: Annotated[int | None, Field(label="Price")]
    units: Annotated[int, Field(label="Units")]
    day: Annotated[date, Field(label="Day")]
    at: Annotated[datetime, Field(label="At")]
    ready: Annotated[bool, Field(label="Ready")]
    kind: Annotated[Category, Field(label="Kind")]
    site_id: Annotated[str, Field(label="Site", refers_to="site")]
    fiscal_year: Annotated[int, Field(label="Fiscal year")]


COLUMNS = describe(Given)


def functions() -> Iterator[tuple[str, Callable[..., object], list[str]]]:
    """Every function of the layers that only read, with what it takes and no default."""
    for module in modules():
        inner = module.__name__.removeprefix("techrequests.")
        if not inner.startswith(PURE):
            continue
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                given = inspect.signature(function).parameters.values()
                kinds = [
                    f"{one.name}: {one.annotation}" for one in given if one.default is one.empty
                ]
                yield f"{inner}.{name}", function, kinds


def readers() -> Iterator[tuple[str, Callable[[str], object]]]:
    """Every function that takes what somebody typed, alone or for a column."""
    for name, function, taken in functions():
        kinds = [one.partition(": ")[2] for one in taken]
        texts = [one for one in taken if one.partition(": ")[0] in TEXTS or taken == ["value: Any"]]
        others = set(kinds) - {"str", "Raw", "Any", "Column", "Column | None"}
        if len(texts) != 1 or others or ".editable." in name:
            continue
        for column in COLUMNS if any(kind.startswith("Column") for kind in kinds) else COLUMNS[:1]:
            values = [
                None if one in texts else column if "Column" in one else "Budget" for one in taken
            ]
            yield f"{name}({column.name})", partial(_called, function, values)


def _called(function: Callable[..., object], values: Sequence[object], text: str) -> object:
    found = function(*(text if value is None else value for value in values))
    return list(found) if isinstance(found, GeneratorType) else found


READERS = dict(readers())


def test_the_readers_that_everybody_knows_are_among_those_found() -> None:
    known = {
        "domain.money.cents_from_text", "domain.fields.from_text",
        "domain.assets.serials_from_text", "domain.calendar.fiscal_year_from_words",
        "exchange.cells.typed_text",
        "exchange.cells.check_code", "exchange.headings.plain_words",
        "exchange.formula_safe.as_typed",
        "sync.cells.text_of", "sync.layout.heading_key", "sync.connection.spreadsheet_id",
        "ui.cards.plain", "ui.cards.paragraphs", "ui.cells.readable", "ui.sheet.text_of",
        "store.listings.containing",
    }  # fmt: skip
    assert known - {name.partition("(")[0] for name in READERS} == set()


@pytest.mark.parametrize("name", READERS)
def test_every_reader_takes_time_linear_in_the_length(name: str) -> None:
    check_linear(READERS[name])


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_over_long_text_is_refused_in_a_sentence_that_does_not_repeat_it(column: Column) -> None:
    text = "7" * LONGEST
    try:
        found = problems(Given, {column.name: from_text(column, text)})
    except ValueError as error:
        words = str(error)
    else:
        [problem] = found
        words = problem.message
    assert "characters" in words
    assert len(words) < 200
