"""What goes on beside the requests: old stock, reminders, reading messages, edited tables."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from techrequests.domain.assets import AssetStatus, Condition
from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.policy import Permission
from techrequests.domain.reminders import Calendar
from techrequests.sample import clock
from techrequests.services.messages import inbox, mark_all_read
from techrequests.services.reminders import remind
from techrequests.services.stock import AddAsked, add_asset

if TYPE_CHECKING:
    from techrequests.domain.catalogue import StandardItem
    from techrequests.sample.world import Acts, World

OLD_UNITS = 150
_CALENDAR = Calendar(reminder_days=(3, 7), lapse_days=14)
_DAYS_A_YEAR = 365
_FATES = (
    (AssetStatus.DEPLOYED, 68),
    (AssetStatus.IN_STOCK, 18),
    (AssetStatus.RETIRED, 7),
    (AssetStatus.IN_REPAIR, 5),
    (AssetStatus.LOST, 2),
)


def stock(world: World, units: int = OLD_UNITS) -> None:
    """What the district had before: units of every age at every site."""
    keeper = world.person(min(world.able(Permission.MANAGE_INVENTORY, EVERY_SITE)))
    items = [item for item in world.items.values() if item.tracked and item.replacement_years]
    for number in range(units):
        values = _old_unit(world, world.rng.choice(items))
        asked = AddAsked(key=f"old-unit-{number}", values=values)
        add_asset(world.database, keeper, asked, now=world.now)


def spawn_routines(world: World) -> None:
    """Let the calendar remind, and people read their messages."""
    world.spawn(_remind_daily(world), world.now + timedelta(hours=11))
    for person in world.people.values():
        if person.active:
            world.spawn(_read_messages(world, person.person_id), world.later(1, 60))


def _remind_daily(world: World) -> Acts:
    while True:
        remind(world.database, _CALENDAR, now=world.now)
        yield world.now + timedelta(days=1)


def _read_messages(world: World, person_id: str) -> Acts:
    """Read everything now and then, and for the last time some days before the end."""
    last = clock.days_before(world.until.date(), world.rng.randrange(1, 6))
    while True:
        actor = world.person(person_id)
        found = inbox(world.database, actor)
        if found.unread:
            newest = found.messages[0].message_no
            mark_all_read(world.database, actor, newest, now=world.now)
        if world.today >= last:
            return
        following = world.later(60, 120)
        yield (
            following
            if following.date() < last
            else following.replace(year=last.year, month=last.month, day=last.day)
        )


def _old_unit(world: World, item: StandardItem) -> dict[str, Any]:
    rng = world.rng
    owner = rng.choice([one for one in world.people.values() if one.active])
    age_days = rng.randrange(60, (item.replacement_years + 2) * _DAYS_A_YEAR)
    status = rng.choices([fate for fate, _ in _FATES], [often for _, often in _FATES])[0]
    in_use = status in {AssetStatus.DEPLOYED, AssetStatus.IN_REPAIR}
    return {
        "item_id": item.item_id,
        "serial": f"{rng.choice('PQRSTVWXYZ')}{rng.randrange(10**8):08d}",
        "status": status,
        "condition": _condition(status, age_days / (item.replacement_years * _DAYS_A_YEAR)),
        "site_id": owner.site_id,
        "room": f"{rng.randrange(1, 4)}{rng.randrange(1, 30):02d}" if in_use else "",
        "custodian_id": owner.person_id if in_use else None,
        "acquired_on": world.today - timedelta(days=age_days),
    }


def _condition(status: AssetStatus, share_of_life: float) -> Condition:
    if status in {AssetStatus.IN_REPAIR, AssetStatus.RETIRED}:
        return Condition.BROKEN
    return Condition.GOOD if share_of_life < 0.8 else Condition.WORN  # noqa: PLR2004
