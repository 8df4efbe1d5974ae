"""What a run leaves: outcomes of all replications, traces of chosen ones, and where they come from."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass, field, fields
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from sim._typing import Bool, Float, Int, Rows
from sim.game import Game
from sim.milestones import milestones
from sim.noise import Noise
from sim.notice import NOTICE
from sim.rules.ledger import harm
from sim.table.state import OUTCOMES, Outcome, State

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Archive", "Outcomes", "Trace", "provenance", "versions_and_cpu"]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """How each replication ended.

    Parameters
    ----------
    first
        Absolute number of the first replication.
    outcome
        Code into ``OUTCOMES``, (R,).
    ended_on
        Last day of the history, (R,).
    signed_on, ratified_on
        Day of the first signature and of the first ratified agreement, -1 for none, (R,).
    collapsed_at
        Tranche at which the deal collapsed, 0 for none, (R,).
    delivered
        Tranches delivered, (R,).
    package
        Package last put into force on each agenda, -1 for none, (R, A).
    utility
        What the agreement on the first agenda is worth to each party, nan without one, (R, P).
    floor
        Outside option of each party on the last day, (R, P).
    released, harmed
        People released by each party and harmed on each side, (R, P).
    fought, truce_days
        Days of fighting at full intensity, days of truce, (R,).
    lapsed_on, lapsed_as
        Day the first agreement ended (the last day, where it did not), and the outcome class it
        ended in, (R,).
    game
        The compiled scenario.
    provenance
        Scenario, seed and versions.
    """

    first: int
    outcome: Int
    ended_on: Int
    signed_on: Int
    ratified_on: Int
    collapsed_at: Int
    delivered: Int
    package: Int
    utility: Float
    released: Float
    harmed: Float
    fought: Float
    truce_days: Int
    lapsed_on: Int
    lapsed_as: Int
    game: Game = field(repr=False)
    provenance: dict[str, Any] = field(repr=False)

    @property
    def replications(self) -> int:
        """Number of replications."""
        return int(self.outcome.size)

    @property
    def counts_harm(self) -> Bool:
        """For each side, whether the scenario states how many people fighting harms, (P,)."""
        counted: Bool = (self.game.fields.harm_rate != 0.0).any(axis=0)
        return counted

    def to_frame(self) -> pd.DataFrame:
        """Return one row per replication.

        Examples
        --------
        >>> import sim
        >>> outcomes = sim.run_ensemble("tutorial", replications=3, seed=1)
        >>> outcomes.to_frame().shape[0]
        3
        """
        import pandas as pd  # noqa: PLC0415 - heavy, loaded when asked for

        columns: dict[str, Any] = self.columns()
        for name in ("outcome", "lapsed_as"):
            codes = columns[name].tolist()
            columns[name] = pd.Categorical.from_codes(codes, categories=pd.Index(OUTCOMES))
        for name in ("signed_on", "ratified_on"):
            columns[name] = pd.arrays.IntegerArray(
                np.maximum(columns[name], 0), mask=columns[name] < 0
            )
        return pd.DataFrame(columns)

    def _repr_html_(self) -> str:
        """Show in a notebook how the histories ended, with standard errors and counts."""
        import pandas as pd  # noqa: PLC0415

        counts = np.bincount(self.outcome, minlength=len(OUTCOMES))[1:]
        shares = counts / self.replications
        errors = np.sqrt(shares * (1.0 - shares) / self.replications)
        rows = {
            "histories end": OUTCOMES[1:],
            "share ± standard error": [
                f"{share:.1%} ± {100 * error:.1f}"
                for share, error in zip(shares, errors, strict=True)
            ],
            "count": counts,
        }
        seed = self.provenance.get("seed", "")
        return (
            f"<h4>{escape(self.provenance.get('title', ''))}</h4>"
            f"<p>{self.replications:,} replications, seed {seed}.</p>"
            f"{pd.DataFrame(rows).to_html(index=False, border=0)}<p><small>{NOTICE}</small></p>"
        )

    def columns(self) -> dict[str, Any]:
        """Return the columns of the table of outcomes as plain arrays of length R.

        ``outcome`` and ``lapsed_as`` are codes into ``OUTCOMES``; a day that did not come is -1.
        """
        found: dict[str, Any] = {
            "replication": np.arange(self.first, self.first + self.replications),
            "outcome": self.outcome,
            "ended_on": self.ended_on,
            "signed_on": self.signed_on,
            "ratified_on": self.ratified_on,
            "collapsed_at": self.collapsed_at,
            "tranches_delivered": self.delivered,
            "days_fought": self.fought,
            "truce_days": self.truce_days,
            "lapsed_on": self.lapsed_on,
            "lapsed_as": self.lapsed_as,
        }
        for number, party in enumerate(self.game.parties):
            found[f"utility_{party.id}"] = self.utility[:, number]
            found[f"released_by_{party.id}"] = self.released[:, number]
            found[f"harmed_{party.id}"] = self.harmed[:, number]
        return found

    def terms_frame(self) -> pd.DataFrame:
        """Return one row per replication with an agreement and issue: the option agreed."""
        import pandas as pd  # noqa: PLC0415

        agreed = np.flatnonzero(self.ratified_on >= 0)
        parts = []
        for number, agenda in enumerate(self.game.agendas):
            rows = agreed[self.package[agreed, number] >= 0]
            options = agenda.space.choices(self.package[rows, number])
            for place, issue in enumerate(agenda.issues):
                parts.append(
                    pd.DataFrame(
                        {
                            "replication": rows + self.first,
                            "agenda": agenda.id,
                            "issue": issue.id,
                            "option": np.array(issue.labels, dtype=object)[options[place]],
                        }
                    )
                )
        table = pd.concat(parts, ignore_index=True)
        table = table.sort_values("replication", kind="stable").reset_index(drop=True)
        return table.astype({"agenda": "category", "issue": "category", "option": "str"})


@dataclass(frozen=True, eq=False)
class Trace:
    """One history, a row a day.

    Parameters
    ----------
    days
        One mapping a day: plain numbers and texts.
    outcome
        How it ended.
    game
        The compiled scenario it was played with.
    """

    days: list[dict[str, Any]]
    outcome: str
    provenance: dict[str, Any] = field(repr=False)
    game: Game | None = field(default=None, repr=False)

    def _repr_html_(self) -> str:
        """Show in a notebook what marked the history, day by day."""
        import pandas as pd  # noqa: PLC0415

        rows = [
            {"day": self.days[place]["day"], "date": self.days[place]["date"], "what": text}
            for place, _, text in milestones(self.days)
        ]
        table = pd.DataFrame(rows, columns=["day", "date", "what"])
        made = self.provenance
        about = f"seed {made.get('seed', '')}, replication {made.get('replication', '')}"
        return (
            f"<h4>{escape(made.get('title', ''))}: {about}</h4>"
            f"{table.to_html(index=False, border=0)}"
            f"<p>After {len(self.days)} days: {escape(self.outcome)}.</p>"
            f"<p><small>{NOTICE}</small></p>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a day."""
        import pandas as pd  # noqa: PLC0415

        return pd.json_normalize(self.days, sep=".")

    def parties_frame(self) -> pd.DataFrame:
        """Return one row per day and party: floor, outside option, trust, readiness, people."""
        import pandas as pd  # noqa: PLC0415

        rows = []
        for day in self.days:
            for name, party in day["parties"].items():
                plain = {key: value for key, value in party.items() if key != "trust"}
                plain["trust"] = min(party["trust"].values())
                rows.append({"day": day["day"], "date": day["date"], "party": name, **plain})
        return pd.DataFrame(rows)

    def offers_frame(self) -> pd.DataFrame:
        """Return one row per session, proposer and party: what the text was worth to it.

        ``proposer`` is a party's id, or ``"text"`` for a mediator's.
        """
        import pandas as pd  # noqa: PLC0415

        rows: list[dict[str, Any]] = []
        held: dict[str, int] = {}
        for day in self.days:
            for agenda, talks in day["agendas"].items():
                if talks["sessions"] == held.get(agenda, 0) or talks["proposer"] is None:
                    continue
                held[agenda] = talks["sessions"]
                for party, worth in talks["text"]["utilities"].items():
                    entry = {"day": day["day"], "date": day["date"], "agenda": agenda}
                    rows.append(
                        entry | {"proposer": talks["proposer"], "party": party, "utility": worth}
                    )
        columns = ["day", "date", "agenda", "proposer", "party", "utility"]
        return pd.DataFrame(rows, columns=columns)


