"""Every service against every role, from the policy: what a role does not hold is refused.

A service that is added without a line here fails the last test.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
from functools import partial
from importlib import import_module
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from builders import (
    FUNDS,
    HEADSET,
    NOON,
    TODAY,
    a_draft,
    a_key,
    given,
    in_status,
    left,
    submitted,
    who,
)
from random_deeds import DEEDS, Scene
from techrequests import services
from techrequests.domain.budgets import FundInSheet
from techrequests.domain.catalogue import EVERY_SITE, Person, Site, Vendor
from techrequests.domain.delegation import Delegation
from techrequests.domain.edits import Cell, RowEdit
from techrequests.domain.errors import (
    BlockedError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    TechRequestsError,
)
from techrequests.domain.policy import GRANTABLE, GRANTS, Actor, Permission, Role
from techrequests.domain.sheets import Conflict, Sharing
from techrequests.domain.techrequest import Status
from techrequests.domain.workflow import STEP_OF, Action
from techrequests.services import (
    cases,
    comments,
    delegation,
    deployment,
    funds,
    intake,
    intake_form,
    inventory,
    listing,
    messages,
    sheets,
    stock,
    tables,
    units,
)
from techrequests.services.edits import TableAsked, save_rows
from techrequests.services.listing import LISTED
from techrequests.services.sheet_tables import TABLES as SHEET_TABLES
from techrequests.services.tables import PLANS, UndoAsked
from techrequests.store.listings import Asked
from techrequests.store.tables import RowsAsked

if TYPE_CHECKING:
    from collections.abc import Callable

    from techrequests.domain.techrequest import TechRequest
    from techrequests.services.table_plan import Plan
    from techrequests.store.database import Database

    Try = Callable[[Database, Actor], Any]

CONFLICT = Conflict(key="GEN-27", field="notes", base="", ours="a", theirs="b")

ROLES = [role for role in GRANTABLE if role is not Role.STAFF]


FOR_WANT_OF_AUTHORITY = (NotAllowedError, BlockedError, NotFoundError)


def somebody_with(*roles: Role) -> Actor:
    """Will, who teaches at another school than Tina, with roles for every site and no others."""
    held = {(Role.STAFF, "WES"), *((role, EVERY_SITE) for role in roles)}
    return Actor(person_id="will", full_name="Will Reyes", site_id="WES", roles=frozenset(held))


def is_refused(database: Database, attempt: Callable[[], Any]) -> None:
    """It is refused for want of authority, in words, and leaves no trace."""
    commits = database.commits.total
    with pytest.raises(FOR_WANT_OF_AUTHORITY) as error:
        attempt()
    assert str(error.value)
    assert database.commits.total == commits


# -- steps of the workflow -------------------------------------------------------------------------

GUARDED = [action for action in DEEDS if STEP_OF[action].permission]


@pytest.mark.parametrize("action", GUARDED)
def test_a_step_is_refused_to_every_role_that_does_not_hold_its_permission(
    database: Database, action: Action
) -> None:
    step, deed = STEP_OF[action], DEEDS[action]
    request = in_status(database, min(step.sources), requester_id="tina")
    before = everything(database)
    for role in ROLES:
        if step.permission not in GRANTS[role]:
            kinds = set()
            for seed in range(8):
                asked = deed.form(scene_of(database, request, seed))
                try:
                    deed.service(database, somebody_with(role), asked, now=NOON)
                except TechRequestsError as error:
                    kinds.add(type(error))
            # Some forms name somebody who may not do it either; not all of them do.
            assert kinds & set(FOR_WANT_OF_AUTHORITY), role
    assert everything(database) == before


def everything(database: Database) -> list[tuple[str, int, int]]:
    """How many rows each table has, and the sum of their versions."""
    with database.read() as reader:
        found = reader.rows(
            "SELECT table_name, max(column_name = 'version') AS guarded "
            "FROM information_schema.columns JOIN information_schema.tables USING (table_name) "
            "WHERE table_type = 'BASE TABLE' GROUP BY table_name"
        )
        counted = []
        for table in found:
            versions = "coalesce(sum(version), 0)" if table["guarded"] else "0"
            sql = f"SELECT count(*) AS n, {versions} AS v FROM {table['table_name']}"  # noqa: S608
            row = reader.rows(sql)[0]
            counted.append((table["table_name"], int(row["n"]), int(row["v"])))
        return sorted(counted)


def scene_of(database: Database, request: TechRequest, seed: int) -> Scene:
    return Scene(
        database=database,
        request=request,
        seen_version=request.version,
        now=NOON,
        chance=Random(seed),  # noqa: S311  # no secret, on the contrary
    )


# -- what else changes something -------------------------------------------------------------------


def save_a(record: Any, key: str, field: str) -> Try:  # noqa: ANN401  # a record class
    """Change a cell of a table."""
    edit = RowEdit(key=key, seen_version=1, cells=(Cell(field=field, before="", after="x"),))
    return lambda database, actor: tables.save_table(
        database, actor, TableAsked(record=record, save_id=a_key("save"), edits=(edit,)), now=NOON
    )


def undo_a(record: Any) -> Try:  # noqa: ANN401  # a record class
    """Undo a table's last save."""
    return lambda database, actor: tables.undo_last_save(
        database, actor, UndoAsked(record=record, save_id=a_key("undo")), now=NOON
    )


