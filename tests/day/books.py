"""What the script of the day itself knows, to be held against what the product says at its end."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from techrequests.domain.techrequest import TechRequest
from techrequests.store.database import Database
from techrequests.store.funds import funds_with_balances

if TYPE_CHECKING:
    from pathlib import Path

    from techrequests.domain.techrequest import Status

_UNITS = "SELECT request_id, count(*) AS units FROM asset WHERE request_id IS NOT NULL GROUP BY 1"
_COMMENTS = "SELECT body FROM comment"


@dataclass(slots=True)
class Books:
    """Facts of the day, noted as they happen by whoever makes them happen.

    Attributes:
        expended: US cents by fund.
        encumbered: US cents by fund.
        units: Inventoried by request.
        status: Where each request stands.
        comments: Each one whose sender saw that it was taken.
    """

    expended: Counter[str] = field(default_factory=Counter)
    encumbered: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    status: dict[str, Status] = field(default_factory=dict)
    comments: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def spend(self, fund: str, cents: int) -> None:
        """A fund paid an invoice or a part of it."""
        with self._lock:
            self.expended[fund] += cents

    def owe(self, fund: str, cents: int) -> None:
        """A fund has ordered what no invoice has come for."""
        with self._lock:
            self.encumbered[fund] += cents

    def stand(self, request_id: str, status: Status, units: int = 0) -> None:
        """A request came to rest here."""
        with self._lock:
            self.status[request_id] = status
            self.units[request_id] = units

    def differences(self, path: Path) -> list[str]:
        """What a database says otherwise, a sentence each."""
        database = Database.open(path, read_only=True)
        try:
            with database.read() as reader:
                balances = funds_with_balances(reader)
                found: dict[str, tuple[object, object]] = {
                    **{
                        f"{fund.fund_id} expended": (
                            balance.expended_cents,
                            self.expended[fund.fund_id],
                        )
                        for fund, balance in balances
                    },
                    **{
                        f"{fund.fund_id} encumbered": (
                            balance.encumbered_cents,
                            self.encumbered[fund.fund_id],
                        )
                        for fund, balance in balances
                    },
                }
                units = {str(row["request_id"]): row["units"] for row in reader.rows(_UNITS)}
                requests = {one.request_id: one.status for one in reader.find(TechRequest, "")}
                bodies = {str(row["body"]) for row in reader.rows(_COMMENTS)}
        finally:
            database.close()
        for number, status in self.status.items():
            found[f"{number} status"] = (requests.get(number), status)
            found[f"{number} units"] = (units.get(number, 0), self.units[number])
        told = [
            f"{what}: the database says {there}, the day {here}"
            for what, (there, here) in found.items()
            if there != here
        ]
        return told + [f"lost: {one}" for one in sorted(self.comments - bodies)]
