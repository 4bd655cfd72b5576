"""How long a test waits for what must come, on the slowest machine that may run it.

Nobody waits for it where all goes well, and no test may pass because it is over.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_SECONDS = 180


def until(holds: Callable[[], bool]) -> None:
    """Come back when something holds; at the end of all patience it must."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds() and time.monotonic() < end:
        time.sleep(0.1)
    assert holds()
