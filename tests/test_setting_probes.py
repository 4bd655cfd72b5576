"""Settings that only a try shows to be wrong: told at the start, each in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from techrequests.domain.errors import SettingsError
from techrequests.setting_probes import probe
from techrequests.settings import Settings


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    """A path under which nothing can be made, whoever tries."""
    file = tmp_path / "a file"
    file.write_text("and no folder")
    return file / "folder"


def test_a_folder_for_backups_is_made_where_there_is_none_and_left_empty(tmp_path: Path) -> None:
    folder = tmp_path / "backups" / "of the district"
    probe(Settings(backup_folder=folder))
    assert list(folder.iterdir()) == []
    assert folder.stat().st_mode & 0o077 == 0


def test_everything_that_cannot_be_written_is_told_at_once_by_its_setting(
    tmp_path: Path, nowhere: Path
) -> None:
    with pytest.raises(SettingsError) as told:
        probe(Settings(database=tmp_path, backup_folder=nowhere))
    first, second = str(told.value).splitlines()
    assert "TECHREQUESTS_DATABASE (database in" in first
    assert f"{tmp_path} is none" in first
    assert "TECHREQUESTS_BACKUP_FOLDER (backup_folder in" in second
    assert f"{nowhere}: not a directory" in second


def test_a_database_that_is_not_there_is_left_to_whoever_opens_it(tmp_path: Path) -> None:
    probe(Settings(database=tmp_path / "none" / "district.duckdb"))
    probe(Settings(database=Path(":memory:")))
