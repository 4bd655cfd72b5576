"""The log says a thing some times a minute, and then how often: a fault must not fill the disk."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass

MOST_A_MINUTE = 20
"""Of one and the same line, whatever values stand in it."""

_SECONDS = 60
_MOST_KINDS = 1_000


@dataclass(slots=True)
class _Said:
    since: float
    times: int = 0


class Damped(logging.Filter):
    """Lets a line pass so many times a minute; the next one after that says what was left out."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._said: OrderedDict[tuple[object, ...], _Said] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        kind = (record.name, record.levelno, record.msg, record.exc_info and record.exc_info[0])
        with self._lock:
            said = self._said.setdefault(kind, _Said(record.created))
            self._said.move_to_end(kind)
            if len(self._said) > _MOST_KINDS:
                self._said.popitem(last=False)
            left_out = 0
            if record.created - said.since >= _SECONDS:
                left_out = max(0, said.times - MOST_A_MINUTE)
                said.since, said.times = record.created, 0
            said.times += 1
            passes = said.times <= MOST_A_MINUTE
        if passes and left_out:
            words = f"{record.getMessage()} (this line came {left_out:,} more times meanwhile)"
            record.msg, record.args = words, ()
        return passes


def damp_everything() -> None:
    """Put it before everything that writes lines, ours and those of what we stand upon."""
    named = logging.root.manager.loggerDict.values()
    loggers = [logging.root, *(one for one in named if isinstance(one, logging.Logger))]
    handlers = {id(one): one for logger in loggers for one in logger.handlers}
    last = [logging.lastResort] if logging.lastResort else []
    for handler in (*handlers.values(), *last):
        if not any(isinstance(one, Damped) for one in handler.filters):
            handler.addFilter(Damped())
