"""The view of who may decide says what the domain says."""

from __future__ import annotations

import re
from importlib import resources

from techrequests.domain.delegation import MOST_LINKS
from techrequests.domain.policy import GRANTABLE, GRANTS, Permission

VIEWS = resources.files("techrequests.store").joinpath("schema", "views.sql").read_text()


def test_the_view_knows_every_role_that_decides() -> None:
    deciding = [role for role in GRANTABLE if Permission.DECIDE_REQUESTS in GRANTS[role]]
    assert re.findall(r"g\.role = '([^']+)'", VIEWS) == deciding


def test_the_view_follows_as_many_delegates_as_the_domain() -> None:
    assert re.findall(r"s\.links < (\d+)", VIEWS) == [str(MOST_LINKS)]
