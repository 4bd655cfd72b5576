"""Write into the guide to files what columns and words it may have, from what the product reads."""

from __future__ import annotations

from pathlib import Path

from techrequests.domain.fields import Column, Kind
from techrequests.exchange.editable import EDITABLE, Editable, typed_columns
from techrequests.exchange.exports import TEMPLATE
from techrequests.exchange.stand_ins import stand_ins
from techrequests.exchange.value_words import VALUE_WORDS
from techrequests.services.table_plan import Pointer

GUIDE = Path(__file__).parent / "files.md"
_START = "<!-- columns: written by docs/write_columns.py -->\n"
_END = "<!-- end -->"
_KINDS = {
    Kind.MONEY: "an amount",
    Kind.INTEGER: "a whole number",
    Kind.DATE: "a day",
    Kind.YES_NO: "yes or no",
    Kind.LONG_TEXT: "text",
}
_MANY = "several, with commas between"


def columns_of(name: str) -> str:
    """What a file of one table may hold, as Markdown."""
    table = EDITABLE[name]
    label = table.record.TABLE.label
    lines = [
        f"### {label}",
        "",
        f"`techrequests export --table {name} --template` · `{name}{TEMPLATE}.csv`",
        "",
        "| Heading | For a new row | What it holds | Also known as |",
        "|:--|:--|:--|:--|",
    ]
    lines += [_row(table, column) for column in typed_columns(table)]
    parts = {part: words for parts in table.joined.values() for part, words in parts.items()}
    lines += [
        f"| {words} | in place of a name | text | {_words(table, part)} |"
        for part, words in parts.items()
    ]
    lines += [
        f"| {column.field.label} | in place of another | {_holds(table, column)} "
        f"| {_words(table, part)} |"
        for part, column in stand_ins(table.record).items()
        if column.field
    ]
    return "\n".join(lines)


def words_of() -> str:
    """What words of other systems mean, as a Markdown table."""
    lines = ["| Field | Means here | Words of other systems |", "|:--|:--|:--|"]
    for name, label in (
        ("active", "Active"),
        ("category", "Category, Pays for"),
        ("kind", "Kind of a site"),
        ("status", "Status of a unit"),
        ("condition", "Condition of a unit"),
    ):
        by_value: dict[str, list[str]] = {}
        for word, value in VALUE_WORDS[name].items():
            if word != value:
                by_value.setdefault(value, []).append(word)
        lines += [
            f"| {label} | {value} | {', '.join(words)} |" for value, words in by_value.items()
        ]
    return "\n".join(lines)


def written(text: str) -> str:
    """The guide with its tables as the product has them now."""
    before, _, rest = text.partition(_START)
    _, end, after = rest.partition(_END)
    if not end:
        raise ValueError(f"{GUIDE.name} has no place for the columns")
    parts = [*map(columns_of, EDITABLE), "### Words of other systems", words_of()]
    return f"{before}{_START}\n" + "\n\n".join(parts) + f"\n\n{_END}{after}"


def _row(table: Editable, column: Column) -> str:
    label = column.field.label if column.field else column.name
    cells = (label, _needed(table, column), _holds(table, column), _words(table, column.name))
    return f"| {' | '.join(cells)} |"


def _needed(table: Editable, column: Column) -> str:
    if column.name == table.record.TABLE.key:
        made = table.code({"email": "x@x", "model": "x", "name": "x", "account_code": "x"})
        return "made if empty" if made else "needed"
    if column.name in table.made:
        return "needed, or made of others"
    optional = column.field.optional if column.field else True
    return "needed" if column.required and not optional else ""


def _holds(table: Editable, column: Column) -> str:
    pointer = table.plan.all_pointers().get(column.name)
    if pointer:
        every = ", or `*` for all" if pointer.anything else ""
        address = ", or e-mail address" if pointer.table == "person" else ""
        return f"a {pointer.table.replace('_', ' ')}: code or name{address}{every}"
    several = table.many.get(column.name)
    if isinstance(several, Pointer):
        return f"{several.table}s: codes or names, {_MANY}, or `*` for all"
    values = several or table.plan.choices.get(column.name) or table.lists.get(column.name)
    if listed := values or column.choices:
        named = ", ".join("`*` for all" if one == "*" else str(one) for one in listed)
        return f"{'some' if several else 'one'} of: {named}" + (f"; {_MANY}" if several else "")
    if column.kind is Kind.TEXT:
        code = "a code" if column.field and column.field.code else "text"
        return f"{code}, up to {column.field.max_length} characters" if column.field else code
    if column.name == "fiscal_year":
        return "a fiscal year"
    return _KINDS.get(column.kind, "text")


def _words(table: Editable, name: str) -> str:
    return ", ".join(table.words.get(name, ()))


if __name__ == "__main__":
    GUIDE.write_text(written(GUIDE.read_text()))
