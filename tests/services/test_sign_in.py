"""Signing in: who is let in, how long that lasts, and what the audit trail holds of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from builders import NOON, RULES_OF_SIGN_IN, claims_of, left
from techrequests.domain.audit import AuditEvent, AuditKind
from techrequests.domain.catalogue import Person
from techrequests.domain.errors import NotAllowedError
from techrequests.domain.sign_in import Why, read_claims
from techrequests.services.sign_in import (
    account_standing,
    admission,
    admit,
    forget_accounts_of,
    idle_out,
    sign_out,
)
from techrequests.store.migrate import scripts, split

if TYPE_CHECKING:
    from datetime import datetime

    from techrequests.domain.sign_in import Claims
    from techrequests.store.database import Database

LATER = NOON + timedelta(minutes=5)


def let_in(database: Database, claims: Claims, now: datetime = NOON) -> str | Why | None:
    """The person's code, or why nobody is let in."""
    found = admit(database, claims, RULES_OF_SIGN_IN, now=now)
    return found.why or found.person_id


def still_in(database: Database, claims: Claims, now: datetime = LATER) -> str | Why | None:
    """What every redraw asks: the same, decided by what is known already."""
    found = admission(claims, RULES_OF_SIGN_IN, account_standing(database, claims), now)
    return (found.why or found.person_id) if found else None


def trail(database: Database) -> list[tuple[AuditKind, str, str]]:
    with database.read() as reader:
        events = reader.find(AuditEvent, "ORDER BY audit_no")
    return [(event.kind, event.actor_id, event.detail) for event in events]


def renamed(database: Database, person_id: str, email: str) -> None:
    with database.write() as work:
        work.update(replace(work.get(Person, person_id), email=email))


def test_a_verified_address_of_the_staff_table_is_let_in_and_remembered(database: Database) -> None:
    claims = claims_of("tina")
    assert let_in(database, claims) == "tina"
    assert still_in(database, claims) == "tina"
    assert trail(database) == [(AuditKind.SIGN_IN, "tina", "signed in")]


def test_a_second_tab_or_a_redraw_is_no_second_sign_in(database: Database) -> None:
    for _ in range(3):
        let_in(database, claims_of("tina"))
    assert len(trail(database)) == 1


def test_from_then_on_the_account_counts_and_not_its_address(database: Database) -> None:
    let_in(database, claims_of("tina"))
    again = claims_of("tina", now=LATER, email="tina.married@district.example")
    assert let_in(database, again, LATER) == "tina"


def test_a_new_owner_of_an_address_is_not_the_old_one(database: Database) -> None:
    let_in(database, claims_of("tina"))
    renamed(database, "tina", "tina.cho@district.example")
    renamed(database, "tom", "tina@district.example")
    assert let_in(database, claims_of("tina", now=LATER), LATER) == "tina"
    newcomer = claims_of("tina", now=LATER, sub="another-subject")
    assert let_in(database, newcomer, LATER) == "tom"


@pytest.mark.parametrize("said", [{"sub": "another"}, {"iss": "https://other.example"}])
def test_a_second_account_with_the_address_of_somebody_known_is_not_them(
    database: Database, said: dict[str, Any]
) -> None:
    let_in(database, claims_of("tina"))
    assert let_in(database, claims_of("tina", **said)) is Why.TAKEN


def test_only_who_runs_the_server_lets_a_new_account_in(database: Database) -> None:
    let_in(database, claims_of("tina"))
    assert forget_accounts_of(database, "tina", now=NOON) == 1
    assert trail(database)[-1][0] is AuditKind.GRANT
    assert let_in(database, claims_of("tina", sub="another")) == "tina"
    assert let_in(database, claims_of("tina")) is Why.TAKEN


def test_the_same_subject_of_another_issuer_is_somebody_else(database: Database) -> None:
    let_in(database, claims_of("tina"))
    other = claims_of("tina", iss="https://evil.example", email="nobody@district.example")
    assert let_in(database, other) is Why.UNKNOWN


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"email_verified": False}, Why.UNVERIFIED),
        ({"email_verified": "false"}, Why.UNVERIFIED),
        ({"email_verified": None}, Why.UNVERIFIED),
        ({"email_verified": False, "xms_edov": True}, Why.UNVERIFIED),
        ({"email": "tina@elsewhere.example"}, Why.NOT_OURS),
        ({"email": "tina@district.example.evil.example"}, Why.NOT_OURS),
        ({"email": ""}, Why.NOT_OURS),
        ({"email": "nobody@district.example"}, Why.UNKNOWN),
    ],
)
def test_who_is_not_let_in_learns_why_and_the_trail_holds_it(
    database: Database, said: dict[str, Any], why: Why
) -> None:
    assert let_in(database, claims_of("tina", **said)) is why
    assert trail(database) == [(AuditKind.REFUSAL, "", f"sign-in refused: {why}")]


def test_reloading_a_refusal_writes_one_line_an_hour(database: Database) -> None:
    stranger = claims_of("stranger")
    for minute in range(59):
        let_in(database, stranger, NOON + timedelta(minutes=minute))
    assert len(trail(database)) == 1
    let_in(database, stranger, NOON + timedelta(minutes=61))
    assert len(trail(database)) == 2


