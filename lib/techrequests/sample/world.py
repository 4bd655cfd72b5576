"""The stage on which the sample's people act: one clock, one agenda, one source of chance."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from techrequests.domain.catalogue import Person, StandardItem, Vendor
from techrequests.domain.policy import RoleGrant
from techrequests.sample import clock
from techrequests.store.people import actor, holders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from random import Random

    from techrequests.domain.policy import Actor, Permission
    from techrequests.store.database import Database

    Acts = Iterator[datetime]
    """Somebody's doings: each time it is asked for more it acts, and says when it acts next."""

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class World:
    """What everybody in the sample shares.

    Attributes:
        now: The moment at which something happens, aware UTC; moved on by `run`.
        until: Nothing happens from here on.
        words: Sentences by kind.
    """

    database: Database
    rng: Random
    words: Mapping[str, Sequence[str]]
    people: Mapping[str, Person]
    items: Mapping[str, StandardItem]
    vendors: Sequence[Vendor]
    now: datetime
    until: datetime
    _agenda: list[tuple[datetime, int, Acts]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)
    _known: dict[tuple[object, ...], Any] = field(default_factory=dict)
    _turns: list[date] = field(default_factory=list)
    _said: dict[str, list[str]] = field(default_factory=dict)
    _series: Counter[str] = field(default_factory=Counter)

    def spawn(self, acts: Acts, at: datetime) -> None:
        """Let somebody begin to act at a moment."""
        heappush(self._agenda, (at, next(self._numbers), acts))

    def run(self, progress: Callable[[float], None] | None = None) -> None:
        """Let everybody act, in the order of time, until the end."""
        begun, whole = self.now, (self.until - self.now).total_seconds()
        while self._agenda and self._agenda[0][0] < self.until:
            self.now, number, acts = heappop(self._agenda)
            following = next(acts, None)
            if following is not None:
                heappush(self._agenda, (max(following, self.now), number, acts))
            if progress:
                progress((self.now - begun).total_seconds() / whole)

    @property
    def today(self) -> date:
        """The day it is."""
        return self.now.date()

    def person(self, person_id: str) -> Actor:
        """Somebody with the roles they hold today."""
        return self._kept(actor, person_id, self.today)

    def able(self, permission: Permission, site_id: str) -> dict[str, str]:
        """Who may do something at a site today: names by code, sorted by name."""
        return self._kept(holders, permission, self.today, site_id)

    def _kept(self, read: Callable[..., T], *args: Any) -> T:  # noqa: ANN401  # whatever `read` takes
        """An answer about roles, asked once between two days on which some role begins or ends."""
        era = bisect(self._turns, self.today)
        key = (read, era, *(arg for arg in args if arg != self.today))
        if key not in self._known:
            with self.database.read() as reader:
                self._known[key] = read(reader, *args)
        return self._known[key]  # type: ignore[no-any-return]

    def later(self, least: float, most: float) -> datetime:
        """A moment so many working days from now, rather sooner than later."""
        return clock.after(self.now, self.rng.triangular(least, most, least), self.rng)

    def delivered(self, days: float) -> datetime:
        """The first working moment so many calendar days from now."""
        return clock.delivered(self.now, days, self.rng)

    def chance(self, share: float) -> bool:
        """True in that share of all cases."""
        return self.rng.random() < share

    def number(self, series: str, before: int) -> int:
        """The next number of a series that was at `before` when the sample begins."""
        self._series[series] += 1
        return before + self._series[series]

    def say(self, kind: str) -> str:
        """A sentence of a kind; each is said once before any is said again."""
        if not self._said.get(kind):
            self._said[kind] = self.rng.sample(list(self.words[kind]), len(self.words[kind]))
        return self._said[kind].pop()


def read_world(
    database: Database,
    words: Mapping[str, Sequence[str]],
    rng: Random,
    *,
    now: datetime,
    until: datetime,
) -> World:
    """The world as a loaded database describes it."""
    with database.read() as reader:
        grants = reader.find(RoleGrant)
        begins = (one.starts_on for one in grants if one.starts_on)
        ends = (one.ends_on + timedelta(days=1) for one in grants if one.ends_on)
        return World(
            database=database,
            rng=rng,
            words=words,
            people={one.person_id: one for one in reader.find(Person, "ORDER BY person_id")},
            items={one.item_id: one for one in reader.find(StandardItem, "ORDER BY item_id")},
            vendors=reader.find(Vendor, "WHERE active ORDER BY vendor_id"),
            now=now,
            until=until,
            _turns=sorted({*begins, *ends}),
        )
