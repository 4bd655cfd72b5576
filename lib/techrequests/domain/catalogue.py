"""What the district's own tables hold: sites, people, routing, standards and vendors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from techrequests.domain.fields import Field, Table

EVERY_SITE = "*"
"""In a role or routing rule: all sites."""

EVERY_CATEGORY = "*"
"""In a routing rule: all categories."""


_EVERY = frozenset({"*", "all", "any", "every", "each", "everything", "districtwide"})
_ALL_OF = re.compile("(all|any|every|each) (sites?|schools?|buildings?|locations?|categor(y|ies))")


def means_every(text: str) -> bool:
    """Whether a text stands for all sites or all categories, in any of the usual words.

    It is stored and written as `*` everywhere.
    """
    words = " ".join(text.casefold().replace("-", "").split())
    return words in _EVERY or bool(_ALL_OF.fullmatch(words))


class Category(StrEnum):
    """What kind of technology is asked for; routing and fund rules go by it."""

    COMPUTERS = "computers"
    DISPLAYS = "displays"
    AUDIO_VIDEO = "audio and video"
    NETWORK = "network"
    PRINTING = "printing"
    SOFTWARE = "software"
    ASSISTIVE = "assistive technology"
    ACCESSORIES = "accessories"
    OTHER = "other"


class SiteKind(StrEnum):
    """What a site is."""

    OFFICE = "office"
    PRESCHOOL = "preschool"
    ELEMENTARY = "elementary school"
    K8 = "k-8 school"
    MIDDLE = "middle school"
    HIGH = "high school"
    K12 = "k-12 school"
    OTHER = "other site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A school or office."""

    TABLE: ClassVar[Table] = Table(name="site", key="site_id", label="Sites")

    site_id: Annotated[
        str, Field(label="Code", code=True, example="LHS", max_length=12, editable=False)
    ]
    name: Annotated[str, Field(label="Name", example="Lincoln High School")]
    kind: Annotated[SiteKind, Field(label="Kind")]
    address: Annotated[str, Field(label="Address", optional=True, max_length=200)] = ""
    phone: Annotated[str, Field(label="Phone", code=True, optional=True, max_length=40)] = ""
    active: Annotated[bool, Field(label="Active")] = True
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member of staff."""

    TABLE: ClassVar[Table] = Table(name="person", key="person_id", label="People")

    person_id: Annotated[
        str, Field(label="Code", code=True, example="mrivera", max_length=40, editable=False)
    ]
    full_name: Annotated[str, Field(label="Name", example="Maria Rivera")]
    email: Annotated[str, Field(label="E-mail", example="mrivera@cedarvalley.example")]
    job_title: Annotated[str, Field(label="Job title", example="Grade 4 teacher", recurs=True)]
    site_id: Annotated[str, Field(label="Site", refers_to="site")]
    supervisor_id: Annotated[
        str | None, Field(label="Supervisor", refers_to="person", optional=True)
    ] = None
    active: Annotated[bool, Field(label="Active")] = True
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """Who reviews what: the first active rule, by position, that fits a site and a category.

    A rule with several reviewers is several rows of one position; the one with the least open
    work is taken.
    """

    TABLE: ClassVar[Table] = Table(name="routing_rule", key="rule_id", label="Routing")

    rule_id: Annotated[str, Field(label="Code", code=True, max_length=40, editable=False)]
    position: Annotated[
        int, Field(label="Position", help="Lower is tried first.", minimum=1, maximum=999)
    ]
    site_id: Annotated[str, Field(label="Site", help="* for every site.", max_length=12)]
    category: Annotated[str, Field(label="Category", help="* for every category.", max_length=40)]
    reviewer_id: Annotated[str, Field(label="Reviewer", refers_to="person")]
    active: Annotated[bool, Field(label="Active")] = True
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardItem:
    """A model the district has agreed to buy and support."""

    TABLE: ClassVar[Table] = Table(name="standard_item", key="item_id", label="Standards catalogue")

    item_id: Annotated[
        str, Field(label="Code", code=True, example="LAP-TEACHER", max_length=24, editable=False)
    ]
    name: Annotated[str, Field(label="Name", example="Teacher laptop 14 in")]
    category: Annotated[Category, Field(label="Category")]
    manufacturer: Annotated[
        str, Field(label="Manufacturer", example="Lenovo", max_length=60, recurs=True)
    ]
    model: Annotated[
        str, Field(label="Model", code=True, example="ThinkPad L14 Gen 6", max_length=80)
    ]
    unit_price_cents: Annotated[int, Field(label="Unit price", help="Price last seen.", minimum=0)]
    lead_time_days: Annotated[int, Field(label="Lead time, days", minimum=0, maximum=730)]
    replacement_years: Annotated[
        int, Field(label="Replace after, years", help="0 for never.", minimum=0, maximum=50)
    ] = 0
    tracked: Annotated[bool, Field(label="Inventoried", help="Every unit gets an asset tag.")] = (
        True
    )
    notes: Annotated[str, Field(label="Notes", optional=True, max_length=500)] = ""
    active: Annotated[bool, Field(label="Active")] = True
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A company the district buys from."""

    TABLE: ClassVar[Table] = Table(name="vendor", key="vendor_id", label="Vendors")

    vendor_id: Annotated[
        str, Field(label="Code", code=True, example="CDWG", max_length=24, editable=False)
    ]
    name: Annotated[str, Field(label="Name", example="Northwind School Supply")]
    contact_name: Annotated[str, Field(label="Contact", optional=True)] = ""
    email: Annotated[str, Field(label="E-mail", optional=True)] = ""
    phone: Annotated[str, Field(label="Phone", code=True, optional=True, max_length=40)] = ""
    contract_number: Annotated[
        str, Field(label="Contract number", code=True, optional=True, max_length=60)
    ] = ""
    contract_ends_on: Annotated[date | None, Field(label="Contract ends", optional=True)] = None
    active: Annotated[bool, Field(label="Active")] = True
    version: int = 0