class Archive:
    """Collects rows on the day their history ends, at their place in the run."""

    def __init__(self, game: Game, noise: Noise) -> None:
        rows, parties = noise.rows, len(game.parties)
        self._game = game
        self._noise = noise
        self.arrays: dict[str, Any] = {
            "outcome": np.zeros(rows, dtype=np.int8),
            "ended_on": np.zeros(rows, dtype=np.int16),
            "signed_on": np.full(rows, -1, dtype=np.int16),
            "ratified_on": np.full(rows, -1, dtype=np.int16),
            "collapsed_at": np.zeros(rows, dtype=np.int8),
            "delivered": np.zeros(rows, dtype=np.int8),
            "package": np.full((rows, len(game.agendas)), -1, dtype=game.code_type),
            "utility": np.full((rows, parties), np.nan),
            "released": np.zeros((rows, parties)),
            "harmed": np.zeros((rows, parties)),
            "fought": np.zeros(rows),
            "truce_days": np.zeros(rows, dtype=np.int16),
            "lapsed_on": np.zeros(rows, dtype=np.int16),
            "lapsed_as": np.zeros(rows, dtype=np.int8),
        }

    def store(self, state: State, rows: Rows) -> None:
        """File away the given rows."""
        slots, arrays = state.slots[rows], self.arrays
        for name in ("outcome", "signed_on", "ratified_on", "delivered"):
            arrays[name][slots] = getattr(state, name)[rows]
        collapsed = state.outcome[rows] == Outcome.COLLAPSED
        arrays["collapsed_at"][slots] = np.where(collapsed, state.delivered[rows] + 1, 0)
        arrays["package"][slots] = state.agreed[rows]
        for name in ("released", "fought", "truce_days"):
            arrays[name][slots] = getattr(state, name)[rows]
        arrays["ended_on"][slots] = state.day
        early = state.lapsed_on[rows] >= 0
        arrays["lapsed_on"][slots] = np.where(early, state.lapsed_on[rows], state.day)
        arrays["lapsed_as"][slots] = np.where(early, state.lapsed_as[rows], state.outcome[rows])
        arrays["harmed"][slots] = harm(self._game, state.fields, state, self._noise, rows)
        tables = self._game.agendas[0].tables
        point = np.broadcast_to(state.point, (state.rows,))[rows]
        package = state.agreed[rows, 0]
        for party in range(len(self._game.parties)):
            worth = tables.worth(point, party, np.maximum(package, 0))
            agreed = state.ratified_on[rows] >= 0
            arrays["utility"][slots, party] = np.where(agreed, worth, np.nan)


ARRAYS = tuple(
    item.name for item in fields(Outcomes) if item.name not in {"first", "game", "provenance"}
)


def provenance(scenario: Any, seed: int, replications: int) -> dict[str, Any]:  # noqa: ANN401
    """Return what is needed to make a result again; nothing that changes from run to run."""
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "real": scenario.real,
        "assumed": scenario.share_assumed,
        "sha256": scenario.sha256,
        "changes": {
            path: json.loads(json.dumps(v, default=str)) for path, v in scenario.changes.items()
        },
        "seed": seed,
        "replications": replications,
        **versions_and_cpu(),
    }


@cache
def versions_and_cpu() -> dict[str, Any]:
    """Return what has to be the same for results to be the same bits."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    def found(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "not installed"

    names = ("ceasefire-sim", "mesa", "numpy", "pyarrow", "scipy")
    versions = {"python": platform.python_version()} | {name: found(name) for name in names}
    return {"versions": versions, "cpu_dispatch": _dispatch()}


def _dispatch() -> list[str]:
    """Return the CPU features NumPy uses: results are the same bits at the same level only."""
    from numpy._core._multiarray_umath import __cpu_features__  # noqa: PLC0415

    return sorted(name for name, on in __cpu_features__.items() if on)
