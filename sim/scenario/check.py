"""Checks across parts of a scenario: references, counts, sums, dates, red lines, size.

All faults are reported at once; parts the schema already refused are skipped, and references
to them are not held against the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.errors import Problem, did_you_mean
from sim.fields import BY_PARTY
from sim.mediators.registry import MEDIATORS
from sim.scenario.behaviours import behaviour_problems
from sim.scenario.extent import extent_problems, joint_red_lines
from sim.scenario.goals import day_problems, goal_problems, leverage_problems, step_problems
from sim.scenario.lookup import agenda_of, all_numbers, option_index
from sim.scenario.party_schema import PartyPart
from sim.scenario.paths import PathError, effect_target
from sim.scenario.schema import DeliveryPart, IssuePart, ScenarioFile
from sim.scenario.switches import SWITCHES
from sim.scenario.wording import Where

__all__ = ["check"]

_SUM_TOLERANCE = 1e-6
_LARGEST_OPTION = 1e9

Place = tuple[str | int, ...]


def check(
    file: ScenarioFile, where: Where, dropped: frozenset[str], *, dated: bool = True
) -> list[Problem]:
    """Return every problem across parts.

    Parameters
    ----------
    dropped
        Ids of parts that the schema refused.
    dated
        Whether the calendar is the scenario's own, so that days can be held to it.
    """
    return list(_Checker(file, where, dropped, dated).run())


class _Checker:
    def __init__(
        self, file: ScenarioFile, where: Where, dropped: frozenset[str], dated: bool
    ) -> None:
        self.dated = dated
        self.file = file
        self.where = where
        self.dropped = dropped
        self.issues = {issue.id: issue for issue in file.issues}
        self.parties = {party.id: party for party in file.parties}

    def run(self) -> Iterator[Problem]:
        yield from self._identities()
        yield from self._agendas()
        yield from self._issues()
        yield from self._sizes()
        for party in self.file.parties:
            yield from self._party(party)
        yield from joint_red_lines(self.where, self.file)
        yield from self._mediators()
        yield from self._spoilers()
        yield from self._events()
        yield from self._deliveries()
        for name in self.file.rules:
            if name not in SWITCHES:
                place = ("rules", name)
                yield self.where.problem(
                    place, f"unknown rule {name!r}", did_you_mean(name, SWITCHES)
                )

    # who is who

    def _identities(self) -> Iterator[Problem]:
        file = self.file
        yield from self._unique("issues", [item.id for item in file.issues])
        yield from self._unique("agendas", [item.id for item in file.agendas])
        actors = [
            (item.id, place)
            for section in ("parties", "mediators", "spoilers", "events")
            for item in getattr(file, section)
            for place in [self.where.find(section, item.id)]
        ]
        for party in file.parties:
            place = self.where.find("parties", party.id)
            actors += [
                (item.id, (*place, "constituencies", k))
                for k, item in enumerate(party.constituencies)
            ]
        seen: set[str] = set()
        for name, place in actors:
            if name in seen:
                yield self.where.problem(place, f"id {name!r} stands twice", "an id of its own")
            seen.add(name)

    def _unique(self, section: str, names: Sequence[str]) -> Iterator[Problem]:
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield self.where.problem((section,), f"id {name!r} stands twice", "an id of its own")

    def _known(
        self, place: Place, name: str, known: Mapping[str, Any], what: str
    ) -> Iterator[Problem]:
        if name not in known and name not in self.dropped:
            yield self.where.problem(
                place, f"unknown {what} {name!r}", did_you_mean(name, list(known))
            )

    # agendas and issues

    def _agendas(self) -> Iterator[Problem]:
        known = {item.id: item for item in self.file.agendas}
        first = [item.id for item in self.file.agendas if item.opens_after is None]
        if self.file.agendas and len(first) != 1:
            found = f"{len(first)} agendas open from the start"
            yield self.where.problem(("agendas",), found, "one; the others say opens_after")
        for number, item in enumerate(self.file.agendas):
            place: Place = ("agendas", number)
            if item.opens_after is not None:
                yield from self._known(
                    (*place, "opens_after"), item.opens_after.agenda, known, "agenda"
                )
                if item.opens_after.agenda not in first:
                    allowed = "the agenda that is open from the start"
                    yield self.where.problem(
                        (*place, "opens_after"), "waits for a later agenda", allowed
                    )
                most = self._tranches(item.opens_after.agenda)
                if item.opens_after.tranches > most:
                    yield self.where.problem(
                        (*place, "opens_after", "tranches"),
                        f"waits for {item.opens_after.tranches} tranches",
                        f"0 to {most}",
                    )
            for name in item.signatories or []:
                yield from self._known((*place, "signatories"), name, self.parties, "party")
            named = any(agenda_of(self.file, issue) == item.id for issue in self.file.issues)
            if not named and not self.dropped:
                yield self.where.problem(place, "has no issue", "at least one issue names it")
        for issue in self.file.issues:
            if issue.agenda is not None:
                place = (*self.where.find("issues", issue.id), "agenda")
                yield from self._known(place, issue.agenda, known, "agenda")

    def _issues(self) -> Iterator[Problem]:
        for issue in self.file.issues:
            place = self.where.find("issues", issue.id)
            yield from self._options((*place, "options"), issue)
            for name in ("detection", "penalty", "residual"):
                row = getattr(issue, name)
                if row is not None and len(row) != len(issue.options):
                    found = f"{len(row)} numbers for {len(issue.options)} options"
                    yield self.where.problem((*place, name), found, "one for each option")
            if issue.flow and not all_numbers(issue):
                yield self.where.problem(
                    (*place, "flow"), "options are no amounts a day", "numbers"
                )
        for flag, what in (("term", "a term"), ("detection", "monitoring")):
            for agenda in self._agenda_ids():
                mine = [i for i in self.file.issues if agenda_of(self.file, i) == agenda]
                setting = [issue.id for issue in mine if getattr(issue, flag)]
                if len(setting) > 1:
                    clause = f"{', '.join(setting)} all set {what} of agenda {agenda}"
                    yield self.where.problem(("issues",), clause, "one issue at most")

    def _options(self, place: Place, issue: IssuePart) -> Iterator[Problem]:
        labels = [str(option) for option in issue.options]
        for label in sorted({label for label in labels if labels.count(label) > 1}):
            yield self.where.problem(place, f"option {label!r} stands twice", "once")
        for option in issue.options:
            if isinstance(option, (int, float)) and not abs(option) <= _LARGEST_OPTION:
                allowed = f"finite numbers, at most {_LARGEST_OPTION:g}"
                yield self.where.problem(place, f"option {option} is out of bounds", allowed)
            days = isinstance(option, (int, float)) and option >= 1
            if issue.term and option != "permanent" and not days:
                allowed = "a number of days from 1, or permanent"
                yield self.where.problem(place, f"{option!r} is no term", allowed)

    def _agenda_ids(self) -> list[str]:
        return [item.id for item in self.file.agendas] or ["talks"]

    def _sizes(self) -> Iterator[Problem]:
        signing = {item.id: item.signatories for item in self.file.agendas}
        for agenda in self._agenda_ids():
            names = signing.get(agenda) or list(self.parties)
            yield from extent_problems(self.where, self.file, agenda, names)

    # parties

    def _party(self, party: PartyPart) -> Iterator[Problem]:
        place = self.where.find("parties", party.id)
        yield from self._values(place, party.weights, party.scores, every=True)
        for number, line in enumerate(party.red_lines):
            yield from self._red_line((*place, "red_lines", number), line.issue, line.options)
        yield from self._impossible(place, party)
        for number, term in enumerate(party.interactions):
            here = (*place, "interactions", number, "when")
            if len(term.when) != 2:
                yield self.where.problem(here, f"{len(term.when)} issues", "a pair of two issues")
            for name, option in term.when.items():
                yield from self._red_line(here, name, [option])
            agendas = {agenda_of(self.file, self.issues[n]) for n in term.when if n in self.issues}
            if len(agendas) > 1:
                yield self.where.problem(here, "the pair spans two agendas", "one agenda")
        yield from behaviour_problems(self.where, (*place, "behaviour"), party.behaviour)
        for number, group in enumerate(party.constituencies):
            here = (*place, "constituencies", number)
            yield from self._values(
                here,
                group.weights or {},
                group.scores,
                every=bool(group.weights),
                fallback=party.scores,
            )
        if party.constituencies and sum(g.weight for g in party.constituencies) <= 0:
            yield self.where.problem(
                (*place, "constituencies"), "weights sum to 0", "a sum above 0"
            )

    def _values(
        self,
        place: Place,
        weights: Mapping[str, Any],
        scores: Mapping[str, Sequence[float]],
        *,
        every: bool,
        fallback: Mapping[str, Any] | None = None,
    ) -> Iterator[Problem]:
        for section, mapping in (("weights", weights), ("scores", scores)):
            for name in mapping:
                yield from self._known((*place, section, name), name, self.issues, "issue")
        for name, row in scores.items():
            issue = self.issues.get(name)
            if issue is not None and len(row) != len(issue.options):
                found = f"{len(row)} scores for {len(issue.options)} options"
                yield self.where.problem(
                    (*place, "scores", name), found, "one score for each option"
                )
        if not every:
            return
        for name in weights:
            if name in self.issues and name not in scores and name not in (fallback or {}):
                yield self.where.problem(
                    (*place, "scores"), f"no scores for {name}", "one score for each option"
                )
        for agenda in self._agenda_ids():
            mine = [
                n
                for n in weights
                if n in self.issues and agenda_of(self.file, self.issues[n]) == agenda
            ]
            whole = sum(weights[name].value for name in mine)
            complete = not self.dropped
            if complete and abs(whole - 1.0) > _SUM_TOLERANCE:
                found = f"weights of agenda {agenda} sum to {whole:g}"
                yield self.where.problem((*place, "weights"), found, "a sum of 1")

    def _red_line(self, place: Place, name: str, options: Sequence[object]) -> Iterator[Problem]:
        yield from self._known(place, name, self.issues, "issue")
        issue = self.issues.get(name)
        if issue is None:
            return
        for option in options:
            if option_index(issue, option) is None:
                known = ", ".join(str(item) for item in issue.options)
                yield self.where.problem(place, f"{name} has no option {option!r}", known)

    def _impossible(self, place: Place, party: PartyPart) -> Iterator[Problem]:
        for name, issue in self.issues.items():
            ruled = {
                option_index(issue, option)
                for line in party.red_lines
                if line.issue == name
                for option in line.options
            }
            if len(ruled - {None}) == len(issue.options):
                found = f"red lines rule out every option of {name}"
                yield self.where.problem((*place, "red_lines"), found, "at least one option left")

    # others

    def _mediators(self) -> Iterator[Problem]:
        use = self.file.protocol.use
        if use in ("shuttle", "proximity") and not self.file.mediators:
            allowed = "at least one mediator to carry offers, or another protocol"
            yield self.where.problem(("protocol", "use"), f"{use} needs a mediator", allowed)
        for mediator in self.file.mediators:
            place = self.where.find("mediators", mediator.id)
            if mediator.style not in MEDIATORS.available():
                known = did_you_mean(mediator.style, MEDIATORS.available())
                yield self.where.problem(
                    (*place, "style"), f"unknown style {mediator.style!r}", known
                )
            yield from leverage_problems(self.where, place, mediator)
            for field in sorted(BY_PARTY):
                for name in getattr(mediator, field):
                    yield from self._known((*place, field, name), name, self.parties, "party")

    def _spoilers(self) -> Iterator[Problem]:
        for spoiler in self.file.spoilers:
            place = self.where.find("spoilers", spoiler.id)
            if spoiler.linked_to is not None:
                yield from self._known(
                    (*place, "linked_to"), spoiler.linked_to, self.parties, "party"
                )
            yield from goal_problems(self.where, place, spoiler)
            yield from self._values(
                place, spoiler.weights or {}, spoiler.scores, every=bool(spoiler.weights)
            )

    def _events(self) -> Iterator[Problem]:
        for event in self.file.events:
            place = self.where.find("events", event.id)
            dated, asked = event.on is not None, event.asked_of is not None
            if dated + asked + (event.daily_rate.value > 0.0) != 1:
                found = "has to have one of on, daily_rate and asked_of"
                yield self.where.problem(place, found, "one of the three")
            if event.asked_of is not None:
                here = (*place, "asked_of")
                yield from self._known(here, event.asked_of, self.parties, "party")
                yield from step_problems(self.where, place, event, asks=bool(self.file.mediators))
            if self.dated:
                yield from day_problems(self.where, place, event, self.file.calendar)
            for path, effect in event.effect.items():
                try:
                    effect_target(self.file, path, effect)
                except PathError as error:
                    if not self.dropped & set(path.split(".")):
                        here = (*place, "effect", path)
                        yield self.where.problem(here, error.found, error.allowed)

    def _deliveries(self) -> Iterator[Problem]:
        part = self.file.implementation
        for name, delivery in part.deliveries.items():
            place = ("implementation", "deliveries", name)
            yield from self._known(place, name, self.issues, "issue")
            yield from self._known((*place, "by"), delivery.by, self.parties, "party")
            yield from self._signs((*place, "by"), name, delivery.by)
            for party in delivery.undelivered:
                yield from self._known((*place, "undelivered"), party, self.parties, "party")
            if delivery.per is not None:
                yield from self._known((*place, "per"), delivery.per, self.issues, "issue")
            tranches = self._tranches_of_issue(name)
            if delivery.shares is not None:
                yield from self._shares((*place, "shares"), delivery.shares, tranches)
            if delivery.lists is not None:
                yield from self._lists(place, delivery, tranches)
            if delivery.people:
                for counted in (name, delivery.per):
                    yield from self._counts((*place, "people"), counted)

    def _tranches(self, agenda: str) -> int:
        """Return the number of tranches of an agenda."""
        own = {item.id: item.tranches for item in self.file.agendas}.get(agenda)
        return own or self.file.implementation.tranches

    def _tranches_of_issue(self, name: str) -> int:
        issue = self.issues.get(name)
        return self._tranches(agenda_of(self.file, issue) if issue is not None else "")

    def _signs(self, place: Place, issue: str, party: str) -> Iterator[Problem]:
        """Only who signs an agenda can deliver under it."""
        part = self.issues.get(issue)
        agenda = agenda_of(self.file, part) if part is not None else None
        signing = {item.id: item.signatories for item in self.file.agendas}.get(agenda or "")
        if signing and party in self.parties and party not in signing:
            allowed = f"a signatory of {agenda}: {', '.join(signing)}"
            yield self.where.problem(place, f"{party} does not sign {agenda}", allowed)

    def _lists(self, place: Place, delivery: DeliveryPart, tranches: int) -> Iterator[Problem]:
        lists = delivery.lists or []
        if delivery.shares is not None:
            yield self.where.problem(place, "has shares and lists", "one of the two")
        if len(lists) != tranches or sum(lists) <= 0:
            found = f"{len(lists)} lists for {tranches} tranches"
            yield self.where.problem((*place, "lists"), found, "one each, with a sum above 0")

    def _shares(self, place: Place, shares: Sequence[float], tranches: int) -> Iterator[Problem]:
        if len(shares) != tranches:
            yield self.where.problem(
                place, f"{len(shares)} shares for {tranches} tranches", "one each"
            )
        if abs(sum(shares) - 1.0) > _SUM_TOLERANCE:
            yield self.where.problem(place, f"shares sum to {sum(shares):g}", "a sum of 1")

    def _counts(self, place: Place, name: str | None) -> Iterator[Problem]:
        issue = self.issues.get(name or "")
        numbers = issue is not None and all_numbers(issue)
        if issue is not None and (
            not numbers or any(isinstance(o, (int, float)) and o < 0 for o in issue.options)
        ):
            found = "below 0" if numbers else "that are no numbers"
            yield self.where.problem(place, f"{name} has options {found}", "numbers of people")
