"""Every command of the guides, run as it stands there and by the user whom it names."""

from __future__ import annotations

import io
import re
import shutil
import stat
import subprocess
import tomllib
import zipfile
from typing import TYPE_CHECKING

import pytest

from builders import PEOPLE, SITES
from machine import CANNOT, Machine, cannot, lines_of, new_machine
from serving import ROOT, small_district
from techrequests.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GUIDES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
SECRETS = ".streamlit/secrets.toml"


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A server with nothing on it."""
    made = new_machine()
    yield made
    made.stop()
    shutil.rmtree(made.root)


def guides_settings(guide: str) -> list[str]:
    """The lines of a guide's first TOML block, which it tells to change where they stand."""
    text = (ROOT / guide).read_text(encoding="utf-8")
    found = re.search(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    assert found
    return found[1].splitlines()


def change_settings(machine: Machine, lines: list[str]) -> None:
    """Change lines of the secrets file where they stand, as the guide says."""
    path = machine.home / SECRETS
    text = path.read_text(encoding="utf-8")
    for line in lines:
        name, _, value = line.partition(" = ")
        for system in ("/var/lib", "/var/backups"):
            value = value.replace(system, f"{machine.root}{system}")
        text, count = re.subn(rf"^{name} = .*$", f"{name} = {value}", text, flags=re.MULTILINE)
        assert count == 1, f"{name} stands {count} times in the example"
    path.write_text(text, encoding="utf-8")


def follow(machine: Machine, guide: str) -> list[str]:
    """Do all that can be done of a guide, in its order; what was done."""
    did = []
    for line in lines_of(guide):
        if not cannot(line):
            machine.do(line)
            did.append(line)
        if "chmod 640" in line:
            change_settings(machine, guides_settings("docs/operate.md"))
    return did


def test_a_server_is_set_up_backed_up_restored_and_upgraded_as_the_guide_says(
    machine: Machine,
) -> None:
    did = follow(machine, "docs/operate.md")
    assert sum("techrequests techrequests" in line for line in did) >= 7
    assert "It cannot start" not in machine.said
    assert "people reach it at https://tech.cedarvalley.example" in machine.said
    machine.stop()
    assert "the database is closed" in machine.said
    # Then the district's own tables come in, by the same user.
    assert sum("import" in line for line in follow(machine, "docs/first-day.md")) == 6
    assert open_to_others(machine.root / "var") == []
    for folder in ("var/lib/techrequests", "var/backups/techrequests"):
        owners = {path.stat().st_uid for path in (machine.root / folder).rglob("*")}
        assert owners == {machine.user}


def open_to_others(folder: Path) -> list[str]:
    """What the program wrote and others than its user may read."""
    written = (path for path in folder.rglob("*") if "first-day" not in path.parts)
    inside = (path for path in written if "techrequests" in path.parent.parts)
    return [str(path) for path in inside if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_the_readme_runs_a_district_of_its_own(machine: Machine) -> None:
    for line in lines_of("docs/operate.md")[:7]:
        if not cannot(line):
            machine.do(line)
    # Here whoever tries the README is the user, and has a checkout of their own.
    (machine.root / "var/backups").chmod(0o777)
    give(machine)
    did = [line for line in lines_of("README.md") if not cannot(line)]
    for line in did:
        machine.do(line if "run" in line else f"sudo -u techrequests {line}")
    assert [line.partition("bin/techrequests ")[2].split()[0] for line in did] == [
        "migrate",
        "run",
        "backup",
        "check",
    ]


def test_the_files_of_the_guide_to_files_go_out_and_in(machine: Machine, tmp_path: Path) -> None:
    for line in lines_of("docs/operate.md")[:7]:
        if not cannot(line):
            machine.do(line)
    live = machine.home / "data" / "live"
    live.mkdir(parents=True)
    shutil.copy(small_district(tmp_path), live)
    (machine.home / "oneroster.zip").write_bytes(a_roster())
    staff = "Name,E-mail,Job title,Site\nNell Frey,nell@district.example,Teacher,LHS\n"
    (machine.home / "staff.csv").write_text(staff)
    head = "Asset Tag,Asset Name,Category,Where,Purchase Date\n"
    for file, tag in (("snipe.csv", "B1"), ("next.csv", "B2")):
        (machine.home / file).write_text(f"{head}{tag},Cart laptop,Laptops,Lincoln HS,2024-08-01\n")
    give(machine)
    machine.do("sudo -u techrequests techrequests export --table funds --to funds.xlsx")
    for line in lines_of("docs/files.md"):
        machine.do(f"sudo -u techrequests {line}")
    assert (machine.home / "lincoln.xlsx").exists()
    assert stat.S_IMODE((machine.home / "funds.csv").stat().st_mode) == 0o600


def give(machine: Machine) -> None:
    """Let the app's user have the checkout, as whoever tries the program at home has it."""
    subprocess.run(["chown", "-R", str(machine.user), str(machine.home)], check=True)


def a_roster() -> bytes:
    """Everybody of the small district as a rostering export has them."""
    orgs = ["sourcedId,status,name,type,identifier"]
    orgs += [f"o{site.site_id},active,{site.name},school,{site.site_id}" for site in SITES]
    head = "sourcedId,status,enabledUser,orgSourcedIds,role,username,identifier,email"
    users = [f"{head},givenName,familyName"]
    for one in PEOPLE:
        given, family = one.full_name.split()
        cells = (one.person_id, "active", "true", f"o{one.site_id}", "teacher", one.person_id)
        users.append(",".join((*cells, "", one.email, given, family)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("orgs.csv", "\n".join(orgs))
        archive.writestr("users.csv", "\n".join(users))
    return out.getvalue()


def test_a_cookie_secret_made_as_the_guide_says_is_long_enough(machine: Machine) -> None:
    [line] = lines_of("docs/sign-in.md")
    assert len(machine.do(line).strip()) >= 32


def test_the_key_of_a_service_account_is_written_as_the_settings_want_it(
    machine: Machine,
) -> None:
    (machine.root / "key.json").write_text('{"type": "service_account", "private_key": "a\\nb"}')
    [line] = [one for one in lines_of("docs/google-sheets.md") if not cannot(one)]
    told = tomllib.loads(machine.do(line))
    assert told == {"type": "service_account", "private_key": "a\nb"}


def test_the_settings_of_the_guides_are_read_where_they_stand_in_the_example(
    tmp_path: Path,
) -> None:
    for guide in ("docs/operate.md", "docs/sign-in.md"):
        lines = guides_settings(guide)
        assert not [line for line in lines if line.startswith("[")], "a second heading is refused"
        text = (ROOT / ".streamlit/secrets.example.toml").read_text()
        for line in lines:
            name = line.partition(" = ")[0]
            text, count = re.subn(rf"^{name} = .*$", line, text, flags=re.MULTILINE)
            assert count == 1
        (tmp_path / "secrets.toml").write_text(text)
        assert Settings.read({}, tmp_path / "secrets.toml") != Settings()


def test_systemd_understands_the_unit_and_it_may_write_where_the_settings_say(
    tmp_path: Path,
) -> None:
    text = (ROOT / "docs/operate.md").read_text()
    [unit] = re.findall(r"```ini\n(\[Unit\].*?)```", text, flags=re.DOTALL)
    folder = tomllib.loads("\n".join(guides_settings("docs/operate.md")))["backup_folder"]
    assert f"ReadWritePaths={folder}\n" in unit
    if shutil.which("systemd-analyze"):
        path = tmp_path / "techrequests.service"
        path.write_text(re.sub(r"ExecStart=.*", "ExecStart=/bin/true", unit))
        done = subprocess.run(
            ["systemd-analyze", "verify", path], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_each_reason_why_a_command_is_not_run_is_still_needed() -> None:
    lines = [line for guide in GUIDES for line in lines_of(guide)]
    assert [words for words in CANNOT if not any(re.search(words, line) for line in lines)] == []
