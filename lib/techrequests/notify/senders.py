"""Give waiting messages to the district's mail server; without one set, nothing happens here."""

from __future__ import annotations

import logging
import smtplib
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from techrequests.domain.errors import InvalidError
from techrequests.notify.mail import compose
from techrequests.setting_values import MailSecurity
from techrequests.store.messages import mailed, not_mailed, to_mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from techrequests.settings import Settings
    from techrequests.store.database import Database
    from techrequests.store.messages import Outgoing

MOST_ATTEMPTS = 5
BATCH_MESSAGES = 50
OLDEST_DAYS = 3
"""Older messages stay in the app: switching mail on must not flood everybody with history."""

_TIMEOUT_SECONDS = 20
_PERMANENT = 500
_CLOSING = 421
_LONGEST_FAILURE = 300

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What one run did.

    Attributes:
        sent: Messages the server took.
        refused: Messages it refused, for now or for good.
        trouble: Why the run ended early; it is about the server, so no message is charged for it.
    """

    sent: int = 0
    refused: int = 0
    trouble: str = ""


class _ServerTrouble(Exception):  # noqa: N818  # caught in this module; its words are for the log
    """The server cannot be used at all just now."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    """The server's answer to one message, by its SMTP code."""

    code: int
    words: str

    @property
    def permanent(self) -> bool:
        return self.code >= _PERMANENT

    @property
    def hung_up(self) -> bool:
        return self.code == _CLOSING


def send_waiting(database: Database, settings: Settings, *, now: datetime) -> Sent:
    """Send what waits, oldest first, a batch at most.

    No transaction is open while the network is used. A message whose sending ends between the
    server's yes and our note of it goes out again, with the same Message-ID.
    """
    if not settings.mails:
        return Sent()
    with database.read() as reader:
        waiting = to_mail(
            reader,
            now=now,
            not_before=now - timedelta(days=OLDEST_DAYS),
            most_attempts=MOST_ATTEMPTS,
            most=BATCH_MESSAGES,
        )
    if not waiting:
        return Sent()
    done = Sent()
    try:
        with _connected(settings) as server:
            for message in waiting:
                refusal = _give(server, message, settings)
                done = _noted(database, message, refusal, done, now)
                if refusal and refusal.hung_up:
                    return replace(done, trouble=refusal.words)
    except _ServerTrouble as trouble:
        _log.warning("no mail goes out: %s", trouble)
        return replace(done, trouble=str(trouble))
    return done


@contextmanager
def _connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    try:
        server = _open(settings)
    except OSError as error:
        where = f"{settings.smtp_host} port {settings.smtp_port}"
        raise _ServerTrouble(f"{where}: {error}") from None
    try:
        yield server
    finally:
        with suppress(OSError):
            server.quit()
        server.close()


def _open(settings: Settings) -> smtplib.SMTP:
    host, port, secure = settings.smtp_host, settings.smtp_port, settings.smtp_security
    if secure is MailSecurity.TLS:
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, timeout=_TIMEOUT_SECONDS, context=context
        )
    else:
        server = smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS)
    try:
        if secure is MailSecurity.STARTTLS:
            # Raises where the server offers none: nothing is ever sent in the open by mistake.
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
    except BaseException:
        server.close()
        raise
    return server


def _give(server: smtplib.SMTP, message: Outgoing, settings: Settings) -> _Refusal | None:
    """Send one message; None when the server took it.

    Raises:
        _ServerTrouble: What went wrong has nothing to do with this message.
    """
    try:
        server.send_message(compose(message, settings))
    except (InvalidError, smtplib.SMTPNotSupportedError) as error:
        return _Refusal(_PERMANENT, str(error))
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        return _Refusal(code, _words(answer))
    except smtplib.SMTPDataError as error:
        return _Refusal(error.smtp_code, _words(error.smtp_error))
    except smtplib.SMTPServerDisconnected as error:
        # It may be this very message that the server cannot stand: it must not block the others.
        return _Refusal(_CLOSING, str(error))
    except OSError as error:
        raise _ServerTrouble(str(error)) from None
    return None


def _noted(
    database: Database, message: Outgoing, refusal: _Refusal | None, done: Sent, now: datetime
) -> Sent:
    """Write down how it went, in a transaction of its own."""
    with database.write() as work:
        if refusal is None:
            mailed(work, message.message_no, now)
            return replace(done, sent=done.sent + 1)
        attempts = MOST_ATTEMPTS if refusal.permanent else message.attempts + 1
        failure = f"{refusal.code} {refusal.words}"[:_LONGEST_FAILURE]
        not_mailed(work, message.message_no, attempts=attempts, failure=failure, now=now)
    return replace(done, refused=done.refused + 1)


def _words(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