def listing_of(read: Any, name: str) -> Try:  # noqa: ANN401  # one of two services
    """Look at a listing."""
    return lambda database, actor: read(database, actor, name, Asked())


def rows_of(plan: Plan) -> Try:
    """Take all rows of a table."""
    return lambda database, actor: tables.table_rows(database, actor, plan, RowsAsked())


ADDED = {"item_id": HEADSET.item_id, "site_id": "DO", "acquired_on": TODAY, "serial": "S-1"}


def edit_many(database: Database, actor: Actor) -> None:
    """A unit that somebody may not see is one that does not exist."""
    asked = inventory.ManyAsked(asset_tags=(a_unit(database),), values={"room": "1"}, note="Moved")
    try:
        inventory.edit_many(database, actor, asked, now=NOON)
    except InvalidError as error:
        if "No unit has the tag" in str(error):
            raise NotFoundError(str(error)) from error
        raise


def delegate(database: Database, actor: Actor) -> Delegation:
    """Let Sue decide for Pia."""
    asked = delegation.DelegationAsked(
        delegation_id=a_key("delegation"),
        person_id="pia",
        delegate_id="sue",
        starts_on=TODAY,
        ends_on=TODAY,
        note="Away.",
    )
    return delegation.delegate(database, actor, asked, now=NOON)


def end_delegation(database: Database, actor: Actor) -> None:
    """End what Pia set herself."""
    with database.read() as reader:
        [present] = reader.find(Delegation)
    asked = delegation.EndAsked(delegation_id=present.delegation_id, seen_version=present.version)
    delegation.end_delegation(database, actor, asked, now=NOON)


def edited_in_a_sheet(name: str, database: Database, actor: Actor) -> None:
    asked = sheets.ShareAsked(table=name, sharing=Sharing.EDITED)
    sheets.share(database, actor, asked, now=NOON)


