"""The results of a run as the rows that the terminal, the report and the page show."""

from __future__ import annotations

from math import isnan

from sim.results import Outcomes
from sim.scenario import Scenario
from sim.statistics import Estimate, mean, rate

_PM = "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}"

__all__ = ["basis", "histories", "in_short", "summary_rows"]


def summary_rows(outcomes: Outcomes) -> list[tuple[str, Estimate, int]]:
    """Return what is shown of a run: name, estimate, decimals.

    Examples
    --------
    >>> import sim
    >>> rows = summary_rows(sim.run_ensemble("tutorial", replications=20, seed=1))
    >>> rows[0][0], rows[0][1].count
    ('signed (share of histories)', 20)
    """
    ratified = outcomes.ratified_on >= 0
    days = outcomes.ratified_on[ratified].astype(float)
    rows = [
        ("signed (share of histories)", rate(outcomes.signed_on >= 0), 3),
        ("ratified (share of histories)", rate(ratified), 3),
        ("day of agreement (among ratified)", mean(days), 1),
        ("days of fighting at full intensity", mean(outcomes.fought), 1),
        ("days of truce", mean(outcomes.truce_days.astype(float)), 1),
    ]
    for number, party in enumerate(outcomes.game.parties):
        rows.append((f"people released by {party.name}", mean(outcomes.released[:, number]), 1))
        if outcomes.counts_harm[number]:
            rows.append((f"people harmed ({party.side})", mean(outcomes.harmed[:, number]), 1))
        worth = mean(outcomes.utility[:, number])
        rows.append((f"utility of {party.name} (among ratified)", worth, 3))
    return rows


def in_short(outcomes: Outcomes) -> list[str]:
    """Return the results in a few sentences, each number with its standard error and count."""
    from sim.statistics import outcome_table  # noqa: PLC0415 - pandas

    whole = histories(outcomes.replications)
    signed, ratified = rate(outcomes.signed_on >= 0), rate(outcomes.ratified_on >= 0)
    if signed.value == 0.0:
        found = [f"No text is signed in {whole}."]
    else:
        found = [
            (
                f"The parties sign a text in {_share(signed.value, signed.standard_error)} of {whole}, and it is ratified in "
                f"{_share(ratified.value, ratified.standard_error)}."
            )
        ]
    agreed = outcomes.ratified_on[outcomes.ratified_on >= 0].astype(float)
    if agreed.size:
        day = mean(agreed)
        error = f"standard error {day.standard_error:.1f}; " if agreed.size > 1 else ""
        found.append(
            f"Where it is ratified, that is on day {day.value:.0f} in the mean ({error}"
            f"{histories(day.count)})."
        )
    table = outcome_table(outcomes).sort_values("count", ascending=False, kind="stable")
    shown = [
        f"{name} ({_share(share, error)})"
        for name, share, error in zip(
            table.outcome[:3], table.share[:3], table.standard_error[:3], strict=True
        )
        if share > 0.0
    ]
    found.append(f"The most frequent ends: {', '.join(shown)}.")
    return found


def histories(count: int) -> str:
    """Return a number of histories in words."""
    return f"{count:,} histor{'y' if count == 1 else 'ies'}"


def basis(scenario: Scenario) -> str:
    """Return in a sentence what a scenario's numbers rest on."""
    found = scenario.share_assumed
    kind = "A real case" if scenario.real else "A fictional case"
    return f"{kind}; {found['share']:.0%} of its {found['numbers']} numbers are assumed."


def _share(share: float, error: float) -> str:
    return f"{share:.1%}" if isnan(error) else f"{share:.1%}{_PM}{100 * error:.1f}"
