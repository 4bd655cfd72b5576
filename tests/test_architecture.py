"""Rules of the house that no linter knows: where pages live, what they touch, how long it gets."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIB = ROOT / "lib" / "techrequests"
PAGES = sorted((ROOT / "pages").rglob("*.py"))
SOURCES = sorted([*LIB.rglob("*.py"), *PAGES, ROOT / "app.py"])
SQL = sorted(LIB.rglob("*.sql"))

LONG_FILES = {
    "lib/techrequests/domain/workflow.py": "one table of the whole process, to be read from the top"
}
"""Files that may be longer than others, and why."""

MOST_FILE_LINES, MOST_PAGE_LINES, MOST_FUNCTION_LINES = 500, 120, 50


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def committed() -> tuple[Path, ...]:
    """Every file that git keeps."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def modules_imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


class TestPages:
    def test_pages_live_one_folder_down(self) -> None:
        """Streamlit serves `pages/*.py` by itself, and without asking who is there."""
        assert len(PAGES) > 10
        assert [short(page) for page in PAGES if len(page.relative_to(ROOT).parts) != 3] == []

    @pytest.mark.parametrize("page", PAGES, ids=short)
    def test_a_page_first_asks_who_is_there(self, page: Path) -> None:
        body = [
            node
            for node in tree(page).body
            if not isinstance(node, (ast.Import, ast.ImportFrom))
            and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        ]
        path = repr(short(page))
        told = [ast.unparse(node) for node in body[:2]]
        assert told[0] == f"visit = enter({path})" or told == [
            f"PATH = {path}",
            "visit = enter(PATH)",
        ]

    @pytest.mark.parametrize("page", PAGES, ids=short)
    def test_a_page_says_in_one_line_what_it_answers(self, page: Path) -> None:
        assert (ast.get_docstring(tree(page)) or "").strip()

    @pytest.mark.parametrize("page", PAGES, ids=short)
    def test_a_page_knows_only_what_is_ours_and_streamlit(self, page: Path) -> None:
        allowed = (
            "streamlit",
            "techrequests.ui",
            "techrequests.services",
            "techrequests.charts",
            "techrequests.domain",
        )
        ours = {
            name
            for name in modules_imported(page)
            if name.split(".")[0] not in sys.stdlib_module_names
        }
        assert {
            name for name in ours if not name.startswith((*allowed, "techrequests.store"))
        } == set()

    @pytest.mark.parametrize("page", PAGES, ids=short)
    def test_a_page_takes_from_the_store_only_names_of_lists_and_who_may_see_them(
        self, page: Path
    ) -> None:
        taken = {
            name.name
            for node in ast.walk(tree(page))
            if isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("techrequests.store")
            for name in node.names
        }
        assert {name for name in taken if not name.isupper()} <= {"sight", "where_allowed"}

    @pytest.mark.parametrize("page", PAGES, ids=short)
    def test_a_page_is_thin(self, page: Path) -> None:
        assert len(page.read_text().splitlines()) <= MOST_PAGE_LINES


