"""What the value of each setting may be, wherever it comes from."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from techrequests.domain.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

PREFIX = "TECHREQUESTS_"
SECRETS_FILE = Path(".streamlit/secrets.toml")
SECTIONS = {"auth": "[auth]", "gsheets": "[connections.gsheets]"}
"""Settings that are whole tables of the secrets file, by the headings they have there."""

_HIGHEST_PORT = 65535
_LAST_HOUR = 23


class MailSecurity(StrEnum):
    """How the connection to the mail server is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


def wrong(name: str, words: str) -> str:
    """A sentence that names a setting, in both of its spellings, and what it must be."""
    place = SECTIONS.get(name, name)
    return f"The setting {PREFIX}{name.upper()} ({place} in {SECRETS_FILE}) must be {words}."


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or any(ord(letter) < ord(" ") for letter in value):
        raise SettingsError(wrong(name, "a text of one line"))
    return value.strip()


def _secret(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise SettingsError(wrong(name, "a text"))
    return value


def _path(name: str, value: object) -> Path:
    return Path(_text(name, value)).expanduser()


def _address(name: str, value: object) -> str:
    text = _text(name, value).rstrip("/")
    if not (text.startswith(("http://", "https://")) and _named(text)):
        raise SettingsError(
            wrong(name, "an address that starts with https:// or http:// and goes on with a name")
        )
    return text


def _named(address: str) -> bool:
    """Whether an address has a host, and a port that there is, if any."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0 and not set(address) & set(' <>"')
    except ValueError:
        return False


def _home(name: str, value: object) -> str:
    """An address with nothing behind the host: pages, files and sign-in are all at the top."""
    text = _address(name, value)
    parts = urlsplit(text)
    if parts.path or parts.query or parts.fragment or parts.username is not None:
        raise SettingsError(
            wrong(name, "an address without a path, such as https://tech.district.example")
        )
    return text


def _host(name: str, value: object) -> str:
    text = _text(name, value)
    if set(text) & set("/:@ "):
        raise SettingsError(
            wrong(
                name,
                "the server's name alone, such as mail.district.example; smtp_port is its port",
            )
        )
    return text


def _switch(name: str, value: object) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True}
    known |= {"0": False, "false": False, "no": False, "off": False}
    found = known.get(str(value).strip().lower())
    if found is None:
        raise SettingsError(wrong(name, "true or false"))
    return found


def _number(lowest: int, highest: int) -> Callable[[str, object], int]:
    def read(name: str, value: object) -> int:
        text = str(value).strip()
        if not (text.isascii() and text.isdigit() and lowest <= int(text) <= highest):
            raise SettingsError(wrong(name, f"a whole number from {lowest} to {highest}"))
        return int(text)

    return read


def _words(name: str, value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else str(value).split(",")
    return tuple(word for part in parts if (word := _text(name, part).lower()))


def _hosts(name: str, value: object) -> tuple[str, ...]:
    found = _words(name, value)
    if any(set(host) & set("/:@ ") for host in found):
        raise SettingsError(wrong(name, "names alone, such as tech.district.example"))
    return found


def _domains(name: str, value: object) -> tuple[str, ...]:
    found = _words(name, value)
    if any(set(domain) & set("/:@ ") or "." not in domain for domain in found):
        raise SettingsError(
            wrong(name, "what stands behind the @ of an address, such as district.example")
        )
    return found


def _table(name: str, value: object) -> dict[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = None
    if not isinstance(value, dict):
        raise SettingsError(wrong(name, "a table of names and values, in the environment as JSON"))
    return value


def _days(name: str, value: object) -> tuple[int, ...]:
    parts = value if isinstance(value, list) else str(value).split(",")
    days = tuple(_number(1, 365)(name, part) for part in parts)
    if list(days) != sorted(set(days)):
        raise SettingsError(wrong(name, "different days, the earliest first, such as 3,7"))
    return days


def _security(name: str, value: object) -> MailSecurity:
    try:
        return MailSecurity(str(value).strip().lower())
    except ValueError:
        raise SettingsError(wrong(name, "starttls, tls or none")) from None


def _zone(name: str, value: object) -> ZoneInfo:
    try:
        return ZoneInfo(_text(name, value))
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise SettingsError(
            wrong(name, "a time zone by its IANA name, such as America/Chicago")
        ) from None


READ: dict[str, Callable[[str, object], Any]] = {
    "database": _path,
    "demo": _switch,
    "district": _text,
    "time_zone": _zone,
    "base_url": _home,
    "smtp_host": _host,
    "smtp_port": _number(1, _HIGHEST_PORT),
    "smtp_user": _text,
    "smtp_password": _secret,
    "smtp_from": _text,
    "smtp_security": _security,
    "reminder_days": _days,
    "lapse_days": _number(1, 365),
    "escalation_days": _number(0, 365),
    "delivery_reminder_days": _days,
    "delivery_close_days": _number(0, 365),
    "separate_duties": _switch,
    "help_contact": _text,
    "auth": _table,
    "email_domains": _domains,
    "session_hours": _number(1, 24 * 30),
    "idle_minutes": _number(1, 60 * 24 * 30),
    "allowed_hosts": _hosts,
    "gsheets": _table,
    "gsheets_address": _address,
    "gsheets_seconds": _number(10, 24 * 3600),
    "sign_ins_a_minute": _number(1, 100_000),
    "tabs_per_address": _number(1, 1_000_000),
    "stranger_tabs_per_address": _number(1, 1_000_000),
    "backup_folder": _path,
    "backup_hour": _number(0, _LAST_HOUR),
    "backups_kept": _number(1, 1000),
}
