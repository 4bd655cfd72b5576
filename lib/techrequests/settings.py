"""Every setting in one typed place: from the environment, else from `.streamlit/secrets.toml`."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from techrequests.domain.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PREFIX = "TECHREQUESTS_"
SECRETS_FILE = Path(".streamlit/secrets.toml")
TABLE = "techrequests"

DEMO_DATABASE = Path("data/demo.duckdb")
_HIGHEST_PORT = 65535
_LAST_HOUR = 23


class MailSecurity(StrEnum):
    """How the connection to the mail server is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a district sets; `TECHREQUESTS_SMTP_HOST` in the environment is `smtp_host` here.

    Attributes:
        database: The DuckDB file; in demo mode the sample district's.
        demo: Whether anybody may be anybody in made-up data; only ever on this computer itself.
        district: The district's name, as the browser's title and the sign-in page show it.
        time_zone: By whose clocks days begin and moments are shown. Unless a district says
            otherwise that of most of the country's people, since UTC is no district's.
        base_url: Address at which people reach the app; links in e-mails start with it.
        smtp_host: Mail server; without one nothing is mailed, and messages stay in the app.
        smtp_port: Its port.
        smtp_user: Account there; without one no account is used.
        smtp_password: Its password.
        smtp_from: Sender of e-mails, an address of the district.
        smtp_security: How the connection is kept private: starttls, tls, or none.
        reminder_days: Days after an unanswered question at which its requester is reminded.
        lapse_days: Days after which an unanswered request is withdrawn.
        backup_folder: Where a backup is written each night; without one there is none.
        backup_hour: Hour of the district's day at which the nightly backup starts.
        backups_kept: How many nightly backups are kept, the newest.
    """

    database: Path = Path("data/live/district.duckdb")
    demo: bool = False
    district: str = "Technology Requests"
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/New_York"))
    base_url: str = "http://127.0.0.1:8501"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_from: str = ""
    smtp_security: MailSecurity = MailSecurity.STARTTLS
    reminder_days: tuple[int, ...] = (3, 7)
    lapse_days: int = 14
    backup_folder: Path | None = None
    backup_hour: int = 3
    backups_kept: int = 14

    @property
    def mails(self) -> bool:
        """Whether messages go out as e-mails."""
        return bool(self.smtp_host)

    @classmethod
    def read(
        cls, environment: Mapping[str, str] | None = None, secrets_file: Path = SECRETS_FILE
    ) -> Settings:
        """Read every setting; the environment wins over the file.

        Raises:
            SettingsError: A value cannot be used, or the file has a setting that does not exist.
        """
        environment = os.environ if environment is None else environment
        given = _from_file(secrets_file) | _from_environment(environment)
        values = {name: _READ[name](name, value) for name, value in given.items()}
        if values.get("demo"):
            values.setdefault("database", DEMO_DATABASE)
        settings = cls(**values)
        _check(settings)
        return settings


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found = {name: environment.get(PREFIX + name.upper(), "") for name in _READ}
    return {name: value for name, value in found.items() if value}


def _from_file(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")).get(TABLE, {})
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Mend the file.") from None
    if not isinstance(found, dict):
        raise SettingsError(f"{path}: write the settings under a line [{TABLE}].")
    unknown = sorted(found.keys() - _READ.keys())
    if unknown:
        raise SettingsError(
            f"{path}: there is no setting “{unknown[0]}”. There are: {', '.join(_READ)}."
        )
    # The example file shows what can be set: empty there means the same as not there.
    return {name: value for name, value in found.items() if value != ""}


def _check(settings: Settings) -> None:
    """Refuse what each setting alone cannot show."""
    if settings.mails and not _is_address(settings.smtp_from):
        raise SettingsError(_wrong("smtp_from", "the sender's address, since a mail server is set"))
    if settings.smtp_user and settings.smtp_security is MailSecurity.NONE:
        raise SettingsError(
            _wrong("smtp_security", "starttls or tls: a password must not travel in the open")
        )
    if settings.reminder_days and settings.reminder_days[-1] >= settings.lapse_days:
        raise SettingsError(_wrong("lapse_days", "later than the last of the reminder days"))


def _is_address(text: str) -> bool:
    try:
        found = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        return False
    return bool(found.username and found.domain)


def _wrong(name: str, words: str) -> str:
    return f"The setting {PREFIX}{name.upper()} ({name} in {SECRETS_FILE}) must be {words}."


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or any(ord(letter) < ord(" ") for letter in value):
        raise SettingsError(_wrong(name, "a text of one line"))
    return value.strip()


def _secret(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise SettingsError(_wrong(name, "a text"))
    return value


def _path(name: str, value: object) -> Path:
    return Path(_text(name, value)).expanduser()


def _address(name: str, value: object) -> str:
    text = _text(name, value).rstrip("/")
    if not text.startswith(("http://", "https://")):
        raise SettingsError(_wrong(name, "an address that starts with https:// or http://"))
    return text


def _switch(name: str, value: object) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True}
    known |= {"0": False, "false": False, "no": False, "off": False}
    found = known.get(str(value).strip().lower())
    if found is None:
        raise SettingsError(_wrong(name, "true or false"))
    return found


def _number(lowest: int, highest: int) -> Callable[[str, object], int]:
    def read(name: str, value: object) -> int:
        text = str(value).strip()
        if not (text.isascii() and text.isdigit() and lowest <= int(text) <= highest):
            raise SettingsError(_wrong(name, f"a whole number from {lowest} to {highest}"))
        return int(text)

    return read


def _days(name: str, value: object) -> tuple[int, ...]:
    parts = value if isinstance(value, list) else str(value).split(",")
    days = tuple(_number(1, 365)(name, part) for part in parts)
    if list(days) != sorted(set(days)):
        raise SettingsError(_wrong(name, "different days, the earliest first, such as 3,7"))
    return days


def _security(name: str, value: object) -> MailSecurity:
    try:
        return MailSecurity(str(value).strip().lower())
    except ValueError:
        raise SettingsError(_wrong(name, "starttls, tls or none")) from None


def _zone(name: str, value: object) -> ZoneInfo:
    try:
        return ZoneInfo(_text(name, value))
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise SettingsError(
            _wrong(name, "a time zone by its IANA name, such as America/Chicago")
        ) from None


_READ: dict[str, Callable[[str, object], Any]] = {
    "database": _path,
    "demo": _switch,
    "district": _text,
    "time_zone": _zone,
    "base_url": _address,
    "smtp_host": _text,
    "smtp_port": _number(1, _HIGHEST_PORT),
    "smtp_user": _text,
    "smtp_password": _secret,
    "smtp_from": _text,
    "smtp_security": _security,
    "reminder_days": _days,
    "lapse_days": _number(1, 365),
    "backup_folder": _path,
    "backup_hour": _number(0, _LAST_HOUR),
    "backups_kept": _number(1, 1000),
}
