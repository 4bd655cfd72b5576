"""The cells of a row as texts by field, with what follows from columns that no field of ours is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.fields import NO_WORDS, YES_WORDS, Kind, from_text
from techrequests.exchange.cells import CLEAR, typed_text
from techrequests.exchange.date_order import DayOrder, Order, order_of
from techrequests.exchange.stand_ins import LAST_FIRST, LEFT_ON, SWITCHED_OFF

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from techrequests.domain.fields import Column
    from techrequests.exchange.drafts import Draft
    from techrequests.exchange.editable import Editable, Texts
    from techrequests.exchange.file_rows import FileRow
    from techrequests.exchange.references import References


def day_orders(
    columns: Mapping[str, Column],
    fields: Sequence[str],
    rows: Sequence[FileRow],
    *,
    day_first: bool,
) -> dict[str, DayOrder]:
    """By field: in which order its column of the file writes days."""
    return {
        name: order_of((row.cell(at) for row in rows), day_first=day_first)
        for at, name in enumerate(fields)
        if name and columns[name].kind is Kind.DATE
    }


def told_of_days(orders: Mapping[str, DayOrder], labels: Mapping[str, str]) -> Iterator[str]:
    """What a person should know of days that could be read both ways."""
    for name, days in orders.items():
        if days.example and days.order is Order.EITHER:
            yield (
                f"“{labels[name]}” has days such as {days.example}, which can be read both ways: "
                "they are read month first. If the file writes the day first, say so."
            )
        elif days.example and days.order is Order.DAY_FIRST:
            proof = f", as {days.day_first} shows" if days.day_first else ", as you said"
            yield f"“{labels[name]}” is read day first{proof}: {days.example} is {_iso(days)}."


def type_in(
    draft: Draft,
    fields: Sequence[str],
    columns: Mapping[str, Column],
    orders: Mapping[str, DayOrder],
) -> None:
    """Put the cells that say something into a draft, and what is wrong with others."""
    for at, name in enumerate(fields):
        raw = draft.row.cell(at)
        if not name or (isinstance(raw, str) and not raw.strip()):
            continue
        try:
            draft.typed[name] = typed_text(columns[name], raw, orders.get(name))
        except ValueError as error:
            draft.wrong.append((name, str(error)))


def settle(draft: Draft, table: Editable, references: References, today: date) -> None:
    """Turn what stands for a field into the field itself."""
    typed = draft.typed
    for whole, parts in table.joined.items():
        words = " ".join(typed.pop(part, "") for part in parts).strip()
        if words:
            typed.setdefault(whole, words)
    if words := typed.pop(LAST_FIRST, ""):
        last, _, first = words.partition(",")
        typed.setdefault("full_name", f"{first.strip()} {last.strip()}".strip())
    _settle_active(draft, table, references, today)


def _settle_active(draft: Draft, table: Editable, references: References, today: date) -> None:
    """Whether somebody is active, by all that is said about it: one no is enough."""
    typed = draft.typed
    said = [
        ("active", _answer(draft, "active", table, references)),
        (SWITCHED_OFF, _turned(_answer(draft, SWITCHED_OFF, table, references))),
        (LEFT_ON, _still_here(draft, table, today)),
    ]
    typed.pop(SWITCHED_OFF, None)
    typed.pop(LEFT_ON, None)
    answers = {answer for _, answer in said}
    if False in answers:
        typed["active"] = "no"
    elif True in answers and "active" not in typed:
        typed["active"] = "yes"


def _answer(draft: Draft, name: str, table: Editable, references: References) -> bool | None:
    text = draft.typed.get(name, "")
    column = table.column(name) if text and text.casefold() != CLEAR else None
    if column is None:
        return None
    word = references.code(column, text, "").casefold()
    if word in YES_WORDS | NO_WORDS:
        return word in YES_WORDS
    if name == SWITCHED_OFF:
        draft.wrong.append((name, f"“{_label(column)}” must be yes or no, not “{text[:40]}”."))
    return None


def _turned(answer: bool | None) -> bool | None:  # noqa: FBT001  # what a cell says
    return None if answer is None else not answer


def _still_here(draft: Draft, table: Editable, today: date) -> bool | None:
    text = draft.typed.get(LEFT_ON, "")
    column = table.column(LEFT_ON) if text else None
    if column is None:
        return None
    try:
        left = from_text(column, text)
    except ValueError as error:
        draft.wrong.append((LEFT_ON, str(error)))
        return None
    return False if left < today else None


def fill_in(typed: Texts, table: Editable, defaults: Mapping[str, str]) -> None:
    """What a new row says where the file does not: from its other cells, or for the whole file."""
    for name, make in table.made.items():
        if not typed.get(name) and (words := make(typed)):
            typed[name] = words
    for name, words in defaults.items():
        if words and not typed.get(name):
            typed[name] = words


def _iso(days: DayOrder) -> str:
    return str(days.read("", days.example))


def _label(column: Column) -> str:
    return column.field.label if column.field else column.name
