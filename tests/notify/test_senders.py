"""Messages on their way to a real mail server on this computer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from builders import NOON
from postbox import Postbox, taking
from serving import free_port
from techrequests.notify import senders
from techrequests.notify.messages import Message
from techrequests.notify.senders import BATCH_MESSAGES, MOST_ATTEMPTS, OLDEST_DAYS, send_waiting
from techrequests.setting_values import MailSecurity
from techrequests.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiosmtpd.smtp import SMTP, Envelope, Session

    from techrequests.store.database import Database


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def settings(postbox: Postbox) -> Iterator[Settings]:
    """Settings that name a running mail server."""
    with taking(postbox) as port:
        yield Settings(
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_from="technology@district.example",
            smtp_security=MailSecurity.NONE,
        )


def write(database: Database, *people: str, written_at: Any = NOON) -> None:  # noqa: ANN401
    with database.write() as work:
        work.insert_all(
            Message(
                person_id=person_id,
                request_id=None,
                subject="News",
                body="Words.",
                written_at=written_at,
            )
            for person_id in people
        )


def standing(database: Database) -> dict[str, tuple[bool, int, str]]:
    """Whether it was mailed, how often it was refused, and why, by person."""
    with database.read() as reader:
        rows = reader.rows("SELECT * FROM message")
    return {
        row["person_id"]: (row["emailed_at"] is not None, row["attempts"], row["failure"])
        for row in rows
    }


def test_what_waits_goes_out_once(database: Database, settings: Settings, postbox: Postbox) -> None:
    write(database, "tina", "tom")
    assert send_waiting(database, settings, now=NOON).sent == 2
    assert send_waiting(database, settings, now=NOON).sent == 0
    assert postbox.people == ["tina", "tom"]
    assert standing(database) == {"tina": (True, 1, ""), "tom": (True, 1, "")}


def test_without_a_mail_server_nothing_happens(database: Database) -> None:
    write(database, "tina")
    assert send_waiting(database, Settings(), now=NOON) == senders.Sent()
    assert standing(database)["tina"] == (False, 0, "")


def test_an_address_refused_for_good_is_not_tried_again_and_holds_up_nobody(
    database: Database, settings: Settings, postbox: Postbox
) -> None:
    postbox.answers["tina@district.example"] = "550 no such mailbox"
    write(database, "tina", "tom")
    done = send_waiting(database, settings, now=NOON)
    assert (done.sent, done.refused, done.trouble) == (1, 1, "")
    assert standing(database)["tina"] == (False, MOST_ATTEMPTS, "550 no such mailbox")
    assert send_waiting(database, settings, now=NOON + timedelta(days=1)) == senders.Sent()


def test_a_refusal_for_now_is_tried_five_times_each_pause_longer(
    database: Database, settings: Settings, postbox: Postbox
) -> None:
    postbox.answers["tina@district.example"] = "450 mailbox is full"
    write(database, "tina")
    tried = [
        minutes
        for minutes in range(0, 24 * 60, 5)
        if send_waiting(database, settings, now=NOON + timedelta(minutes=minutes)).refused
    ]
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert pauses == [5, 40, 135, 320]
    assert standing(database)["tina"] == (False, MOST_ATTEMPTS, "450 mailbox is full")


def test_a_message_refused_for_now_goes_out_when_the_server_relents(
    database: Database, settings: Settings, postbox: Postbox
) -> None:
    postbox.to_data = "451 try later"
    write(database, "tina")
    send_waiting(database, settings, now=NOON)
    postbox.to_data = "250 taken"
    assert send_waiting(database, settings, now=NOON + timedelta(minutes=5)).sent == 1
    assert standing(database)["tina"] == (True, 2, "")


def test_a_server_that_is_down_costs_no_message_an_attempt(
    database: Database, settings: Settings
) -> None:
    write(database, "tina")
    down = replace(settings, smtp_port=free_port())
    for day in range(OLDEST_DAYS):
        assert send_waiting(database, down, now=NOON + timedelta(hours=day)).trouble
    assert standing(database)["tina"] == (False, 0, "")
    assert send_waiting(database, settings, now=NOON + timedelta(hours=3)).sent == 1


def test_a_server_without_encryption_is_refused_where_encryption_is_set(
    database: Database, settings: Settings, postbox: Postbox
) -> None:
    write(database, "tina")
    for security in (MailSecurity.STARTTLS, MailSecurity.TLS):
        done = send_waiting(database, replace(settings, smtp_security=security), now=NOON)
        assert done.trouble
    assert postbox.taken == []
    assert standing(database)["tina"] == (False, 0, "")


def test_a_server_that_hangs_up_ends_the_run_and_charges_only_that_message(
    database: Database, settings: Settings, postbox: Postbox
) -> None:
    postbox.answers["tina@district.example"] = "421 going down"
    write(database, "tina", "tom")
    assert send_waiting(database, settings, now=NOON).trouble
    assert standing(database)["tom"] == (False, 0, "")
    assert standing(database)["tina"][:2] == (False, 1)
    # The next run starts behind the message that the server could not stand.
    assert send_waiting(database, settings, now=NOON + timedelta(seconds=5)).sent == 1


def test_a_crash_between_send_and_note_sends_again_with_the_same_id(
    database: Database,
    settings: Settings,
    postbox: Postbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    write(database, "tina")
    with monkeypatch.context() as cut:
        cut.setattr(senders, "mailed", power_cut)
        with pytest.raises(KeyboardInterrupt):
            send_waiting(database, settings, now=NOON)
    assert standing(database)["tina"] == (False, 0, "")
    assert send_waiting(database, settings, now=NOON).sent == 1
    assert len(postbox.taken) == 2
    assert len(set(postbox.taken)) == 1


def test_nothing_is_mailed_to_people_who_left_or_about_old_news(
    database: Database, settings: Settings, postbox: Postbox
) -> None:
    write(database, "tina", "tom")
    write(database, "will", written_at=NOON - timedelta(days=OLDEST_DAYS))
    with database.write() as work:
        work.run("UPDATE person SET active = FALSE WHERE person_id = 'tina'")
    assert send_waiting(database, settings, now=NOON).sent == 1
    assert postbox.people == ["tom"]


def test_an_address_that_is_none_is_noted_in_words_and_not_tried_again(
    database: Database, settings: Settings, postbox: Postbox
) -> None:
    write(database, "tina", "tom")
    with database.write() as work:
        work.run("UPDATE person SET email = 'tina at home' WHERE person_id = 'tina'")
    assert send_waiting(database, settings, now=NOON).sent == 1
    mailed, attempts, failure = standing(database)["tina"]
    assert (mailed, attempts) == (False, MOST_ATTEMPTS)
    assert "not an e-mail address" in failure
    assert postbox.people == ["tom"]


def test_a_flood_goes_out_in_batches(
    database: Database, settings: Settings, postbox: Postbox
) -> None:
    write(database, *["tina"] * (BATCH_MESSAGES + 1))
    assert send_waiting(database, settings, now=NOON).sent == BATCH_MESSAGES
    assert send_waiting(database, settings, now=NOON).sent == 1
    assert len({number for _, number in postbox.taken}) == BATCH_MESSAGES + 1


def test_others_can_write_while_the_server_is_slow(
    database: Database, settings: Settings, postbox: Postbox
) -> None:
    seen: list[bool] = []

    async def slow(_: SMTP, __: Session, ___: Envelope) -> str:
        # The writers' lock belongs to a thread: this one gets it only if the sender let go of it.
        seen.append(database._writing.acquire(blocking=False))
        if seen[-1]:
            database._writing.release()
        return "250 taken"

    postbox.handle_DATA = slow  # type: ignore[method-assign,assignment]
    write(database, "tina")
    assert send_waiting(database, settings, now=NOON).sent == 1
    assert seen == [True]
