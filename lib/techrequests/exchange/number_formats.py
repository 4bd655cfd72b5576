"""A number as its cell shows it: 105200000 under `000-0000-0000` is “010-5200-0000”.

The format codes are those of ECMA-376, part 1, section 18.8.31. Dates are none of our business:
openpyxl reads them as days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_GENERAL = "general"
_LONGEST = 255
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)'
    r"|\[(?P<bracket>[^\[\]]*)\]|(?P<general>[Gg]eneral)|(?P<one>.)",
    re.DOTALL,
)
_COLOUR = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]+", re.IGNORECASE)
_SYMBOL = re.compile(r"\$([^-]*)(-[0-9A-Fa-f]+)?")
_NEVER_A_LITERAL = frozenset("EeyYmMdDhHsSbBgG/")
"""What begins an exponent, a date or a fraction."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One piece of a format: a placeholder for a digit, a point, a percent sign, or a literal."""

    kind: str
    text: str


def shown_number(value: float, number_format: str) -> str | None:
    """What a cell of this format shows; None where the format cannot be told."""
    sections = _sections(number_format or "General")
    if sections is None or value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124
        return None
    section, signed = _section_for(value, sections)
    if section is None:
        return None
    if section == (_Part(_GENERAL, ""),):
        return f"{value:.15g}"
    return _filled(abs(Decimal(repr(float(value)))), section, minus=signed and value < 0)


def shown_text(text: str, number_format: str) -> str:
    """What a cell shows of a text: its format may put words around it."""
    sections = _sections(number_format or "General") or ()
    last = sections[-1] if len(sections) in {1, 4} else None
    if last is None or not any(part.kind == "text" for part in last):
        return text
    return "".join(text if part.kind == "text" else part.text for part in last)


def is_plain(number_format: str) -> bool:
    """Whether a format shows a number by its own digits alone."""
    return (number_format or "General").casefold() in {_GENERAL, "@", "0"}


@lru_cache(maxsize=512)
def _sections(number_format: str) -> tuple[tuple[_Part, ...] | None, ...] | None:
    if len(number_format) > _LONGEST:
        return None
    found: list[list[_Part] | None] = [[]]
    for token in _TOKEN.finditer(number_format):
        if token["one"] == ";":
            found.append([])
            continue
        part = _part(token)
        if part is None:
            found[-1] = None
        elif found[-1] is not None:
            found[-1].append(part)
    return tuple(None if one is None else tuple(one) for one in found)


def _part(token: re.Match[str]) -> _Part | None:
    if token["general"]:
        return _Part(_GENERAL, "")
    if (bracket := token["bracket"]) is not None:
        return _bracket(bracket)
    if token["space"] is not None:
        return _Part("literal", " ")
    if token["fill"] is not None:
        return _Part("literal", "")
    if (one := token["one"]) is not None:
        return _sign(one)
    return _Part("literal", token["quoted"] if token["quoted"] is not None else token["escaped"])


def _bracket(words: str) -> _Part | None:
    if _COLOUR.fullmatch(words):
        return _Part("literal", "")
    symbol = _SYMBOL.fullmatch(words)
    # Anything else is a condition, or counts hours.
    return _Part("literal", symbol[1]) if symbol else None


def _sign(one: str) -> _Part | None:
    if one in _NEVER_A_LITERAL:
        return None
    kinds = {"0": "digit", "#": "digit", "?": "digit", ".": "point", ",": "comma", "%": "percent"}
    return _Part("text" if one == "@" else kinds.get(one, "literal"), one)


def _section_for(
    value: float, sections: tuple[tuple[_Part, ...] | None, ...]
) -> tuple[tuple[_Part, ...] | None, bool]:
    """The part of a format for a value, and whether a minus sign is put in front."""
    if value < 0 and len(sections) > 1:
        return sections[1], False
    if value == 0 and len(sections) > 2:  # noqa: PLR2004  # positive, negative, zero
        return sections[2], False
    return sections[0], True


def _filled(number: Decimal, parts: tuple[_Part, ...], *, minus: bool) -> str | None:
    if any(part.kind == _GENERAL for part in parts):
        return None
    point = next((at for at, part in enumerate(parts) if part.kind == "point"), len(parts))
    digits = [at for at, part in enumerate(parts) if part.kind == "digit"]
    commas = [at for at, part in enumerate(parts) if part.kind == "comma"]
    whole = [at for at in digits if at < point]
    if any(not whole or at > whole[-1] for at in commas):
        return None  # it shows thousands or millions of what it is
    number *= 100 ** sum(part.kind == "percent" for part in parts)
    decimals = len(digits) - len(whole)
    text = f"{number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"
    before, _, after = text.partition(".")
    shown = _before_point(before, parts, whole) | _after_point(after, parts, digits[len(whole) :])
    words = "".join(_words(part, at, shown) for at, part in enumerate(parts))
    grouped = bool(commas) and not any(part.kind == "literal" and part.text for part in parts)
    if grouped:
        words = words.replace(",", "")
    return ("-" if minus and number else "") + words.strip()


def _words(part: _Part, at: int, shown: dict[int, str]) -> str:
    if part.kind == "digit":
        return shown.get(at, "")
    return "" if part.kind == "comma" else part.text


def _before_point(digits: str, parts: tuple[_Part, ...], places: list[int]) -> dict[int, str]:
    """Digits from the right into their places; the first place takes all that are left."""
    left = "" if digits == "0" else digits
    found = {}
    for at in reversed(places):
        first = at == places[0]
        mine, left = (left, "") if first else (left[-1:], left[:-1])
        found[at] = mine or {"0": "0", "?": " "}.get(parts[at].text, "")
    return found


def _after_point(digits: str, parts: tuple[_Part, ...], places: list[int]) -> dict[int, str]:
    found, kept = {}, len(digits.rstrip("0"))
    for number, at in enumerate(places):
        pad = {"0": "0", "?": " "}.get(parts[at].text, "")
        found[at] = digits[number] if number < kept else pad
    return found
