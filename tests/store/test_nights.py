"""One backup a night by the district's clock, and as many different nights as were asked for."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from builders import NOON
from techrequests.background import Background, jobs
from techrequests.domain.calendar import night_of
from techrequests.runtime import Runtime
from techrequests.settings import Settings
from techrequests.store.backup import backup
from techrequests.store.manifest import manifest_path, read_manifest
from techrequests.store.nights import back_up_into, backups_in, damaged_in, nightly
from techrequests.store.restore import verify

if TYPE_CHECKING:
    from pathlib import Path

    from techrequests.store.database import Database

ZONES = ("America/New_York", "Pacific/Honolulu", "Asia/Tokyo", "Pacific/Auckland")
"""West and east of UTC, with and without summer time."""

CHANGES = {
    "America/New_York": (date(2026, 11, 1), date(2027, 3, 14)),
    "Pacific/Honolulu": (date(2026, 11, 1),),
    "Asia/Tokyo": (date(2026, 11, 1),),
    "Pacific/Auckland": (date(2026, 9, 27), date(2027, 4, 4)),
}
"""Days on which summer time begins or ends, or any day where it does not."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


class Server:
    """A district's server on which time passes, with a look every ten minutes."""

    def __init__(self, database: Database, folder: Path, *, hour: int = 3, kept: int = 14) -> None:
        self.database, self.folder, self.now = database, folder, NOON
        settings = Settings(backup_folder=folder, backup_hour=hour, backups_kept=kept)
        self.work = Background(
            [job for job in jobs(Runtime(database, settings)) if job.name == "backup"],
            lambda: self.now.astimezone(database.zone),
        )

    def run(self, begin: datetime, end: datetime) -> list[datetime]:
        """When backups were made that are there at the end, by the district's clock."""
        self.now = begin.astimezone(UTC)  # steps of local time would not be ten minutes
        while self.now < end:
            self.work.round()
            self.now += timedelta(minutes=10)
        return self.kept()

    def kept(self) -> list[datetime]:
        zone = self.database.zone
        found = backups_in(self.database.path, self.folder, self.now)
        return [one.made_at.astimezone(zone) for one in found]


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize(
    ("zone", "change"), [(zone, day) for zone, days in CHANGES.items() for day in days]
)
def test_no_night_is_missing_or_there_twice(zone: str, change: date, hour: int) -> None:
    begin = datetime(change.year, change.month, change.day, 12, tzinfo=ZoneInfo(zone))
    minutes = range(-48 * 60, 48 * 60, 10)
    nights = [
        night_of((begin.astimezone(UTC) + timedelta(minutes=minute)).astimezone(begin.tzinfo), hour)
        for minute in minutes
    ]
    assert nights == sorted(nights)
    assert len(set(nights)) in {4, 5}


@pytest.mark.parametrize("hour", [2, 3])
@pytest.mark.parametrize(
    ("zone", "change"), [(zone, day) for zone, days in CHANGES.items() for day in days]
)
def test_there_is_one_backup_a_night_also_when_summer_time_begins_or_ends(
    file_database: Database, folder: Path, zone: str, change: date, hour: int
) -> None:
    file_database.zone = ZoneInfo(zone)
    noon = datetime(change.year, change.month, change.day, 12, tzinfo=file_database.zone)
    server = Server(file_database, folder, hour=hour)
    made = server.run(noon - timedelta(days=2), noon)
    nights = [night_of(moment, hour) for moment in made]
    assert nights == [nights[0] + timedelta(days=number) for number in range(len(nights))]
    assert len(nights) == 3  # the one at the start, the night before, and that night
    for moment in made[1:]:
        # Where the hour is left out that night, it is the next one.
        assert moment.hour - hour in {0, 1}
        assert moment.minute < 10


@pytest.mark.parametrize("zone", ZONES)
def test_so_many_different_nights_are_kept(
    file_database: Database, folder: Path, zone: str
) -> None:
    file_database.zone = ZoneInfo(zone)
    server = Server(file_database, folder, kept=4)
    made = server.run(NOON, NOON + timedelta(days=6))
    assert len({night_of(moment, 3) for moment in made}) == 4
    assert len(made) == len(list(folder.glob("*.json"))) == 4


@pytest.mark.parametrize("zone", ZONES)
def test_a_name_says_the_moment_in_utc_whoever_made_it(
    file_database: Database, folder: Path, zone: str
) -> None:
    here = NOON.astimezone(ZoneInfo(zone))
    by_night = nightly(file_database, folder, kept=1, hour=3, now=here)
    by_hand = back_up_into(file_database, folder / "by-hand", now=NOON)
    assert by_night.name == by_hand.name == "district-20261005T120000Z.duckdb"


