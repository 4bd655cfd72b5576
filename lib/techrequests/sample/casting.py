"""Who asks for what, and when: so that everybody has something to do on the last day."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from techrequests.domain.techrequest import Status
from techrequests.sample import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from techrequests.domain.catalogue import Person
    from techrequests.sample.load import Case
    from techrequests.sample.world import World

_SECRETARY = re.compile(r"secretary|registrar", re.IGNORECASE)
_FOR_A_COLLEAGUE = 0.07
_WAITING_SHARE = 0.15
_MOST_DAYS_WAITING = 7
_MOST_ALIKE = 4

# Status in which a request is left, working days it needs to get there without detours, and how
# often it comes among those left waiting. The first of each comes before the second of any.
_LEFT: tuple[tuple[Status, int, int], ...] = (
    (Status.AWAITING_APPROVAL, 4, 15),
    (Status.IN_REVIEW, 0, 10),
    (Status.QUOTING, 8, 8),
    (Status.FUNDING, 14, 6),
    (Status.ORDERED, 18, 5),
    (Status.DEPLOYING, 46, 6),
    (Status.DELIVERED, 54, 4),
    (Status.NEEDS_INFORMATION, 2, 5),
    (Status.DRAFT, 0, 6),
)
# What the first lives meet, so that even a small district has had everything once.
_CERTAIN: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"decline"}),
    frozenset({"deny", "start again", "hold money"}),
    frozenset({"cancel", "internal note"}),
    frozenset({"withdraw early"}),
    frozenset({"ask", "split", "partial", "invoiced for less", "not the cheapest"}),
    frozenset({"dearer", "problem", "photo"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One request to be lived.

    Attributes:
        starts_at: When the form is opened.
        twists: What befalls it; None lets chance decide.
        halt: The status in which it is left waiting on the last day, or None.
    """

    case: Case
    requester_id: str
    submitted_by_id: str
    starts_at: datetime
    twists: frozenset[str] | None = None
    halt: Status | None = None


def cast(world: World, cases: Sequence[Case], requests: int) -> list[Part]:
    """So many parts between the world's first and last day, in the order in which they start."""
    last = world.until.date() - timedelta(days=1)
    roles = _Roles(world, cases)
    waiting = list(
        _waiting(world, roles, max(len(_LEFT) + 1, round(requests * _WAITING_SHARE)), last)
    )
    moments = clock.starts(world.today, last, max(0, requests - len(waiting)), world.rng)
    others = [
        roles.part(moment, twists=_CERTAIN[number] if number < len(_CERTAIN) else None)
        for number, moment in enumerate(moments)
    ]
    return sorted((*waiting, *others), key=lambda part: part.starts_at)[:requests]


def _waiting(world: World, roles: _Roles, wanted: int, last: date) -> Iterator[Part]:
    """Requests that are left at each stage; those without a supervisor among them."""
    rounds = max(often for _, _, often in _LEFT)
    statuses = [one for turn in range(rounds) for one in _LEFT if one[2] > turn]
    for number in range(wanted):
        status, lead, _ = statuses[number % len(statuses)]
        day = clock.days_before(last, lead + world.rng.randrange(_MOST_DAYS_WAITING))
        begins = datetime.combine(day, time(clock.OPENS_HOUR), UTC)
        moment = begins + timedelta(minutes=world.rng.randrange(clock.MINUTES_A_DAY))
        twists = {"ask"} if status is Status.NEEDS_INFORMATION else set()
        yield roles.part(
            max(moment, world.now),
            twists=frozenset(twists),
            halt=status,
            on_top=number == len(_LEFT),
        )


class _Roles:
    """Finds a case and somebody who would ask for it, everybody in turn."""

    def __init__(self, world: World, cases: Sequence[Case]) -> None:
        self._world = world
        self._asked: Counter[str] = Counter()
        self._asked_this: Counter[tuple[str, str]] = Counter()
        self._left_with: Counter[str | None] = Counter()
        self._pile: list[Case] = []
        self._askers = {case: _askers(case, world.people.values()) for case in cases}

    def part(
        self,
        moment: datetime,
        *,
        twists: frozenset[str] | None,
        halt: Status | None = None,
        on_top: bool = False,
    ) -> Part:
        """A request that starts at a moment; `on_top`: of whoever has nobody above them."""
        case = (
            self._case_on_top() if on_top else self._next_case(several="partial" in (twists or ()))
        )
        requester = self._requester(case, halt, on_top=on_top)
        self._asked[requester.person_id] += 1
        self._asked_this[case.case_id, requester.person_id] += 1
        return Part(
            case=case,
            requester_id=requester.person_id,
            submitted_by_id=self._writer(requester),
            starts_at=moment,
            twists=twists,
            halt=halt,
        )

    def _next_case(self, *, several: bool) -> Case:
        """The next wish of the pile; one for several units where they are to come in parts."""
        if not self._pile:
            # What many would ask for comes more often.
            wishes = [
                case
                for case, able in self._askers.items()
                for _ in range(min(len(able), _MOST_ALIKE))
            ]
            self._pile = self._world.rng.sample(wishes, len(wishes))
        if several:
            fitting = (case for case in reversed(self._pile) if case.wants[0].quantity > 1)
            chosen = next(fitting, self._pile[-1])
            self._pile.remove(chosen)
            return chosen
        return self._pile.pop()

    def _case_on_top(self) -> Case:
        return next(
            case
            for case, able in self._askers.items()
            if any(one.supervisor_id is None for one in able)
        )

    def _requester(self, case: Case, halt: Status | None, *, on_top: bool) -> Person:
        able = self._askers[case]
        if on_top:
            return next(one for one in able if one.supervisor_id is None)
        if halt is Status.AWAITING_APPROVAL:
            # Every supervisor shall find something that waits for them.
            chosen = min(able, key=lambda one: (self._left_with[one.supervisor_id], one.person_id))
            self._left_with[chosen.supervisor_id] += 1
            return chosen
        busy = {
            one: (self._asked_this[case.case_id, one.person_id], self._asked[one.person_id])
            for one in able
        }
        least = min(busy.values())
        return self._world.rng.choice([one for one in able if busy[one] == least])

    def _writer(self, requester: Person) -> str:
        """Who fills in the form: now and then the school's secretary."""
        helpers = [
            one.person_id
            for one in self._world.people.values()
            if one.active and one.site_id == requester.site_id and _SECRETARY.search(one.job_title)
        ]
        helped = "teacher" in requester.job_title and self._world.chance(_FOR_A_COLLEAGUE)
        return helpers[0] if helped and helpers else requester.person_id


def _askers(case: Case, people: Iterable[Person]) -> list[Person]:
    """Who would ask for it, by their job; anybody where the case says nothing."""
    return [
        one
        for one in people
        if one.active
        and (not case.asked_by or any(word in one.job_title.lower() for word in case.asked_by))
    ]
