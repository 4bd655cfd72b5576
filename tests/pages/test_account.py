"""A page by an account: let in, idle for too long, set inactive, and the first administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from builders import NOON, left, who
from patience import PATIENCE_SECONDS
from techrequests import runtime
from techrequests.domain.policy import Role
from techrequests.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from techrequests.store.database import Database

SHELL = Path(__file__).parents[2] / "lib/techrequests/ui/shell.py"
AUTH = {"client_id": "x"}


@dataclass(slots=True)
class Clock:
    """The present moment, which a test moves on."""

    now: datetime = NOON


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(runtime, "utc_now", lambda: found.now)
    return found


@pytest.fixture
def running(district: Database, clock: Clock) -> Iterator[Database]:
    assert clock.now == NOON
    settings = Settings(auth=AUTH, email_domains=("district.example",), district="Cedar Valley")
    runtime.use(runtime.Runtime(district, settings))
    yield district
    runtime._running.clear()


def tab_of(name: str, at: datetime = NOON) -> AppTest:
    """A tab of somebody whose provider says who they are."""
    app = AppTest.from_file(str(SHELL), default_timeout=PATIENCE_SECONDS)
    app.user = {
        "is_logged_in": True,
        "iss": "https://accounts.example",
        "sub": f"subject-{name}",
        "iat": int(at.timestamp()),
        "email": f"{name}@district.example",
        "email_verified": True,
        "name": name.title(),
    }
    return app.run()


def words(app: AppTest) -> str:
    assert not [found.value for found in app.exception]
    kinds = (app.title, app.markdown, app.warning, app.info, app.error, app.success)
    return "\n".join(str(found.value) for kind in kinds for found in kind)


@pytest.mark.usefixtures("running")
def test_nobody_sees_nothing_but_the_way_in() -> None:
    app = AppTest.from_file(str(SHELL), default_timeout=PATIENCE_SECONDS)
    app.user = {"is_logged_in": False}
    app.run()
    assert [button.label for button in app.button] == ["Sign in"]
    assert app.title[0].value == "Cedar Valley"


@pytest.mark.usefixtures("running")
def test_a_person_of_the_staff_table_is_in() -> None:
    assert "Good day, Tina" in words(tab_of("tina"))


@pytest.mark.usefixtures("running")
def test_who_did_nothing_for_two_hours_signs_in_again(clock: Clock) -> None:
    app = tab_of("tina")
    for _ in range(3):
        clock.now += timedelta(minutes=119)
        assert "Good day, Tina" in words(app.run())
    clock.now += timedelta(minutes=121)
    assert "Nothing was done here for a while" in words(app.run())
    assert "Nothing was done here for a while" in words(app.run())
    assert "You are signed out." in words(tab_of("tina"))
    assert "Good day, Tina" in words(tab_of("tina", at=clock.now))


def test_who_is_set_inactive_is_out_at_the_next_step(running: Database) -> None:
    app = tab_of("tom")
    assert "Good day, Tom" in words(app)
    left(running, "tom")
    assert "is not active any more" in words(app.run())
    assert "Good day" not in words(app)


def test_the_code_of_the_log_makes_the_first_administrator(running: Database) -> None:
    left(running, "ada")
    app = tab_of("tina")
    assert "Good day, Tina" in words(app)
    app = tab_of("newcomer")
    assert "This district has no administrator yet" in words(app)
    app.text_input("first_administrator_code").set_value("wrong")
    app.button("first_administrator").click().run()
    assert "This code is not right" in words(app)
    app.text_input("first_administrator_code").set_value(runtime.current().code.code)
    app.button("first_administrator").click().run()
    assert "Good day, Newcomer" in words(app)


def test_who_is_let_in_already_can_become_the_first_administrator_too(running: Database) -> None:
    app = tab_of("tina")
    assert "first_administrator" not in {button.key for button in app.button}
    left(running, "ada")
    app.run()
    app.text_input("first_administrator_code").set_value("wrong")
    app.button("first_administrator").click().run()
    assert "This code is not right" in words(app)
    app.text_input("first_administrator_code").set_value(runtime.current().code.code)
    app.button("first_administrator").click().run()
    assert "Good day, Tina" in words(app)
    assert (Role.ADMINISTRATOR, "*") in who(running, "tina").roles
    assert "first_administrator" not in {button.key for button in app.button}


@pytest.mark.usefixtures("running")
def test_the_demo_door_is_shut() -> None:
    app = AppTest.from_file(str(SHELL), default_timeout=PATIENCE_SECONDS)
    app.user = {"is_logged_in": False}
    app.query_params["as"] = "ada"
    app.session_state["person_id"] = "ada"
    app.run()
    assert [button.label for button in app.button] == ["Sign in"]
