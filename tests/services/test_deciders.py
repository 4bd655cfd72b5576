"""Nobody picks who decides on their own request, whatever they may edit and in whatever order."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from builders import NOON, PEOPLE, TODAY, a_key, away, given, in_status, submitted, the_request, who
from techrequests.domain.catalogue import Person
from techrequests.domain.edits import Cell, RowEdit, cell_text
from techrequests.domain.errors import InvalidError, NotAllowedError
from techrequests.domain.fields import describe
from techrequests.domain.policy import Role, RoleGrant
from techrequests.domain.techrequest import Status
from techrequests.services.deciders import Asking, above, decider_now, in_place_of
from techrequests.services.delegation import EndAsked, end_delegation
from techrequests.services.edits import TableAsked
from techrequests.services.tables import save_table
from techrequests.store.delegation import standing_delegations, undecided_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from techrequests.domain.fields import Record
    from techrequests.store.database import Database

DAYS = [TODAY + timedelta(days=days) for days in (0, 1, 8, 40, 400)]
CODES = [person.person_id for person in PEOPLE]


def changed(
    database: Database, record: type[Record], key: str, *, by: str = "ada", **typed: str
) -> None:
    """Type into cells of a row that exists, and save."""
    with database.read() as reader:
        row = reader.get(record, key)
    columns = {column.name: column for column in describe(record)}
    cells = tuple(
        Cell(field=name, before=cell_text(columns[name], getattr(row, name)), after=text)
        for name, text in typed.items()
    )
    edit = RowEdit(key=key, seen_version=-1, cells=cells)
    asked = TableAsked(record=record, save_id=a_key("save"), edits=(edit,))
    save_table(database, who(database, by), asked, now=NOON)


def granted(database: Database, *, by: str = "ada", **typed: str) -> None:
    """Type a new row of the table of roles, and save."""
    rows = (tuple(typed.items()),)
    asked = TableAsked(record=RoleGrant, save_id=a_key("save"), new_rows=rows)
    save_table(database, who(database, by), asked, now=NOON)


def who_decides(database: Database, request_id: str) -> list[Any]:
    """On some days from now on: who is asked, then everybody above, each with their stand-in."""
    request = the_request(database, request_id)
    found: list[Any] = []
    with database.read() as reader:
        for day in DAYS:
            asking = Asking.of(request, day)
            found.append(decider_now(reader, request, day))
            at, passed = above(reader, request.requester_id, asking), set[str]()
            while at is not None and at not in passed:
                found.append(in_place_of(reader, at, asking))
                passed.add(at)
                at = above(reader, at, asking)
    return found


REFUSED = "on your own request {}. Ask another administrator to do it, or wait until it needs no"


@pytest.mark.parametrize(
    ("record", "key", "typed"),
    [
        (Person, "pia", {"supervisor_id": "lea"}),
        (Person, "pia", {"active": "no"}),
        (Person, "sue", {"active": "no"}),
        (RoleGrant, "pia-approver-LHS", {"site_id": "WES"}),
        (RoleGrant, "pia-approver-LHS", {"role": "leadership"}),
        (RoleGrant, "pia-approver-LHS", {"person_id": "tom"}),
        (RoleGrant, "pia-approver-LHS", {"starts_on": "2026-12-01"}),
        (RoleGrant, "pia-approver-LHS", {"ends_on": "2027-01-01"}),
    ],
)
@pytest.mark.parametrize("status", [Status.IN_REVIEW, Status.AWAITING_APPROVAL, Status.QUOTING])
def test_an_administrator_does_not_touch_who_decides_on_what_they_asked_for(
    database: Database, status: Status, record: type[Record], key: str, typed: dict[str, str]
) -> None:
    given(database, "lea", Role.APPROVER)
    own = in_status(database, status, requester_id="tina", by="ada")
    before = who_decides(database, own.request_id)
    with pytest.raises(NotAllowedError, match=REFUSED.format(own.request_id)):
        changed(database, record, key, **typed)
    assert who_decides(database, own.request_id) == before
    given(database, "rob", Role.ADMINISTRATOR)
    changed(database, record, key, by="rob", **typed)


def test_what_decides_nothing_on_the_own_request_is_edited_as_ever(database: Database) -> None:
    submitted(database, "tina", by="ada")
    changed(database, Person, "pia", job_title="Head of school")
    changed(database, Person, "will", supervisor_id="pia")
    changed(database, Person, "tom", supervisor_id="sue")
    changed(database, RoleGrant, "wanda-approver-WES", ends_on="2027-01-01")
    granted(database, person_id="tom", role="approver", site_id="LHS")


def test_a_role_for_who_stands_above_is_a_decider_more(database: Database) -> None:
    changed(database, Person, "pia", supervisor_id="bea")
    own = submitted(database, "tina", by="ada")
    with pytest.raises(NotAllowedError, match=own.request_id):
        granted(database, person_id="bea", role="approver", site_id="*")


@pytest.mark.parametrize("status", Status)
def test_only_while_a_decision_may_come(database: Database, status: Status) -> None:
    still = {Status.IN_REVIEW, Status.NEEDS_INFORMATION, Status.AWAITING_APPROVAL}
    still |= {Status.QUOTING, Status.FUNDING}
    in_status(database, status, requester_id="tina", by="ada")
    with database.read() as reader:
        assert bool(undecided_of(reader, "ada")) is (status in still)


def test_who_stands_in_for_their_own_approver_does_not_hand_that_on(database: Database) -> None:
    own = submitted(database, "pia")
    away(database, "sue", "pia", TODAY, TODAY)
    before = who_decides(database, own.request_id)
    with pytest.raises(NotAllowedError, match=f"{own.request_id}. Ask an administrator"):
        away(database, "pia", "tom", TODAY, TODAY)
    assert who_decides(database, own.request_id) == before
    away(database, "pia", "tom", TODAY, TODAY, by="ada")


@pytest.mark.parametrize("seed", range(6))
def test_no_edit_of_an_administrator_changes_who_decides_on_their_own_requests(
    database: Database, seed: int
) -> None:
    dice = Random(seed)  # noqa: S311  # a die, not a secret
    given(database, "lea", Role.APPROVER)
    away(database, "sue", "lea", TODAY, TODAY + timedelta(days=9), by="sue")
    own = [
        in_status(database, dice.choice([Status.IN_REVIEW, Status.AWAITING_APPROVAL]), **asked)
        for asked in ({"requester_id": "ada"}, {"requester_id": "tina", "by": "ada"})
    ]
    before = [who_decides(database, one.request_id) for one in own]
    outcomes = {True: 0, False: 0}
    for _ in range(40):
        try:
            an_edit(database, dice)
        except InvalidError:
            continue
        except NotAllowedError:
            outcomes[False] += 1
        else:
            outcomes[True] += 1
        assert [who_decides(database, one.request_id) for one in own] == before
    assert min(outcomes.values()) >= 3


def an_edit(database: Database, dice: Random) -> None:
    """Anything that Ada, who administers, may type into a table of people or of roles."""
    somebody, other = dice.choice(CODES), dice.choice([*CODES, ""])
    a_day = dice.choice(["", *(day.isoformat() for day in DAYS)])
    with database.read() as reader:
        grants = [one.grant_id for one in reader.find(RoleGrant, "ORDER BY grant_id")]
        absent = standing_delegations(reader, TODAY)
    deeds: list[Callable[[], object]] = [
        lambda: changed(database, Person, somebody, supervisor_id=other),
        lambda: changed(database, Person, somebody, active=dice.choice(["yes", "no"])),
        lambda: changed(database, RoleGrant, dice.choice(grants), ends_on=a_day),
        lambda: changed(database, RoleGrant, dice.choice(grants), person_id=somebody),
        lambda: changed(
            database, RoleGrant, dice.choice(grants), site_id=dice.choice(["*", "LHS", "WES"])
        ),
        lambda: granted(
            database,
            person_id=somebody,
            role=dice.choice(["approver", "leadership"]),
            site_id=dice.choice(["*", "DO", "LHS"]),
            ends_on=a_day,
        ),
        lambda: away(
            database, somebody, dice.choice(CODES), TODAY, dice.choice(DAYS[:3]), by="ada"
        ),
        lambda: [
            end_delegation(database, who(database, "ada"), ending(one), now=NOON) for one in absent
        ],
    ]
    dice.choice(deeds)()


def ending(one: Any) -> EndAsked:  # noqa: ANN401
    return EndAsked(delegation_id=one.delegation_id, seen_version=one.version)
