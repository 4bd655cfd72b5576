"""A message as an e-mail: plain words, a link, and headers that no text from a person can break."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from techrequests.domain.errors import InvalidError, Problem

if TYPE_CHECKING:
    from techrequests.settings import Settings
    from techrequests.store.messages import Outgoing

_LONGEST_SUBJECT = 200


def compose(message: Outgoing, settings: Settings) -> EmailMessage:
    """Write the e-mail; the same message always gets the same Message-ID, also when sent again.

    Raises:
        InvalidError: The person's address is not one that mail can go to.
    """
    sender = address(settings.smtp_from, settings.district)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = address(message.email, message.full_name)
    mail["Subject"] = one_line(message.subject)[:_LONGEST_SUBJECT]
    mail["Date"] = format_datetime(message.written_at)
    number = f"{message.message_no}.{message.written_at:%Y%m%dT%H%M%S}"
    mail["Message-ID"] = f"<techrequests.{number}@{sender.domain}>"
    if message.request_id:
        # Mail programs show all that was said about one request as one conversation.
        mail["References"] = f"<techrequests.{one_line(message.request_id)}@{sender.domain}>"
    # Out-of-office replies to a machine help nobody.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_text(message, settings))
    return mail


def address(email: str, name: str) -> Address:
    """An address with a name, safe in a header.

    Raises:
        InvalidError: It is not an address.
    """
    try:
        found = Address(display_name=one_line(name), addr_spec=email)
    except (MessageError, ValueError, IndexError):
        found = None
    if found is None or not found.username or not found.domain or found.addr_spec != email:
        raise InvalidError(
            Problem("email", f"“{one_line(email)}” is not an e-mail address. Mend it under People.")
        )
    return found


def one_line(text: str) -> str:
    """Text without line breaks and other control characters, which could start a header."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _text(message: Outgoing, settings: Settings) -> str:
    where = f"{settings.base_url}/messages"
    if message.request_id:
        where = f"{settings.base_url}/one_request?{urlencode({'request': message.request_id})}"
    return (
        f"{message.body.strip()}\n\n{where}\n\n"
        f"-- \n{settings.district}\n"
        f"All your messages: {settings.base_url}/messages\n"
        "This address reads no answers: please reply on the page above.\n"
    )