@pytest.mark.parametrize("zone", ZONES)
def test_the_nights_of_an_older_version_count_by_their_manifests(
    file_database: Database, folder: Path, zone: str
) -> None:
    """It wrote the district's time into the name as if it were UTC, every ten minutes."""
    file_database.zone = ZoneInfo(zone)
    folder.mkdir()
    here = NOON.astimezone(file_database.zone)
    for minutes in (20, 10, 0):
        moment = here - timedelta(minutes=minutes)
        backup(file_database, folder / f"district-{moment:%Y%m%dT%H%M%S}Z.duckdb", now=moment)
    server = Server(file_database, folder, kept=2)
    assert len(server.run(NOON, NOON + timedelta(hours=1))) == 3
    nights = server.run(NOON, NOON + timedelta(days=3))
    assert len({night_of(moment, 3) for moment in nights}) == len(nights) == 2


def test_a_backup_by_hand_into_the_same_folder_stays_as_long_as_its_night(
    file_database: Database, folder: Path
) -> None:
    nightly(file_database, folder, kept=2, hour=3, now=NOON)
    by_hand = back_up_into(file_database, folder, now=NOON + timedelta(hours=1))
    nightly(file_database, folder, kept=2, hour=3, now=NOON + timedelta(days=1))
    assert by_hand.exists()
    nightly(file_database, folder, kept=2, hour=3, now=NOON + timedelta(days=2))
    assert not by_hand.exists()
    assert len(list(folder.glob("*.json"))) == 2


def test_what_it_did_not_make_is_never_removed(file_database: Database, folder: Path) -> None:
    folder.mkdir()
    others = [
        folder / "before-the-move.duckdb",
        folder / "district-20200101T000000Z.duckdb",  # without a manifest: not finished
        folder / "annex-20200101T000000Z.duckdb",
        folder / "annex-20200101T000000Z.duckdb.json",
        folder / "district-20200102T000000Z.duckdb",  # with one that cannot be read
        folder / "district-20200102T000000Z.duckdb.json",
    ]
    for path in others:
        path.write_text("precious")
    for day in range(3):
        nightly(file_database, folder, kept=1, hour=3, now=NOON + timedelta(days=day))
    assert all(path.read_text() == "precious" for path in others)
    (words,) = damaged_in(file_database.path, folder)
    assert "district-20200102T000000Z.duckdb.json cannot be read" in words


def test_the_folder_is_made(file_database: Database, tmp_path: Path) -> None:
    made = nightly(file_database, tmp_path / "a" / "b", kept=1, hour=3, now=NOON)
    assert verify(made).rows["site"] == 3


class TestAWrongClock:
    """A night with a wrong clock costs no other night its backup."""

    @pytest.mark.parametrize("zone", ZONES)
    def test_backups_go_on_after_a_night_far_ahead(
        self, file_database: Database, folder: Path, zone: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        file_database.zone = ZoneInfo(zone)
        server = Server(file_database, folder, kept=3)
        server.run(NOON, NOON + timedelta(days=1))
        server.run(NOON + timedelta(days=4000), NOON + timedelta(days=4000, minutes=20))
        server = Server(file_database, folder, kept=3)
        made = server.run(NOON + timedelta(days=1), NOON + timedelta(days=5))
        assert len({night_of(moment, 3) for moment in made}) == 3
        assert max(made) > NOON + timedelta(days=4)
        # It is still there, counts for nothing, and is said.
        assert len(list(folder.glob("*.json"))) == 4
        assert "which is still to come. It counts as no backup" in caplog.text

    @pytest.mark.parametrize("back", [timedelta(days=2), timedelta(days=4000)])
    def test_one_made_with_a_clock_set_back_is_there_afterwards(
        self, file_database: Database, folder: Path, back: timedelta
    ) -> None:
        server = Server(file_database, folder, kept=2)
        before = server.run(NOON, NOON + timedelta(days=3))
        made = nightly(file_database, folder, kept=2, hour=3, now=NOON - back)
        assert read_manifest(made).made_at == NOON - back
        assert verify(made).rows["site"] == 3
        assert set(before) <= set(server.kept())

    def test_a_manifest_that_does_not_say_in_which_zone_is_damaged(
        self, file_database: Database, folder: Path
    ) -> None:
        made = nightly(file_database, folder, kept=2, hour=3, now=NOON)
        path = manifest_path(made)
        told = json.loads(path.read_text()) | {"made_at": "2026-10-05T12:00:00"}
        path.write_text(json.dumps(told))
        assert backups_in(file_database.path, folder, NOON) == []
        (words,) = damaged_in(file_database.path, folder)
        assert "made_at has no time zone" in words
        assert nightly(
            file_database, folder, kept=2, hour=3, now=NOON.astimezone(UTC) + timedelta(minutes=1)
        ).exists()