TRIES: dict[tuple[str, str], tuple[Permission, Try]] = {
    **{
        ("tables.save_table", plan.record.__name__): (
            plan.permission,
            save_a(plan.record, "LHS", "name"),
        )
        for plan in PLANS.values()
    },
    **{
        ("tables.undo_last_save", record.__name__): (PLANS[record].permission, undo_a(record))
        for record in (Site, Person)
    },
    **{
        (f"listing.{read.__name__}", name): (listed.permission, listing_of(read, name))
        for name, listed in LISTED.items()
        if listed.permission
        for read in (listing.listing_page, listing.listing_rows)
    },
    **{
        ("tables.table_rows", plan.record.__name__): (plan.permission, rows_of(plan))
        for plan in (*PLANS.values(), funds.FUND_PLAN)
    },
    ("funds.save_funds", ""): (
        Permission.EDIT_FUNDS,
        lambda database, actor: funds.save_funds(
            database, actor, funds.FundsAsked(save_id=a_key("save"), reason="Because."), now=NOON
        ),
    ),
    ("funds.fund_table", ""): (
        Permission.SEE_FUNDS,
        funds.fund_table,
    ),
    ("funds.funds_of_year", ""): (
        Permission.SEE_FUNDS,
        lambda database, actor: funds.funds_of_year(database, actor, 2027),
    ),
    ("funds.entries_behind", ""): (
        Permission.SEE_FUNDS,
        lambda database, actor: funds.entries_behind(database, actor, FUNDS[0].fund_id),
    ),
    ("stock.add_asset", ""): (
        Permission.MANAGE_INVENTORY,
        lambda database, actor: stock.add_asset(
            database, actor, stock.AddAsked(key=a_key("add"), values=ADDED), now=NOON
        ),
    ),
    ("inventory.unit_of", ""): (
        Permission.SEE_INVENTORY,
        lambda database, actor: inventory.unit_of(database, actor, a_unit(database)),
    ),
    ("inventory.edit_asset", ""): (
        Permission.MANAGE_INVENTORY,
        lambda database, actor: inventory.edit_asset(
            database,
            actor,
            inventory.EditAsked(
                asset_tag=a_unit(database), seen_version=1, values={"room": "112"}, note="Moved."
            ),
            now=NOON,
        ),
    ),
    ("edits.save_rows", ""): (
        Permission.EDIT_CATALOGUE,
        lambda database, actor: save_rows(
            database,
            actor,
            PLANS[Vendor],
            TableAsked(record=Vendor, save_id=a_key("save")),
            now=NOON,
        ),
    ),
    ("units.save_units", ""): (
        Permission.MANAGE_INVENTORY,
        lambda database, actor: units.save_units(
            database, actor, units.UnitsAsked(save_id=a_key("save"), reason="Because."), now=NOON
        ),
    ),
    ("inventory.edit_many", ""): (Permission.MANAGE_INVENTORY, edit_many),
    ("sheets.standing", ""): (Permission.LINK_SHEETS, sheets.standing),
    ("sheets.link", ""): (
        Permission.LINK_SHEETS,
        lambda database, actor: sheets.link(
            database, actor, sheets.LinkAsked(spreadsheet="sheet"), now=NOON
        ),
    ),
    ("sheets.unlink", ""): (
        Permission.LINK_SHEETS,
        lambda database, actor: sheets.unlink(database, actor, now=NOON),
    ),
    ("sheets.share", "shown"): (
        Permission.LINK_SHEETS,
        lambda database, actor: sheets.share(
            database,
            actor,
            sheets.ShareAsked(table="requests", sharing=Sharing.SHOWN),
            now=NOON,
        ),
    ),
    **{
        ("sheets.share", table.name): (table.edits, partial(edited_in_a_sheet, table.name))
        for table in SHEET_TABLES.values()
        if table.edits
    },
    ("sheets.decide", ""): (
        Permission.EDIT_FUNDS,
        lambda database, actor: sheets.decide(
            database,
            actor,
            sheets.DecideAsked(table=FundInSheet.TABLE.name, conflict=CONFLICT, ours=True),
            now=NOON,
        ),
    ),
    ("sheets.let_rows_go", ""): (
        Permission.EDIT_FUNDS,
        lambda database, actor: sheets.let_rows_go(
            database, actor, sheets.TabAsked(table=FundInSheet.TABLE.name), now=NOON
        ),
    ),
    ("sheets.begin_tab_anew", ""): (
        Permission.EDIT_FUNDS,
        lambda database, actor: sheets.begin_tab_anew(
            database, actor, sheets.TabAsked(table=FundInSheet.TABLE.name), now=NOON
        ),
    ),
    ("delegation.delegate", ""): (Permission.EDIT_DIRECTORY, delegate),
    ("delegation.end_delegation", ""): (Permission.EDIT_DIRECTORY, end_delegation),
}


def a_unit(database: Database) -> str:
    with database.read() as reader:
        return str(reader.value("SELECT min(asset_tag) FROM asset"))


@pytest.mark.parametrize("what", TRIES, ids=" ".join)
def test_a_service_is_refused_to_every_role_that_does_not_hold_its_permission(
    database: Database, what: tuple[str, str]
) -> None:
    permission, attempt = TRIES[what]
    in_status(database, Status.DEPLOYING)
    delegate(database, who(database, "pia"))
    for role in GRANTABLE:
        if permission not in GRANTS[role]:
            is_refused(database, partial(attempt, database, somebody_with(role)))


# -- what belongs to a request ---------------------------------------------------------------------
# Services that take a `Case` or a request need no line here: who has one was allowed to see it.

OF_A_REQUEST: dict[str, Callable[[Database, Actor, str], Any]] = {
    "cases.case_of": lambda database, actor, number: cases.case_of(database, actor, number, TODAY),
    "deployment.add_task": lambda database, actor, number: deployment.add_task(
        database,
        actor,
        deployment.TaskAsked(task_id=a_key("task"), request_id=number, label="Engrave it"),
        now=NOON,
    ),
    "intake_form.draft_of": intake_form.draft_of,
    "intake.save_draft": lambda database, actor, number: intake.save_draft(
        database, actor, a_draft("tina", request_id=number, seen_version=2), now=NOON
    ),
    "intake.start_again": lambda database, actor, number: intake.start_again(
        database, actor, number, key=a_key("again"), now=NOON
    ),
    "comments.add_comment": lambda database, actor, number: comments.add_comment(
        database,
        actor,
        comments.CommentAsked(comment_id=a_key("comment"), request_id=number, body="Hello."),
        now=NOON,
    ),
    "comments.attach": lambda database, actor, number: comments.attach(
        database, actor, a_file(number), now=NOON
    ),
    "comments.attach_all": lambda database, actor, number: comments.attach_all(
        database, actor, (a_file(number),), now=NOON
    ),
    "comments.remove_attachment": lambda database, actor, number: comments.remove_attachment(
        database, actor, attached(database, number), now=NOON
    ),
    "comments.file_to_open": lambda database, actor, number: comments.file_to_open(
        database, actor, attached(database, number)
    ),
}


