"""From the three states of a table to the plan of a pass."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from techrequests.domain.fields import Kind, from_text, problems
from techrequests.domain.sheets import Conflict
from techrequests.sync.cells import cell_of, text_of
from techrequests.sync.errors import StoppedError, UnlikelyError
from techrequests.sync.layout import KEY, STATUS, Mode
from techrequests.sync.merge import RowSides, edit_of, merge_row, read_cell, remark_of
from techrequests.sync.plan import Append, Plan, Remark, SheetRow
from techrequests.sync.stops import unlikely

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from techrequests.domain.edits import NewRow
    from techrequests.sync.layout import Layout
    from techrequests.sync.plan import AppRow, Known, SheetEdit, Write
    from techrequests.sync.tab import SeenRow, Tab

SPARE_ROWS = 20
"""Rows with a key and nothing else, kept ready for people to fill in."""

_OURS = {KEY, STATUS}
_NO_KEY = (
    "This row has no key and is not taken over. Type new rows into the rows prepared below, which "
    "have one."
)
_KEY_IS_NUMBER = "The key became a number and cannot be recognised: undo the change of the key."
_DOUBLED = "This key stands in {times} rows, so none of them is read: delete the copies."
_APART = (
    "The key is that of “{key}”, but the row is that of “{code}”: the key was moved apart from its "
    "row, as by sorting some columns alone. Undo that; until then the row is not read."
)
_UNKNOWN = "Nobody knows this key, so the row is not taken over: type it into a prepared row."
_GONE = "The app does not have this row any more."
_OLD = "Not kept in step any more: the app has this row no more, or many newer ones."
_GONE_BUT_EDITED = "The app does not have this row any more, and it was changed here: decide there."
_NOT_YET = "Not taken over yet:"
_ONLY_SHOWN = "Not taken over: the sheet only shows this table now."
_CODE_IN_USE = "the code “{key}” is in use already. Choose another."


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """What a plan is made from.

    Attributes:
        app: The app's rows by key, in the order in which new ones are added to the sheet.
        fresh: Keys nobody uses yet, for new spare rows.
        meant: The stop of which a person said that it is meant so, in its words.
    """

    tab: Tab
    app: Mapping[str, AppRow]
    known: Known
    fresh: Sequence[str] = ()
    meant: str = ""

    @property
    def known_rows(self) -> set[str]:
        """The rows of the app that stood in the sheet when it was last looked at."""
        return self.known.base.keys() & self.app.keys() - self.known.left_out


@dataclass(slots=True)
class _Draft:
    layout: Layout
    states: States
    times: Counter[str] = field(default_factory=Counter)
    writes: list[Write] = field(default_factory=list)
    edits: list[SheetEdit] = field(default_factory=list)
    rows: list[SheetRow] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    agreed: dict[str, Mapping[str, str]] = field(default_factory=dict)
    blank_spares: int = 0

    def say(self, sheet: SeenRow, *words: str, unread: bool = True) -> None:
        self.remarks.append(
            Remark(
                row=sheet.number,
                sheet_key=sheet.key,
                before=sheet.status,
                words=words,
                unread=unread and bool(words),
            )
        )


def plan_of(layout: Layout, states: States) -> Plan:
    """Plan a pass over one table.

    Raises:
        StoppedError: A column of ours is gone; nothing may be written.
        UnlikelyError: What people did was hardly meant; likewise, until somebody says that it is.
    """
    if states.tab.missing:
        return Plan(headings=_new_headings(layout, states))
    draft = _Draft(layout, states)
    draft.times = Counter(
        states.known.row_key(row.key) for row in states.tab.rows if isinstance(row.key, str)
    )
    gone = states.known_rows - draft.times.keys()
    for sheet in states.tab.rows:
        _plan_row(draft, sheet)
    _check_likely(draft, gone)
    return Plan(
        writes=tuple(draft.writes),
        appends=(*_new_in_app(draft, gone), *_new_spares(draft)),
        edits=tuple(draft.edits),
        rows=tuple(draft.rows),
        conflicts=(*draft.conflicts, *_removed(draft, gone)),
        remarks=tuple(draft.remarks),
        agreed=draft.agreed,
        forgotten=frozenset(states.known.base.keys() - states.app.keys() - draft.times.keys()),
    )


def _new_headings(layout: Layout, states: States) -> tuple[str, ...]:
    """A column that never stood in the tab is set up; one that did was taken away by somebody."""
    placed = {name for row in states.known.base.values() for name in row}
    lost = [name for name in states.tab.missing if name in placed or (placed and name in _OURS)]
    if lost:
        named = ", ".join(f"“{layout.headings[name]}”" for name in lost)
        raise StoppedError(
            f"The tab “{layout.title}” has no column {named} any more. Put the heading back into "
            "its first row; until then nothing of it is read or written."
        )
    return states.tab.missing


def _check_likely(draft: _Draft, gone: set[str]) -> None:
    """A person's word is about the stop that they read: whatever is another by now stops again."""
    states = draft.states
    words = unlikely(
        draft.layout,
        draft.edits,
        gone=len(gone - states.known.asked),
        known=len(states.known_rows),
    )
    if words and words != states.meant:
        raise UnlikelyError(words)


def _plan_row(draft: _Draft, sheet: SeenRow) -> None:
    known, app = draft.states.known, draft.states.app
    key = known.row_key(str(sheet.key))
    if why := _not_read(draft, sheet, key):
        draft.say(sheet, why)
    elif key in app:
        sides = RowSides(key=key, base=known.base.get(key, {}), app=app[key], sheet=sheet)
        _plan_known(draft, sides)
    elif key in known.base:
        _plan_gone(draft, key, sheet)
    else:
        _plan_spare(draft, sheet)


