"""What claims are about, beyond the outcomes that tables name: hazards, beliefs, conditional shares.

An estimand takes a sample (a scenario played so many times) and the keywords of a claim file.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from sim._typing import Float, Int
from sim.ensemble import Run, run_ensemble
from sim.measures import measured, measures_for
from sim.results import Outcomes
from sim.rules.floors import floors
from sim.scenario import Scenario
from sim.table.state import Outcome
from sim.validation.resampling import Pooled, Ratio, Statistic
from sim.validation.survival import kaplan_meier, weibull_shape

__all__ = ["ESTIMANDS", "Sample", "estimate_of", "is_measure"]


class Sample:
    """One arm of a claim, played when first asked for.

    Parameters
    ----------
    scenario
        The arm's scenario.
    replications, seed
        How often it is played, and with which luck.
    """

    def __init__(self, scenario: Scenario, replications: int, seed: int) -> None:
        self.scenario = scenario
        self.replications = replications
        self.seed = seed

    @cached_property
    def outcomes(self) -> Outcomes:
        """How every history ended."""
        return run_ensemble(self.scenario, replications=self.replications, seed=self.seed)

    @property
    def ratified(self) -> Any:  # noqa: ANN401 - boolean array
        """Which histories have an agreement."""
        return self.outcomes.ratified_on >= 0

    @property
    def lasted(self) -> Int:
        """Days the first agreement of each history stood."""
        return self.outcomes.lapsed_on - self.outcomes.ratified_on

    def party(self, name: str) -> int:
        """Return a party's index."""
        return [party.id for party in self.scenario.game.parties].index(name)

    def at_table(self, day: int) -> Run:
        """Return a run played up to a day, all histories with their luck."""
        run = Run(self.scenario.game, self.seed, 0, self.replications)
        run.play_until(day)
        return run


def is_measure(name: str) -> bool:
    """Return whether tables have an outcome of that name, whatever the parties are called."""
    fixed = {item.name for item in measures_for([])}
    return name in fixed or name.startswith(("utility_", "harmed_", "released_by_"))


def estimate_of(sample: Sample, name: str, keywords: dict[str, Any]) -> Statistic:
    """Return an estimand of a sample: one of this file, or an outcome of the tables by its mean."""
    if name in ESTIMANDS:
        return ESTIMANDS[name](sample, **keywords)
    return Ratio.mean(measured(sample.outcomes.columns(), name))


def _unconditional(sample: Sample, *, party: str) -> Statistic:
    """Mean utility of a party, 0 where there is no agreement."""
    got = sample.outcomes.utility[:, sample.party(party)]
    return Ratio.mean(np.where(np.isnan(got), 0.0, got))


def _signed_between(sample: Sample, *, first: int, last: int) -> Statistic:
    """Share of signatures that fall on certain days."""
    day = sample.outcomes.signed_on.astype(float)
    inside = ((day >= first) & (day <= last)).astype(float)
    return Ratio.mean(np.where(day >= 0, inside, np.nan))


def _signed_by(sample: Sample, *, day: int) -> Statistic:
    """Share of histories with a signature by a day."""
    on = sample.outcomes.signed_on
    return Ratio.mean(((on >= 0) & (on <= day)).astype(float))


def _day_signed(sample: Sample) -> Statistic:
    """Mean day of signature, among signatures."""
    day = sample.outcomes.signed_on.astype(float)
    return Ratio.mean(np.where(day >= 0, day, np.nan))


def _carried_at_home(sample: Sample) -> Statistic:
    """Share of signatures that are ratified."""
    signed = sample.outcomes.signed_on >= 0
    return Ratio.mean(np.where(signed, sample.ratified.astype(float), np.nan))


def _kept(sample: Sample) -> Statistic:
    """Share of agreements that do not collapse."""
    broke = sample.outcomes.lapsed_as == Outcome.COLLAPSED
    return Ratio.mean(np.where(sample.ratified, 1.0 - broke, np.nan))


def _hazard(sample: Sample) -> Statistic:
    """Collapses for each day an agreement stands."""
    broke = sample.ratified & (sample.outcomes.lapsed_as == Outcome.COLLAPSED)
    days = np.where(sample.ratified, np.maximum(sample.lasted, 1), 0)
    return Ratio(broke.astype(float), days.astype(float))


def _hazard_between(sample: Sample, *, first: int, last: int) -> Ratio:
    """Collapses for each day an agreement stands, between two ages of it."""
    time = np.where(sample.ratified, sample.lasted, -1)
    broke = (time >= first) & (time < last) & (sample.outcomes.lapsed_as == Outcome.COLLAPSED)
    days = np.clip(time, first, last) - first
    return Ratio(broke.astype(float), days.astype(float))


def _hazard_ratio(sample: Sample, *, early: list[int], late: list[int]) -> Statistic:
    """Hazard at a later age of agreements, over that at an earlier one."""
    one = _hazard_between(sample, first=early[0], last=early[1])
    two = _hazard_between(sample, first=late[0], last=late[1])

    def ratio(weights: Float) -> float:
        row = weights[None, :]
        return float(two.at(row)[0] / one.at(row)[0])

    return Pooled(ratio, one.count)


