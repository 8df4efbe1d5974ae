"""Why a history went as it did, and how a text stands."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import sim
from sim.ensemble import Run
from sim.errors import RunError, ScenarioError
from sim.results import ARRAYS, Trace
from sim.scoring import score_draft
from sim.sitting import REASONS
from sim.telling import tell_day

TEXT = {
    "truce_days": 42,
    "captives": 40,
    "ratio": 3,
    "withdrawal": "roads",
    "monitoring": "observers",
    "aid": 300,
}


@pytest.fixture(scope="module")
def signed(tutorial):
    outcomes = sim.run_ensemble(tutorial, replications=20, seed=1)
    place = int(np.flatnonzero(outcomes.signed_on > 20)[0])
    return outcomes, place, sim.explain(sim.replay(outcomes, place))


def test_every_refusal_has_its_reason(signed):
    _, _, found = signed
    table = found.to_frame()
    assert set(table.reason) <= set(REASONS)
    below = table[table.reason == "floor"]
    assert (below.utility < below.floor).all()
    willing = table[table.reason.isin(["signs", "asks for more"])]
    assert (willing.utility >= willing.floor).all()
    for one in found.sittings[:40]:
        crossed = [not allowed for allowed in one.allowed]
        said = [one.reason(party) == "red line" for party in range(2)]
        assert said == [c and not a for c, a in zip(crossed, one.answers, strict=True)]


def test_the_day_of_signature_is_the_one_on_which_all_sign(signed):
    outcomes, place, found = signed
    day = int(outcomes.signed_on[place])
    last = found.at(day)
    assert last is not None
    assert (last.day, last.answers.all()) == (day, True)
    before = [one for one in found.sittings if one.agenda == 0 and one.day < day]
    assert not any(one.answers.all() for one in before)
    assert f"Signed on day {day}" in str(found)


def test_a_signed_package_is_in_the_zone_and_its_regret_is_what_enumeration_says(signed, tutorial):
    outcomes, place, found = signed
    one = found.at(int(outcomes.signed_on[place]))
    zone, regret = found.zone(one), found.regret(one)
    assert regret.zone == zone.sum() > 0
    worth = tutorial.game.agendas[0].tables.utility[0]
    assert (worth[:, zone] >= one.all_floors.min(axis=1)[:, None] - 1e-12).all()
    for party in range(2):
        rest = worth[1 - party] >= worth[1 - party][one.package] - 1e-12
        best = worth[party][zone & rest].max() if (zone & rest).any() else worth[party][one.package]
        assert regret.spare[party] == pytest.approx(max(best - worth[party][one.package], 0))


def test_the_nash_point_takes_each_package_by_its_own_monitoring(signed, tutorial):
    found = signed[2]
    agenda = tutorial.game.agendas[0]
    worth = agenda.tables.utility[0]
    for one in [s for s in found.sittings if s.agenda == 0][::5]:
        zone, regret = found.zone(one), found.regret(one)
        assert (regret.nash >= 0) == zone.any()
        if zone.any():
            gains = worth - one.all_floors[:, agenda.monitored]
            merit = np.where(zone, gains.prod(axis=0), -np.inf)
            assert merit[regret.nash] == pytest.approx(merit.max())


def test_the_floor_is_made_of_what_stood_when_the_session_opened(signed):
    """Without risk and stages, the floor is the outside option less the carrot, to the last digit."""
    plain = sim.load_scenario("tutorial").with_values(
        {f"parties.{p}.outside_option.collapse_loss": 0.0 for p in ("north", "south")}
    )
    found = sim.explain(sim.trace_replication(plain, seed=1, replication=5))
    assert any(one.carrots.any() or one.sticks.any() for one in found.sittings)
    for one in [s for s in found.sittings if s.agenda == 0]:
        assert one.floors == pytest.approx(one.outside - one.carrots, abs=1e-6)


def test_a_day_without_a_deal_is_told_with_who_stood_in_the_way(signed):
    _, _, found = signed
    text = tell_day(found, 20)
    assert text.startswith("Day 20: on the table")
    assert "floor" in text
    assert "packages of 3,072 cleared" in text


def test_votes_are_told_by_constituency(tutorial):
    outcomes = sim.run_ensemble(tutorial, replications=200, seed=1)
    failed = int(np.flatnonzero(outcomes.outcome == 6)[0])
    found = sim.explain(sim.replay(outcomes, failed))
    votes = found.votes()
    assert set(votes.constituency) == {"coalition", "families", "residents", "wing"}
    assert not votes.yes.all()
    assert "voted no" in str(found)


def test_a_trace_without_its_game_is_refused(signed):
    trace = signed[2].trace
    with pytest.raises(RunError, match="holds no compiled scenario"):
        sim.explain(Trace(trace.days, trace.outcome, trace.provenance))


def test_a_witness_changes_nothing_and_a_forged_day_is_found(tutorial):
    class Watching:
        def opens(self, session):
            self.seen = session.floors.shape

        def helps(self, session, mediator, rows, step):
            self.helped = mediator

        def closes(self, session, rows, proposer, package, answers):
            self.answers = answers.shape

    plain, watched = (Run(tutorial.game, 2, 0, 40) for _ in range(2))
    watched.actors.witness = Watching()
    one, two = plain.play(), watched.play()
    assert watched.actors.witness.seen[1] == 2
    assert watched.actors.witness.helped == 1
    assert all(one[name].tobytes() == two[name].tobytes() for name in ARRAYS)
    trace = sim.trace_replication(tutorial, seed=1, replication=1)
    trace.days[20]["fighting"] += 1e-9
    with pytest.raises(RunError, match="plays differently"):
        sim.explain(trace)


def test_a_text_is_scored_against_floors_and_thresholds(tutorial):
    calm = tutorial.with_values({"rules.misperception": False})
    score = score_draft(calm, TEXT, day=10, replications=150, seed=2)
    table = score.to_frame().set_index("name")
    assert score.open == 150
    assert list(table.of) == ["", "north", "north", "", "south", "south"]
    assert score.signed.value <= table.accepts[["north", "south"]].min() + 1e-12
    assert score.ratified.value <= score.signed.value
    package = calm.game.agendas[0].tables
    code = calm.game.agendas[0].space.encode([2, 1, 2, 1, 1, 1])
    assert calm.game.agendas[0].describe(int(code)) == score.package
    assert table.utility["north"] == pytest.approx(package.utility[0, 0, code])


def test_a_better_text_for_one_side_is_accepted_more_often_by_it(tutorial):
    worse = TEXT | {"ratio": 1, "withdrawal": "none"}
    one, two = (score_draft(tutorial, t, day=20, replications=200, seed=2) for t in (TEXT, worse))
    accepts = [s.to_frame().set_index("name").accepts for s in (one, two)]
    assert accepts[1]["north"] >= accepts[0]["north"]
    assert accepts[1]["south"] <= accepts[0]["south"]


def test_a_red_line_is_named(tutorial):
    score = score_draft(tutorial, TEXT | {"ratio": 10}, replications=20)
    north = next(one for one in score.standings if one.name == "north")
    assert (north.red_line, north.accepts.value, score.signed.value) == (True, 0.0, 0.0)


def test_what_is_wrong_with_a_text_is_told_at_once_with_its_lines(tutorial, tmp_path):
    path = tmp_path / "draft.yaml"
    path.write_text("truce_days: 42\ncaptives: 41\nratios: 3\ncrossing: open\n")
    with pytest.raises(ScenarioError) as caught:
        score_draft(tutorial, path)
    text = str(caught.value)
    assert "draft.yaml:2: captives: no option 41; allowed: 20, 40, 60" in text
    assert "draft.yaml:3: ratios: unknown issue 'ratios'; allowed: did you mean 'ratio'?" in text
    assert "two agendas" in text
    assert "aid: is missing" in text


def test_a_broken_pledge_counts_in_a_score_as_at_the_vote(tutorial):
    loud = {f"parties.{p}.talks.publicity": 1.0 for p in ("north", "south")}
    one, two = (
        score_draft(tutorial.with_values(case), TEXT, day=60, replications=80, seed=2)
        for case in (loud, {**loud, "rules.audience_costs": False})
    )
    assert one.ratified.value < two.ratified.value


def test_the_last_day_is_too_late(tutorial):
    with pytest.raises(RunError, match="allowed: 1 to 179"):
        score_draft(tutorial, TEXT, day=180, replications=5)


def test_a_day_on_which_no_talks_are_open_is_an_error(tutorial):
    with pytest.raises(RunError, match="open in none of 5 histories on day 1"):
        score_draft(
            tutorial,
            {"crossing": "open", "rebuilding": "full", "talks_on_status": "none"},
            replications=5,
        )


@pytest.mark.parametrize("name", ["tutorial", pytest.param("every_rule", marks=pytest.mark.slow)])
def test_leverage_by_target_sums_to_what_each_mediator_spent(name):
    scenario = sim.load_scenario(name)
    kinds = set()
    for replication in range(1, 5):
        trace = sim.trace_replication(scenario, seed=3, replication=replication)
        table = sim.explain(trace).leverage()
        kinds |= set(table.kind)
        for mediator, last in trace.days[-1]["mediators"].items():
            amount = table[table.mediator == mediator].amount.sum()
            assert amount == pytest.approx(last["spent"], abs=1e-9)
    assert {"carrot", "stick", "guarantee"} <= kinds


def test_beliefs_move_with_what_is_said_and_stay_where_nothing_is(tutorial):
    found = sim.explain(sim.trace_replication(tutorial, seed=1, replication=1))
    beliefs, sessions = found.beliefs(), found.to_frame()
    first = beliefs[beliefs.day == beliefs.day.min()]
    assert set(first["mean"].round(6)) == {0.4}
    assert beliefs["mean"].nunique() > 10
    shares = sessions[sessions.day == sessions.day.min()].groupby("party").share.first()
    assert shares.sum() == pytest.approx(1.0)
    assert sessions.chances_sd.between(0, 0.5).all()


def test_without_luck_a_constituency_says_yes_exactly_if_it_gets_what_it_asks_for(tutorial):
    quiet = {
        f"parties.{party.id}.constituencies.{group.id}.vote_noise": 0.0
        for party in tutorial.file.parties
        for group in party.constituencies
    }
    calm = tutorial.with_values(quiet)
    cast = [
        ballot
        for number in range(12)
        for ballot in sim.explain(sim.trace_replication(calm, seed=1, replication=number)).ballots
    ]
    assert len(cast) > 20
    assert {one.yes for one in cast} == {True, False}
    for one in cast:
        assert one.yes == (one.worth >= one.asked)


def test_the_last_signature_is_told_and_what_came_of_earlier_ones(tutorial):
    outcomes = sim.run_ensemble(tutorial, replications=60, seed=1)
    voted_down = np.flatnonzero(
        (outcomes.ratified_on > 0) & (outcomes.ratified_on - outcomes.signed_on > 2)
    )
    found = sim.explain(sim.replay(outcomes, int(voted_down[0])))
    first, ratified = (int(a[voted_down[0]]) for a in (outcomes.signed_on, outcomes.ratified_on))
    text = str(found)
    assert f"Signed on day {first}; voted down on day {first + 2}." in text
    assert f"Signed on day {ratified - 2}:" in text


def test_a_day_the_history_has_not_is_refused(signed):
    found = signed[2]
    last = len(found.trace.days)
    with pytest.raises(RunError, match=f"this history ends on day {last}; allowed: 1 to {last}"):
        tell_day(found, last + 1)


def test_who_stays_away_is_told_with_the_day_it_left(tutorial):
    outcomes = sim.run_ensemble(tutorial, replications=100, seed=1)
    walked = int(np.flatnonzero(outcomes.outcome == 7)[0])
    found = sim.explain(sim.replay(outcomes, walked))
    last = len(found.trace.days)
    away = [n for n, p in found.trace.days[-1]["parties"].items() if not p["present"]]
    assert away
    assert f"Away on day {last}: " in tell_day(found, last)
    assert "stayed away on" in str(found)


def test_a_vote_on_the_day_of_signature_is_seen(tutorial):
    at_once = tutorial.with_values({"protocol.vote_delay": 0})
    seen = cast = 0
    for number in range(12):
        trace = sim.trace_replication(at_once, seed=1, replication=number)
        found = sim.explain(trace)
        cast += sum(len(day["votes"]) for day in trace.days)
        seen += len(found.ballots)
        assert "nothing came of it" not in str(found)
    assert seen == cast > 20


@pytest.mark.slow
def test_a_deal_that_ended_is_not_taken_for_one_voted_down(tutorial):
    bare = copy.deepcopy(tutorial.data)
    bare["protocol"] |= {"deals": 3, "resume_after": 10}
    for party in bare["parties"]:
        party["constituencies"] = []
    bare["events"] = [e for e in bare["events"] if "constituencies" not in str(e["effect"])]
    scenario = sim.load_scenario(bare)
    told = [
        str(sim.explain(sim.trace_replication(scenario, seed=1, replication=number)))
        for number in range(25)
    ]
    again = [text for text in told if "the agreement came into force and ended" in text]
    assert again
    assert not any("voted down" in text for text in told)
