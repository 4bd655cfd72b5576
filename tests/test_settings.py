"""Settings: where they come from, what each may be, and what is said when one is wrong."""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from techrequests.domain.errors import SettingsError
from techrequests.setting_values import MailSecurity
from techrequests.settings import Settings

EXAMPLE = Path(__file__).parents[1] / ".streamlit" / "secrets.example.toml"
NOWHERE = Path("there-is-no-such-file.toml")
MAIL = {
    "TECHREQUESTS_SMTP_HOST": "mail.district.example",
    "TECHREQUESTS_SMTP_FROM": "technology@district.example",
}


def read(**environment: str) -> Settings:
    """Settings from the environment alone; names without their prefix."""
    given = {f"TECHREQUESTS_{name}": value for name, value in environment.items()}
    return Settings.read(given, NOWHERE)


def from_file(tmp_path: Path, text: str, **environment: str) -> Settings:
    path = tmp_path / "secrets.toml"
    path.write_text(text)
    given = {f"TECHREQUESTS_{name}": value for name, value in environment.items()}
    return Settings.read(given, path)


def test_without_anything_set_the_defaults_hold() -> None:
    assert Settings.read({}, NOWHERE) == Settings()


def test_the_example_file_shows_every_setting_with_its_default() -> None:
    shown = tomllib.loads(EXAMPLE.read_text())["techrequests"]
    # These two have tables of their own, as Streamlit and its guides name them.
    elsewhere = {"auth", "gsheets"}
    assert list(shown) == [item.name for item in fields(Settings) if item.name not in elsewhere]
    assert Settings.read({}, EXAMPLE) == Settings()


def test_every_setting_is_documented() -> None:
    words = Settings.__doc__ or ""
    missing = [item.name for item in fields(Settings) if f"        {item.name}: " not in words]
    assert missing == []


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("database", "/srv/district.duckdb", Path("/srv/district.duckdb")),
        ("demo", "1", True),
        ("demo", "No", False),
        ("district", "  Cedar Valley  ", "Cedar Valley"),
        ("base_url", "https://tech.district.example/", "https://tech.district.example"),
        ("smtp_port", "25", 25),
        ("smtp_security", "TLS", MailSecurity.TLS),
        ("reminder_days", "2, 5,9", (2, 5, 9)),
        ("lapse_days", "30", 30),
        ("backup_folder", "/mnt/backups", Path("/mnt/backups")),
        ("backup_hour", "0", 0),
        ("time_zone", " America/Denver ", ZoneInfo("America/Denver")),
    ],
)
def test_a_value_is_read_as_what_it_is(name: str, text: str, expected: object) -> None:
    assert getattr(read(**{name.upper(): text}), name) == expected


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    text = '[techrequests]\ndistrict = "File"\nlapse_days = 20\n'
    found = from_file(tmp_path, text, DISTRICT="Environment")
    assert (found.district, found.lapse_days) == ("Environment", 20)


def test_other_tables_of_the_file_are_left_to_their_owners(tmp_path: Path) -> None:
    assert from_file(tmp_path, '[connections.other]\nurl = "x"\n') == Settings()


