"""Claim files: read with the care scenarios are read with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import Problem, ScenarioError, did_you_mean
from sim.scenario.claim_schema import ClaimFile
from sim.scenario.experiments import Arm, experiment_from
from sim.scenario.reading import Lines, read_text, read_yaml
from sim.scenario.wording import Where, validated
from sim.validation.estimands import ESTIMANDS, is_measure
from sim.validation.formulas import FORMULAS

__all__ = ["Claim", "claim_names", "load_claim"]

_FOLDER = Path(__file__).parent / "claims"
_OF_EXPERIMENT = ("schema", "title", "scenario", "replications", "seed", "arms")


@dataclass(frozen=True, eq=False)
class Claim:
    """A checked claim.

    Parameters
    ----------
    id
        Name of its file.
    file
        What the file says.
    arms
        Scenarios it plays, by id; empty for formulas alone.
    """

    id: str
    file: ClaimFile
    arms: tuple[Arm, ...]

    @property
    def binding(self) -> bool:
        """Whether the model falls short where the claim does not come out."""
        return self.file.status != "emergent"


def claim_names() -> list[str]:
    """Return the names of all claims.

    Examples
    --------
    >>> "credible_mediators" in claim_names()
    True
    """
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def load_claim(source: str | Path) -> Claim:
    """Load a claim by its name, or from a file.

    Raises
    ------
    ScenarioError
        With every problem found.

    Examples
    --------
    >>> load_claim("credible_mediators").file.status
    'built in'
    """
    path = Path(source)
    if not path.suffix:
        path = _FOLDER / f"{source}.yaml"
        if not path.exists():
            allowed = did_you_mean(str(source), claim_names())
            raise ScenarioError([Problem("", f"no claim of the name {source!r}", allowed)])
    data, lines = read_yaml(read_text(path), path.name)
    return _read(data, lines, path)


def _read(data: Any, lines: Lines, path: Path) -> Claim:  # noqa: ANN401 - anything may stand there
    where = Where(data, lines, path.name)
    allowed = "a mapping with schema, title, status, about, source, falsified_by"
    file = validated(ClaimFile, data, where, allowed)
    arms: tuple[Arm, ...] = ()
    if file.scenario is not None:
        plain = {key: data[key] for key in _OF_EXPERIMENT if key in data}
        plain["replications"], plain["seed"] = file.replications, file.seed
        arms = experiment_from(plain, lines, path.name, path.parent).arms
    problems = [*_arms(file, where, arms), *_names(file, where)]
    if problems:
        raise ScenarioError(problems)
    return Claim(path.stem, file, arms)


def _arms(file: ClaimFile, where: Where, arms: tuple[Arm, ...]) -> list[Problem]:
    known = [arm.id for arm in arms]
    return [
        where.problem(("checks", number), f"unknown arm {name!r}", did_you_mean(name, known))
        for number, check in enumerate(file.checks)
        for name in check.arms
        if name not in known
    ]


def _names(file: ClaimFile, where: Where) -> list[Problem]:
    problems = []
    for number, check in enumerate(file.checks):
        name = check.estimand if isinstance(check.estimand, str) else check.estimand.use
        if name not in ESTIMANDS and not is_measure(name):
            allowed = did_you_mean(name, list(ESTIMANDS))
            place = ("checks", number, "estimand")
            problems.append(where.problem(place, f"unknown estimand {name!r}", allowed))
    for number, formula in enumerate(file.formulas):
        if formula.use not in FORMULAS:
            allowed = did_you_mean(formula.use, list(FORMULAS))
            place = ("formulas", number, "use")
            problems.append(where.problem(place, f"unknown formula {formula.use!r}", allowed))
    return problems
