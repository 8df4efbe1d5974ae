"""GENIUS XML: a domain (negotiation template) and its profiles (utility spaces), read and written.

The utility of a package is the sum over issues of weight / sum of weights times evaluation /
largest evaluation of the issue; the reservation value stands on that scale (Lin, Kraus,
Baarslag, Tykhonov, Hindriks and Jonker 2014, doi:10.1111/j.1467-8640.2012.00463.x).
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.scenario.domains import Domain, Profile, contents, refused, shares
from sim.scenario.schema import ScenarioFile

__all__ = ["read_genius", "write_genius"]

_MOST_INTEGERS = 50


def read_genius(folder: Path, profiles: Sequence[str] | None = None) -> Domain:
    """Read a folder of GENIUS XML.

    Parameters
    ----------
    folder
        One file with a ``negotiation_template``, any number with a ``utility_space``.
    profiles
        File names of the utility spaces to take, in this order; all in name order if omitted.
    """
    roots = {path: _root(path) for path in sorted(folder.glob("*.xml"))}
    templates = [path for path, root in roots.items() if root.tag == "negotiation_template"]
    if len(templates) != 1:
        names = ", ".join(path.name for path in templates) or "none"
        raise refused(folder, f"domain files: {names}", "one file with a negotiation_template")
    issues = {
        _name(issue): _options(issue, templates[0]) for issue in roots[templates[0]].iter("issue")
    }
    if not issues:
        raise refused(templates[0], "no issues", "at least one issue")
    spaces = [path for path, root in roots.items() if root.tag == "utility_space"]
    chosen = [_chosen(folder, spaces, name) for name in profiles] if profiles else spaces
    return Domain(
        templates[0].stem, issues, [_profile(path, roots[path], issues) for path in chosen]
    )


def _chosen(folder: Path, spaces: Sequence[Path], name: str) -> Path:
    for path in spaces:
        if name in (path.name, path.stem):
            return path
    known = ", ".join(path.name for path in spaces)
    raise refused(folder, f"there is no profile {name!r}", f"one of {known}")


def _root(path: Path) -> Any:  # noqa: ANN401 - an element
    from defusedxml import DefusedXmlException, ElementTree  # noqa: PLC0415 - only where XML is read

    text = contents(path)
    try:
        return ElementTree.fromstring(text, forbid_dtd=True)
    except DefusedXmlException as error:
        found = f"it declares a document type or entities ({type(error).__name__})"
        raise refused(path, found, "plain elements and attributes") from error
    except (ET.ParseError, ValueError, LookupError) as error:
        raise refused(path, f"it is no XML ({error})", "well-formed XML") from error


def _name(element: Any) -> str:  # noqa: ANN401
    return str(element.get("name") or element.get("index") or "issue")


def _number(path: Path, element: Any, attribute: str, default: float | None = None) -> float:  # noqa: ANN401
    text = element.get(attribute)
    if text is None and default is not None:
        return default
    try:
        value = float(text)
    except (TypeError, ValueError):
        value = float("nan")
    if not abs(value) < float("inf"):
        found = f"{attribute} of {element.tag} {element.get('name') or element.get('index')} is {text!r}"
        raise refused(path, found, "a finite number")
    return value


def _kind(issue: Any) -> str:  # noqa: ANN401
    return str(issue.get("vtype") or issue.get("etype") or issue.get("type") or "discrete").lower()


def _options(issue: Any, path: Path) -> list[str]:  # noqa: ANN401
    kind = _kind(issue)
    if kind == "integer":
        low, high = (int(_number(path, _range(issue), end)) for end in ("lowerbound", "upperbound"))
        if high - low >= _MOST_INTEGERS:
            found = f"issue {_name(issue)!r} runs from {low} to {high}"
            raise refused(path, found, f"at most {_MOST_INTEGERS} whole numbers")
        return [str(number) for number in range(low, high + 1)]
    if kind != "discrete":
        found = f"issue {_name(issue)!r} is {kind}"
        raise refused(path, found, "discrete or integer issues; cut a real one into options")
    return [str(item.get("value")) for item in issue.iter("item")]


def _range(issue: Any) -> Any:  # noqa: ANN401
    found = issue.find("range")
    return issue if found is None else found


def _profile(path: Path, root: Any, issues: dict[str, list[str]]) -> Profile:  # noqa: ANN401
    raw = {
        element.get("index"): _number(path, element, "value", 0.0)
        for element in root.iter("weight")
    }
    weights, scores = {}, {}
    for issue in root.iter("issue"):
        name = _name(issue)
        if name not in issues:
            raise refused(path, f"issue {name!r} is not in the domain", ", ".join(issues))
        weights[name] = raw.get(issue.get("index"), 0.0)
        scores[name] = _scores(path, issue, issues[name])
    missing = [name for name in issues if name not in weights]
    if missing:
        raise refused(
            path, f"no preferences about {', '.join(missing)}", "every issue of the domain"
        )
    reservation, discount = (root.find(f".//{tag}") for tag in ("reservation", "discount_factor"))
    return Profile(
        name=path.stem,
        source=path.name,
        weights=shares(path, weights),
        scores=scores,
        reservation=0.0 if reservation is None else _number(path, reservation, "value", 0.0),
        discount=1.0 if discount is None else _number(path, discount, "value", 1.0),
    )


def _scores(path: Path, issue: Any, options: list[str]) -> list[float]:  # noqa: ANN401
    """Return what each option is worth in shares of the best of the issue."""
    if _kind(issue) == "integer":
        raise refused(
            path, f"issue {_name(issue)!r} is valued by a function", "an evaluation for each item"
        )
    worth = {str(i.get("value")): _number(path, i, "evaluation") for i in issue.iter("item")}
    missing = [option for option in options if option not in worth]
    if missing:
        found = f"issue {_name(issue)!r} leaves out {', '.join(missing)}"
        raise refused(path, found, "an evaluation for each option of the domain")
    if min(worth.values()) < 0:
        found = f"issue {_name(issue)!r} has an evaluation below 0"
        raise refused(path, found, "evaluations from 0")
    top = max(worth.values())
    return [worth[option] / top if top > 0 else 0.0 for option in options]


# the way back


def write_genius(
    file: ScenarioFile, folder: Path, floors: dict[str, float], name: str
) -> list[Path]:
    """Write a scenario's issues and preferences as GENIUS XML; return the files.

    Parameters
    ----------
    file
        The scenario.
    folder
        Where to; made if it is not there.
    floors
        Lowest utility each party signs at on the first day, from 0 to 1.
    name
        Name of the domain.

    Raises
    ------
    ScenarioError
        For what GENIUS cannot express: pair terms, red lines, several agendas.
    """
    _expressible(file, folder)
    folder.mkdir(parents=True, exist_ok=True)
    template = ET.Element("negotiation_template")
    space = ET.SubElement(template, "utility_space", number_of_issues=str(len(file.issues)))
    _objective(space, file, None)
    written = [_save(template, folder / f"{name}.xml")]
    for party in sorted(file.parties, key=lambda party: party.id):
        root = ET.Element("utility_space", number_of_issues=str(len(file.issues)))
        objective = _objective(root, file, party)
        tops = {i.id: max(party.scores[i.id]) for i in file.issues}
        whole = sum(party.weights[i.id].value * tops[i.id] for i in file.issues)
        low = sum(party.weights[i.id].value * min(party.scores[i.id]) for i in file.issues)
        for index, issue in enumerate(file.issues, start=1):
            weight = party.weights[issue.id].value * tops[issue.id] / whole
            ET.SubElement(objective, "weight", index=str(index), value=repr(weight))
        ET.SubElement(root, "discount_factor", value=repr(party.discount_factor or 1.0))
        reservation = (low + floors[party.id] * (whole - low)) / whole
        ET.SubElement(root, "reservation", value=repr(reservation))
        written.append(_save(root, folder / f"{name}_{party.id}.xml"))
    return written


def _expressible(file: ScenarioFile, folder: Path) -> None:
    beyond = []
    for party in file.parties:
        if party.interactions:
            beyond.append(f"pair terms of {party.id}")
        if party.red_lines:
            beyond.append(f"red lines of {party.id}")
    if len(file.agendas) > 1:
        beyond.append("several agendas")
    if beyond:
        raise refused(folder, f"GENIUS cannot express {', '.join(beyond)}", "additive preferences")


def _objective(root: ET.Element, file: ScenarioFile, party: Any) -> ET.Element:  # noqa: ANN401
    objective = ET.SubElement(root, "objective", index="0", name="root", type="objective")
    for index, issue in enumerate(file.issues, start=1):
        kind = {"type": "discrete", "etype": "discrete", "vtype": "discrete"}
        part = ET.SubElement(
            objective, "issue", kind, index=str(index), name=issue.name or issue.id
        )
        for number, option in enumerate(issue.options, start=1):
            item = ET.SubElement(part, "item", index=str(number), value=str(option))
            if party is not None:
                item.set("evaluation", repr(float(party.scores[issue.id][number - 1])))
    return objective


def _save(root: ET.Element, path: Path) -> Path:
    ET.indent(root)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path
