"""The form of a request: what it holds, what of it is kept, and what is still wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from techrequests.domain.errors import Problem
from techrequests.domain.fields import problems, shown
from techrequests.domain.money import MOST_CENTS, dollars
from techrequests.domain.techrequest import RequestLine, TechRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from techrequests.domain.fields import Column

MOST_LINES = 40
"""Items of one request; more belong in an attached list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAsked:
    """One item of the form; `item_id` is None for free text."""

    item_id: str | None = None
    description: str
    quantity: int
    unit_estimate_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAsked:
    """The form as it stands on the person's screen.

    Attributes:
        key: Idempotency key of a new draft.
        request_id: The draft; empty for a new one.
        values: The fields of `TechRequest` that the form holds, by name; None where nothing is
            chosen yet.
    """

    key: str
    request_id: str = ""
    seen_version: int = 0
    requester_id: str
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[LineAsked, ...] = ()


def form_values(asked: DraftAsked) -> dict[str, Any]:
    """What a form says about a request, trimmed; a choice that is not made yet is left out."""
    return {
        column.name: _kept(column, asked.values[column.name])
        for column in shown(TechRequest)
        if column.name in asked.values
        and (asked.values[column.name] is not None or column.nullable or column.python_type is str)
    }


def estimate_cents(lines: Sequence[LineAsked]) -> int:
    """Sum of the items, US cents."""
    return sum(line.quantity * line.unit_estimate_cents for line in lines)


def request_lines(request_id: str, version: int, asked: Sequence[LineAsked]) -> list[RequestLine]:
    """The lines of one version of a request, numbered in order."""
    return [
        RequestLine(
            line_id=f"{request_id}/{version}/{position}",
            request_id=request_id,
            content_version=version,
            position=position,
            item_id=line.item_id,
            description=line.description.strip(),
            quantity=line.quantity,
            unit_estimate_cents=line.unit_estimate_cents,
        )
        for position, line in enumerate(asked, start=1)
    ]


def typing_problems(asked: DraftAsked) -> tuple[Problem, ...]:
    """What cannot be kept even in a draft: text too long, numbers out of range, too many lines."""
    filled = {
        name: value
        for name, value in asked.values.items()
        if value is not None and str(value).strip()
    }
    return (*problems(TechRequest, filled), *line_problems(asked.lines))


def line_problems(lines: Sequence[LineAsked]) -> tuple[Problem, ...]:
    """What is wrong with the items of a form: too many, unnamed, or numbers out of range."""
    wrong: list[Problem] = []
    if len(lines) > MOST_LINES:
        wrong.append(Problem("lines", f"Please keep it to {MOST_LINES} items, or attach a list."))
    for number, line in enumerate(lines, start=1):
        values = {
            "description": line.description,
            "quantity": line.quantity,
            "unit_estimate_cents": line.unit_estimate_cents,
        }
        wrong += [
            Problem("lines", f"Item {number}: {found.message}")
            for found in problems(RequestLine, values)
        ]
    if not wrong and (total := estimate_cents(lines)) > MOST_CENTS:
        words = f"The items add up to {dollars(total)}: please check quantities and prices."
        wrong.append(Problem("lines", words))
    return tuple(wrong)


def submission_problems(
    request: TechRequest, asked: DraftAsked, today: date
) -> tuple[Problem, ...]:
    """What must be mended before a saved form can be sent."""
    values = {column.name: getattr(request, column.name) for column in shown(TechRequest)}
    values |= {name: value for name, value in asked.values.items() if value is None}
    wrong = list(problems(TechRequest, values))
    if request.needed_by and request.needed_by < today:
        wrong.append(
            Problem("needed_by", "“Needed by” is in the past: pick a later day, or leave it empty.")
        )
    return tuple(wrong)


def _kept(column: Column, value: Any) -> Any:  # noqa: ANN401  # a field may hold any type
    if column.python_type is not str:
        return value
    return (value or "").strip()
