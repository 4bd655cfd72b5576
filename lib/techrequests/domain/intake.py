"""The form of a request: what it holds, what of it is kept, and what is still wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from techrequests.domain.catalogue import Category
from techrequests.domain.errors import Problem
from techrequests.domain.fields import problems, shown
from techrequests.domain.money import MOST_CENTS, dollars
from techrequests.domain.rules import NO_ITEMS
from techrequests.domain.techrequest import RequestLine, TechRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from techrequests.domain.fields import Column

MOST_LINES = 40
"""Items of one request; more belong in an attached list."""

NO_PRICE = "about what does one cost? A guess will do; enter 0.00 only if it costs nothing."


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAsked:
    """One item of the form.

    Attributes:
        item_id: None for free text.
        category: None for that of the request; the catalog decides for its own items.
        unit_estimate_cents: None until somebody says what one costs.
    """

    item_id: str | None = None
    description: str
    quantity: int
    unit_estimate_cents: int | None
    category: Category | None = None


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
    return sum(line.quantity * (line.unit_estimate_cents or 0) for line in lines)


def request_lines(
    request_id: str, version: int, asked: Sequence[LineAsked], *, category: Category | None = None
) -> list[RequestLine]:
    """The lines of one version of a request, numbered in order.

    Args:
        request_id: Whose.
        version: Which version.
        asked: The items, in order.
        category: The request's, for items that say none of their own.
    """
    return [
        RequestLine(
            line_id=f"{request_id}/{version}/{position}",
            request_id=request_id,
            content_version=version,
            position=position,
            item_id=line.item_id,
            description=line.description.strip(),
            quantity=line.quantity,
            unit_estimate_cents=line.unit_estimate_cents or 0,
            category=line.category or category,
        )
        for position, line in enumerate(asked, start=1)
    ]


def with_categories(
    lines: Sequence[LineAsked], catalogue: Mapping[str, Category]
) -> tuple[LineAsked, ...]:
    """The items with the categories of the standards catalog, which says them for its own."""
    return tuple(
        replace(line, category=catalogue.get(line.item_id or "", line.category)) for line in lines
    )


def first_category(lines: Sequence[LineAsked]) -> Category | None:
    """The category of the first item that has one: what the request's is filled from."""
    return next((line.category for line in lines if line.category), None)


def kept_part(asked: DraftAsked) -> DraftAsked:
    """What of a form a draft can hold: all of it but what `typing_problems` names."""
    wrong = {problem.field for problem in typing_problems(asked)}
    kept: list[LineAsked] = []
    for number, line in enumerate(asked.lines, start=1):
        fits = len(kept) < MOST_LINES and estimate_cents([*kept, line]) <= MOST_CENTS
        if fits and not any(field.startswith(f"lines.{number}.") for field in wrong):
            kept.append(line)
    values = {name: value for name, value in asked.values.items() if name not in wrong}
    return replace(asked, values=values, lines=tuple(kept))


def typing_problems(asked: DraftAsked) -> tuple[Problem, ...]:
    """What cannot be kept even in a draft: unnamed items, text too long, numbers out of range."""
    filled = {
        name: value
        for name, value in asked.values.items()
        if value is not None and str(value).strip()
    }
    known = [
        replace(line, unit_estimate_cents=line.unit_estimate_cents or 0) for line in asked.lines
    ]
    return (*problems(TechRequest, filled), *line_problems(known))


def noticed(asked: DraftAsked, today: date) -> tuple[Problem, ...]:
    """What can be said of a form while it is typed; what is only empty still may be filled in."""
    empty = {
        f"lines.{number}.description"
        for number, line in enumerate(asked.lines, start=1)
        if not line.description.strip()
    }
    found = (*typing_problems(asked), *_past(asked.values.get("needed_by"), today))
    return tuple(problem for problem in found if problem.field not in empty)


def line_problems(lines: Sequence[LineAsked]) -> tuple[Problem, ...]:
    """What is wrong with the items of a form: too many, unnamed, or numbers out of range.

    Returns:
        Problems of the fields `lines.1.description` and so on, or of `lines` for all together.
    """
    wrong: list[Problem] = []
    if len(lines) > MOST_LINES:
        wrong.append(Problem("lines", f"Please keep it to {MOST_LINES} items, or attach a list."))
    for number, line in enumerate(lines, start=1):
        wrong += _line_problems(number, line)
    if not wrong and (total := estimate_cents(lines)) > MOST_CENTS:
        words = f"The items add up to {dollars(total)}: please check quantities and prices."
        wrong.append(Problem("lines", words))
    return tuple(wrong)


def _line_problems(number: int, line: LineAsked) -> list[Problem]:
    values: dict[str, Any] = {
        "description": line.description,
        "quantity": line.quantity,
        "category": line.category,
    }
    wrong = []
    if line.unit_estimate_cents is None:
        wrong.append(Problem("unit_estimate_cents", NO_PRICE))
    else:
        values["unit_estimate_cents"] = line.unit_estimate_cents
    return [
        Problem(f"lines.{number}.{found.field}", f"Item {number}: {found.message}")
        for found in (*problems(RequestLine, values), *wrong)
    ]


def submission_problems(
    request: TechRequest, asked: DraftAsked, today: date
) -> tuple[Problem, ...]:
    """What must be mended before a form can be sent, all at once.

    Args:
        request: As the draft holds it.
        asked: The form, with what a draft cannot hold.
        today: The district's day.
    """
    held = {column.name: getattr(request, column.name) for column in shown(TechRequest)}
    items = line_problems(asked.lines) if asked.lines else (Problem("lines", NO_ITEMS),)
    return (
        *problems(TechRequest, held | dict(asked.values)),
        *_past(asked.values.get("needed_by", request.needed_by), today),
        *items,
    )


def _past(needed_by: date | None, today: date) -> tuple[Problem, ...]:
    if needed_by is None or needed_by >= today:
        return ()
    words = "“Needed by” is in the past: pick a later day, or leave it empty."
    return (Problem("needed_by", words),)


def _kept(column: Column, value: Any) -> Any:  # noqa: ANN401  # a field may hold any type
    if column.python_type is not str:
        return value
    return (value or "").strip()
