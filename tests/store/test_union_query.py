"""Several tables asked in one statement: the same records as one by one, and in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from builders import in_status
from techrequests.domain.catalogue import Person, Site
from techrequests.domain.funds import Fund
from techrequests.domain.ledger import Entry
from techrequests.domain.purchasing import Quote
from techrequests.domain.techrequest import Attachment, RequestLine, Status, TechRequest
from techrequests.domain.workflow import RequestEvent
from techrequests.store.requests import entries_of, events_of, lines_of
from techrequests.store.union_query import Part

if TYPE_CHECKING:
    from techrequests.store.database import Database

OF_REQUEST = "WHERE request_id = $request_id"
LINES = Part(RequestLine, OF_REQUEST, ("position",))
EVENTS = Part(RequestEvent, OF_REQUEST, ("event_no",))
ENTRIES = Part(Entry, OF_REQUEST, ("entry_no",))
FILES = Part(Attachment, OF_REQUEST, ("uploaded_at",))


def test_each_class_comes_as_if_it_were_asked_alone(database: Database) -> None:
    number = in_status(database, Status.FUNDING, fund_id="GEN-27").request_id
    before = database.statements.total
    with database.read() as reader:
        found = reader.together(LINES, EVENTS, ENTRIES, FILES, request_id=number)
        assert database.statements.total == before + 1
        assert list(found.of(RequestLine)) == lines_of(reader, number)
        assert list(found.of(RequestEvent)) == events_of(reader, number)
        assert list(found.of(Entry)) == entries_of(reader, number)
    assert len(found.of(RequestEvent)) > 1
    assert found.of(Attachment) == ()


@pytest.mark.parametrize("record", [Fund, Quote, TechRequest, Person])
def test_every_type_of_value_survives(database: Database, record: type[Fund]) -> None:
    """Money, days, moments, words of a fixed list, yes or no, and nothing at all."""
    in_status(database, Status.FUNDING)
    key = record.TABLE.key
    with database.read() as reader:
        found = reader.together(Part(Site, "", ("name",)), Part(record, "", (key,)))
        assert list(found.of(record)) == reader.find(record, f"ORDER BY {key}")
        assert list(found.of(Site)) == reader.find(Site, "ORDER BY name")


def test_the_newest_come_first_where_that_is_asked(database: Database) -> None:
    with database.read() as reader:
        part = Part(Person, "WHERE active", ("full_name",), newest_first=True)
        names = [one.full_name for one in reader.together(part).of(Person)]
    assert names == sorted(names, reverse=True)
