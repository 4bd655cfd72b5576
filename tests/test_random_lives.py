"""Random people do random things to a few requests, allowed and forbidden, and all stays right."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from builders import HEADSET, NOON, PEOPLE, RULES, TWO_LAPTOPS, a_draft, a_key, given, in_status
from random_deeds import DEEDS, Scene
from techrequests.domain.catalogue import Person
from techrequests.domain.errors import NotFoundError, TechRequestsError
from techrequests.domain.funds import Fund
from techrequests.domain.intake import LineAsked
from techrequests.domain.ledger import balances
from techrequests.domain.policy import GRANTABLE, SCHEDULE, Permission
from techrequests.domain.rules import Facts
from techrequests.domain.techrequest import TERMINAL, Decision, Status, TechRequest
from techrequests.domain.workflow import STEP_OF, WORKFLOW, Action, blockers
from techrequests.services.delegation import (
    DelegationAsked,
    EndAsked,
    delegate,
    end_delegation,
    end_for_who_left,
)
from techrequests.services.intake import start_again
from techrequests.services.pending import move_decisions
from techrequests.store import people
from techrequests.store.checks import run_checks
from techrequests.store.database import Database
from techrequests.store.delegation import standing_delegations
from techrequests.store.requests import entries_of
from techrequests.store.today import waiting_for

if TYPE_CHECKING:
    from pathlib import Path

    from techrequests.domain.policy import Actor

MOST_OPEN = 2
# Most lives are looked at from the middle on, where the money is.
STARTS = [*Status, *[Status.QUOTING, Status.FUNDING, Status.ORDERED] * 4]
# What leads on is done more often than what leaves a request where it is, or ends it.
WEIGHT = {
    step.action: 4 if set(step.targets) - TERMINAL else 1 if step.targets else 2
    for step in WORKFLOW
}
HEADSETS = LineAsked(
    item_id=HEADSET.item_id, description=HEADSET.name, quantity=3, unit_estimate_cents=24_50
)
APPROVED = {"quoting", "funding", "ordered", "deploying", "delivered", "closed"}
UNDECIDED = {"draft", "in review", "needs information", "awaiting approval"}


class Lives(RuleBasedStateMachine):
    """A district in which anything can be tried."""

    district: ClassVar[Path]
    taken: ClassVar[Counter[Action]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.database = Database.open()
        with self.database.exclusive() as connection:
            connection.execute(f"ATTACH '{self.district}' AS district (READ_ONLY)")
            connection.execute("COPY FROM DATABASE district TO memory")
            connection.execute("DETACH district")
        # Tom holds every role: whatever roles open to him, his own request must not be part of it.
        for role in GRANTABLE:
            given(self.database, "tom", role)
        self.now = NOON
        self.happened = 0
        self.known: dict[str, Any] = {}

    # -- what happens ---------------------------------------------------------------------------

    @rule(seed=st.integers(0, 2**32))
    def something_happens(self, seed: int) -> None:
        """One draw for all that is random in it: shrinking drops happenings, not halves of them."""
        self.happened += 1
        chance = Random(f"{seed} {self.happened}")  # noqa: S311  # no secret, on the contrary
        self.somebody_asks(chance)
        happening = chance.choice(
            [self.some_do_what_they_may] * 5
            + [self.somebody_tries_something] * 2
            + [self.somebody_starts_again, self.the_world_moves_on]
            + [self.somebody_is_away, self.the_calendar_runs]
        )
        happening(chance)

    def somebody_asks(self, chance: Random) -> None:
        if len([one for one in self.requests() if one.status not in TERMINAL]) < MOST_OPEN:
            askers = ["tina", "tom", "will", "rita", "pia", "sue", "bea"]
            said = {
                "requester_id": chance.choice(askers),
                "by": chance.choice(askers),
                "title": "=1+1",
                "lines": chance.choice([(TWO_LAPTOPS,), (HEADSETS, TWO_LAPTOPS)]),
                "fund_id": chance.choice(["GEN-27", None]),
            }
            with suppress(TechRequestsError):
                in_status(self.database, chance.choice(STARTS), **said)

    def some_do_what_they_may(self, chance: Random) -> None:
        for _ in range(chance.randint(1, 5)):
            actors, facts = self.actors(), self.favourable()
            possible = [
                (request, action, actor)
                for request in self.requests()
                for action in DEEDS
                for actor in actors
                if not blockers(request, STEP_OF[action], actor, facts)
            ]
            if not possible:
                return
            # First an action, so that steps that many may take are not tried all the time.
            actions = sorted({action for _, action, _ in possible})
            (action,) = chance.choices(actions, weights=[WEIGHT[action] for action in actions])
            request, _, actor = chance.choice([one for one in possible if one[1] is action])
            self.do(chance, request, action, actor)
            self.money_and_approvals_are_right()

    def somebody_tries_something(self, chance: Random) -> None:
        if requests := self.requests():
            action = chance.choice(sorted(DEEDS))
            self.do(chance, chance.choice(requests), action, chance.choice(self.actors()))

    def somebody_starts_again(self, chance: Random) -> None:
        finished = [request for request in self.requests() if request.status in TERMINAL]
        if not finished:
            return
        old, actor, key = chance.choice(finished), chance.choice(self.actors()), a_key("again")
        made = self.attempt(
            lambda: start_again(self.database, actor, old.request_id, key=key, now=self.now)
        )
        assert made is None or actor.person_id in old.own_people

    def somebody_is_away(self, chance: Random) -> None:
        """Anybody for anybody; some of it is refused, and some ends early."""
        codes, today = [person.person_id for person in PEOPLE], self.now.date()
        approvers = ["pia", "sue", "wanda", "tom"]
        starts_on = today + timedelta(days=chance.randint(-1, 2))
        asked = DelegationAsked(
            delegation_id=a_key("delegation"),
            person_id=chance.choice([*approvers * 3, *codes]),
            delegate_id=chance.choice([*approvers * 2, *codes]),
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=chance.randint(-1, 6)),
        )
        actors = [one for one in self.actors() if one.person_id in {asked.person_id, "ada"}]
        actor = chance.choice([*actors * 3, *self.actors()])
        self.attempt(lambda: delegate(self.database, actor, asked, now=self.now))
        with self.database.read() as reader:
            standing = standing_delegations(reader, today)
        if standing and chance.random() < 1 / 3:
            one = chance.choice(standing)
            ending = EndAsked(delegation_id=one.delegation_id, seen_version=one.version)
            self.attempt(lambda: end_delegation(self.database, actor, ending, now=self.now))
        self.known.clear()

    def the_calendar_runs(self, chance: Random) -> None:
        self.now += timedelta(hours=chance.randint(0, 30))
        end_for_who_left(self.database, now=self.now)
        for action, _ in move_decisions(self.database, chance.choice([0, 1, 3]), now=self.now):
            Lives.taken[action] += 1
        assert move_decisions(self.database, 0, now=self.now) == ()
        # After a run, what waits is with somebody who may take it, or nobody in the district may.
        for request in self.waiting_for_a_decision():
            assert request.approver_id is None or self.may_approve(request), request

    def the_world_moves_on(self, chance: Random) -> None:
        self.now += timedelta(hours=chance.randint(0, 60))
        with self.database.write() as work:
            person = work.get(Person, chance.choice(["pia", "rita", "rob", "sue"]))
            work.update(replace(person, active=not person.active))
            if chance.random() < 1 / 3:
                fund = work.get(Fund, chance.choice(["GEN-27", "T1A-27", "LEVY-27"]))
                work.update(replace(fund, closed=not fund.closed))

    # -- how it is tried ------------------------------------------------------------------------

    def do(self, chance: Random, request: TechRequest, action: Action, actor: Actor) -> None:
        """Try one action: what is forbidden is refused, and a second click changes nothing."""
        deed = DEEDS[action]
        stale = deed.guarded and chance.random() < 1 / 8
        scene = Scene(
            database=self.database,
            request=request,
            seen_version=request.version - stale,
            now=self.now,
            chance=chance,
        )
        asked = deed.form(scene)
        forbidden = blockers(request, STEP_OF[action], actor, self.favourable())
        self.now += timedelta(minutes=1)
        done = self.attempt(lambda: deed.service(self.database, actor, asked, now=self.now))
        if done is None:
            return
        assert not stale, f"{action} was taken on a stale page"
        present = next(one for one in self.requests() if one.request_id == request.request_id)
        if forbidden:
            # Such as setting a box to what it shows already.
            assert present == request, f"{actor.full_name} was let {action}: {forbidden}"
            return
        assert present.status in (STEP_OF[action].targets or (request.status,))
        Lives.taken[action] += present.version > request.version
        before = self.standing()
        self.attempt(lambda: deed.service(self.database, actor, asked, now=self.now))
        assert self.standing() == before, f"a second click on {action} did something"

    def attempt(self, act: Any) -> Any:  # noqa: ANN401  # whatever a service returns
        """What came of it; None when it was refused, in words and without a trace."""
        commits = self.database.commits.total
        try:
            return act()
        except TechRequestsError as refused:
            assert str(refused).strip().endswith("."), str(refused)  # noqa: PT017  # refusals are fine
            assert self.database.commits.total == commits, "a refusal left a trace"
            return None

    def standing(self) -> list[Any]:
        """What a second click must not change."""
        with self.database.read() as reader:
            return [
                reader.value("SELECT sum(version) FROM tech_request"),
                reader.value("SELECT count(*) FROM request_event"),
                reader.value("SELECT count(*) FROM ledger_entry"),
            ]

    def favourable(self) -> Facts:
        """Facts under which only the person and the status can stand in the way."""
        return Facts(
            today=self.now.date(),
            lines=1,
            approved_cents=1,
            chosen_cents=1,
            reserved_cents=1,
            outstanding=1,
            reminders=1,
        )

    def requests(self) -> list[TechRequest]:
        with self.database.read() as reader:
            return reader.find(TechRequest, "ORDER BY request_id")

    def actors(self) -> list[Actor]:
        """Everybody who is there, and the calendar."""
        today = self.now.date()
        with self.database.read() as reader:
            there = tuple(person.person_id for person in people.active_people(reader))
        if self.known.get("of") != (today, there):
            self.known = {"of": (today, there), "actors": self.looked_up()}
        return list(self.known["actors"])

    def looked_up(self) -> list[Actor]:
        found: list[Actor] = []
        with self.database.read() as reader:
            for person in PEOPLE:
                try:
                    found.append(people.actor(reader, person.person_id, self.now.date()))
                except NotFoundError:
                    continue
        return [*found, SCHEDULE]

    # -- what is always true --------------------------------------------------------------------

    @invariant()
    def money_and_approvals_are_right(self) -> None:
        with self.database.read() as reader:
            approved = {
                row["request_id"] for row in reader.rows("SELECT request_id FROM standing_approval")
            }
            for request in reader.find(TechRequest):
                number, status = request.request_id, request.status
                assert not (status in APPROVED and number not in approved), request
                assert not (status in UNDECIDED and number in approved), request
                parts = balances(entries_of(reader, number)).values()
                held = sum(part.reserved_cents + part.encumbered_cents for part in parts)
                if status in UNDECIDED or status in TERMINAL - {Status.CLOSED}:
                    assert held == 0, f"{number} holds {held} although {status}"
                for part in parts:
                    assert part.reserved_cents >= 0, part
                    assert part.encumbered_cents >= 0, part
                    assert part.expended_cents >= 0, part

    @invariant()
    def nobody_decided_on_their_own_request(self) -> None:
        with self.database.read() as reader:
            for decision in reader.find(Decision):
                own = reader.get(TechRequest, decision.request_id).own_people
                assert not own & {decision.approver_id, decision.on_behalf_of_id}

    @invariant()
    def nobody_can_decide_on_their_own_request(self) -> None:
        """Whoever is away, and whoever stands in for whom."""
        for request in self.waiting_for_a_decision():
            assert not request.own_people & {request.approver_id, request.on_behalf_of_id}
            for actor in self.actors():
                if actor.person_id in request.own_people:
                    for action in (Action.APPROVE, Action.DENY, Action.ASK_BEFORE_DECIDING):
                        assert blockers(request, STEP_OF[action], actor, self.favourable())

    @invariant()
    def what_nobody_may_decide_stands_in_the_queue(self) -> None:
        with self.database.read() as reader:
            ada = people.actor(reader, "ada", self.now.date())
            rows = waiting_for(reader, ada, self.now.date())
        queue = {row["request_id"] for row in rows if row["why"] == "nobody decides"}
        for request in self.waiting_for_a_decision():
            may = self.may_approve(request)
            assert may or request.request_id in queue, request
            assert not may or request.overdue_since or request.request_id not in queue, request

    def waiting_for_a_decision(self) -> list[TechRequest]:
        return [one for one in self.requests() if one.status is Status.AWAITING_APPROVAL]

    def may_approve(self, request: TechRequest) -> bool:
        """Whether who has the decision may take it now."""
        step, facts = STEP_OF[Action.APPROVE], self.favourable()
        return any(
            actor.person_id == request.approver_id and not blockers(request, step, actor, facts)
            for actor in self.actors()
        )

    def teardown(self) -> None:
        found = run_checks(self.database, now=self.now)
        self.database.close()
        assert found == []


def test_random_lives_break_nothing(district: Path) -> None:
    """`TECHREQUESTS_LIVES=500` lives as many, and other ones each time."""
    Lives.district = district
    Lives.taken.clear()
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=int(os.environ.get("TECHREQUESTS_LIVES", "14")),
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
            derandomize="TECHREQUESTS_LIVES" not in os.environ,
        ),
    )
    # Else the lives were too dull to prove anything.
    assert len(Lives.taken) >= 20, Lives.taken


@pytest.mark.parametrize("action", Action)
def test_random_lives_try_every_action(action: Action) -> None:
    assert action in DEEDS


def test_the_people_of_random_lives_can_do_everything() -> None:
    """Else some step would only ever be refused."""
    assert {rule.reviewer_id for rule in RULES} <= {person.person_id for person in PEOPLE}
    assert a_draft().lines
    assert Permission.RUN_SCHEDULE in {
        permission for permission in Permission if SCHEDULE.may(permission)
    }
