"""Which fund pays which bill, where funds may not pay for everything."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from techrequests.domain.money import fill

if TYPE_CHECKING:
    from collections.abc import Sequence


def fill_where(
    wanted_cents: Sequence[int], available_cents: Sequence[int], may: Sequence[Sequence[bool]]
) -> list[list[int]]:
    """`fill`, where each purse pays only the bills that it may.

    The first purse still pays the first bills that it may pay; it makes room for another one only
    where that one could not pay otherwise. Where there is no such split, what the purses may does
    not count: whoever asks each purse about its bills then hears which one refuses.

    Args:
        wanted_cents: One amount per bill, 0 or more.
        available_cents: One amount per purse, 0 or more, with the same total as the bills.
        may: One row per purse: whether it may pay each bill.

    Returns:
        One row per purse with one amount per bill.

    Raises:
        ValueError: The totals differ, or an amount is negative.
    """
    anyhow = fill(wanted_cents, available_cents)
    if all(map(all, may)):
        return anyhow
    split = _Split(wanted_cents, available_cents, may)
    return split.paid if split.all_placed() else anyhow


class _Split:
    """A split as it grows: the largest flow from purses to bills, found path by path."""

    def __init__(
        self, wanted: Sequence[int], available: Sequence[int], may: Sequence[Sequence[bool]]
    ) -> None:
        self._may = may
        self._open = list(wanted)
        self._left = list(available)
        self.paid = [[0] * len(wanted) for _ in available]

    def all_placed(self) -> bool:
        """Place every cent of every purse; whether that can be done."""
        for purse in range(len(self._left)):
            while self._left[purse]:
                path = self._path(purse)
                if path is None:
                    return False
                self._pay(path)
        return True

    def _path(self, first: int) -> list[tuple[int, int]] | None:
        """From a purse to a bill that is still open, over bills whose payers make room.

        Returns:
            Pairs of a purse and the bill that it pays; the next pair's purse pays less of that bill
            instead. None when there is no such way.
        """
        came: dict[int, list[tuple[int, int]]] = {first: []}
        waiting = deque([first])
        while waiting:
            purse = waiting.popleft()
            bills = [bill for bill, allowed in enumerate(self._may[purse]) if allowed]
            for bill in bills:
                if self._open[bill]:
                    return [*came[purse], (purse, bill)]
            for bill in bills:
                for other, row in enumerate(self.paid):
                    if row[bill] and other not in came:
                        came[other] = [*came[purse], (purse, bill)]
                        waiting.append(other)
        return None

    def _pay(self, path: list[tuple[int, int]]) -> None:
        makes_room = [(path[at + 1][0], bill) for at, (_, bill) in enumerate(path[:-1])]
        last = path[-1][1]
        cents = min(
            self._left[path[0][0]],
            self._open[last],
            *(self.paid[purse][bill] for purse, bill in makes_room),
        )
        for purse, bill in path:
            self.paid[purse][bill] += cents
        for purse, bill in makes_room:
            self.paid[purse][bill] -= cents
        self._left[path[0][0]] -= cents
        self._open[last] -= cents
