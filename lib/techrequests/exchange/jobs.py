"""Work that takes longer than a page may: it goes on beside the page, which looks how far it is."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Job(Generic[T]):
    """One piece of work in a thread of its own, which ends with the server if not before.

    Args:
        work: Gets a function by which it tells how much is done, 0 to 1, and returns its answer.

    Attributes:
        share: How much is done, 0 to 1.
    """

    def __init__(self, work: Callable[[Callable[[float], None]], T]) -> None:
        self.share = 0.0
        self._work = work
        self._answer: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def over(self, patience_seconds: float = 0) -> bool:
        """Whether it has ended, after waiting for that a little."""
        if patience_seconds:
            self._thread.join(patience_seconds)
        return not self._thread.is_alive()

    def answer(self) -> T:
        """What the work returned, or raised, when it is over."""
        self._thread.join()
        if self._error:
            raise self._error
        return self._answer[0]

    def _run(self) -> None:
        try:
            self._answer.append(self._work(self._told))
        except BaseException as error:  # noqa: BLE001  # raised again for whoever asks
            self._error = error

    def _told(self, share: float) -> None:
        self.share = min(1.0, max(0.0, share))
