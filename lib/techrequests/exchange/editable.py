"""Every table that is edited in place, and so comes back as a file: its keys, rules and words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from techrequests.domain.catalogue import (
    EVERY_CATEGORY,
    EVERY_SITE,
    Category,
    Person,
    RoutingRule,
    Site,
    StandardItem,
    Vendor,
)
from techrequests.domain.errors import NotFoundError
from techrequests.domain.fields import shown
from techrequests.domain.policy import Permission, RoleGrant
from techrequests.domain.tolerances import Tolerances
from techrequests.exchange import synonyms
from techrequests.exchange.school_kinds import kind_of
from techrequests.exchange.stand_ins import stand_ins
from techrequests.services.edits import TableAsked
from techrequests.services.funds import FUND_PLAN, FundsAsked, fund_plan, save_funds
from techrequests.services.stock import TYPED
from techrequests.services.table_plan import Pointer
from techrequests.services.tables import PLANS, save_table
from techrequests.services.units import UNIT_PLAN, UnitsAsked, save_units, unit_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from techrequests.domain.fields import Column, Record
    from techrequests.services.edits import Saved
    from techrequests.services.table_plan import Plan

Texts = dict[str, str]
"""The cells of a row, as texts by field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Editable:
    """A table that comes back as a file.

    Attributes:
        plan: How it is edited.
        plan_for: The rules of one save, where a reason plays a part in them.
        save: The service of its page.
        asked: What that service is asked; takes `reason` when there is one.
        keys: By what a row is known besides its code: fields that name it together.
        sure: One of those that only one row can have: it counts more than a code nobody has.
        code: Makes the code of a new row from its cells, if nobody typed one.
        reason: What is asked when a change takes a reason.
        words: What its columns are called elsewhere, by field.
        joined: Fields that a file may bring in parts: the names and labels of the parts.
        seen_with: What it takes to see a row at its site; None when the table is one whole.
        at_first: Fields that a file may bring for new rows only, by the name of such a column.
        together: Fields that a change of another would empty, unless they are given with it.
        row_words: What each row is called elsewhere, in front of what a column holds.
        never: Headings that mean no field of ours although they look so.
        lists: Texts of ours that are picked from a list, with its values.
        many: Texts that name several rows or values of a list, with commas between.
        several: A field in which rows about one row may differ, as of a teacher at two schools.
        typed: The fields of a new row besides its code, where they are not all.
        made: What a new row says where the file says nothing, from its other cells.
    """

    plan: Plan
    plan_for: Callable[[Any], Plan]
    save: Callable[..., Saved] = save_table
    asked: Callable[..., TableAsked]
    keys: tuple[tuple[str, ...], ...] = ()
    sure: tuple[str, ...] = ()
    code: Callable[[Texts], str] = lambda _: ""
    reason: str = ""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    joined: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    at_first: Mapping[str, str] = field(default_factory=dict)
    seen_with: Permission | None = None
    together: tuple[str, ...] = ()
    row_words: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    many: Mapping[str, Pointer | tuple[str, ...]] = field(default_factory=dict)
    several: str = ""
    typed: tuple[str, ...] = ()
    made: Mapping[str, Callable[[Texts], str]] = field(default_factory=dict)

    def column(self, name: str) -> Column | None:
        """One of its fields, or what stands for one in a file; None for neither."""
        known = {column.name: column for column in shown(self.record)}
        return known.get(name) or stand_ins(self.record).get(name)

    @property
    def record(self) -> type[Record]:
        """The class of its rows."""
        return self.plan.record


def _in_place(record: type[Record], **more: Any) -> Editable:  # noqa: ANN401  # attributes of the class
    plan = PLANS[record]
    return Editable(
        plan=plan, plan_for=lambda _: plan, asked=partial(TableAsked, record=record), **more
    )


