"""Estimates with their standard errors and the count behind them."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim._typing import Bool, Float, Int
from sim.table.state import OUTCOMES, Outcome

if TYPE_CHECKING:
    import pandas as pd

    from sim.results import Outcomes

__all__ = [
    "NORMAL_95",
    "Estimate",
    "agreement_curve",
    "curve_of",
    "flow_table",
    "mean",
    "outcome_table",
    "rate",
    "survival_table",
    "terms_table",
    "wilson",
    "wilson_interval",
]

NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate, its standard error and the number of replications behind it."""

    value: float
    standard_error: float
    count: int

    def __str__(self) -> str:
        """Show the value, its standard error in brackets, and the count."""
        return f"{self.value:.3f} ({number_text(self.standard_error, 3)}, n = {self.count})"


def number_text(number: Any, places: int, *, significant: bool = False) -> str:  # noqa: ANN401
    """Return a number for people; a dash where there is none, such as one history's error.

    Parameters
    ----------
    places
        Digits after the point, or with ``significant`` how many that count.

    Examples
    --------
    >>> number_text(0.1234, 3), number_text(float("nan"), 3), number_text(12.34, 2, significant=True)
    ('0.123', '–', '12')
    """
    if math.isnan(number):
        return "\N{EN DASH}"
    return f"{number:,.{places}{'g' if significant else 'f'}}"


def mean(values: Float) -> Estimate:
    """Return a mean with its standard error; nan over nothing.

    Examples
    --------
    >>> mean(np.array([1.0, 2.0, 3.0])).value
    2.0
    """
    found = values[~np.isnan(values)]
    if found.size == 0:
        return Estimate(float("nan"), float("nan"), 0)
    spread = float(found.std(ddof=1)) if found.size > 1 else float("nan")
    return Estimate(float(found.mean()), spread / np.sqrt(found.size), int(found.size))


def rate(flags: Bool) -> Estimate:
    """Return a share with its standard error; one history tells no error.

    Examples
    --------
    >>> rate(np.array([True, False])).value
    0.5
    """
    count = flags.size
    share = float(flags.mean())
    error = float(np.sqrt(share * (1.0 - share) / count)) if count > 1 else float("nan")
    return Estimate(share, error, count)


def wilson(flags: Bool) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share; it keeps its width at shares of 0 and 1.

    Examples
    --------
    >>> low, high = wilson(np.zeros(100, dtype=bool))
    >>> round(low, 3), round(high, 3)
    (0.0, 0.037)
    """
    low, high = wilson_interval(np.array([flags.mean()]), flags.size)
    return float(low[0]), float(high[0])


def wilson_interval(share: Float, count: Any) -> tuple[Float, Float]:  # noqa: ANN401 - counts
    """Return Wilson's 95 % intervals of shares of so many histories.

    Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    z = NORMAL_95
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * np.sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2)
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)


def outcome_table(outcomes: Outcomes) -> pd.DataFrame:
    """Return the count, share, standard error and 95 % interval of each outcome class."""
    import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

    rows = []
    for code, name in enumerate(OUTCOMES):
        if code == Outcome.OPEN:
            continue
        flags = outcomes.outcome == code
        share = rate(flags)
        low, high = wilson(flags)
        rows.append((name, int(flags.sum()), share.value, share.standard_error, low, high))
    columns = ["outcome", "count", "share", "standard_error", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def agreement_curve(outcomes: Outcomes) -> pd.DataFrame:
    """Return the share of replications with a ratified agreement by each day, with its interval.

    All replications are followed to the horizon or to an end without agreement, so the share is
    a plain one: those without an agreement stay in the denominator.
    """
    game = outcomes.game
    return curve_of(outcomes.ratified_on, days=game.days, start=game.start)


def curve_of(ratified_on: Int, *, days: int, start: str) -> pd.DataFrame:
    """Return the share of histories ratified by each day, from the day of each, -1 for none.

    Parameters
    ----------
    ratified_on
        (R,).
    days
        Length of the calendar.
    start
        Date of its first day.
    """
    import pandas as pd  # noqa: PLC0415

    calendar = np.arange(1, days + 1)
    sorted_days = np.sort(ratified_on[ratified_on >= 0])
    n = ratified_on.size
    share = np.searchsorted(sorted_days, calendar, side="right") / n
    error = np.sqrt(share * (1 - share) / n)
    low, high = wilson_interval(share, n)
    dates = np.datetime64(start) + (calendar - 1).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "day": calendar,
            "date": dates.astype("datetime64[ns]"),
            "share": share,
            "standard_error": error,
            "low": low,
            "high": high,
            "count": n,
        }
    )


