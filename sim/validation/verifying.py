"""Play claims and say what came of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sim._typing import Float
from sim.validation.ablation import moved_by_rules
from sim.validation.claims import Claim, claim_names, load_claim
from sim.validation.estimands import Sample, estimate_of
from sim.validation.formulas import FORMULAS
from sim.validation.resampling import resampled
from sim.validation.verdicts import FALLS_SHORT, HOLDS, REPORTED, UNDECIDED, Finding, judge

__all__ = ["Finding", "Verified", "check_claim", "verify"]


@dataclass(frozen=True, slots=True)
class Verified:
    """A claim and what came of it.

    Parameters
    ----------
    claim, title, status, source, falsified_by
        As its file says.
    findings
        One effect a row.
    verdict
        ``holds`` if every finding does (those reported only left out), ``falls short`` if any does,
        else ``undecided``; ``reported`` where no direction is claimed.
    """

    claim: str
    title: str
    status: str
    source: str
    falsified_by: str
    findings: tuple[Finding, ...]
    verdict: str

    @property
    def short(self) -> bool:
        """Whether the model falls short: a claim built in or derived that does not hold."""
        return self.status != "emergent" and self.verdict not in (HOLDS, REPORTED)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def verify(
    names: Sequence[str | Path] = (),
    *,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> list[Verified]:
    """Hold the model to its claims: published values, stylised facts, recorded cases.

    Parameters
    ----------
    names
        Names of claims, or paths of claim files of your own; all shipped ones if none is given.
    workers
        Processes; each plays whole claims.
    progress
        Called with the number of claims that are done.

    Raises
    ------
    ScenarioError
        If a claim file is not in order, before anything is played.

    Examples
    --------
    >>> found = verify(["published_values"])
    >>> found[0].verdict
    'holds'
    """
    chosen = [str(name) for name in names] or claim_names()
    for name in chosen:
        load_claim(name)
    found = []
    for result in _played(chosen, workers):
        found.append(result)
        if progress is not None:
            progress(len(found))
    return found


def _played(names: Sequence[str], workers: int) -> Iterator[Verified]:
    if workers == 1:
        yield from map(check_claim, names)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(check_claim, names)


def check_claim(source: str | Path | Claim) -> Verified:
    """Play one claim."""
    claim = source if isinstance(source, Claim) else load_claim(source)
    findings = (*_formulas(claim), *_checks(claim), *_rules(claim))
    file = claim.file
    return Verified(
        claim.id,
        file.title,
        file.status,
        file.source,
        file.falsified_by,
        findings,
        _overall(findings),
    )


def _overall(findings: Iterable[Finding]) -> str:
    verdicts = {finding.verdict for finding in findings} - {REPORTED}
    for verdict in (FALLS_SHORT, UNDECIDED, HOLDS):
        if verdict in verdicts:
            return verdict
    return REPORTED


def _formulas(claim: Claim) -> Iterator[Finding]:
    for part in claim.file.formulas:
        found = FORMULAS[part.use](**part.of)
        off = abs(float(found) - float(part.value))
        given = ", ".join(f"{key} {value}" for key, value in part.of.items())
        verdict = HOLDS if off <= part.tolerance else FALLS_SHORT
        wanted = f"{part.value} within {part.tolerance:g}"
        name = f"{part.use.replace('_', ' ')}: {given}"
        value = float(found)
        yield Finding(claim.id, name, value, 0.0, value, value, 1, wanted, verdict)


def _checks(claim: Claim) -> Iterator[Finding]:
    file = claim.file
    if not file.checks:
        return
    samples = {arm.id: Sample(arm.scenario, file.replications, file.seed) for arm in claim.arms}
    weights = resampled(file.replications, file.seed)
    for check in file.checks:
        estimand, keywords = _named(check.estimand)
        found: dict[str, Float] = {}
        counts: dict[str, int] = {}
        for arm in dict.fromkeys(check.arms):
            statistic = estimate_of(samples[arm], estimand, keywords)
            found[arm], counts[arm] = statistic.at(weights), statistic.count
        yield from judge(claim.id, check, found, counts)


def _named(estimand: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401 - a name, or with keywords
    return (estimand, {}) if isinstance(estimand, str) else (estimand.use, estimand.of)


def _rules(claim: Claim) -> Iterator[Finding]:
    file = claim.file
    if file.rules is not None:
        yield from moved_by_rules(
            claim.arms[0].scenario,
            replications=file.replications,
            seed=file.seed,
            least=file.rules,
            claim=claim.id,
            idle=file.idle,
        )
