"""A real mail server on loopback, and what it took."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from aiosmtpd.controller import Controller

from patience import PATIENCE_SECONDS
from serving import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Postbox:
    """What a mail server took, and how it answers: to whom, and to a whole message.

    Attributes:
        taken: Recipient and Message-ID of each.
        subjects: Recipient and subject of each.
    """

    answers: dict[str, str] = field(default_factory=dict)
    to_data: str = "250 taken"
    taken: list[tuple[str, str]] = field(default_factory=list)
    subjects: list[tuple[str, str]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  # the name that the server looks for
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 fine")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802  # likewise
        self, _: SMTP, __: Session, envelope: Envelope
    ) -> str:
        if self.to_data.startswith("250"):
            mail = message_from_bytes(_bytes(envelope), policy=policy.default)
            self.taken += [(address, mail["Message-ID"]) for address in envelope.rcpt_tos]
            self.subjects += [(address, mail["Subject"]) for address in envelope.rcpt_tos]
        return self.to_data

    @property
    def people(self) -> list[str]:
        """Who got something, by the part of the address before the @."""
        return [address.partition("@")[0] for address, _ in self.taken]


@contextmanager
def taking(postbox: Postbox) -> Iterator[int]:
    """Let a mail server take mail for it until the block ends; its port."""
    server = Controller(
        postbox, hostname="127.0.0.1", port=free_port(), ready_timeout=PATIENCE_SECONDS
    )
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def _bytes(envelope: Envelope) -> bytes:
    content = envelope.content or b""
    return content.encode() if isinstance(content, str) else content
