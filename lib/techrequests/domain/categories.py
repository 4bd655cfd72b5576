"""What category each thing of a request has: funds, checklists and charts go by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from techrequests.domain.catalogue import Category

if TYPE_CHECKING:
    from collections.abc import Iterable

    from techrequests.domain.techrequest import RequestLine, TechRequest


def category_of(request: TechRequest, line: RequestLine | None = None) -> Category:
    """The category of a line of a request; without a line that of the request, as for shipping."""
    return (line.category if line else None) or request.category or Category.OTHER


def categories_of(request: TechRequest, lines: Iterable[RequestLine]) -> tuple[Category, ...]:
    """Every category among the lines, each once, in the order of the lines."""
    return tuple(dict.fromkeys(category_of(request, line) for line in lines))


def categories_by_line(request: TechRequest, lines: Iterable[RequestLine]) -> dict[str | None, str]:
    """The category of each line by its code, and of shipping as None."""
    by_line: dict[str | None, str] = {line.line_id: category_of(request, line) for line in lines}
    return {**by_line, None: category_of(request)}
