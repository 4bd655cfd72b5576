"""Whole lives of requests, walked in a real browser by each person in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from e2e.conftest import Walk

pytestmark = pytest.mark.browser

PROBLEM = "Two laptops of the writing lab no longer start, so two students share one."
IMPACT = "Five classes a day; drafts are lost when students swap seats."


def submit(walk: Walk, title: str) -> str:
    """Tina fills in the form and sends it; the request's number."""
    walk.sit_down("tina", "submit")
    walk.type("What do you need?", title)
    walk.type("What problem does it solve?", PROBLEM)
    walk.type("How does it affect daily work or learning?", IMPACT)
    walk.pick("Add from the standards catalogue", "Teacher laptop")
    walk.sees("Rita Moss checks feasibility")
    walk.press("Submit the request")
    walk.sees("acts now")
    return walk.request_id


def forward(walk: Walk, number: str) -> None:
    """Rita reviews the request and forwards it."""
    walk.sit_down("rita", "review", request=number)
    walk.type(
        "Findings", "The lab's laptops are out of warranty; the standard model fits the carts."
    )
    walk.press("Forward to the supervisor")


def test_denied_with_alternatives_then_asked_again(walk: Walk) -> None:
    number = submit(walk, "Laptops for the writing lab")
    forward(walk, number)
    walk.sit_down("pia", "approvals", request=number)
    walk.press("Deny")
    walk.type("Reason", "The lab moves to the library in January.")
    walk.pick("What could they do instead?", "Ask for fewer units")
    walk.press("Deny the request")
    walk.sit_down("tina", "one_request", request=number)
    walk.sees("The lab moves to the library in January.")
    walk.sees("Ask for fewer units now and the rest later.")
    walk.press("Start a new request from this one")
    walk.press("Submit the request")
    assert walk.request_id != number
    walk.sees(f"Started from {number}")


def test_needs_information_and_back(walk: Walk) -> None:
    number = submit(walk, "Laptops for the debate club")
    walk.sit_down("rita", "review", request=number)
    walk.press("Ask the requester")
    walk.type("Question", "Do they need to run the video editor?")
    walk.press("Ask the requester")
    walk.sit_down("tina")
    walk.sees("Answer a question")
    walk.sit_down("tina", "one_request", request=number)
    walk.press("Answer")
    walk.type("Answer", "No, only documents and slides.")
    walk.press("Answer")
    walk.sees("Rita Moss")
    forward(walk, number)
    walk.sit_down("pia", "approvals", request=number)
    walk.sees("No, only documents and slides.")
