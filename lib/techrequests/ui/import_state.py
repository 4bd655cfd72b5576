"""One person's file for one table, from choosing it to what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from techrequests.exchange.editable import EDITABLE
from techrequests.exchange.headings import fields_of
from techrequests.exchange.jobs import Job
from techrequests.ui.cards import plain
from techrequests.ui.press import form_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from techrequests.exchange.dry_run import DryRun
    from techrequests.exchange.importing import Imported
    from techrequests.exchange.opening import Opened

_PATIENCE_SECONDS = 1.5
"""A job that is over by then is never seen as one."""

_DOING = {
    "opened": "Reading the file …",
    "run": "Holding it against the table …",
    "done": "Saving …",
}


@dataclass(slots=True, kw_only=True)
class Bringing:
    """One person's file for one table, from choosing it to what came of it.

    Attributes:
        doing: Which of the three below the job will bring.
        looks: How often was looked at what it would do: each look can be saved once.
        values: What somebody said that words of the file mean, by field and word.
        defaults: What new rows say where the file says nothing: texts by field.
        day_first: Whether its days are written day first.
        unknown: In how many rows a word stands that was not understood, by field and word.
        missing: Fields that new rows need and the file does not tell: labels by name.
        either_order: Whether its days could be read both ways.
    """

    name: str
    content: bytes = b""
    doing: str = ""
    job: Job[Any] | None = None
    opened: Opened | None = None
    run: DryRun | None = None
    done: Imported | None = None
    looks: int = 0
    values: dict[tuple[str, str], str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    day_first: bool = False
    unknown: dict[tuple[str, str], int] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    either_order: bool = False

    @property
    def form(self) -> str:
        """What the keys of its widgets begin with."""
        return f"bring_{self.name}"

    def begin(self, doing: str, work: Callable[[Callable[[float], None]], Any]) -> None:
        """Start something that takes its time; what a short one came to is there at once."""
        self.doing, self.job = doing, Job(work)
        if self.job.over(_PATIENCE_SECONDS):
            self.take()

    def take(self) -> None:
        """Put what the job brought into its place, or raise what went wrong."""
        if self.job:
            job, self.job = self.job, None
            setattr(self, self.doing, job.answer())
            if self.doing == "opened" and self.opened:
                self.defaults = dict(self.opened.defaults)
            if self.doing == "run" and self.run:
                self._keep_questions(self.run)

    def _keep_questions(self, run: DryRun) -> None:
        """What was answered stays in sight, to be answered otherwise."""
        answered = {key: self.unknown.get(key, 0) for key in self.values}
        self.unknown = answered | {(one.field, one.word): len(one.rows) for one in run.unknown}
        labels = fields_of(EDITABLE[self.name])
        self.missing = {name: labels[name] for name in self.defaults if name in labels}
        self.missing |= run.missing
        self.either_order = run.either_order

    def start_over(self) -> None:
        """Another file was chosen, or another way to read it."""
        self.opened = self.run = self.done = self.job = None
        self.values, self.defaults, self.unknown, self.missing = {}, {}, {}, {}
        self.day_first = self.either_order = False

    def forget_run(self) -> None:
        """What was looked at is not what would be saved now."""
        self.run = None


@st.fragment(run_every=1)
def progress(state: Bringing) -> None:
    """How far it is, asked once a second; the page is drawn again when it is over."""
    if state.job is None or state.job.over():
        st.rerun()
    else:
        st.progress(state.job.share, text=_DOING[state.doing])
        if state.doing == "done":
            st.caption("It goes on when you leave this page.")


def columns(state: Bringing, file: Opened, other_tab: Callable[[Bringing, str], None]) -> None:
    """What was read, and which column goes where."""
    labels = fields_of(EDITABLE[state.name])
    found = sum(bool(name) for name in file.fields)
    rows = "1 row" if len(file.file.rows) == 1 else f"{len(file.file.rows):,} rows"
    st.markdown(
        f"**{plain(file.name)}**: {rows}; {found} of {len(file.fields)} columns go into a field."
    )
    for note in file.notes:
        st.info(plain(note), icon=":material/info:")
    if len(file.tabs) > 1:
        st.selectbox(
            "Tab of the workbook",
            file.tabs,
            index=file.tabs.index(file.tab),
            key=f"{state.form}_tab:{form_id(state.form)}",
            on_change=other_tab,
            args=(state, file.name),
        )
    with st.expander("Which column goes where", icon=":material/view_column:"):
        for at in range(0, len(file.fields), 3):
            for place, column in zip(st.columns(3), range(at, len(file.fields)), strict=False):
                with place:
                    _column(state, file, column, labels)


def _column(state: Bringing, file: Opened, column: int, labels: dict[str, str]) -> None:
    heading = file.file.headings[column] or f"column {column + 1}, without a heading"
    offered = ["", *labels]
    st.selectbox(
        plain(heading),
        offered,
        index=offered.index(file.fields[column]),
        format_func=lambda name: labels.get(name, "leave it out"),
        key=column_key(state, file, column),
        help=plain(file.file.samples(column)) or "Nothing stands in it.",
        on_change=state.forget_run,
    )


def column_key(state: Bringing, file: Opened, column: int) -> str:
    """The session key of where a column goes."""
    return f"{state.form}_column:{form_id(state.form)}:{file.tab}:{column}"