def _plain_code(words: str, longest: int) -> str:
    """Words as a code may be written: letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-")[:longest].strip("-").upper()


def _named_by_model(cells: Texts) -> str:
    """What a unit is, where only its maker and model are told."""
    maker, model = cells.get("manufacturer", ""), cells.get("model", "")
    return model if maker.casefold() in model.casefold() else f"{maker} {model}".strip()


EDITABLE: Mapping[str, Editable] = MappingProxyType(
    {
        "people": _in_place(
            Person,
            keys=(("email",),),
            sure=("email",),
            code=lambda cells: cells.get("email", "").partition("@")[0].lower(),
            words=synonyms.PEOPLE,
            row_words=synonyms.PEOPLE_ROWS,
            # PowerSchool's StaffStatus says what kind of staff somebody is.
            never=frozenset({"staffstatus"}),
            several="site_id",
            at_first={"first_code": "person_id", "first_job_title": "job_title"},
            joined={"full_name": {"given_name": "First name", "family_name": "Last name"}},
        ),
        "roles": _in_place(
            RoleGrant,
            keys=(
                ("person_id", "role", "site_id", "starts_on"),
                ("person_id", "role", "site_id"),
                ("person_id", "role"),
            ),
            words=synonyms.ROLES,
        ),
        "sites": _in_place(
            Site,
            keys=(("name",),),
            at_first={"first_code": "site_id", "first_kind": "kind"},
            words=synonyms.SITES,
            row_words=synonyms.SITE_ROWS,
            made={"kind": lambda cells: kind_of(cells.get("name", ""))},
        ),
        "routing": _in_place(
            RoutingRule,
            keys=(("position", "site_id", "category", "reviewer_id"),),
            words=synonyms.ROUTING,
        ),
        "catalogue": _in_place(
            StandardItem,
            keys=(("model",),),
            code=lambda cells: _plain_code(cells.get("model", ""), 24),
            words=synonyms.CATALOGUE,
        ),
        "vendors": _in_place(
            Vendor,
            keys=(("name",),),
            code=lambda cells: _plain_code(cells.get("name", ""), 24),
            words=synonyms.VENDORS,
        ),
        "tolerances": _in_place(Tolerances),
        "funds": Editable(
            plan=FUND_PLAN,
            plan_for=fund_plan,
            save=save_funds,
            asked=FundsAsked,
            keys=(("account_code", "fiscal_year"),),
            code=lambda cells: _plain_code(
                f"{cells.get('account_code', '')}-{cells.get('fiscal_year', '')[-2:]}", 24
            ),
            reason="Why do budgets change?",
            words=synonyms.FUNDS,
            many={
                "sites": Pointer(table="site", anything=EVERY_SITE),
                "categories": (EVERY_CATEGORY, *Category),
            },
        ),
        "inventory": Editable(
            plan=UNIT_PLAN,
            plan_for=unit_plan,
            save=save_units,
            asked=UnitsAsked,
            reason="Why do units change?",
            words=synonyms.INVENTORY,
            row_words=synonyms.UNIT_ROWS,
            # A Chromebook's user is mostly a student, and no student's address is brought in.
            never=frozenset({"annotateduser", "recentuser", "mostrecentuser"}),
            lists={"category": tuple(Category)},
            typed=TYPED,
            made={"description": _named_by_model},
            seen_with=Permission.SEE_INVENTORY,
            together=("room", "custodian_id"),
        ),
    }
)
"""By their names in addresses and on the command line."""


def editable(name: str) -> Editable:
    """The table of this name.

    Raises:
        NotFoundError: There is none, or it is not edited in place.
    """
    if name not in EDITABLE:
        raise NotFoundError(
            f"There is no table “{name}” that takes a file. There are: {', '.join(EDITABLE)}."
        )
    return EDITABLE[name]


def typed_columns(table: Editable) -> tuple[Column, ...]:
    """The fields that a file may say of a new row; codes that are made from others are left out."""
    key = table.record.TABLE.key
    return tuple(
        column
        for column in shown(table.record)
        if not (column.name == key and table.plan.code)
        and (not table.typed or column.name in {key, *table.typed})
    )
