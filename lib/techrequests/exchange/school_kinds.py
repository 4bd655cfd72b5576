"""What kind of school a site is, guessed from its name."""

from __future__ import annotations

import re

from techrequests.domain.catalogue import SiteKind

_KINDS = (
    (
        re.compile(r"\b(pre-?k|preschool|early (childhood|learning)|head start)\b", re.IGNORECASE),
        SiteKind.PRESCHOOL,
    ),
    (re.compile(r"\bk(-| to | through )?12\b", re.IGNORECASE), SiteKind.K12),
    (re.compile(r"\bk(-| to | through )?8\b", re.IGNORECASE), SiteKind.K8),
    (
        re.compile(r"\b(elementary|primary|grade school|k-?[456])\b", re.IGNORECASE),
        SiteKind.ELEMENTARY,
    ),
    (re.compile(r"\b(middle|junior|intermediate)\b", re.IGNORECASE), SiteKind.MIDDLE),
    (re.compile(r"\b(high|senior|secondary)\b", re.IGNORECASE), SiteKind.HIGH),
)
"""What a new school is taken for, by its name."""


def kind_of(name: str) -> str:
    """The kind of a school by its name; empty when that tells nothing."""
    found = (kind for words, kind in _KINDS if words.search(name))
    return str(next(found, ""))
