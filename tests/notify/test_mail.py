"""A message as an e-mail: its words, its link, and headers that no text can break."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest

from builders import NOON
from techrequests.domain.errors import InvalidError
from techrequests.notify.mail import compose
from techrequests.settings import Settings
from techrequests.store.messages import Outgoing

if TYPE_CHECKING:
    from email.message import EmailMessage

SETTINGS = Settings(
    district="Cedar Valley Schools",
    base_url="https://tech.district.example",
    smtp_host="mail.district.example",
    smtp_from="technology@district.example",
)


def outgoing(**said: Any) -> Outgoing:  # noqa: ANN401  # any field of a message
    usual: dict[str, Any] = {
        "message_no": 42,
        "full_name": "Tina Cho",
        "email": "tina@district.example",
        "request_id": "TR-2027-0001",
        "subject": "TR-2027-0001 Two laptops: Rita Moss asked the requester a question",
        "body": "Rita Moss asked the requester a question.\n\nQuestion: Which room is it for?",
        "written_at": NOON,
        "attempts": 0,
    }
    return Outgoing(**{**usual, **said})


def as_received(**said: Any) -> EmailMessage:  # noqa: ANN401  # any field of a message
    """The e-mail after it went over the wire."""
    sent = compose(outgoing(**said), SETTINGS).as_bytes()
    received = message_from_bytes(sent, policy=policy.default)
    assert received.defects == []
    return received


def test_it_says_what_happened_and_links_to_the_request() -> None:
    mail = as_received()
    text = mail.get_content()
    assert "Question: Which room is it for?" in text
    assert "https://tech.district.example/one_request?request=TR-2027-0001" in text.splitlines()
    assert mail["To"] == "Tina Cho <tina@district.example>"
    assert mail["From"] == "Cedar Valley Schools <technology@district.example>"
    assert mail.get_content_type() == "text/plain"


def test_a_message_about_no_request_links_to_the_inbox() -> None:
    mail = as_received(request_id=None)
    assert "one_request" not in mail.get_content()
    assert "https://tech.district.example/messages" in mail.get_content()
    assert mail["References"] is None


def test_the_same_message_keeps_its_id_and_another_has_its_own() -> None:
    first, again, other = as_received(), as_received(attempts=3), as_received(message_no=43)
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Message-ID"] != other["Message-ID"]
    assert first["References"] == other["References"]
    assert first["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "said",
    [
        {"subject": "Hello\r\nBcc: everybody@district.example"},
        {"subject": "Hello\nBcc: everybody@district.example\n\nA new body"},
        {"full_name": "Tina\r\nBcc: everybody@district.example"},
        {"full_name": 'Tina" <everybody@district.example>, "x'},
        {"request_id": "TR-1>\r\nBcc: everybody@district.example"},
        {"subject": "Hello\x00\x0b\u2028Bcc: everybody@district.example"},
        {"body": "\r\n.\r\nBcc: everybody@district.example"},
    ],
)
def test_no_text_from_a_person_becomes_a_header_or_a_recipient(said: dict[str, str]) -> None:
    mail = as_received(**said)
    assert mail["Bcc"] is None
    assert [one.addr_spec for one in mail["To"].addresses] == ["tina@district.example"]
    assert "Which room" in mail.get_content() or "body" in said


@pytest.mark.parametrize(
    "email",
    [
        "",
        "tina",
        "tina@",
        "@district.example",
        "tina@district.example, bob@district.example",
        "tina@district.example\r\nBcc: bob@district.example",
        "tina @district.example",
    ],
)
def test_what_is_no_address_is_refused_in_words(email: str) -> None:
    with pytest.raises(InvalidError, match="not an e-mail address"):
        compose(outgoing(email=email), SETTINGS)


def test_letters_of_every_alphabet_and_long_lines_arrive_whole() -> None:
    body = "Señor Núñez — 書く 🎒 " + "long " * 600
    mail = as_received(body=body, subject="Größere Displays für Raum 12")
    assert " ".join(body.split()) in " ".join(mail.get_content().split())
    assert mail["Subject"] == "Größere Displays für Raum 12"
    assert all(
        len(line) <= 998 for line in compose(outgoing(body=body), SETTINGS).as_bytes().splitlines()
    )