def survival_table(outcomes: Outcomes) -> pd.DataFrame:
    """Return the Kaplan-Meier survival of the first agreement of each history, with numbers at risk.

    Time runs from ratification, through later agreements that take its place. A collapse is the
    event; completion, expiry at term, replacement and the horizon censor.
    """
    import pandas as pd  # noqa: PLC0415
    from scipy.stats import CensoredData, ecdf  # noqa: PLC0415

    agreed = outcomes.ratified_on >= 0
    time = (outcomes.lapsed_on - outcomes.ratified_on)[agreed].astype(float)
    event = (outcomes.lapsed_as == Outcome.COLLAPSED)[agreed]
    empty = pd.DataFrame(columns=["day", "survival", "low", "high", "at_risk"], dtype=float)
    if not agreed.any():
        return empty
    found = ecdf(CensoredData(uncensored=time[event], right=time[~event])).sf
    quantiles = np.concatenate(([0.0], found.quantiles))
    survival = np.concatenate(([1.0], found.probabilities))
    if event.any():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # undefined where survival is 0 or 1
            band = found.confidence_interval(method="log-log")
        low = np.concatenate(([1.0], band.low.probabilities))
        high = np.concatenate(([1.0], band.high.probabilities))
    else:
        low, high = survival, survival
    at_risk = [int((time >= day).sum()) for day in quantiles]
    table = {
        "day": quantiles,
        "survival": survival,
        "low": np.where(np.isnan(low), survival, low),
        "high": np.where(np.isnan(high), survival, high),
        "at_risk": at_risk,
    }
    return pd.DataFrame(table)


def flow_table(outcomes: Outcomes) -> pd.DataFrame:
    """Return how far histories came and how they ended, as counts.

    Steps are talks, signature, ratification, each tranche of the first agenda, and each later
    agreement that came into force. One row per step and outcome class: ``count`` is the number
    of histories whose furthest step it is and that ended in that class; ``reached`` the number
    that came at least so far.
    """
    import pandas as pd  # noqa: PLC0415

    names, passed = _steps(outcomes)
    furthest = passed.cumprod(axis=0).sum(axis=0) - 1
    rows = []
    for step, name in enumerate(names):
        reached = int((furthest >= step).sum())
        for code, outcome in enumerate(OUTCOMES):
            if code != Outcome.OPEN:
                count = int(((furthest == step) & (outcomes.outcome == code)).sum())
                rows.append((step, name, reached, outcome, count, outcomes.replications))
    columns = ["step", "name", "reached", "outcome", "count", "replications"]
    return pd.DataFrame(rows, columns=columns)


def _steps(outcomes: Outcomes) -> tuple[list[str], Any]:
    """Return the steps from talks to the last agreement, and which history took each."""
    first = outcomes.game.agendas[0]
    later = [n for n, agenda in enumerate(outcomes.game.agendas) if n and agenda.deliveries]
    went_on = np.zeros(outcomes.replications, dtype=bool)
    for number in later:
        went_on |= outcomes.package[:, number] >= 0
    delivered = np.where(went_on, first.tranches, outcomes.delivered)
    names = ["talks", "signed", "ratified"]
    passed = [np.ones(went_on.size, dtype=bool), outcomes.signed_on >= 0, outcomes.ratified_on >= 0]
    for tranche in range(1, first.tranches + 1 if first.deliveries else 1):
        names.append(f"tranche {tranche}")
        passed.append(delivered >= tranche)
    for number in later:
        names.append(outcomes.game.agendas[number].id.replace("_", " "))
        passed.append(outcomes.package[:, number] >= 0)
    return names, np.stack(passed)


def terms_table(outcomes: Outcomes) -> pd.DataFrame:
    """Return the share of agreements that settle each issue by each option."""
    import pandas as pd  # noqa: PLC0415

    rows = []
    agreed = outcomes.ratified_on >= 0
    for number, agenda in enumerate(outcomes.game.agendas):
        package = outcomes.package[agreed & (outcomes.package[:, number] >= 0), number]
        for place, issue in enumerate(agenda.issues):
            options = agenda.space.option(place, package)
            for code, label in enumerate(issue.labels):
                count = int((options == code).sum())
                share = count / package.size if package.size else float("nan")
                error = (
                    np.sqrt(share * (1 - share) / package.size) if package.size else float("nan")
                )
                rows.append((agenda.id, issue.id, label, count, share, error, package.size))
    columns = ["agenda", "issue", "option", "count", "share", "standard_error", "agreements"]
    return pd.DataFrame(rows, columns=columns)
