"""Rows stand next to each other in memory: what costs time if lost, and changes no number."""

import pytest

import sim
from sim.ensemble import Run
from sim.fields import leaves
from sim.table.state import ARRAYS


def astray(arrays):
    """Return the names of arrays whose rows do not stand next to each other."""
    return [
        name
        for name, values in arrays.items()
        if values.ndim > 1
        and min(values.shape) > 0
        and values.shape[0] > 1
        and max(values.shape[1:]) > 1
        and values.strides[0] != values.itemsize
    ]


@pytest.mark.parametrize("name", ["tutorial", "every_rule", "gaza_ceasefire_talks"])
def test_rows_stand_next_to_each_other_however_many_days_have_passed(name):
    run = Run(sim.load_scenario(name).game, 1, 0, 64)
    for _ in range(5):
        run.play_until(run.state.day + 20)
        state = run.state
        assert astray({one: getattr(state, one) for one in ARRAYS}) == []
        assert astray({leaf.name: getattr(state.fields, leaf.name) for leaf in leaves()}) == []
