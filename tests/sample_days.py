"""The day on which the sample district of the tests is looked at, and how large it is."""

from __future__ import annotations

from datetime import date

TODAY = date(2026, 11, 24)
REQUESTS = 24
