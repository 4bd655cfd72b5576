"""What other systems write into a cell that is picked from a list of ours, by field.

Only what can mean nothing else: a district says the rest once, and it is remembered. No role of
ours is ever given by such a word.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from techrequests.domain.assets import AssetStatus, Condition
from techrequests.domain.catalogue import Category, SiteKind

if TYPE_CHECKING:
    from collections.abc import Mapping

_ON = (
    "active", "enabled", "activated", "current", "currently employed", "employed", "open", "a",
    "on", "ok",
)  # fmt: skip
_OFF = (
    "inactive", "not active", "disabled", "deactivated", "suspended", "locked", "blocked",
    "archived", "terminated", "separated", "resigned", "retired", "deleted", "to be deleted",
    "tobedeleted", "former", "former employee", "left", "no longer here", "closed", "i", "off",
    "2",
)  # fmt: skip
"""“2” is how PowerSchool writes that somebody is no longer here; 1 is read as yes."""

_ACTIVE = {**dict.fromkeys(_ON, "yes"), **dict.fromkeys(_OFF, "no")}

_CATEGORIES: Mapping[Category, tuple[str, ...]] = {
    Category.COMPUTERS: (
        "computer", "laptop", "laptops", "notebook", "notebooks", "desktop", "desktops",
        "chromebook", "chromebooks", "tablet", "tablets", "ipad", "ipads", "macbook", "macbooks",
        "workstation", "workstations", "all in one", "chromebox", "pc", "pcs",
    ),
    Category.DISPLAYS: (
        "display", "monitor", "monitors", "projector", "projectors", "interactive panel",
        "interactive panels", "interactive flat panel", "interactive flat panels", "tv", "tvs",
        "television", "televisions", "interactive display", "interactive displays",
        "interactive whiteboard", "interactive whiteboards", "smartboard", "smart board",
    ),
    Category.AUDIO_VIDEO: (
        "audio video", "audio visual", "av", "a v", "camera", "cameras", "document camera",
        "document cameras", "microphone", "microphones", "speaker", "speakers", "webcam", "webcams",
    ),
    Category.NETWORK: (
        "networking", "network equipment", "switch", "switches", "access point", "access points",
        "wireless access point", "wireless access points", "router", "routers", "firewall",
        "firewalls", "hotspot", "hotspots",
    ),
    Category.PRINTING: (
        "printer", "printers", "copier", "copiers", "scanner", "scanners", "3d printer",
        "3d printers", "multifunction printer",
    ),
    Category.SOFTWARE: ("license", "licenses", "software license", "software licenses", "app"),
    Category.ASSISTIVE: ("assistive", "assistive tech", "assistive device", "assistive devices"),
    Category.ACCESSORIES: (
        "accessory", "keyboard", "keyboards", "mouse", "mice", "dock", "docks", "docking station",
        "docking stations", "charger", "chargers", "headset", "headsets", "headphones", "adapter",
        "adapters", "cart", "carts", "charging cart", "charging carts", "cable", "cables",
    ),
    Category.OTHER: ("miscellaneous", "misc", "general"),
}  # fmt: skip

_KINDS: Mapping[SiteKind, tuple[str, ...]] = {
    SiteKind.OFFICE: (
        "district", "district office", "central office", "administration", "admin", "department",
        "administrative",
    ),
    SiteKind.PRESCHOOL: ("pre school", "pre k", "prek", "early childhood", "early learning"),
    SiteKind.ELEMENTARY: (
        "elementary", "elem", "es", "primary", "primary school", "elem school", "grade school",
        "k 4", "k 5", "k 6",
    ),
    SiteKind.K8: ("k8", "k 8", "elementary middle", "k through 8"),
    SiteKind.MIDDLE: (
        "middle", "ms", "junior high", "junior high school", "intermediate", "intermediate school",
        "jr high", "6 8", "7 8",
    ),
    SiteKind.HIGH: ("high", "hs", "senior high", "senior high school", "secondary", "9 12"),
    SiteKind.K12: ("k12", "k 12", "k through 12", "all grades"),
    SiteKind.OTHER: ("other", "alternative", "alternative school", "special", "warehouse"),
}  # fmt: skip

_STATUSES: Mapping[AssetStatus, tuple[str, ...]] = {
    AssetStatus.IN_STOCK: (
        "in storage", "storage", "available", "ready to deploy", "stock", "spare", "unassigned",
        "pre provisioned",
    ),
    AssetStatus.ASSIGNED: ("checked out", "issued"),
    AssetStatus.DEPLOYED: ("in service", "in use", "active", "installed", "provisioned"),
    AssetStatus.IN_REPAIR: (
        "repair", "out for repair", "being repaired", "sent for repair", "maintenance",
        "out for diagnostics",
    ),
    AssetStatus.LOST: ("lost", "stolen", "missing", "lost stolen"),
    AssetStatus.RETIRED: (
        "archived", "disposed", "surplus", "decommissioned", "deprovisioned", "sold", "recycled",
        "broken not fixable",
    ),
}  # fmt: skip

_CONDITIONS: Mapping[Condition, tuple[str, ...]] = {
    Condition.NEW: ("brand new", "unused"),
    Condition.GOOD: ("fine", "ok", "excellent", "very good", "like new"),
    Condition.WORN: ("fair", "used", "poor"),
    Condition.BROKEN: ("damaged", "defective", "not working"),
}


def _turned(words: Mapping[str, str]) -> dict[str, str]:
    return {word: "no" if value == "yes" else "yes" for word, value in words.items()}


def _by_word(lists: Mapping[Any, tuple[str, ...]]) -> dict[str, str]:
    # A list names each of its values in the plural or without a hyphen, too.
    own = {plain(str(value)): str(value) for value in lists}
    return own | {word: str(value) for value, words in lists.items() for word in words}


def plain(text: str) -> str:
    """A value as it is compared: “Lost/Stolen”, “lost - stolen” and “LOST STOLEN” are one."""
    return " ".join("".join(one if one.isalnum() else " " for one in text.casefold()).split())


VALUE_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "active": _ACTIVE,
        "switched_off": _turned(_ACTIVE),
        "closed": _turned(_ACTIVE),
        "category": _by_word(_CATEGORIES),
        "categories": _by_word(_CATEGORIES),
        "kind": _by_word(_KINDS),
        "status": _by_word(_STATUSES),
        "condition": _by_word(_CONDITIONS),
    }
)
"""By field: our value by the plain words of another system."""

SWITCHED_OFF_WORDS = frozenset(_OFF) - {"2", "i", "off", "left", "closed", "former", "retired"}
"""What says of an account or a person, wherever it stands, that it is not active."""