def test_microsofts_word_for_a_verified_address_counts(database: Database) -> None:
    claims = claims_of("tina", xms_edov=1, but="email_verified")
    assert let_in(database, claims) == "tina"


def test_a_sign_in_is_the_same_one_whatever_else_is_handed_on_with_it() -> None:
    """A page is told of tokens, a file's address is not; whose act it was, both are."""
    assert claims_of("tina", tokens={}) == claims_of("tina")
    assert claims_of("tina", tokens={"id": "x"}, at_hash="y") == claims_of("tina")


@pytest.mark.parametrize("mark", ["iss", "sub", "iat", "nonce", "jti", "sid"])
def test_another_act_of_signing_in_is_another_sign_in(mark: str) -> None:
    other: dict[str, Any] = {mark: 7}
    assert claims_of("tina", **other).sign_in_id != claims_of("tina").sign_in_id


@pytest.mark.parametrize("missing", ["iss", "sub", "iat"])
def test_an_account_that_does_not_say_who_it_is_is_nobody(missing: str) -> None:
    told: dict[str, object] = {"iss": "https://accounts.example", "sub": "tina", "iat": 1}
    told.pop(missing)
    with pytest.raises(NotAllowedError, match="Sign in again"):
        read_claims(told)


@pytest.mark.parametrize(
    ("hours", "expected"), [(11.9, "tina"), (12, Why.TOO_OLD), (24 * 29, Why.TOO_OLD)]
)
def test_a_sign_in_is_good_for_so_many_hours(
    database: Database, hours: float, expected: object
) -> None:
    let_in(database, claims_of("tina"))
    then = NOON + timedelta(hours=hours)
    assert still_in(database, claims_of("tina"), then) == expected


def test_a_sign_in_of_tomorrow_is_refused_but_not_a_clock_that_is_minutes_ahead(
    database: Database,
) -> None:
    ahead = claims_of("tina", now=NOON + timedelta(minutes=4))
    assert let_in(database, ahead) == "tina"
    tomorrow = claims_of("tom", now=NOON + timedelta(days=1))
    assert let_in(database, tomorrow) is Why.TOO_OLD


def test_signing_out_ends_every_tab_of_the_browser_and_no_other_browser(database: Database) -> None:
    here, there = claims_of("tina"), claims_of("tina", now=NOON + timedelta(minutes=1))
    let_in(database, here)
    let_in(database, there, LATER)
    sign_out(database, here, everywhere=False, now=LATER)
    assert still_in(database, here) is Why.SIGNED_OUT
    assert still_in(database, there) == "tina"
    assert trail(database)[-1] == (AuditKind.SIGN_OUT, "tina", "in this browser")


def test_signing_out_everywhere_ends_what_was_never_seen_too(database: Database) -> None:
    here, stolen = claims_of("tina"), claims_of("tina", nonce="of another browser")
    let_in(database, here)
    sign_out(database, here, everywhere=True, now=LATER)
    assert still_in(database, here) is Why.SIGNED_OUT
    assert let_in(database, stolen, LATER) is Why.SIGNED_OUT
    new = claims_of("tina", now=LATER + timedelta(seconds=5))
    assert let_in(database, new, LATER + timedelta(seconds=5)) == "tina"


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland"])
def test_signing_out_everywhere_is_no_hours_off_by_the_clocks_of_the_district(
    database: Database, zone: str
) -> None:
    database.zone = ZoneInfo(zone)
    here, stolen = claims_of("tina"), claims_of("tina", nonce="of another browser")
    let_in(database, here)
    sign_out(database, here, everywhere=True, now=LATER)
    assert let_in(database, stolen, LATER) is Why.SIGNED_OUT


def test_who_was_idle_is_signed_out(database: Database) -> None:
    let_in(database, claims_of("tina"))
    idle_out(database, claims_of("tina"), now=LATER)
    assert still_in(database, claims_of("tina")) is Why.SIGNED_OUT
    assert trail(database)[-1] == (AuditKind.SIGN_OUT, "tina", "idle for too long")


def test_a_sign_in_that_an_older_version_ended_opens_nothing_in_this_one(
    database: Database,
) -> None:
    """That version knew it by another key, so it looks like one that was never seen."""
    ended = claims_of("tina")
    for claims in (ended, claims_of("tom")):
        let_in(database, replace(claims, sign_in_id=f"of old: {claims.subject}"))
    sign_out(
        database, replace(ended, sign_in_id="of old: subject-tina"), everywhere=False, now=NOON
    )
    (sql,) = [sql for name, sql in scripts().values() if name.endswith("sign_in_marks.sql")]
    with database.write() as work:
        work.run(split(sql)[0])
    assert let_in(database, ended) is Why.SIGNED_OUT
    assert let_in(database, claims_of("tom")) == "tom"
    new = claims_of("tina", now=NOON + timedelta(seconds=5))
    assert let_in(database, new, LATER) == "tina"


def test_who_left_the_district_is_out_at_once(database: Database) -> None:
    let_in(database, claims_of("tina"))
    left(database, "tina")
    assert still_in(database, claims_of("tina")) is Why.INACTIVE
    assert let_in(database, claims_of("tina", now=LATER), LATER) is Why.INACTIVE