def test_the_demo_has_a_database_of_its_own_unless_one_is_named() -> None:
    assert read(DEMO="true").database == Path("data/demo.duckdb")
    assert read(DEMO="true", DATABASE="other.duckdb").database == Path("other.duckdb")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DEMO": "perhaps"}, "TECHREQUESTS_DEMO .* must be true or false"),
        ({"SMTP_PORT": "0"}, "whole number from 1 to 65535"),
        ({"SMTP_PORT": "٣"}, "whole number"),
        ({"BACKUP_HOUR": "24"}, "from 0 to 23"),
        ({"TIME_ZONE": "Middle Earth"}, "IANA name, such as America/Chicago"),
        ({"TIME_ZONE": "../etc/passwd"}, "IANA name"),
        ({"TIME_ZONE": "America"}, "IANA name"),
        ({"REMINDER_DAYS": "7,3"}, "earliest first"),
        ({"REMINDER_DAYS": "3,3"}, "different days"),
        ({"REMINDER_DAYS": "soon"}, "whole number"),
        ({"LAPSE_DAYS": "7"}, "later than the last of the reminder days"),
        ({"BASE_URL": "javascript:alert(1)"}, "https:// or http://"),
        ({"BASE_URL": "https://"}, "goes on with a name"),
        ({"BASE_URL": "https://tech.district.example:many"}, "goes on with a name"),
        ({"BASE_URL": "https://district.example/tech"}, "without a path"),
        ({"BASE_URL": "https://me@district.example"}, "without a path"),
        ({"ALLOWED_HOSTS": "https://tech.district.example"}, "names alone"),
        ({"EMAIL_DOMAINS": "@district.example"}, "behind the @"),
        ({"SMTP_HOST": "mail.example:25", "SMTP_FROM": "a@x.example"}, "smtp_port is its port"),
        (
            {"SMTP_HOST": "mail.example", "SMTP_FROM": "a@x.example", "SMTP_USER": "a"},
            "TECHREQUESTS_SMTP_PASSWORD .* that of smtp_user",
        ),
        ({"SMTP_SECURITY": "ssl3"}, "starttls, tls or none"),
        ({"GSHEETS": "{"}, r"TECHREQUESTS_GSHEETS \(\[connections\.gsheets\] in .*secrets.toml\)"),
        ({"AUTH": "[]"}, r"TECHREQUESTS_AUTH \(\[auth\] in .*secrets.toml\) must be a table"),
        ({"DISTRICT": "Cedar\nValley"}, "one line"),
        ({"SMTP_HOST": "mail.example"}, "TECHREQUESTS_SMTP_FROM .* sender's address"),
        ({"SMTP_HOST": "mail.example", "SMTP_FROM": "a b@x.example"}, "sender's address"),
        (
            {
                "SMTP_HOST": "mail.example",
                "SMTP_FROM": "a@x.example",
                "SMTP_USER": "a",
                "SMTP_SECURITY": "none",
            },
            "must not travel in the open",
        ),
    ],
)
def test_a_bad_value_is_refused_with_what_it_may_be(environment: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read(**environment)


def test_all_that_is_wrong_is_told_at_once_in_a_line_each() -> None:
    with pytest.raises(SettingsError) as told:
        read(BASE_URL="tech", SMTP_PORT="many", BACKUP_HOUR="midnight")
    lines = str(told.value).splitlines()
    names = ("BASE_URL", "SMTP_PORT", "BACKUP_HOUR")
    assert [
        line.startswith(f"The setting TECHREQUESTS_{name}")
        for name, line in zip(names, lines, strict=True)
    ] == [True] * 3


GOOGLE = {
    "client_id": "1234.apps.googleusercontent.com",
    "client_secret": "a secret",
    "server_metadata_url": "https://accounts.google.com/.well-known/openid-configuration",
}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"client_secret": ""}, "“google” needs a client_secret"),
        ({"client_id": "…apps.googleusercontent.com"}, "the guide's example as its client_id"),
        ({"server_metadata_url": "http://accounts.example/x"}, "starts with https://"),
        ({"server_metadata_url": "https://login.example/TENANT-ID/v2.0"}, "the guide's example"),
    ],
)
def test_a_provider_that_cannot_work_is_told_by_its_name(wrong: dict[str, str], said: str) -> None:
    auth = {"cookie_secret": "x" * 32, "google": {**GOOGLE, **wrong}}
    with pytest.raises(SettingsError, match=said):
        read(AUTH=json.dumps(auth), BASE_URL="https://tech.district.example")


def test_a_cookie_secret_is_long_and_pages_to_sign_in_to_are_encrypted() -> None:
    auth = {"cookie_secret": "short", "google": GOOGLE}
    with pytest.raises(SettingsError) as told:
        read(AUTH=json.dumps(auth), BASE_URL="http://tech.district.example")
    first, second = str(told.value).splitlines()
    assert "32 or more random letters: python3 -c" in first
    assert "TECHREQUESTS_BASE_URL" in second
    assert "https:// where people sign in" in second
    auth["cookie_secret"] = "x" * 32
    assert read(AUTH=json.dumps(auth), BASE_URL="http://127.0.0.1:8501").auth


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[techrequests", "cannot be read"),
        ("[techrequests]\ndemo = true\n[techrequests]\n", "Keep each heading in brackets once"),
        ("techrequests = 3", "under a line"),
        ("[techrequests]\nsmtp_hots = 'x'", "no setting “smtp_hots”"),
        ("[techrequests]\ndistrict = 3", "text of one line"),
        ("[techrequests]\nlapse_days = 1.5", "whole number"),
    ],
)
def test_a_bad_file_is_refused_with_its_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        from_file(tmp_path, text)


def test_a_secret_never_shows(tmp_path: Path) -> None:
    found: Any = read(SMTP_PASSWORD="hunter2")  # noqa: S106  # the secret of this test
    assert found.smtp_password == "hunter2"  # noqa: S105
    assert "hunter2" not in f"{found!r} {found}"
    with pytest.raises(SettingsError) as refused:
        from_file(tmp_path, "[techrequests]\nsmtp_password = 12345678\n")
    assert "12345678" not in str(refused.value)


def test_mail_is_off_until_a_server_is_named() -> None:
    assert not Settings().mails
    assert Settings.read(MAIL, NOWHERE).mails


def test_secrets_are_neither_shown_nor_logged() -> None:
    auth = '{"cookie_secret": "%s", "client_id": "x", "client_secret": "hush", %s}'
    address = '"server_metadata_url": "https://accounts.example"'
    given = {"AUTH": auth % ("s" * 40, address), "SMTP_PASSWORD": "hush-too"}
    settings = read(**given)
    assert settings.auth["redirect_uri"] == "http://127.0.0.1:8501/oauth2callback"
    told = f"{settings!r} {settings.shown()}"
    for secret in ("hush", "hush-too", "s" * 40):
        assert secret not in told
    assert [settings.shown()[name] for name in ("smtp_password", "auth")] == ["set", "set"]


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        ("{}}", "table of names and values"),
        ('{"cookie_secret": "short"}', "32 or more random letters"),
        ('{"cookie_secret": "%s", "google": {"client_id": "x"}}', "needs a client_secret"),
        ('{"cookie_secret": "%s"}', "needs a client_id"),
    ],
)
def test_a_provider_that_cannot_work_stops_the_start_in_words(auth: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read(AUTH=auth.replace("%s", "s" * 40))