def a_file(number: str) -> comments.FileAsked:
    return comments.FileAsked(
        attachment_id=a_key("file"), request_id=number, file_name="a.pdf", content=b"%PDF-1.7"
    )


def attached(database: Database, number: str) -> str:
    """A file that Tina put there herself."""
    with database.read() as reader:
        found = reader.value("SELECT attachment_id FROM attachment WHERE request_id = $n", n=number)
    return str(found)


@pytest.mark.parametrize("what", OF_A_REQUEST)
def test_a_teacher_of_another_school_gets_nothing_of_a_request(
    database: Database, what: str
) -> None:
    number = submitted(database, "tina").request_id
    comments.attach(database, who(database, "tina"), a_file(number), now=NOON)
    is_refused(database, lambda: OF_A_REQUEST[what](database, who(database, "will"), number))


@pytest.mark.parametrize("what", OF_A_REQUEST)
def test_an_approver_of_another_school_gets_nothing_of_it_either(
    database: Database, what: str
) -> None:
    number = submitted(database, "tina").request_id
    comments.attach(database, who(database, "tina"), a_file(number), now=NOON)
    is_refused(database, lambda: OF_A_REQUEST[what](database, who(database, "wanda"), number))


def test_only_who_may_see_a_request_gets_a_case_of_it() -> None:
    """What takes a case does not ask again."""
    making = [
        source.name
        for source in Path(services.__file__).parents[1].rglob("*.py")
        if "services.cases" in source.read_text() and re.search(r"\bCase\(", source.read_text())
    ]
    assert making == []


def test_messages_are_read_by_their_owner_alone(database: Database) -> None:
    in_status(database, Status.DENIED, requester_id="tina")
    with database.read() as reader:
        number = reader.value("SELECT min(message_no) FROM message WHERE person_id = 'tina'")
    assert number is not None
    messages.mark_read(database, who(database, "will"), number, now=NOON)
    with database.read() as reader:
        read = reader.value("SELECT read_at FROM message WHERE message_no = $n", n=number)
    assert read is None
    assert not messages.inbox(database, who(database, "will"), 1)


def test_roles_end_on_the_day_that_was_set_and_with_the_person(database: Database) -> None:
    given(database, "will", Role.BUSINESS_OFFICE)
    assert who(database, "will").may(Permission.SEE_FUNDS)
    left(database, "will")
    with pytest.raises(TechRequestsError):
        who(database, "will")


# -- nothing is forgotten --------------------------------------------------------------------------

FOR_THE_READER_ALONE = {
    "deployment.deployments_for": "SQL of the store shows what the reader may see",
    "intake_form.route_of": "names of who would review and decide, for the form",
    "messages.inbox": "the reader's own",
    "messages.counted": "the reader's own",
    "messages.mark_read": "the reader's own",
    "messages.mark_all_read": "the reader's own",
    "reports.progress": "counts what the reader may see",
    "reports.spending": "counts what the reader may see",
    "tables.may_undo": "says nothing but yes or no about the reader's own save",
    "today.waiting": "the reader's own",
}
"""Services that only ever give a reader what is theirs, and why."""


def test_every_service_that_acts_for_somebody_is_tried_here() -> None:
    acting = {
        f"{module.name}.{name}"
        for module in pkgutil.iter_modules(services.__path__)
        for name, value in vars(import_module(f"{services.__name__}.{module.name}")).items()
        if inspect.isfunction(value)
        and value.__module__ == f"{services.__name__}.{module.name}"
        and not name.startswith("_")
        and list(inspect.signature(value).parameters)[:2] == ["database", "actor"]
    }
    deeds = {
        f"{deed.service.__module__.rpartition('.')[2]}.{deed.service.__name__}"
        for deed in DEEDS.values()
    }
    tried = deeds | {name for name, _ in TRIES} | set(OF_A_REQUEST) | set(FOR_THE_READER_ALONE)
    assert acting - tried == set()
    assert tried - acting == set()
