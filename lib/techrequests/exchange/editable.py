"""Every table that is edited in place, by its name in addresses and on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from techrequests.domain.catalogue import Person, RoutingRule, Site, StandardItem, Vendor
from techrequests.domain.policy import RoleGrant
from techrequests.services.funds import FUND_PLAN
from techrequests.services.tables import PLANS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from techrequests.services.table_plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Editable:
    """A table that is edited in place."""

    plan: Plan


EDITABLE: Mapping[str, Editable] = MappingProxyType(
    {
        "people": Editable(plan=PLANS[Person]),
        "roles": Editable(plan=PLANS[RoleGrant]),
        "sites": Editable(plan=PLANS[Site]),
        "routing": Editable(plan=PLANS[RoutingRule]),
        "catalogue": Editable(plan=PLANS[StandardItem]),
        "vendors": Editable(plan=PLANS[Vendor]),
        "funds": Editable(plan=FUND_PLAN),
    }
)
