"""What must hold of a random life of a table, whatever people did in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.gadgets import COLUMNS, Gadget, gadget
from sync.worlds import REFUSED_TEXTS, WRONG
from techrequests.domain.edits import cell_text
from techrequests.domain.fields import from_text, problems
from techrequests.sync.cells import text_of
from techrequests.sync.plan import NOTE

if TYPE_CHECKING:
    from sync.worlds import Typing, World
    from techrequests.sync.cells import Raw
    from techrequests.sync.tab import SeenRow


def lost_edits(world: World) -> list[Typing]:
    """What somebody typed and nobody can find any more.

    It is found where it stands on either side, in a conflict that waits, in what a pass agreed on,
    or where the same person's side has changed the same cell again since.
    """
    desk, rows, lost = world.desk, _rows(world), []
    for index, one in enumerate(world.typed):
        again = any(
            (one.side, one.key, one.field) == (other.side, other.key, other.field)
            for other in world.typed[index + 1 :]
        )
        if one.text is None or again or (one.key, one.field, one.text) in desk.touched:
            continue
        here = {_text(one.field, row.cells[one.field]) for row in rows.get(one.key, [])}
        waits = desk.conflicts.get((one.key, one.field))
        here |= {waits.ours, waits.theirs} if waits else set()
        gone = one.side == "sheet" and one.key not in rows
        if one.text not in here | {desk.app.text(one.key, one.field)} and not gone:
            lost.append(one)
    return lost


def differences(world: World) -> list[str]:
    """Where the two sides differ and nobody is told."""
    desk, rows, found = world.desk, _rows(world), []
    for key in desk.app.rows:
        seen = rows.get(key, [])
        if len(seen) > 1 or (key, "") in desk.conflicts:
            continue
        if not seen:
            found.append(f"{key} is not in the sheet")
            continue
        for name in COLUMNS:
            same = _text(name, seen[0].cells[name]) == desk.app.text(key, name)
            told = (key, name) in desk.conflicts or _is_refused(seen[0], name)
            if not same and not told:
                found.append(f"{key}.{name}: {seen[0].cells[name]!r} in the sheet")
    return found


def _is_refused(row: SeenRow, name: str) -> bool:
    """Whether a cell holds what cannot be and its row says so now, not in a note on the past."""
    text = _text(name, row.cells[name])
    wrong = text is None or text in REFUSED_TEXTS or problems(Gadget, {name: _value(name, text)})
    return bool(wrong and str(row.status).partition(NOTE)[0])


def strangers(world: World) -> list[str]:
    """Values of the app that nobody ever gave to that row: they were written into a wrong one."""
    given = {(one.key, one.field, one.text) for one in world.typed}
    found = []
    for key in world.desk.app.rows:
        if key.startswith(("N", "new-")):
            continue
        for name in COLUMNS:
            text = world.desk.app.text(key, name)
            before = cell_text(COLUMNS[name], getattr(gadget(key), name))
            if text not in {before, *WRONG} and (key, name, text) not in given:
                found.append(f"{key}.{name} is {text!r}")
    return found


def doubled_rows(world: World) -> list[str]:
    """Rows that came into being twice, of which only copies by people are allowed."""
    desk = world.desk
    names = [row.name for row in desk.app.rows.values()]
    keys = [str(row.key) for row in desk.look().rows if row.key != ""]
    twice = [name for name in names if name.startswith("new row") and names.count(name) > 1]
    return twice + [key for key in keys if keys.count(key) > 1 and key not in world.copied]


def _rows(world: World) -> dict[str, list[SeenRow]]:
    rows: dict[str, list[SeenRow]] = {}
    for row in world.desk.look().rows:
        rows.setdefault(world.desk.known.row_key(str(row.key)), []).append(row)
    return rows


def _text(name: str, raw: Raw) -> str | None:
    try:
        return text_of(COLUMNS[name], raw)
    except ValueError:
        return None


def _value(name: str, text: str) -> object:
    return from_text(COLUMNS[name], text)