def _survival(sample: Sample, *, day: int) -> Statistic:
    """Share of agreements that stand a number of days after ratification (Kaplan-Meier)."""
    rows = np.flatnonzero(sample.ratified)
    time = sample.lasted[rows].astype(float)
    event = sample.outcomes.lapsed_as[rows] == Outcome.COLLAPSED
    return Pooled(lambda weights: kaplan_meier(time, event, weights[rows], day), rows.size)


def _shape(sample: Sample) -> Statistic:
    """Weibull's shape of the time to collapse."""
    rows = np.flatnonzero(sample.ratified)
    time = np.maximum(sample.lasted[rows], 1).astype(float)
    event = sample.outcomes.lapsed_as[rows] == Outcome.COLLAPSED
    return Pooled(lambda weights: weibull_shape(time, event, weights[rows]), rows.size)


def _tranche_hazards(sample: Sample) -> tuple[Ratio, Ratio]:
    """How often the last tranche is where a deal breaks, and how often any earlier one is."""
    last = sample.outcomes.game.agendas[0].tranches
    done = np.where(sample.ratified, np.minimum(sample.outcomes.delivered, last), -1)
    broke = sample.outcomes.outcome == Outcome.COLLAPSED
    tried_last = (done == last) | (broke & (done == last - 1))
    at_last = Ratio((broke & (done == last - 1)).astype(float), tried_last.astype(float))
    early = broke & (done >= 0) & (done < last - 1)
    tried = np.clip(done, 0, last - 1) + early
    return at_last, Ratio(early.astype(float), tried.astype(float))


def _last_tranche(sample: Sample) -> Statistic:
    """Share of deals that come to the last tranche and break there."""
    return _tranche_hazards(sample)[0]


def _last_tranche_excess(sample: Sample) -> Statistic:
    """How much likelier a deal breaks at its last tranche than at an earlier one."""
    last, earlier = _tranche_hazards(sample)

    def apart(weights: Float) -> float:
        row = weights[None, :]
        return float(last.at(row)[0] - earlier.at(row)[0])

    return Pooled(apart, last.count)


def _mean_option(sample: Sample, *, issue: str) -> Statistic:
    """Mean number agreed on an issue, among agreements."""
    outcomes = sample.outcomes
    for number, agenda in enumerate(outcomes.game.agendas):
        names = [item.id for item in agenda.issues]
        if issue in names:
            place = names.index(issue)
            package = outcomes.package[:, number]
            agreed = agenda.numbers[place, agenda.space.option(place, np.maximum(package, 0))]
            return Ratio.mean(np.where(package >= 0, agreed, np.nan))
    message = f"no issue {issue!r}"
    raise KeyError(message)


def _readiness(sample: Sample, *, party: str, day: int) -> Statistic:
    """Chance that a party enters the talks on a session day, if it is not there: its readiness."""
    run, seen = Run(sample.scenario.game, sample.seed, 0, sample.replications), 0
    party_index = sample.party(party)
    ready, count = np.zeros(sample.replications), np.zeros(sample.replications)
    while run.state.day < day and run.advance():
        seen += 1
        if run.game.meets_on(run.state.day):
            ready[run.state.slots] += run.state.ready[:, party_index]
            count[run.state.slots] += 1
    return Ratio(ready, count)


def _belief_error(sample: Sample, *, party: str, other: str, day: int) -> Statistic:
    """How far off a party's belief of another's floor is, on a day (shares of the other's range)."""
    run = sample.at_table(day)
    state, one, two = run.state, sample.party(party), sample.party(other)
    true = floors(run.game, state.fields, state, 0)[:, two].min(axis=1) / run.game.scale[two]
    found = np.full(sample.replications, np.nan)
    found[state.slots] = np.abs(state.floor_mean[:, one, two] - true)
    return Ratio.mean(found)


def _trust(sample: Sample, *, party: str, other: str, day: int) -> Statistic:
    """Trust of a party in another, on a day, in the histories still open."""
    state = sample.at_table(day).state
    found = np.full(sample.replications, np.nan)
    found[state.slots] = state.trust[:, sample.party(party), sample.party(other)]
    return Ratio.mean(found)


ESTIMANDS: dict[str, Callable[..., Statistic]] = {
    "belief_error": _belief_error,
    "carried_at_home": _carried_at_home,
    "day_signed": _day_signed,
    "hazard_between": _hazard_between,
    "hazard_of_collapse": _hazard,
    "hazard_ratio": _hazard_ratio,
    "kept": _kept,
    "last_tranche_breaks": _last_tranche,
    "last_tranche_excess": _last_tranche_excess,
    "mean_option": _mean_option,
    "readiness": _readiness,
    "signed_between": _signed_between,
    "signed_by": _signed_by,
    "survival": _survival,
    "trust": _trust,
    "unconditional_utility": _unconditional,
    "weibull_shape": _shape,
}
"""Estimands by name; what each takes stands in its signature."""
