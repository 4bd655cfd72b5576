"""One request's life in the sample: whose it is, what befalls it, and how its people act."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from techrequests.domain.techrequest import Status, TechRequest
from techrequests.services.steps import TakeStep, take_step
from techrequests.store.requests import lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from techrequests.domain.policy import Actor
    from techrequests.domain.techrequest import RequestLine
    from techrequests.domain.workflow import Action
    from techrequests.sample.load import Case
    from techrequests.sample.world import World
    from techrequests.store.database import Database, Reader

T = TypeVar("T")


def _request(reader: Reader, request_id: str) -> TechRequest:
    return reader.get(TechRequest, request_id)


@dataclass(slots=True, kw_only=True)
class Life:
    """A request from the first thought to its end.

    Attributes:
        number: Tells lives apart before they have a request.
        submitted_by_id: Who fills in the form.
        twists: What is to befall it, each once; see `lives.TWISTS`.
        halt: The status in which it is left waiting; None lets it go on.
        pace: How long everything takes, 1 being usual.
        request_id: Empty until it is first saved.
    """

    world: World
    number: int
    case: Case
    requester_id: str
    submitted_by_id: str
    twists: set[str]
    halt: Status | None = None
    pace: float = 1.0
    request_id: str = ""
    _keys: Iterator[int] = field(default_factory=partial(count, 1))
    _known: dict[object, Any] = field(default_factory=dict)
    _lines: dict[tuple[str, int], list[RequestLine]] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """Where everything is saved."""
        return self.world.database

    @property
    def now(self) -> datetime:
        """The moment at which something happens."""
        return self.world.now

    @property
    def request(self) -> TechRequest:
        """The request as it stands."""
        return self.known(_request)

    def known(self, read: Callable[[Reader, str], T]) -> T:
        """What the store says about the request, asked again only after somebody acted on it."""
        if read not in self._known:
            with self.database.read() as reader:
                self._known[read] = read(reader, self.request_id)
        return self._known[read]  # type: ignore[no-any-return]

    def act(self, service: Callable[..., T], actor: Actor, *asked: Any, **said: Any) -> T:  # noqa: ANN401  # whatever the service takes
        """Let somebody do something to the request."""
        answer = service(self.database, actor, *asked, now=self.now, **said)
        self._known.clear()
        if isinstance(answer, TechRequest):
            self.request_id = answer.request_id
            self._known[_request] = answer
        return answer

    @property
    def lines(self) -> list[RequestLine]:
        """The lines of the present version, which never change."""
        version = (self.request_id, self.request.content_version)
        if version not in self._lines:
            self._lines[version] = self.known(lines_of)
        return self._lines[version]

    @property
    def requester(self) -> Actor:
        """Who asks."""
        return self.world.person(self.requester_id)

    @property
    def reviewer(self) -> Actor:
        """Who reviews and buys it; requests of the sample always have somebody."""
        return self.world.person(self.request.reviewer_id or self.requester_id)

    def twist(self, name: str) -> bool:
        """Whether this befalls the request now; each befalls it once."""
        befalls = name in self.twists
        self.twists.discard(name)
        return befalls

    def wait(self, least_days: float, most_days: float) -> datetime:
        """When somebody comes to it, between so many working days from now."""
        return self.world.later(least_days * self.pace, most_days * self.pace)

    def left(self, status: Status) -> bool:
        """Whether it is no longer in a status, because others acted meanwhile."""
        if status is Status.NEEDS_INFORMATION:
            self._known.clear()  # the calendar may have acted
        return self.request.status is not status

    def key(self, what: str) -> str:
        """An id that nothing else has, as a form would make one."""
        return f"{self.request_id or f'life-{self.number}'}:{what}:{next(self._keys)}"

    def click(self, what: str) -> dict[str, Any]:
        """What every form sends: which request, as seen when, which form."""
        request = self.request
        return {
            "request_id": request.request_id,
            "seen_version": request.version,
            "key": self.key(what),
        }

    def take(self, actor: Actor, action: Action, note: str = "") -> None:
        """Take a step that needs nothing but its note."""
        request = self.request
        asked = TakeStep(
            request_id=request.request_id, seen_version=request.version, action=action, note=note
        )
        self.act(take_step, actor, asked)

    def again(self, number: int) -> Life:
        """A new life for the same wish, with nothing in its way."""
        return replace(self, number=number, twists=set(), request_id="", _keys=count(1), _known={})
