"""Duties that a district keeps apart: judging what is needed, deciding on it, and paying for it."""

from __future__ import annotations

from enum import StrEnum


class Duty(StrEnum):
    """Whose part in a request a step is; one person with two of them is seen by nobody else."""

    TECHNOLOGY = "technology"
    APPROVAL = "approval"
    PAYMENT = "payment"


Taken = frozenset[tuple[str, str]]
"""Pairs of a person and a duty that they took in a request."""


def kept_apart(person_id: str, duty: Duty | None, taken: Taken) -> str | None:
    """Why a person may not take a duty after what they did already; None when they may."""
    others = sorted(other for person, other in taken if person == person_id and other != duty)
    if duty is None or not others:
        return None
    return (
        f"You already took part in this request for {' and '.join(others)}, and your district "
        f"keeps that apart from {duty}. Somebody else has to do this."
    )
