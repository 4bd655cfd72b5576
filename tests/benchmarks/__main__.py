"""Measure the pages and the steps people wait for, in a small and in a large district."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import durable, pages, sheets
from benchmarks.views import MOST_STATEMENTS
from techrequests.cli.command import Progress
from techrequests.runtime import utc_now
from techrequests.sample.generate import write_district

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SIZES = (400, 100_000)


def main() -> None:
    """Write the districts, measure, and print a table for each question."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, help="keep the districts there, and take them if they are there"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="REQUESTS")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = (asked.folder or Path(made)).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        files = [_district(folder, size) for size in asked.sizes]
        _print_pages(asked.sizes, [pages.measured(file) for file in files])
        for size, file in zip(asked.sizes, files, strict=True):
            for what, wait in durable.measured(file).items():
                print(
                    f"{what} at {size:,} requests: {wait.median_ms:.0f} ms to durable commit, "
                    f"one of twenty takes {wait.slowest_of_twenty_ms:.0f} ms or more"
                )
        for size, file in zip(asked.sizes, files, strict=True):
            _print_sheets(size, sheets.measured(file))


def _district(folder: Path, requests: int) -> Path:
    path = folder / f"district-{requests}.duckdb"
    if not path.exists():
        begun = time.perf_counter()
        progress = Progress(f"Writing a district of {requests:,} requests")
        write_district(path, today=utc_now().date(), requests=requests, progress=progress)
        print(f"{requests:,} requests were written in {time.perf_counter() - begun:.0f} s")
    return path


def _print_pages(sizes: list[int], costs: list[dict[str, pages.Cost]]) -> None:
    print("CPU milliseconds of the server and SQL statements for one look at a page,")
    print(f"in the quickest of {pages.ROUNDS} rounds, since a neighbour can only slow them down;")
    print("rerun: nothing was saved since the last one; fresh: something was.")
    print(f"{'':28}" + "".join(f"{f'{size:,} requests':>45}" for size in sizes))
    heads = ("rerun ms", "SQL", "fresh ms", "SQL", "KiB")
    print(f"{'':28}" + "".join(f"{head:>9}" for head in heads) * len(sizes))
    for name in costs[0]:
        print(f"{name:28}" + "".join(_columns(cost[name]) for cost in costs))
    print(_verdict(costs))
    print()


def _print_sheets(size: int, found: dict[str, sheets.Passes]) -> None:
    print(
        f"\nA linked spreadsheet at {size:,} requests; "
        "Google allows 60 reads and 60 writes a minute"
    )
    for what, cost in found.items():
        a_pass = cost.calls / cost.passes
        print(
            f"{what:32}{cost.passes:4} passes, {cost.calls:4} calls ({a_pass:.1f} a pass), "
            f"{cost.cpu_ms:8.0f} ms CPU, the last of which finds nothing to do"
        )


def _verdict(costs: Iterable[Mapping[str, pages.Cost]]) -> str:
    most = {name: cost.fresh.statements for some in costs for name, cost in some.items()}
    over = [f"{name} ({count:.0f})" for name, count in most.items() if count > MOST_STATEMENTS]
    found = f"these do: {', '.join(over)}" if over else "none does"
    return f"No page may run more than {MOST_STATEMENTS} statements after a save; {found}."


def _columns(cost: pages.Cost) -> str:
    looks = (f"{one.cpu_ms:9.1f}{one.statements:9.0f}" for one in (cost.rerun, cost.fresh))
    return "".join(looks) + f"{cost.kibibytes:9.1f}"


if __name__ == "__main__":
    main()
