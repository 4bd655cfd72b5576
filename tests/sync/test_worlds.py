"""Hundreds of random lives on both sides at once: no edit is lost, no row is doubled."""

from __future__ import annotations

from random import Random

import pytest

from sync.desk import Desk
from sync.gadgets import App, gadget
from sync.verdicts import differences, doubled_rows, lost_edits, strangers
from sync.worlds import World

WORLDS = 240


@pytest.mark.parametrize("races", [False, True], ids=["calm", "raced"])
@pytest.mark.parametrize("dozen", range(WORLDS // 24))
def test_no_edit_is_lost_and_no_row_doubled(dozen: int, *, races: bool) -> None:
    for seed in range(dozen * 12, dozen * 12 + 12):
        desk = Desk(App(*(gadget(f"G{number}") for number in range(1, 9))))
        world = World(desk, Random(seed * 2 + races))  # noqa: S311  # a world, not a secret
        world.one_pass()
        world.live(40, races=races)
        world.rest()
        assert lost_edits(world) == [], seed
        assert doubled_rows(world) == [], seed
        assert differences(world) == [], seed
        assert strangers(world) == [], seed
        assert len(world.typed) > 10, seed


def test_a_difference_beside_a_note_on_the_past_is_found() -> None:
    desk = Desk(App(gadget("G1"), gadget("G2")))
    desk.settle()
    desk.type("G1", "spent_cents", "5")
    desk.settle()
    assert str(desk.status("G1")).startswith("Put back: ")
    desk.type("G1", "name", "Typed and not taken over")
    assert differences(World(desk, Random(0))) == [  # noqa: S311  # a world, not a secret
        "G1.name: 'Typed and not taken over' in the sheet"
    ]
