"""What parties learn of each other's floors, and that they may be kept from learning it."""

import numpy as np

from sim.ensemble import Run


def beliefs_after(scenario, day):
    run = Run(scenario.game, 1, 0, 40)
    run.play_until(day)
    between = ~np.eye(len(scenario.game.parties), dtype=bool)
    return run.state.floor_mean[:, between], run.state.floor_sd[:, between]


def test_without_floor_learning_and_messages_beliefs_stay_as_they_were(tutorial):
    first = beliefs_after(tutorial, 0)
    off = {"rules.floor_learning": False, "rules.messages": False}
    for before, after in zip(first, beliefs_after(tutorial.with_values(off), 30), strict=True):
        assert (after == before[0, 0]).all()
    for before, after in zip(first, beliefs_after(tutorial, 30), strict=True):
        assert (after != before[0, 0]).all()


def test_messages_alone_move_what_is_believed_and_not_how_surely(tutorial):
    told = tutorial.with_values({"rules.floor_learning": False})
    mean, sd = beliefs_after(told, 30)
    assert (mean != beliefs_after(told, 0)[0][0, 0]).any()
    assert (sd == beliefs_after(told, 0)[1][0, 0]).all()