class TestLength:
    @pytest.mark.parametrize("path", SOURCES, ids=short)
    def test_no_function_is_longer_than_a_screen(self, path: Path) -> None:
        long = {
            node.name: (node.end_lineno or 0) - node.lineno + 1
            for node in ast.walk(tree(path))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        assert {name: lines for name, lines in long.items() if lines > MOST_FUNCTION_LINES} == {}

    @pytest.mark.parametrize("path", SOURCES, ids=short)
    def test_no_file_is_too_long_to_read(self, path: Path) -> None:
        lines = len(path.read_text().splitlines())
        assert (lines > MOST_FILE_LINES) == (short(path) in LONG_FILES), lines


class TestHabits:
    @pytest.mark.parametrize("path", SOURCES, ids=short)
    def test_nobody_acts_on_what_a_button_returns(self, path: Path) -> None:
        """By then the page has read a newer version, so no lock is left: use `on_click`."""
        asked = [
            ast.unparse(found)
            for node in ast.walk(tree(path))
            for test in _conditions(node)
            for found in ast.walk(test)
            if isinstance(found, ast.Call)
            and re.search(r"\.(button|form_submit_button)$", ast.unparse(found.func))
        ]
        assert asked == []

    @pytest.mark.parametrize("path", [p for p in SOURCES if LIB in p.parents], ids=short)
    def test_only_the_store_speaks_sql(self, path: Path) -> None:
        if LIB / "store" in path.parents:
            return
        verbs = re.compile(r"^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH) ", re.MULTILINE)
        found = [
            node.value
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and verbs.search(node.value)
        ]
        assert found == []

    def test_every_button_that_acts_tells_beside_it_why_it_was_refused(self) -> None:
        acting = [short(path) for path in SOURCES if "on_click=press" in path.read_text()]
        assert acting == ["lib/techrequests/ui/press.py"]

    @pytest.mark.parametrize("path", SQL, ids=short)
    def test_sql_stays_in_what_both_engines_understand(self, path: Path) -> None:
        sql = re.sub(r"--.*", "", path.read_text()).upper()
        for words in ("GROUP BY ALL", "QUALIFY", "FOR UPDATE", "CREATE INDEX", "FOREIGN KEY"):
            assert words not in sql

    def test_so_does_sql_within_python(self) -> None:
        for path in LIB.rglob("*.py"):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    for words in ("GROUP BY ALL", "QUALIFY ", "FOR UPDATE", "CREATE INDEX"):
                        assert words not in node.value, short(path)

    def test_no_two_modules_need_each_other(self) -> None:
        """Not even for their types alone: neither could then be understood before the other."""
        needs = {_dotted(path): _ours(path) for path in SOURCES if LIB in path.parents}
        TopologicalSorter(needs).prepare()

    def test_no_module_is_called_by_what_it_is_not_about(self) -> None:
        vague = {"utils", "util", "helpers", "common", "misc", "manager", "base"}
        assert [short(path) for path in SOURCES if path.stem in vague] == []


class TestRepository:
    def test_nothing_kept_names_a_package_index_or_a_folder_of_one_machine(self) -> None:
        told = re.compile(
            r"--(extra-)?index-url|PIP_INDEX|pypi\.org/simple|https?://[^\s]*/simple/?\b"
            r"|/home/[a-z]|/Users/[a-z]|\B/(work|srv|opt)/[a-z]+/|[A-Z]:\\Users\\"
        )
        found = []
        for path in committed():
            if path == Path(__file__):
                continue
            try:
                text = path.read_text()
            except UnicodeDecodeError:
                continue
            found += [f"{short(path)}: {hit[0]}" for hit in told.finditer(text)]
        assert found == []

    def test_git_keeps_the_code_although_many_projects_ignore_lib(self) -> None:
        kept = set(committed())
        for path in (
            LIB / "store" / "schema" / "0001_district.sql",
            LIB / "domain" / "workflow.py",
        ):
            assert path in kept
        ignored = subprocess.run(
            [
                "git",
                "check-ignore",
                "lib/techrequests/new.py",
                "lib/techrequests/store/schema/9.sql",
            ],
            cwd=ROOT,
            capture_output=True,
            check=False,
            text=True,
        )
        assert ignored.stdout == ""

    def test_what_the_program_imports_is_declared_and_pinned(self) -> None:
        """What comes with something else today may not come with it tomorrow."""
        declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
        named = {re.split(r"[^\w-]", line.lower())[0] for line in declared}
        makers = packages_distributions()
        imported = {
            name
            for path in SOURCES
            for module in modules_imported(path)
            if (name := module.split(".")[0]) not in sys.stdlib_module_names | {"techrequests"}
        }
        undeclared = {
            name for name in imported if not named & {one.lower() for one in makers[name]}
        }
        assert undeclared == set()
        pinned = (ROOT / "constraints.txt").read_text().lower()
        assert [name for name in sorted(named) if f"\n{name}==" not in pinned] == []

    def test_no_database_and_no_secret_is_kept(self) -> None:
        names = [short(path) for path in committed()]
        assert [name for name in names if name.endswith((".duckdb", ".wal", "secrets.toml"))] == []

    def test_the_wheel_brings_everything_the_program_reads(self, tmp_path: Path) -> None:
        """Hatchling leaves out what git ignores; a schema left behind shows only at a user's."""
        build = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
        subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
        (wheel,) = tmp_path.glob("*.whl")
        packed = {
            name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("techrequests/")
        }
        ours = {
            f"techrequests/{path.relative_to(LIB).as_posix()}"
            for path in committed()
            if LIB in path.parents
        }
        assert ours - packed == set()
        assert "techrequests/store/schema/0001_district.sql" in packed


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(LIB.parent).with_suffix("").parts).removesuffix(".__init__")


def _ours(path: Path) -> set[str]:
    """The modules of ours that one imports; a package only where nothing in it is meant."""
    known = {_dotted(one) for one in SOURCES if LIB in one.parents}
    told = {
        f"{node.module}.{name.name}" if f"{node.module}.{name.name}" in known else str(node.module)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    return told & known


def _conditions(node: ast.AST) -> list[ast.expr]:
    """What decides whether something is done."""
    if isinstance(node, (ast.If, ast.IfExp, ast.While)):
        return [node.test]
    return [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
