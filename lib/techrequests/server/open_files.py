"""How many files this process may have open at once, and so how many tabs it can serve."""

from __future__ import annotations

import logging
import resource

from techrequests.server.closed_tabs import KEPT_WHERE_FEW_FIT, keep_fewer

ENOUGH = 4_096
"""Below this a district of some size is turned away in the morning."""

_MOST = 65_536
"""More would serve nobody: so many tabs do not fit into the memory."""

_OF_A_TAB = 4
"""Its connection, and three for the loop that Streamlit makes for each session."""

_OF_A_CLOSED_TAB = 3
_OF_OTHERS = 128
"""The database, mail, the log, and what is asked for beside the tabs."""

_log = logging.getLogger(__name__)


def raise_limit() -> None:
    """Use all that the system grants, which is more than what it gives to begin with."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST if hard == resource.RLIM_INFINITY else min(hard, _MOST)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if limit() < ENOUGH:
        keep_fewer()
        _log.warning(
            "Only %d files may be open at once, which is enough for %d tabs. "
            "Set LimitNOFILE=65536 in the service's unit, see docs/operate.md.",
            limit(),
            room_for_tabs(),
        )


def limit() -> int:
    """How many files may be open at once."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if soft == resource.RLIM_INFINITY else min(soft, _MOST)


def room_for_tabs() -> int:
    """How many tabs may be open at once, so that everything else goes on beside them."""
    others = _OF_OTHERS + _OF_A_CLOSED_TAB * (128 if limit() >= ENOUGH else KEPT_WHERE_FEW_FIT)
    return max(1, (limit() - others) // _OF_A_TAB)
