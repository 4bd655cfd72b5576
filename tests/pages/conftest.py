"""Pages through the real router, without a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from builders import NOON
from patience import PATIENCE_SECONDS
from techrequests import runtime
from techrequests.settings import Settings
from techrequests.ui.links import script
from techrequests.ui.menu import PAGE_AT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from techrequests.store.database import Database

SHELL = Path(__file__).parents[2] / "lib/techrequests/ui/shell.py"


class Opened:
    """A browser tab of one person, as far as there is one without a browser."""

    def __init__(self, person_id: str, url: str, query: Mapping[str, str | list[str]]) -> None:
        self.app = AppTest.from_file(str(SHELL), default_timeout=PATIENCE_SECONDS)
        self.app.query_params["as"] = person_id
        self.app.run()
        for name, value in query.items():
            self.app.query_params[name] = value
        self.app.switch_page(script(PAGE_AT[url].path)).run()
        self.fine()

    def fine(self) -> None:
        """Nothing unexpected happened."""
        assert not [found.value for found in self.app.exception]

    def press(self, label: str) -> None:
        """Press the last button with these words."""
        [*_, button] = [found for found in self.app.button if found.label == label]
        button.click().run()
        self.fine()

    def fill(self, label: str, text: str) -> None:
        """Type into the last field with this label."""
        fields = [*self.app.text_input, *self.app.text_area]
        [*_, field] = [found for found in fields if found.label == label]
        field.set_value(text).run()
        self.fine()

    def told(self, kind: str) -> str:
        """What all elements of a kind say, as it is read: `told("error")`."""
        values = (getattr(found, "value", "") for found in self.app.get(kind))
        return "\n".join(map(str, values)).replace("\\", "")

    @property
    def words(self) -> str:
        """All text on the page, as it is sent and as it is read."""
        app = self.app
        kinds = (app.title, app.subheader, app.markdown, app.text, app.caption, app.info)
        more = (app.error, app.warning, app.success, app.toast)
        sent = "\n".join(str(found.value) for kind in (*kinds, *more) for found in kind)
        read = re.sub(r":color\[\\(.)\]", r"\1", sent).replace("\\", "")
        return f"{sent}\n{read}"


@pytest.fixture
def district(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The small district as the running app's database, at noon of the tests' day."""
    monkeypatch.setattr(runtime, "utc_now", lambda: NOON)
    runtime.use(runtime.Runtime(database, Settings(demo=True)))
    yield database
    runtime._running.clear()


@pytest.fixture
def open_page(district: Database) -> type[Opened]:
    """Open a page as a person: `open_page("tina", "submit", {"request": "TR-2027-0001"})`."""
    assert runtime.current().database is district
    return Opened
