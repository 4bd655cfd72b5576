"""What kind of school a site is, guessed from its name."""

from __future__ import annotations

import re

from techrequests.domain.catalogue import SiteKind

_KINDS = (
    (r"\b(pre-?k|preschool|early (childhood|learning)|head start)\b", SiteKind.PRESCHOOL),
    (r"\bk(-| to | through )?12\b", SiteKind.K12),
    (r"\bk(-| to | through )?8\b", SiteKind.K8),
    (r"\b(elementary|primary|grade school|k-?[456])\b", SiteKind.ELEMENTARY),
    (r"\b(middle|junior|intermediate)\b", SiteKind.MIDDLE),
    (r"\b(high|senior|secondary)\b", SiteKind.HIGH),
)
"""What a new school is taken for, by its name."""


def kind_of(name: str) -> str:
    """The kind of a school by its name; empty when that tells nothing."""
    found = (kind for words, kind in _KINDS if re.search(words, name, re.IGNORECASE))
    return str(next(found, ""))
