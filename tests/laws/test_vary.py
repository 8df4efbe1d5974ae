"""Fields that vary by replication: one mechanism for designs, arms and private types."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.ensemble import Run
from sim.errors import RunError
from sim.fields import BY_PARTY, leaves
from sim.results import ARRAYS
from sim.scenario import compile_game
from sim.scenario.paths import leaf_at
from tests.conftest import minimal
from tests.helpers import same


@pytest.fixture(scope="module")
def tutorial():
    """The tutorial over fewer days: laws hold on each of them."""
    return sim.load_scenario("tutorial").with_values({"calendar.days": 100})


FIELDS = {
    "fighting.baseline": (0.1, 0.9),
    "parties.north.outside_option.stake": (0.2, 1.6),
    "parties.south.outside_option.daily_cost": (0.0, 0.01),
    "parties.north.behaviour.beta": (0.2, 3.0),
    "parties.south.talks.deadline": (10.0, 80.0),
    "parties.north.trust.initial": (0.2, 0.9),
    "parties.north.constituencies.coalition.threshold": (0.2, 0.6),
    "mediators.patron.stock": (0.0, 0.5),
    "mediators.convenor.bias.north": (0.0, 1.0),
    "spoilers.splinter.rate": (0.0, 0.3),
    "readiness.minimum": (0.0, 0.6),
    "implementation.compliance_noise": (0.01, 0.2),
    "implementation.simultaneity": (0.0, 1.0),
    "mediators.patron.attention": (0.0, 1.0),
    "parties.north.outside_option.next_stage": (0.0, 0.5),
}
NEW = {
    "parties.north.framing.loss_aversion": (1.0, 2.0),
    "parties.south.framing.curvature": (0.8, 1.0),
    "parties.south.framing.distortion": (0.6, 1.0),
    "parties.north.trust.reciprocity": (0.0, 1.0),
    "parties.north.conduct.retaliation": (0.0, 0.9),
    "fighting.reprisal": (0.0, 0.5),
    "mediators.patron.focus": (0.0, 1.0),
    "mediators.patron.coercion_share": (0.0, 0.8),
    "mediators.patron.inducement_share": (0.0, 0.2),
    "mediators.convenor.partiality.south": (0.0, 1.0),
    "spoilers.splinter.appetite": (0.2, 3.0),
    "spoilers.splinter.socialisation": (0.0, 0.3),
    "events.halt_of_fire.accept": (0.0, 1.0),
    "events.halt_of_fire.lapse": (0.0, 0.2),
}
QUICK = list(FIELDS)[::8]


@pytest.mark.parametrize(
    "path", [pytest.param(p, marks=[] if p in QUICK else [pytest.mark.slow]) for p in FIELDS]
)
def test_a_varied_field_gives_each_replication_its_own_value(tutorial, path):
    """Row by row the varied run equals a run in which everybody has that value."""
    _held_row_by_row(tutorial, path, *FIELDS[path])


@pytest.mark.parametrize("path", [pytest.param(p, marks=pytest.mark.slow) for p in NEW])
def test_so_it_is_with_every_rule_switched_on(path):
    _held_row_by_row(sim.load_scenario("every_rule"), path, *NEW[path], rows=120)


def _held_row_by_row(tutorial, path, low, high, rows=24):
    levels = np.where(np.arange(rows) % 2 == 0, low, high)
    varied = sim.run_ensemble(tutorial, replications=rows, seed=6, vary={path: levels})
    one = sim.run_ensemble(tutorial.with_values({path: low}), replications=rows, seed=6)
    two = sim.run_ensemble(tutorial.with_values({path: high}), replications=rows, seed=6)
    assert same(one, two) != []
    for name in ARRAYS:
        mixed = getattr(varied, name)
        assert mixed[::2].tobytes() == getattr(one, name)[::2].tobytes(), name
        assert mixed[1::2].tobytes() == getattr(two, name)[1::2].tobytes(), name


def test_varied_weights_renormalise_and_share_tables_by_point(tutorial):
    path = "parties.north.weights.captives"
    levels = np.array([0.3, 0.6] * 10)
    varied = sim.run_ensemble(tutorial, replications=20, seed=6, vary={path: levels})
    plain = sim.run_ensemble(tutorial, replications=20, seed=6)
    assert varied.game.agendas[0].tables.utility.shape[0] == 2
    assert (varied.utility[::2].tobytes()) == plain.utility[::2].tobytes()
    assert varied.outcome[1::2].tolist() != plain.outcome[1::2].tolist() or not np.array_equal(
        varied.utility[1::2], plain.utility[1::2], equal_nan=True
    )


@pytest.mark.parametrize("name", ["every_rule", pytest.param("tutorial", marks=pytest.mark.slow)])
def test_every_leaf_as_a_constant_array_gives_the_scalar_bits(name):
    """All numbers at once as arrays of length R: broadcasting may not change a bit."""
    game = sim.load_scenario(name).game
    base = Run(game, 2, 0, 12).play()
    wide = {
        leaf.name: np.repeat(getattr(game.fields, leaf.name), 12, axis=0)
        for leaf in leaves()
        if getattr(game.fields, leaf.name).size
    }
    from dataclasses import replace

    behaviours = tuple(
        replace(b, beta=np.full(12, b.beta), k=np.full(12, b.k)) for b in game.behaviours
    )
    made = replace(game, fields=game.fields.changed(wide), behaviours=behaviours)
    found = Run(made, 2, 0, 12).play()
    for array in ARRAYS:
        assert base[array].tobytes() == found[array].tobytes(), array


def test_events_lay_over_varied_fields(tutorial):
    levels = np.linspace(0.05, 0.3, 10)
    varied = sim.run_ensemble(
        tutorial, replications=10, seed=6, vary={"mediators.patron.stock": levels}
    )
    value = float(levels[4])
    one = sim.run_ensemble(
        tutorial.with_values({"mediators.patron.stock": value}), replications=10, seed=6
    )
    assert varied.to_frame().iloc[4].equals(one.to_frame().iloc[4])


def test_private_types_are_drawn_once_and_travel_with_the_key(tutorial):
    run = Run(tutorial.game, 4, 0, 500)
    stakes = run.game.fields.stake
    assert stakes.shape == (500, 2)
    assert len(np.unique(stakes[:, 0])) > 400
    stated = [1.1, 1.3]
    error = stakes.std(axis=0, ddof=1) / np.sqrt(500)
    assert (np.abs(stakes.mean(axis=0) - stated) < 4 * error).all()


@pytest.mark.parametrize(("stake", "share"), [(0.6, 1.0), (2.0, 0.0)])
def test_a_fixed_game_agrees_always_or_never(stake, share):
    data = minimal(fighting={"shock": 0}, readiness={"strength": 0})
    for party in data["parties"]:
        party["outside_option"] = {"stake": stake, "belief_variance": 0}
    outcomes = sim.run_ensemble(sim.load_scenario(data), replications=60, seed=1)
    assert (outcomes.ratified_on >= 0).mean() == share
    assert sim.summarise(outcomes)["saturated"] is True


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ({"parties.north.outside_option.stake": np.ones(3)}, "allowed: \\(5,\\)"),
        ({"parties.north.outside_option.stake": np.full(5, 9.0)}, "allowed: 0 to 3"),
        ({"parties.nobody.outside_option.stake": np.ones(5)}, "unknown id 'nobody'"),
        ({"parties.north.outside_option.steak": np.ones(5)}, "did you mean 'outside_option.stake'"),
        ({"parties.north.weights.moon": np.ones(5)}, "names no weight"),
    ],
)
def test_what_cannot_vary_is_an_error(tutorial, vary, message):
    with pytest.raises((RunError, ValueError), match=message):
        sim.run_ensemble(tutorial, replications=5, seed=1, vary=vary)


def test_too_many_points_of_weights_is_an_error_that_names_the_limit(tutorial):
    levels = {"parties.north.weights.captives": np.linspace(0.1, 0.5, 600)}
    with pytest.raises(RunError, match="600 distinct values together; allowed: 512"):
        compile_game(tutorial.file, levels)


def test_every_leaf_can_be_addressed_by_a_path(tutorial):
    samples = {
        "parties": "parties.north.{}",
        "mediators": "mediators.patron.{}",
        "spoilers": "spoilers.splinter.{}",
        "events": "events.convoy.{}",
        "constituencies": "parties.south.constituencies.wing.{}",
    }
    for leaf in leaves():
        path = samples.get(leaf.owner, leaf.owner + ".{}").format(leaf.path)
        path = f"{path}.north" if leaf.name in BY_PARTY else path
        assert leaf_at(tutorial.file, path)[0] == leaf


POINTS = {
    "parties.north.weights.captives": (0.1, 0.3, 0.5),
    "parties.north.behaviour.beta": (0.2, 0.6, 2.0),
    "parties.south.outside_option.status_quo": (0.1, 0.4, 0.6),
    "parties.south.talks.deadline": (10.0, 40.0, 80.0),
    "fighting.baseline": (0.1, 0.5, 0.9),
    "mediators.convenor.bias.north": (0.0, 0.5, 1.0),
    "spoilers.splinter.rate": (0.0, 0.03, 0.3),
    "implementation.simultaneity": (0.0, 0.5, 1.0),
}


@pytest.mark.parametrize(
    "paths",
    [list(POINTS), *(pytest.param([path], marks=pytest.mark.slow) for path in POINTS)],
)
def test_a_point_of_a_design_is_the_run_at_that_point(tutorial, paths):
    """Row for row, to the last bit, with the luck of the replication it is about."""
    count, first = 12, 30
    vary = {path: np.repeat(POINTS[path], count) for path in paths}
    game = compile_game(tutorial.file, vary, like=tutorial.game)
    whole = Run(game, 5, first, count, points=3).play()
    for k in range(3):
        case = tutorial.at_point({path: POINTS[path][k] for path in paths})
        alone = sim.run_ensemble(case, replications=count, seed=5, first=first)
        rows = slice(k * count, (k + 1) * count)
        for name in ARRAYS:
            assert whole[name][rows].tobytes() == getattr(alone, name).tobytes(), (k, name)


def test_a_point_is_the_scenario_with_the_same_values(tutorial):
    values = {path: levels[2] for path, levels in POINTS.items() if ".weights." not in path}
    one = sim.run_ensemble(tutorial.at_point(values), replications=10, seed=2)
    two = sim.run_ensemble(tutorial.with_values(values), replications=10, seed=2)
    assert same(one, two) == []


def test_values_set_on_a_point_keep_the_point(tutorial):
    point = tutorial.at_point({"fighting.baseline": 0.9}).with_values({"calendar.days": 100})
    assert (point.game.days, point.game.fields.baseline.item()) == (100, 0.9)
    assert point.sha256 != tutorial.with_values({"calendar.days": 100}).sha256


class _Step:
    def __init__(self, ask: float = 0.9) -> None:
        self.ask = ask

    def propose(self, seat):
        return seat.best_at_or_above(max(self.ask, seat.floor))

    def accepts(self, seat, package):
        return seat.value(package) >= self.ask


def test_a_parameter_of_a_scalar_class_varies_by_replication(tutorial):
    from dataclasses import replace

    asks = np.tile([0.55, 0.95], 5)

    def run(ask):
        own = sim.PerReplication(_Step, {"ask": ask})
        game = replace(tutorial.game, behaviours=(own, tutorial.game.behaviours[1]))
        return Run(game, 3, 0, 10).play()

    mixed, low, high = run(asks), run(0.55), run(0.95)
    assert low["package"].tobytes() != high["package"].tobytes()
    for name in ARRAYS:
        assert mixed[name][::2].tobytes() == low[name][::2].tobytes(), name
        assert mixed[name][1::2].tobytes() == high[name][1::2].tobytes(), name


@pytest.mark.parametrize(
    "behaviour",
    [
        {"use": "time-dependent", "trade_off": "similar"},
        {"use": "micro"},
        *(
            pytest.param(given, marks=pytest.mark.slow)
            for given in (
                {"use": "time-dependent", "trade_off": "lowest"},
                {"use": "time-dependent", "trade_off": "frequency"},
                {"use": "zeuthen"},
                {"use": "rubinstein"},
                {"use": "tit-for-tat"},
            )
        ),
    ],
    ids=lambda given: "-".join(given.values()),
)
def test_a_point_in_the_weights_is_the_run_at_that_point_for_each_rule(tutorial, behaviour):
    case = tutorial.with_values(
        {f"parties.{p}.behaviour": behaviour for p in ("north", "south")} | {"calendar.days": 70}
    )
    paths = {
        "parties.north.weights.captives": (0.1, 0.3, 0.5),
        "parties.south.weights.withdrawal": (0.1, 0.2, 0.3),
    }
    vary = {path: np.repeat(levels, 8) for path, levels in paths.items()}
    whole = Run(compile_game(case.file, vary, like=case.game), 5, 0, 8, points=3).play()
    for k in range(3):
        at = case.at_point({path: levels[k] for path, levels in paths.items()})
        alone = sim.run_ensemble(at, replications=8, seed=5)
        for name in ARRAYS:
            rows = whole[name][8 * k : 8 * k + 8]
            assert rows.tobytes() == getattr(alone, name).tobytes(), (k, name)