def _not_read(draft: _Draft, sheet: SeenRow, key: str) -> str:
    """Why it cannot be told which row this is; empty when it can."""
    known = draft.states.known
    if not isinstance(sheet.key, str):
        return _KEY_IS_NUMBER
    if not key:
        return _NO_KEY
    if draft.times[key] > 1:
        return _DOUBLED.format(times=draft.times[key])
    code = str(sheet.cells.get(draft.layout.record.TABLE.key, "")).strip()
    if code != key and key in draft.states.app and code in draft.states.app:
        return _APART.format(key=key, code=code)
    there = key in draft.states.app or key in known.base or sheet.key in known.spares
    return "" if there else _UNKNOWN


def _plan_known(draft: _Draft, sides: RowSides) -> None:
    merged = merge_row(draft.layout, draft.states.tab, sides)
    draft.writes += merged.writes
    draft.conflicts += merged.conflicts
    draft.edits += edit_of(merged, sides)
    if merged.agreed:
        draft.agreed[sides.key] = merged.agreed
    draft.remarks.append(remark_of(merged, sides.sheet))


def _plan_gone(draft: _Draft, key: str, sheet: SeenRow) -> None:
    """The app lost the row: what people changed in the sheet since is not thrown away."""
    base = draft.states.known.base[key]
    changed = False
    for one in draft.layout.fields:
        if not one.writable:
            continue
        text, wrong = read_cell(draft.layout.record, one.column, sheet)
        if wrong or text != base.get(one.name, ""):
            changed = True
            theirs = text or str(sheet.cells[one.name])
            conflict = Conflict(
                key=key, field=one.name, base=base.get(one.name), ours=None, theirs=theirs
            )
            draft.conflicts.append(conflict)
    mirror = draft.layout.mode is Mode.MIRROR
    gone = _OLD if mirror else _GONE
    draft.say(sheet, _GONE_BUT_EDITED if changed else gone, unread=not (changed or mirror))


def _plan_spare(draft: _Draft, sheet: SeenRow) -> None:
    texts: dict[str, str] = {}
    wrong: list[str] = []
    for one in draft.layout.fields:
        if sheet.cells[one.name] == "":
            continue
        try:
            texts[one.name] = text_of(one.column, sheet.cells[one.name])
        except ValueError as error:
            wrong.append(str(error))
    if not wrong and _is_blank(draft, texts):
        draft.blank_spares += 1
        draft.say(sheet)
        return
    if draft.layout.mode is not Mode.ROWS:
        draft.say(sheet, _ONLY_SHOWN)
        return
    key = texts.get(draft.layout.record.TABLE.key) or str(sheet.key)
    wrong += _problems(draft, texts) + _key_problems(draft, key)
    if wrong:
        draft.say(sheet, _NOT_YET, *wrong)
        return
    draft.rows.append(SheetRow(sheet_key=str(sheet.key), key=key, row=_new_row(draft, texts, key)))
    draft.say(sheet)


def _is_blank(draft: _Draft, texts: Mapping[str, str]) -> bool:
    """A box that is ticked or not is by itself not yet a row."""
    boxes = {one.name for one in draft.layout.fields if one.column.kind is Kind.YES_NO}
    return not texts.keys() - boxes


def _problems(draft: _Draft, texts: Mapping[str, str]) -> list[str]:
    """What a form would say: also of the fields that are still empty."""
    record, values = draft.layout.record, {}
    for one in draft.layout.fields:
        if (one.name in texts or one.column.required) and one.name != record.TABLE.key:
            values[one.name] = from_text(one.column, texts.get(one.name, ""))
    return [one.message for one in problems(record, values)]


def _key_problems(draft: _Draft, key: str) -> list[str]:
    used = {one.casefold() for one in draft.states.app} | {one.key.casefold() for one in draft.rows}
    return [_CODE_IN_USE.format(key=key)] if key.casefold() in used else []


def _new_row(draft: _Draft, texts: Mapping[str, str], key: str) -> NewRow:
    whole = {draft.layout.record.TABLE.key: key} | dict(texts)
    return tuple((name, text) for name, text in whole.items() if text)


def _new_in_app(draft: _Draft, gone: set[str]) -> list[Append]:
    """Rows the sheet has never had; those it lost come back only where nobody may edit it."""
    known, app = draft.states.known, draft.states.app
    absent = [key for key in app if key not in draft.times and key not in known.left_out]
    mirror = draft.layout.mode is Mode.MIRROR
    sheet_keys = {key: sheet_key for sheet_key, key in known.links.items()}
    return [
        _append(draft, sheet_keys.get(key, key), app[key])
        for key in absent
        if key not in gone or mirror
    ]


def _append(draft: _Draft, sheet_key: str, row: AppRow) -> Append:
    cells = {one.name: cell_of(one.column, row.texts[one.name]) for one in draft.layout.fields}
    return Append(sheet_key=sheet_key, cells={KEY: sheet_key} | cells, texts=row.texts)


def _new_spares(draft: _Draft) -> list[Append]:
    if draft.layout.mode is not Mode.ROWS:
        return []
    wanted = max(0, SPARE_ROWS - draft.blank_spares)
    return [Append(sheet_key=key, cells={KEY: key}) for key in draft.states.fresh[:wanted]]


def _removed(draft: _Draft, gone: set[str]) -> list[Conflict]:
    """Somebody took rows out of the sheet: the app never deletes anything because of that."""
    if draft.layout.mode is Mode.MIRROR:
        return []
    return [Conflict(key=key, field="", base=None, ours="", theirs=None) for key in sorted(gone)]
