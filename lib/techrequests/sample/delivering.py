"""What receivers and technicians do: count in, reject, give up on, set up, hand over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.policy import Permission
from techrequests.domain.receiving import LineCame
from techrequests.domain.techrequest import Status, TechRequest
from techrequests.sample.paying import pay
from techrequests.services.cancellation import CancelAsked, cancel_lines
from techrequests.services.deployment import (
    HandOverAsked,
    TechnicianAsked,
    TickAsked,
    assign_technician,
    hand_over,
    tick,
)
from techrequests.services.receiving import ReceiveAsked, receive
from techrequests.store.deployment import tasks_of
from techrequests.store.receiving import standings_of

if TYPE_CHECKING:
    from techrequests.domain.receiving import LineStanding
    from techrequests.sample.life import Life
    from techrequests.sample.world import Acts
    from techrequests.store.database import Reader

_USUAL_LEAD_DAYS = 14
_SERIAL_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def await_goods(life: Life) -> Acts:
    """Receive in one or several deliveries; what never comes is cancelled."""
    life.world.spawn(pay(life), life.world.delivered(_lead_days(life)))
    yield life.world.delivered(_lead_days(life) * life.world.rng.uniform(0.6, 1.2))
    if life.left(Status.ORDERED):
        return
    _receive(life, part=life.twist("partial"), reject=life.twist("reject"))
    while not life.left(Status.ORDERED):
        yield life.world.delivered(life.world.rng.uniform(5, 18) * life.pace)
        if life.twist("cancel lines"):
            _cancel_the_rest(life)
        else:
            _receive(life, part=False, reject=False)


def set_up(life: Life) -> Acts:
    """Work through the checklist and hand over."""
    if life.twist("other technician"):
        yield life.wait(0.2, 1)
        _pass_on(life)
    yield life.wait(0.3, 3)
    for task_id in [task.task_id for task in life.known(tasks_of) if task.done_at is None]:
        _tick(life, task_id)
        yield life.wait(0.02, 1.2)
    if life.left(Status.DEPLOYING):
        return
    asked = HandOverAsked(
        **life.click("hand-over"),
        room=f"{life.world.rng.randrange(1, 4)}{life.world.rng.randrange(1, 30):02d}",
        note=life.world.say("handover"),
    )
    technician = life.world.person(life.request.technician_id or "")
    life.act(hand_over, technician, asked)


def _lead_days(life: Life) -> float:
    known = (life.world.items.get(want.item_id) for want in life.case.wants)
    longest = max((item.lead_time_days for item in known if item), default=_USUAL_LEAD_DAYS)
    return max(3.0, longest * life.pace)


def _outstanding(life: Life) -> list[LineStanding]:
    return [line for line in life.known(_standings) if line.outstanding]


def _standings(reader: Reader, request_id: str) -> tuple[LineStanding, ...]:
    return standings_of(reader, reader.get(TechRequest, request_id))


def _receive(life: Life, *, part: bool, reject: bool) -> None:
    came: list[LineCame] = []
    for standing in _outstanding(life):
        units = standing.outstanding // 2 if part else standing.outstanding
        rejected = 1 if reject and units and not came else 0
        accepted = units - rejected
        came.append(
            LineCame(
                order_line_id=standing.line.order_line_id,
                accepted=accepted,
                rejected=rejected,
                reason=life.world.say("rejection") if rejected else "",
                serials=_serials(life, accepted) if standing.inventoried else (),
            )
        )
    if not any(line.accepted or line.rejected for line in came):
        _receive(life, part=False, reject=reject)  # one of each cannot come in halves
        return
    asked = ReceiveAsked(
        receipt_id=life.key("receipt"),
        request_id=life.request_id,
        lines=tuple(came),
        room="Storage B12" if life.world.chance(0.5) else "",
    )
    life.act(receive, life.reviewer, asked)


def _serials(life: Life, units: int) -> tuple[str, ...]:
    rng = life.world.rng
    letters = "".join(rng.choices(_SERIAL_LETTERS, k=3))
    return tuple(
        f"{letters}{life.world.number('serial', 4_100_000) * 37 % 10_000_000:07d}"
        for _ in range(units)
    )


def _cancel_the_rest(life: Life) -> None:
    asked = CancelAsked(
        cancel_id=life.key("cancel"),
        request_id=life.request_id,
        units=tuple((line.line.order_line_id, line.outstanding) for line in _outstanding(life)),
        note=life.world.say("cancel reason"),
    )
    life.act(cancel_lines, life.reviewer, asked)


def _pass_on(life: Life) -> None:
    request = life.request
    able = life.world.able(Permission.DEPLOY_DEVICES, request.site_id)
    others = sorted(able.keys() - {request.technician_id, request.requester_id})
    if others and not life.left(Status.DEPLOYING):
        asked = TechnicianAsked(**life.click("technician"), person_id=life.world.rng.choice(others))
        technician = life.world.person(request.technician_id or others[0])
        life.act(assign_technician, technician, asked)


def _tick(life: Life, task_id: str) -> None:
    task = next(one for one in life.known(tasks_of) if one.task_id == task_id)
    technician = life.world.person(life.request.technician_id or "")
    asked = TickAsked(task_id=task_id, seen_version=task.version, done=True)
    life.act(tick, technician, asked)
