"""The methods of Sheets v4: from a path, a query and a body to an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheets.addresses import Json, RefusedError, label, without_zero
from sheets.changes import change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sheets.book import Book
    from sheets.changes import NewId

_PATH = re.compile(r"/v4/spreadsheets/([^/:]+)(.*)", re.DOTALL)
_VALUES = "/values/"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to a spreadsheet.

    Attributes:
        method: What stands after the spreadsheet's id, such as `/values:batchGet`.
        query: The last value of each parameter.
        ranges: All values of the parameter `ranges`.
    """

    method: str
    query: Mapping[str, str]
    ranges: list[str]
    body: Json

    @property
    def address(self) -> str:
        """The range in the path, without what is done to it."""
        found = self.method.removeprefix(_VALUES)
        return found.removesuffix(":append").removesuffix(":clear")


def answer(  # noqa: PLR0913, PLR0917  # the parts of an HTTP request
    books: Mapping[str, Book],
    verb: str,
    path: str,
    query: Mapping[str, list[str]],
    body: Json,
    new_id: NewId,
) -> Json:
    """What Google answers.

    Raises:
        RefusedError: It refuses, and nothing was changed.
    """
    found = _PATH.fullmatch(path)
    book = books.get(found[1]) if found else None
    if found is None or book is None:
        raise RefusedError("Requested entity was not found.", 404)
    if not book.shared:
        raise RefusedError("The caller does not have permission", 403)
    last = {name: values[-1] for name, values in query.items()}
    asked = Asked(found[2], last, query.get("ranges", []), body)
    if verb == "GET":
        return _read(book, asked)
    if asked.method == "/developerMetadata:search":
        return _search(book, asked)
    work = book.copied()
    done = _write(work, asked, new_id)
    book.become(work)
    return done


def _read(book: Book, asked: Asked) -> Json:
    query = dict(asked.query)
    if asked.method == "":
        return _described(book, query.get("fields", ""))
    if asked.method == "/values:batchGet":
        ranges = [book.read(address, query) for address in asked.ranges]
        return {"spreadsheetId": book.book_id, "valueRanges": ranges}
    return book.read(asked.address, query)


def _described(book: Book, fields: str) -> Json:
    whole: Json = {
        "spreadsheetId": book.book_id,
        "properties": book.properties,
        "sheets": [tab.described(index) for index, tab in enumerate(book.tabs)],
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.book_id}/edit",
    }
    if book.named:
        whole["namedRanges"] = [{**one, "range": without_zero(one["range"])} for one in book.named]
    if book.metadata:
        whole["developerMetadata"] = book.metadata
    names = {re.split(r"[.(/]", part)[0] for part in re.split(r",(?![^(]*\))", fields)}
    return {name: part for name, part in whole.items() if name in names} if fields else whole


def _search(book: Book, asked: Asked) -> Json:
    keys = ("metadataKey", "metadataValue", "metadataId")
    looked_for = [one["developerMetadataLookup"] for one in asked.body["dataFilters"]]
    hits = [
        one
        for one in book.metadata
        if any(all(one.get(key) == look[key] for key in keys if key in look) for look in looked_for)
    ]
    filters = asked.body["dataFilters"]
    found = [{"developerMetadata": one, "dataFilters": filters} for one in hits]
    return {"matchedDeveloperMetadata": found} if found else {}


def _write(book: Book, asked: Asked, new_id: NewId) -> Json:
    if asked.method == ":batchUpdate":
        return {"spreadsheetId": book.book_id, "replies": _changed(book, asked, new_id)}
    if asked.method == "/values:batchUpdate":
        return _written(book, asked)
    if asked.method == "/values:batchClear":
        cleared = [_cleared(book, one) for one in asked.body["ranges"]]
        return {"spreadsheetId": book.book_id, "clearedRanges": cleared}
    if asked.method.endswith(":clear"):
        cleared_one = _cleared(book, asked.address)
        return {"spreadsheetId": book.book_id, "clearedRange": cleared_one}
    if asked.method.endswith(":append"):
        return book.append(asked.address, asked.body, dict(asked.query))
    return book.write(asked.address, asked.body, asked.query.get("valueInputOption"))


def _changed(book: Book, asked: Asked, new_id: NewId) -> list[Json]:
    replies = []
    for index, request in enumerate(asked.body["requests"]):
        try:
            replies.append(change(book, request, new_id))
        except RefusedError as refused:
            name = next(iter(request))
            message = f"Invalid requests[{index}].{name}: {refused.message}"
            raise RefusedError(message) from refused
    return replies


def _written(book: Book, asked: Asked) -> Json:
    mode = asked.body.get("valueInputOption")
    done = [book.write(one["range"], one, mode) for one in asked.body["data"]]
    return {
        "spreadsheetId": book.book_id,
        "totalUpdatedRows": sum(one["updatedRows"] for one in done),
        "totalUpdatedColumns": max((one["updatedColumns"] for one in done), default=0),
        "totalUpdatedCells": sum(one["updatedCells"] for one in done),
        "totalUpdatedSheets": len({one["range"].split("!")[0] for one in asked.body["data"]}),
        "responses": done,
    }


def _cleared(book: Book, address: str) -> str:
    tab, area = book.find(address)
    tab.clear(area)
    return label(tab.title, area)
