"""The first administrator: made once, by who can read the server's log, and by nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from builders import NOON, RULES_OF_SIGN_IN, TODAY, claims_of, left, who
from techrequests.domain.errors import NotAllowedError
from techrequests.domain.policy import Role
from techrequests.services.first_administrator import (
    MOST_TRIES,
    Guess,
    OneTimeCode,
    become_administrator,
    nobody_administers,
)
from techrequests.services.sign_in import admit
from techrequests.store.database import Database
from techrequests.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from techrequests.domain.sign_in import Claims


def become(database: Database, claims: Claims, code: OneTimeCode, typed: str) -> None:
    """Type a code."""
    become_administrator(database, claims, RULES_OF_SIGN_IN, Guess(code, typed), now=NOON)


@pytest.fixture
def empty() -> Iterator[Database]:
    """A district in which nobody is known yet."""
    opened = Database.open()
    migrate(opened)
    yield opened
    opened.close()


def test_the_code_makes_an_administrator_of_an_empty_district(empty: Database) -> None:
    code = OneTimeCode()
    assert nobody_administers(empty, TODAY)
    become(empty, claims_of("dana"), code, f" {code.code} ")
    assert not nobody_administers(empty, TODAY)
    assert admit(empty, claims_of("dana"), RULES_OF_SIGN_IN, now=NOON).person_id == "dana"
    assert (Role.ADMINISTRATOR, "*") in who(empty, "dana").roles


def test_a_wrong_code_makes_nobody_and_too_many_spoil_the_right_one(empty: Database) -> None:
    code = OneTimeCode()
    for _ in range(MOST_TRIES):
        with pytest.raises(NotAllowedError, match="not right"):
            become(empty, claims_of("dana"), code, "guess")
    with pytest.raises(NotAllowedError, match="too often"):
        become(empty, claims_of("dana", now=NOON + timedelta(minutes=1)), code, code.code)
    assert nobody_administers(empty, TODAY)


def test_who_guesses_spoils_the_code_for_nobody_else(empty: Database) -> None:
    code = OneTimeCode()
    for _ in range(MOST_TRIES + 1):
        with pytest.raises(NotAllowedError):
            become(empty, claims_of("mallory"), code, "guess")
    become(empty, claims_of("dana"), code, code.code)
    assert not nobody_administers(empty, TODAY)
    with pytest.raises(NotAllowedError):
        become(empty, claims_of("will"), code, code.code)


def test_an_address_that_nobody_vouches_for_gets_nothing(empty: Database) -> None:
    code = OneTimeCode()
    unverified = claims_of("dana", email_verified=False)
    with pytest.raises(NotAllowedError, match="vouch"):
        become(empty, unverified, code, code.code)
    assert nobody_administers(empty, TODAY)


def test_the_code_works_once_however_many_try_at_once(empty: Database) -> None:
    code = OneTimeCode()

    def rush(number: int) -> None:
        with suppress(NotAllowedError):
            become(empty, claims_of(f"dana{number}"), code, code.code)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(rush, range(MOST_TRIES)))
    with empty.read() as reader:
        assert reader.value("SELECT count(*) FROM role_grant") == 1


def test_a_district_with_an_administrator_makes_none_by_code(database: Database) -> None:
    code = OneTimeCode()
    assert not nobody_administers(database, TODAY)
    with pytest.raises(NotAllowedError, match="already"):
        become(database, claims_of("tina"), code, code.code)


def test_when_the_only_one_left_the_code_helps_again(database: Database) -> None:
    left(database, "ada")
    code = OneTimeCode()
    become(database, claims_of("tina"), code, code.code)
    assert (Role.ADMINISTRATOR, "*") in who(database, "tina").roles


def test_the_log_says_who_typed_a_wrong_code_and_who_the_right_one(
    empty: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    code = OneTimeCode()
    with pytest.raises(NotAllowedError):
        become(empty, claims_of("dana"), code, "guess")
    become(empty, claims_of("dana"), code, code.code)
    wrong, right = (record.getMessage() for record in caplog.records)
    assert wrong.startswith("'dana@district.example' typed a code")
    assert right == "'dana@district.example' became the first administrator by the code"
    assert code.code not in caplog.text
