"""What goes on beside the requests: old stock, reminders, reading messages, edited tables."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from techrequests.domain.assets import Asset, AssetEvent, AssetStatus, Condition
from techrequests.domain.catalogue import EVERY_SITE
from techrequests.domain.policy import Permission
from techrequests.domain.reminders import ReminderSchedule
from techrequests.sample import clock
from techrequests.services.messages import mark_all_read
from techrequests.services.reminders import remind
from techrequests.store.inventory import new_tags

if TYPE_CHECKING:
    from techrequests.domain.catalogue import StandardItem
    from techrequests.sample.world import Acts, World

OLD_UNITS = 150
_CALENDAR = ReminderSchedule(reminder_days=(3, 7), lapse_days=14)
_REMINDS_HOUR = 11
_EVERYTHING = 2**62
_DAYS_A_YEAR = 365
_FATES = (
    (AssetStatus.DEPLOYED, 68),
    (AssetStatus.IN_STOCK, 18),
    (AssetStatus.RETIRED, 7),
    (AssetStatus.IN_REPAIR, 5),
    (AssetStatus.LOST, 2),
)


def stock(world: World, units: int = OLD_UNITS) -> None:
    """What the district had before: units of every age at every site, as from an old list."""
    synchronizer = min(world.able(Permission.MANAGE_INVENTORY, EVERY_SITE))
    items = [item for item in world.items.values() if item.tracked and item.replacement_years]
    with world.database.write() as work:
        found = [_old_unit(world, world.rng.choice(items), tag) for tag in new_tags(work, units)]
        work.insert_all(found)
        work.insert_all(
            AssetEvent(
                asset_tag=one.asset_tag,
                what="Taken over from the old inventory list",
                actor_id=synchronizer,
                happened_at=world.now,
            )
            for one in found
        )


def recall(world: World) -> Acts:
    """Let the calendar look at open questions on the days on which one may be due."""
    asked_on = world.today
    for days in (*_CALENDAR.reminder_days, _CALENDAR.lapse_days):
        due = asked_on + timedelta(days=days + 1)
        yield datetime.combine(due, time(_REMINDS_HOUR), UTC)
        remind(world.database, _CALENDAR, now=world.now)


def read_messages(world: World) -> None:
    """Let everybody read everything one last time, each some days before the end."""
    for person in world.people.values():
        if person.active:
            day = clock.days_before(world.until.date(), world.rng.randrange(1, 7))
            at = datetime.combine(day, time(clock.OPENS_HOUR, world.rng.randrange(60)), UTC)
            world.spawn(_read(world, person.person_id), at)


def _read(world: World, person_id: str) -> Acts:
    mark_all_read(world.database, world.person(person_id), _EVERYTHING, now=world.now)
    yield from ()


def _old_unit(world: World, item: StandardItem, tag: str) -> Asset:
    rng = world.rng
    owner = rng.choice([one for one in world.people.values() if one.active])
    age_days = rng.randrange(60, (item.replacement_years + 2) * _DAYS_A_YEAR)
    status = rng.choices([fate for fate, _ in _FATES], [often for _, often in _FATES])[0]
    in_use = status in {AssetStatus.DEPLOYED, AssetStatus.IN_REPAIR}
    return Asset(
        asset_tag=tag,
        description=item.name,
        item_id=item.item_id,
        category=item.category,
        manufacturer=item.manufacturer,
        model=item.model,
        serial=f"{rng.choice('PQRSTVWXYZ')}{rng.randrange(10**8):08d}",
        status=status,
        condition=_condition(status, age_days / (item.replacement_years * _DAYS_A_YEAR)),
        site_id=owner.site_id,
        room=f"{rng.randrange(1, 4)}{rng.randrange(1, 30):02d}" if in_use else "",
        custodian_id=owner.person_id if in_use else None,
        cost_cents=item.unit_price_cents,
        acquired_on=world.today - timedelta(days=age_days),
    )


def _condition(status: AssetStatus, share_of_life: float) -> Condition:
    if status in {AssetStatus.IN_REPAIR, AssetStatus.RETIRED}:
        return Condition.BROKEN
    return Condition.GOOD if share_of_life < 0.8 else Condition.WORN  # noqa: PLR2004
