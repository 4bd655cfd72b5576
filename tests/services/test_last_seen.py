"""How long a sign-in was not used: known at once, and after a start of the server too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from builders import NOON, RULES_OF_SIGN_IN, claims_of
from techrequests.domain.sign_in import SignIn, Why
from techrequests.services.last_seen import LastSeen, is_used, write_last_seen
from techrequests.services.sign_in import account_standing, admission, admit, sign_out

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.store.database import Database

TINA = claims_of("tina")
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["America/Los_Angeles", "Pacific/Auckland"])
def seen(database: Database, request: pytest.FixtureRequest) -> LastSeen:
    """Tina has just signed in, in a district far from Greenwich."""
    database.zone = ZoneInfo(request.param)
    admit(database, TINA, RULES_OF_SIGN_IN, now=NOON)
    return LastSeen()


def used(database: Database, seen: LastSeen, minutes: float) -> bool:
    now = NOON + minutes * MINUTE
    return is_used(database, seen, TINA, account_standing(database, TINA), RULES_OF_SIGN_IN, now)


def written(database: Database, seen: LastSeen, minutes: float) -> datetime | None:
    write_last_seen(database, seen, RULES_OF_SIGN_IN, NOON + minutes * MINUTE)
    with database.read() as reader:
        return reader.get(SignIn, TINA.sign_in_id).last_seen_at


def test_who_does_something_every_now_and_then_stays(database: Database, seen: LastSeen) -> None:
    assert all(used(database, seen, 119 * times) for times in range(1, 6))


def test_who_did_nothing_for_too_long_is_signed_out_for_good(
    database: Database, seen: LastSeen
) -> None:
    assert used(database, seen, 10)
    assert not used(database, seen, 131)
    standing = account_standing(database, TINA)
    found = admission(TINA, RULES_OF_SIGN_IN, standing, NOON + 132 * MINUTE)
    assert found
    assert found.why is Why.SIGNED_OUT


def test_what_is_used_costs_one_commit_a_minute_and_nothing_without_use(
    database: Database, seen: LastSeen
) -> None:
    commits = database.commits.total
    for second in range(50):
        used(database, seen, second / 60)
    assert database.commits.total == commits
    assert written(database, seen, 1) == NOON + timedelta(seconds=49)
    assert database.commits.total == commits + 1
    written(database, seen, 2)
    assert database.commits.total == commits + 1


def test_a_start_of_the_server_gives_nobody_their_time_anew(
    database: Database, seen: LastSeen
) -> None:
    used(database, seen, 30)
    written(database, seen, 31)
    assert used(database, LastSeen(), 149)
    assert not used(database, LastSeen(), 151)


def test_who_was_away_is_known_to_the_store_alone(database: Database, seen: LastSeen) -> None:
    used(database, seen, 0)
    written(database, seen, 121)
    assert seen._moments == {}
    assert not used(database, seen, 122)


def test_a_sign_in_of_before_this_was_written_down_begins_now() -> None:
    assert LastSeen().use("old", NOON, None) == timedelta(0)


def test_a_sign_out_is_not_undone_by_what_was_done_before(
    database: Database, seen: LastSeen
) -> None:
    used(database, seen, 5)
    sign_out(database, TINA, everywhere=False, now=NOON + 6 * MINUTE)
    assert written(database, seen, 7) == NOON
