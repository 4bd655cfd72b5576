"""Every setting in one typed place: from the environment, else from `.streamlit/secrets.toml`."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from techrequests.domain.errors import SettingsError
from techrequests.domain.sign_in import SignInRules
from techrequests.setting_values import PREFIX, READ, SECRETS_FILE, MailSecurity, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TABLE = "techrequests"

DEMO_DATABASE = Path("data/demo.duckdb")
_LEAST_SECRET = 32
_AUTH = "auth"
_GSHEETS = "gsheets"
_SECRETS = {"smtp_password", _AUTH, _GSHEETS}


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
        escalation_days: Days with one approver after which their supervisor decides; 0 never. They
            are reminded half way, and the day before.
        delivery_reminder_days: School days after a delivery at which its requester, who did not
            say whether it works, is reminded.
        delivery_close_days: School days after which such a request is closed; 0 never.
        separate_duties: Whether nobody may take two duties in one request: technology, approval,
            payment.
        help_contact: Whom people ask who are not let in, as it reads after “Ask”.
        auth: The table `[auth]` of the secrets file, with one or several OpenID providers.
        email_domains: Domains whose accounts may sign in; none lets every address of the staff
            table in.
        session_hours: Hours after which one must sign in again.
        idle_minutes: Minutes without doing anything after which one must sign in again.
        allowed_hosts: Names besides that of `base_url` under which the app may be asked.
        gsheets: The table `[connections.gsheets]` of the secrets file: a spreadsheet's address, and
            the service account's key unless the server has credentials around it.
        gsheets_address: Where Google Sheets is asked; another address than Google's is for tests.
        gsheets_seconds: How long between two looks at the spreadsheet.
        sign_ins_a_minute: How often one address may begin to sign in; a school is one address.
        tabs_per_address: How many tabs may be open from one address at once.
        stranger_tabs_per_address: How many of them in which nobody is signed in.
        backup_folder: Where a backup is written each night; without one there is none.
        backup_hour: Hour of the district's day at which the nightly backup starts.
        backups_kept: Of how many nights the backups are kept, the newest.
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
    escalation_days: int = 10
    delivery_reminder_days: tuple[int, ...] = (5, 10)
    delivery_close_days: int = 15
    separate_duties: bool = False
    help_contact: str = "the technology department"
    auth: Mapping[str, Any] = field(default_factory=dict, repr=False)
    email_domains: tuple[str, ...] = ()
    session_hours: int = 12
    idle_minutes: int = 120
    allowed_hosts: tuple[str, ...] = ()
    gsheets: Mapping[str, Any] = field(default_factory=dict, repr=False)
    gsheets_address: str = "https://sheets.googleapis.com"
    gsheets_seconds: int = 60
    sign_ins_a_minute: int = 300
    tabs_per_address: int = 2000
    stranger_tabs_per_address: int = 300
    backup_folder: Path | None = None
    backup_hour: int = 3
    backups_kept: int = 14

    @property
    def mails(self) -> bool:
        """Whether messages go out as e-mails."""
        return bool(self.smtp_host)

    @property
    def sign_in_rules(self) -> SignInRules:
        """What is asked of a sign-in."""
        return SignInRules(
            email_domains=self.email_domains,
            longest=timedelta(hours=self.session_hours),
            idle=timedelta(minutes=self.idle_minutes),
        )

    @property
    def providers(self) -> tuple[str, ...]:
        """Names of the OpenID providers; `default` where there is one without a name."""
        named = tuple(name for name, value in self.auth.items() if isinstance(value, dict))
        named = tuple(name for name in named if "client_id" in self.auth[name])
        return (("default",) if "client_id" in self.auth else ()) + named

    def shown(self) -> dict[str, str]:
        """Every setting as it may be read by an administrator: secrets only as “set”."""
        return {
            name: ("set" if value else "") if name in _SECRETS else str(value)
            for name, value in ((name, getattr(self, name)) for name in READ)
        }

    @classmethod
    def read(
        cls, environment: Mapping[str, str] | None = None, secrets_file: Path = SECRETS_FILE
    ) -> Settings:
        """Read every setting; the environment wins over the file.

        Raises:
            SettingsError: Values cannot be used, with a line for each; or the file has a setting
                that does not exist.
        """
        environment = os.environ if environment is None else environment
        given = _from_file(secrets_file) | _from_environment(environment)
        given.setdefault(_AUTH, _tables(secrets_file).get(_AUTH, {}))
        given.setdefault(_GSHEETS, _tables(secrets_file).get("connections", {}).get(_GSHEETS, {}))
        values = _values(given)
        if values.get("demo"):
            values.setdefault("database", DEMO_DATABASE)
        settings = cls(**values)
        _check(settings)
        if settings.auth:
            # Where people come back to after signing in follows from where the app is.
            back = {"redirect_uri": f"{settings.base_url}/oauth2callback"}
            settings = replace(settings, auth=back | dict(settings.auth))
        return settings


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    values, wrong_ones = {}, []
    for name, value in given.items():
        try:
            values[name] = READ[name](name, value)
        except SettingsError as error:
            wrong_ones.append(str(error))
    if wrong_ones:
        raise SettingsError("\n".join(wrong_ones))
    return values


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found = {name: environment.get(PREFIX + name.upper(), "") for name in READ}
    return {name: value for name, value in found.items() if value}


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        twice = isinstance(error, tomllib.TOMLDecodeError) and "twice" in str(error)
        hint = (
            "Keep each heading in brackets once, with all its lines below it."
            if twice
            else "Mend the file."
        )
        raise SettingsError(f"{path} cannot be read: {error}. {hint}") from None


def _from_file(path: Path) -> dict[str, Any]:
    found = _tables(path).get(TABLE, {})
    if not isinstance(found, dict):
        raise SettingsError(f"{path}: write the settings under a line [{TABLE}].")
    unknown = sorted(found.keys() - READ.keys())
    if unknown:
        raise SettingsError(
            f"{path}: there is no setting “{unknown[0]}”. There are: {', '.join(READ)}."
        )
    # The example file shows what can be set: empty there means the same as not there.
    return {name: value for name, value in found.items() if value != ""}


def _check(settings: Settings) -> None:
    """Refuse what each setting alone cannot show."""
    found = [*_wrong_about_mail(settings), *_wrong_about_days(settings)]
    if settings.auth and not settings.demo:
        found += _wrong_about_auth(settings)
    if found:
        raise SettingsError("\n".join(found))


def _wrong_about_mail(settings: Settings) -> Iterator[str]:
    if settings.mails and not _is_address(settings.smtp_from):
        yield wrong("smtp_from", "the sender's address, since a mail server is set")
    if settings.smtp_user and settings.smtp_security is MailSecurity.NONE:
        yield wrong("smtp_security", "starttls or tls: a password must not travel in the open")
    if settings.mails and settings.smtp_user and not settings.smtp_password:
        yield wrong("smtp_password", "that of smtp_user; without an account leave both empty")


def _wrong_about_days(settings: Settings) -> Iterator[str]:
    if settings.reminder_days and settings.reminder_days[-1] >= settings.lapse_days:
        yield wrong("lapse_days", "later than the last of the reminder days")
    close, reminded = settings.delivery_close_days, settings.delivery_reminder_days
    if close and reminded and reminded[-1] >= close:
        words = "0 for never, or later than the last of the delivery reminder days"
        yield wrong("delivery_close_days", words)


def _wrong_about_auth(settings: Settings) -> Iterator[str]:
    if len(str(settings.auth.get("cookie_secret") or "")) < _LEAST_SECRET:
        yield (
            f"[auth] needs a cookie_secret of {_LEAST_SECRET} or more random letters: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(32))" makes one.'
        )
    if not is_private(settings.base_url):
        yield wrong(
            "base_url",
            "an address that starts with https:// where people sign in from other computers",
        )
    for name in settings.providers or ("default",):
        section = settings.auth if name == "default" else settings.auth[name]
        for key in ("client_id", "client_secret", "server_metadata_url"):
            yield from _wrong_about_key(name, key, str(section.get(key) or ""))


def _wrong_about_key(provider: str, key: str, value: str) -> Iterator[str]:
    if not value:
        yield f"[auth] for the provider “{provider}” needs a {key}."
    elif "…" in value or "TENANT-ID" in value:
        yield f"[auth] for the provider “{provider}” has the guide's example as its {key}."
    elif key == "server_metadata_url" and not is_private(value):
        yield (
            f"[auth] for the provider “{provider}” needs a {key} that starts with https://: "
            "it says whom to trust."
        )


def is_private(address: str) -> bool:
    """Whether what goes to an address cannot be read on the way: by TLS, or within the computer."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.hostname or "") in {"127.0.0.1", "localhost", "::1"}


def _is_address(text: str) -> bool:
    try:
        found = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        return False
    return bool(found.username and found.domain)
