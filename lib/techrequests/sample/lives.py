"""How a request lives: at each status somebody acts, until it ends or is left waiting."""

from __future__ import annotations

from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from techrequests.domain.techrequest import TERMINAL, Status
from techrequests.sample.asking import answer, ask, begin_again, confirm
from techrequests.sample.buying import quote
from techrequests.sample.delivering import await_goods, set_up
from techrequests.sample.life import Life
from techrequests.sample.paying import fund
from techrequests.sample.reviewing import decide, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from techrequests.sample.casting import Part
    from techrequests.sample.world import Acts, World

TWISTS: Mapping[str, float] = MappingProxyType(
    {
        "first a draft": 0.35,
        "discard": 0.03,
        "photo": 0.12,
        "reassign": 0.06,
        "ask": 0.17,
        "never answers": 0.02,
        "withdraw": 0.01,
        "withdraw early": 0.02,
        "internal note": 0.15,
        "decline": 0.06,
        "ask before deciding": 0.07,
        "deny": 0.09,
        "start again": 0.5,
        "hold money": 0.45,
        "silent vendor": 0.25,
        "dearer": 0.06,
        "not the cheapest": 0.22,
        "cancel": 0.025,
        "return": 0.06,
        "split": 0.2,
        "override": 0.25,
        "partial": 0.3,
        "reject": 0.12,
        "cancel lines": 0.08,
        "two invoices": 0.12,
        "invoiced for less": 0.15,
        "other technician": 0.15,
        "problem": 0.09,
        "never confirms": 0.03,
    }
)
"""What may befall a request, and how often; `draft` a life draws from these."""

_STAGES: Mapping[Status, Callable[[Life], Acts]] = MappingProxyType(
    {
        Status.IN_REVIEW: judge,
        Status.NEEDS_INFORMATION: answer,
        Status.AWAITING_APPROVAL: decide,
        Status.QUOTING: quote,
        Status.FUNDING: fund,
        Status.ORDERED: await_goods,
        Status.DEPLOYING: set_up,
        Status.DELIVERED: confirm,
    }
)
# How far a request that is left waiting may be at its stage: vendors asked, tasks ticked.
_ACTS_BEFORE_HALT = {Status.QUOTING: 3, Status.FUNDING: 2, Status.DEPLOYING: 4}
_BRISK = 0.35


def life_of(part: Part, world: World, number: int) -> Life:
    """A life for a part that was cast; one that is left waiting gets there without detours."""
    twists = set(part.twists) if part.twists is not None else draw(world.rng)
    return Life(
        world=world,
        number=number,
        case=part.case,
        requester_id=part.requester_id,
        submitted_by_id=part.submitted_by_id,
        twists=twists,
        halt=part.halt,
        pace=_BRISK if part.halt else 1.0,
    )


def draw(rng: Random) -> set[str]:
    """What befalls one request."""
    return {name for name, share in TWISTS.items() if rng.random() < share}


def live(life: Life) -> Acts:
    """From the form to the end."""
    yield from ask(life)
    yield from go_on(life)


def go_on(life: Life) -> Acts:
    """Let whoever has the request act, stage after stage."""
    while True:
        status = life.request.status
        if status is Status.DRAFT or status in TERMINAL:
            break
        acts = _STAGES[status](life)
        if status is life.halt:
            yield from islice(acts, life.world.rng.randint(1, _ACTS_BEFORE_HALT.get(status, 1)))
            return
        yield from acts
    if status in {Status.DENIED, Status.DECLINED} and life.twist("start again"):
        new = life.again(life.number + 1_000_000)
        yield from begin_again(life, new)
        yield from go_on(new)
