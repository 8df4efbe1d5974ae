"""Experiment files: what is compared, over which scenarios and which of their numbers.

They are read with the care scenarios are read with: every problem at once, each with its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import Problem, RunError, ScenarioError, did_you_mean
from sim.measures import Measure, chosen_measures, measures_for
from sim.scenario.behaviours import behaviour_problems
from sim.scenario.experiment_schema import ArmPart, DesignPart, ExperimentFile, FieldPart
from sim.scenario.extending import overlaid
from sim.scenario.load import Scenario, load_scenario, shipped_folder, written
from sim.scenario.paths import PathError
from sim.scenario.ranges import Ranged, field_limits, ranged_fields, stated, with_range
from sim.scenario.reading import Lines, read_text, read_yaml
from sim.scenario.schema import ScenarioFile
from sim.scenario.wording import Where, validated

__all__ = [
    "Arm",
    "Experiment",
    "experiment_from",
    "experiment_names",
    "experiment_over",
    "is_experiment",
    "load_experiment",
    "measures_of",
]


_LISTING = ("grid", "one-at-a-time")
"""Designs that take values one by one."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One setting of an experiment.

    Parameters
    ----------
    id, title
        Name in files, and in figures.
    scenario
        The scenario with the arm's changes.
    """

    id: str
    title: str
    scenario: Scenario


@dataclass(frozen=True, eq=False)
class Experiment:
    """A checked experiment.

    Parameters
    ----------
    title, text
        Title, and text of the file.
    arms
        Settings compared, in the order of the file; ``base`` is the one they are compared with.
    fields
        Numbers the design varies; empty without one.
    replications
        Histories of each arm, or of each point of each arm.
    seed
        The seed; all arms and points share it unless ``common_luck`` is off.
    measures
        Outcomes asked for.
    """

    title: str
    text: str
    arms: tuple[Arm, ...]
    base: str
    replications: int
    seed: int
    common_luck: bool
    measures: tuple[Measure, ...]
    design: DesignPart | None = None
    fields: tuple[Ranged, ...] = ()

    def arm(self, name: str) -> Arm:
        """Return an arm by id.

        Raises
        ------
        RunError
            If there is none.
        """
        for item in self.arms:
            if item.id == name:
                return item
        message = f"unknown arm {name!r}; {did_you_mean(name, [item.id for item in self.arms])}"
        raise RunError(message)


def load_experiment(source: str | Path | Mapping[str, Any]) -> Experiment:
    """Load an experiment.

    Parameters
    ----------
    source
        Path of a YAML file, name of a shipped experiment, or plain data.

    Raises
    ------
    ScenarioError
        With every problem found.

    Examples
    --------
    >>> load_experiment("mediators").base
    'neither'
    """
    if isinstance(source, Mapping):
        return _Reading(dict(source), {}, "experiment", Path(), written(dict(source))).experiment()
    path = _find(source)
    text = read_text(path)
    data, lines = read_yaml(text, str(source))
    return _Reading(data, lines, str(source), path.parent, text).experiment()


def experiment_from(data: Mapping[str, Any], lines: Lines, name: str, folder: Path) -> Experiment:
    """Return the experiment in a part of another file; raise a ``ScenarioError`` if it is faulty."""
    return _Reading(dict(data), lines, name, folder, written(dict(data))).experiment()


def experiment_over(
    scenario: Scenario,
    design: Mapping[str, Any],
    *,
    replications: int,
    seed: int,
    outcomes: Sequence[str] = (),
    title: str = "",
) -> Experiment:
    """Return the experiment of a design over one scenario.

    Parameters
    ----------
    design
        As in an experiment file.

    Raises
    ------
    ScenarioError
        With every problem found.
    """
    data: dict[str, Any] = {
        "schema": 1,
        "title": title or scenario.title,
        "scenario": scenario.name,
        "replications": replications,
        "seed": seed,
        "design": dict(design),
        "outcomes": list(outcomes),
    }
    return _Reading(data, {}, "experiment", Path(), written(data), scenario).experiment()


def is_experiment(source: str | Path) -> bool:
    """Return whether a file or shipped name is an experiment's rather than a scenario's.

    Examples
    --------
    >>> is_experiment("mediators"), is_experiment("tutorial")
    (True, False)
    """
    path, bare = Path(source), str(source)
    if not path.exists():
        return bare in experiment_names()
    try:
        data, _ = read_yaml(read_text(path), bare)
    except ScenarioError:
        return False
    return isinstance(data, dict) and "scenario" in data and "issues" not in data


def experiment_names() -> list[str]:
    """Return the names of the shipped experiments."""
    return sorted(path.stem for path in (shipped_folder() / "experiments").glob("*.yaml"))


def _find(source: str | Path) -> Path:
    path, bare = Path(source), str(source)
    if path.exists() or path.suffix or "/" in bare:
        return path
    if bare in experiment_names():
        return shipped_folder() / "experiments" / f"{bare}.yaml"
    found = f"no file and no shipped experiment of the name {bare!r}"
    raise ScenarioError([Problem("", found, did_you_mean(bare, experiment_names()), None, bare)])


class _Reading:
    """Reads one experiment and gathers what is wrong with it."""

    def __init__(
        self,
        data: Any,  # noqa: ANN401 - anything may stand in a file
        lines: Lines,
        name: str | None,
        folder: Path,
        text: str,
        given: Scenario | None = None,
    ) -> None:
        self.given = given
        self.where = Where(data, lines, name)
        self.lines, self.name, self.folder, self.text = lines, name, folder, text
        self.problems: list[Problem] = []
        self.data = data
        allowed = "a mapping with schema, title, scenario, replications, seed, arms"
        self.file = validated(ExperimentFile, data, self.where, allowed)

    def experiment(self) -> Experiment:
        """Return the experiment, or raise every problem found."""
        file = self.file
        arms = tuple(self._arms())
        self._end_if_faulty()
        base = file.base or arms[0].id
        if base not in [arm.id for arm in arms]:
            allowed = did_you_mean(base, [arm.id for arm in arms])
            self._problem(("base",), f"no arm {base!r}", allowed)
        measures = self._measures(arms)
        fields = self._fields(arms)
        self._end_if_faulty()
        return Experiment(
            title=file.title,
            text=self.text,
            arms=arms,
            base=base,
            replications=file.replications,
            seed=file.seed,
            common_luck=file.common_luck,
            measures=measures,
            design=file.design,
            fields=fields,
        )

    def _end_if_faulty(self) -> None:
        if self.problems:
            raise ScenarioError(sorted(self.problems, key=lambda problem: problem.line or 0))

    def _problem(self, place: tuple[str | int, ...], found: str, allowed: str = "") -> None:
        self.problems.append(self.where.problem(place, found, allowed))

    # arms

    def _arms(self) -> Iterator[Arm]:
        base = self.given or self._scenario(self.file.scenario, ("scenario",))
        parts = self.file.arms or [ArmPart(id="base")]
        seen: set[str] = set()
        for number, part in enumerate(parts):
            place = ("arms", number)
            if part.id in seen:
                self._problem((*place, "id"), f"the id {part.id!r} stands twice", "unique ids")
            seen.add(part.id)
            start = base
            if part.scenario is not None:
                start = self._scenario(part.scenario, (*place, "scenario"))
            if start is not None:
                yield from self._arm(part, start, place)

    def _scenario(self, reference: str, place: tuple[str | int, ...]) -> Scenario | None:
        """Load a scenario: a shipped name, or a file by its path from the experiment's."""
        path = Path(reference)
        beside = self.folder / path if path.suffix or "/" in reference else reference
        try:
            return load_scenario(beside)
        except ScenarioError as error:
            self._passed_on(error, place)
            return None

    def _arm(
        self, part: ArmPart, scenario: Scenario, place: tuple[str | int, ...]
    ) -> Iterator[Arm]:
        try:
            if part.change:
                merged, _ = overlaid(scenario.data, {}, part.change, {})
                name = f"{scenario.name} ({part.id})"
                scenario = Scenario(merged, written(merged), name)
            yield Arm(
                part.id, part.title or part.id.replace("_", " "), scenario.with_values(part.set)
            )
        except ScenarioError as error:
            self._passed_on(error, place)

    def _passed_on(self, error: ScenarioError, place: tuple[str | int, ...]) -> None:
        """Report a scenario's problems at the place that asks for it."""
        mark = self.where.mark(place)
        line, file = mark or (None, self.name)
        path = self.where.path(place)
        for problem in error.problems:
            inner = f"{problem.path}: " if problem.path else ""
            stands = f"{problem.file}:{problem.line}: " if problem.line and problem.file else ""
            found = f"{stands}{inner}{problem.found}"
            self.problems.append(Problem(path, found, problem.allowed, line, file))

    # what is measured and varied

    def _measures(self, arms: Sequence[Arm]) -> tuple[Measure, ...]:
        parties = {tuple(sorted(p.id for p in arm.scenario.file.parties)) for arm in arms}
        if len(parties) > 1:
            self._problem(("arms",), "arms differ in their parties", "the same parties in all arms")
            return ()
        known = measures_of([arm.scenario.file for arm in arms])
        found: list[Measure] = []
        for number, name in enumerate(self.file.outcomes):
            try:
                found += chosen_measures([name], known)
            except RunError as error:
                text, _, allowed = str(error).partition("; ")
                self._problem(("outcomes", number), text, allowed)
        return tuple(found) or known

    def _fields(self, arms: Sequence[Arm]) -> tuple[Ranged, ...]:
        """Return the numbers a design varies."""
        part = self.file.design
        if part is None:
            return ()
        place = ("design", "fields")
        fields: list[Ranged] = []
        scenario = arms[0].scenario
        if isinstance(part.fields, list):
            fields = ranged_fields(scenario.file, tuple(part.fields))
            if not fields:
                found = (
                    "no number of that name carries a range"
                    if part.fields
                    else "the scenario states no range"
                )
                self._problem(place, found, "ranges in the scenario, or fields with a range here")
        else:
            for path, asked in part.fields.items():
                fields += self._field(scenario, path, asked or FieldPart(), (*place, path))
                if asked is not None and asked.values and part.use not in _LISTING:
                    self._problem(
                        (*place, path), f"{part.use} takes no listed values", "range: [low, high]"
                    )
        for arm in arms:
            for item in fields:
                self._accepted(arm, item, (*place, item.path))
        return tuple(fields)

    def _field(
        self, scenario: Scenario, path: str, asked: FieldPart, place: tuple[str | int, ...]
    ) -> Iterator[Ranged]:
        try:
            if asked.values is not None:
                field_limits(scenario.file, path)
                value, kind = stated(scenario.file, path)
                yield Ranged(path, value, min(asked.values), max(asked.values), kind)
                return
            yield with_range(scenario.file, path, *(asked.range or (None, None)))
        except PathError as error:
            self._problem(place, error.found, error.allowed)

    def _accepted(self, arm: Arm, item: Ranged, place: tuple[str | int, ...]) -> None:
        """Check that an arm can take both ends of a number's range."""
        try:
            low, high = field_limits(arm.scenario.file, item.path)
            if not low <= item.low <= item.high <= high:
                found = f"arm {arm.id}: {item.path} from {item.low:g} to {item.high:g}"
                self._problem(place, found, f"{low:g} to {high:g}")
        except PathError as error:
            self._problem(place, f"arm {arm.id}: {error.found}", error.allowed)
            return
        if item.path.split(".")[2:3] == ["behaviour"]:
            _, party, _, name = item.path.split(".")
            part = next(p for p in arm.scenario.file.parties if p.id == party).behaviour
            for end in (item.low, item.high):
                changed = part.model_copy(update={name: end})
                self.problems += behaviour_problems(self.where, place, changed)


def measures_of(files: Sequence[ScenarioFile]) -> tuple[Measure, ...]:
    """Return the outcomes of scenarios with the same parties; harm where all of them count it."""
    counted = [{p.id for p in file.parties if p.harm_rate.value > 0.0} for file in files]
    parties = [party.id for party in files[0].parties]
    return measures_for(parties, harm=set.intersection(*counted))
