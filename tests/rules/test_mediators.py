"""Several mediators: in turn or pooled, partial or not, pressing all or the furthest; proximity."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import sim
from sim.ensemble import Run
from sim.errors import ScenarioError
from sim.mediators.manipulation import put_leverage
from sim.table.protocols import Intervention
from tests.conftest import minimal


def played(scenario, days=40, rows=150):
    run = Run(scenario.game, 7, 0, rows)
    for _ in range(days):
        run.advance()
    return run


def two_patrons(tutorial, **values):
    """The tutorial in which both mediators have leverage."""
    return tutorial.with_values(
        {"mediators.convenor.style": "manipulation", "mediators.convenor.stock": 0.3, **values}
    )


def test_pooled_mediators_put_more_behind_a_text(tutorial):
    alone = played(two_patrons(tutorial)).state
    pooled = played(two_patrons(tutorial, **{"protocol.coordination": "pooled"})).state
    assert pooled.spent.sum(axis=1).mean() > alone.spent.sum(axis=1).mean()
    stock = np.array([0.3, 0.35])
    assert (pooled.spent <= stock + 0.06 + 1e-9).all()


@pytest.mark.slow
def test_who_leads_is_not_asked_to_stand_behind_itself(tutorial):
    """With one mediator pooling changes no bit."""
    lone = {"mediators.convenor.attention": 0.0}
    one = sim.run_ensemble(tutorial.with_values(lone), replications=60, seed=3)
    pooled = tutorial.with_values({**lone, "protocol.coordination": "pooled"})
    two = sim.run_ensemble(pooled, replications=60, seed=3)
    assert one.outcome.tolist() == two.outcome.tolist()


def test_a_partial_mediator_drafts_in_favour_of_its_side(tutorial):
    single = {"protocol.use": "single-text", "mediators.patron.stock": 0.0}
    worth = {}
    for side in ("north", "south"):
        partial = {f"mediators.{m}.partiality": {side: 1.0} for m in ("convenor", "patron")}
        run = played(tutorial.with_values(single | partial), 12)
        text = run.state.text[:, 0]
        worth[side] = run.game.agendas[0].tables.utility[0][:, text].mean(axis=1)
    north, south = 0, 1
    assert worth["north"][north] > worth["south"][north]
    assert worth["north"][south] < worth["south"][south]


def test_focus_presses_the_side_furthest_from_the_text():
    """What both lack is met in part for both, or for the one that lacks most."""
    numbers = {"daily_cap": 0.06}
    desk = SimpleNamespace(
        session=SimpleNamespace(agenda=0, game=SimpleNamespace(idle=lambda *_: False)),
        left=np.ones(1),
        field=lambda name: np.full(1, numbers.get(name, 0.5)),
    )
    lacking, here = np.array([[0.1, 0.02]]), np.ones(1, dtype=bool)
    for focus, wanted in ((0.0, [0.05, 0.01]), (1.0, [0.06, 0.0]), (0.5, [0.055, 0.005])):
        numbers["focus"] = focus
        step = Intervention()
        put_leverage(desk, step, lacking, here)
        assert (step.carrots + step.sticks)[0] == pytest.approx(wanted)
        assert step.spend[0] == pytest.approx(0.06 + 0.5)
    desk.session.agenda = 1  # judged against the deal in force: nothing to be bought there
    later = Intervention()
    put_leverage(desk, later, lacking, here)
    assert not (later.carrots + later.sticks).any()
    desk.left = np.full(1, 0.4)  # less than the upkeep of a guarantee, .5
    broke = Intervention()
    put_leverage(desk, broke, lacking, here)
    assert broke.guarantee[0] == 0.0
    assert later.guarantee[0] == 0.5


def test_what_two_lack_alike_is_shared_and_the_cap_holds():
    desk = SimpleNamespace(
        session=SimpleNamespace(agenda=0, game=SimpleNamespace(idle=lambda *_: False)),
        left=np.ones(1),
        field=lambda name: np.full(1, {"daily_cap": 0.1, "focus": 1.0}.get(name, 0.5)),
    )
    step = Intervention()
    put_leverage(desk, step, np.array([[0.1, 0.1]]), np.ones(1, dtype=bool))
    assert (step.carrots + step.sticks)[0] == pytest.approx([0.05, 0.05])


def test_who_stands_behind_a_text_adds_what_is_still_lacking(tutorial):
    """Two mediators with the same reports, pooled, give a side no more than it lacks."""
    exact = {
        "protocol.coordination": "pooled",
        "rules.exaggeration": False,
        "mediators.convenor.report_noise": 0.0,
        "mediators.patron.report_noise": 0.0,
    }
    caps = {f"mediators.{m}.daily_cap": 1.0 for m in ("convenor", "patron")}
    both = {f"mediators.{m}.stock": 1.0 for m in ("convenor", "patron")}
    shares = {"mediators.convenor.carrot_share": 1.0, "mediators.convenor.stick_share": 0.0}
    shares |= {"mediators.patron.carrot_share": 1.0, "mediators.patron.stick_share": 0.0}
    pooled = played(two_patrons(tutorial, **exact, **caps, **both, **shares), 8).state
    alone = {**exact, "protocol.coordination": "in-turn"}
    single = played(two_patrons(tutorial, **alone, **caps, **both, **shares), 8).state
    assert (single.carrot > 0.01).any()
    assert pooled.carrot == pytest.approx(single.carrot, abs=1e-6)


def test_in_proximity_talks_a_refusal_teaches_and_provokes_nobody(tutorial):
    apart = tutorial.with_values({"protocol.use": "proximity", "protocol.text_every": 100})
    run = Run(apart.game, 3, 0, 50)
    start = run.state.floor_mean.copy()
    for _ in range(20):
        run.advance()
        assert not run.state.failed.any()
    pairs = [(0, 1), (1, 0)]
    for i, j in pairs:
        assert (run.state.floor_mean[:, i, j] <= start[0, i, j] + 1e-6).all()
    assert (run.state.pledge == 0).all()


@pytest.mark.parametrize("use", ["shuttle", "proximity"])
def test_talks_at_a_distance_need_a_mediator(use):
    with pytest.raises(ScenarioError, match=f"{use} needs a mediator"):
        sim.load_scenario(minimal(protocol={"use": use}))


def test_nobody_concedes_below_what_home_would_carry():
    """One issue: with a threshold of .6 at home the last offer is worth .6, whatever the floor."""
    data = minimal()
    data["issues"] = [{"id": "share", "options": list(range(11))}]
    ranks = [k / 10 for k in range(11)]
    for party, scores in zip(data["parties"], (ranks, ranks[::-1]), strict=True):
        party["weights"], party["scores"] = {"share": 1.0}, {"share": scores}
        party["outside_option"] = {"stake": 0.2}
        party["talks"] = {"deadline": 10}
        party["behaviour"] = {"use": "time-dependent", "beta": 1.0}
    tied = [{"id": "assembly", "threshold": 0.6, "veto": True, "vote_noise": 0}]
    data["parties"][0]["constituencies"] = tied
    data["readiness"] = {"strength": 0}
    outcomes = sim.run_ensemble(sim.load_scenario(data), replications=20, seed=1)
    assert (outcomes.utility[:, 0] >= 0.6).all()
    assert (outcomes.ratified_on > 0).all()
