"""No forecasting words, no labels for people, no branch on a name (DESIGN 8)."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

import sim
from sim import plots

ROOT = Path(__file__).parents[2]
FORECASTS = r"\b(predict(s|ed|ions?)?|forecasts (that|of)|will|likelihood of peace|odds of peace)\b"
LABELS = r"\b(terrorists?|hostages?|martyrs?|enem(y|ies)|aggressors?|regimes?|militants?)\b"
PLACES = ("rules", "table", "negotiators", "mediators")


def prose() -> list[tuple[str, str]]:
    """Every text a reader sees: pages, scenarios, claims, notebooks, and strings of the code."""
    found = [(page.name, page.read_text()) for page in ROOT.glob("*.md")]
    for folder in ("scenarios", "sim/validation/claims"):
        found += [(path.name, path.read_text()) for path in (ROOT / folder).rglob("*.yaml")]
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text())["cells"]
        found.append((path.name, "\n".join("".join(cell["source"]) for cell in cells)))
    for path in (ROOT / "sim").rglob("*.py"):
        texts = [
            node.value
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        found.append((str(path.relative_to(ROOT)), "\n".join(texts)))
    return found


@pytest.mark.parametrize("words", [FORECASTS, LABELS])
def test_no_text_forecasts_or_labels(words):
    wrong = [
        f"{name}: {hit.group()} in {text[max(hit.start() - 30, 0) : hit.end() + 20]!r}"
        for name, text in prose()
        for hit in re.finditer(words, text, flags=re.I)
    ]
    assert wrong == []


def test_no_figure_forecasts_or_labels(tutorial):
    outcomes = sim.run_ensemble(tutorial, replications=80, seed=1)
    trace = sim.replay(outcomes, 3)
    found = sim.explain(trace)
    with plots.style():
        figure, axes = plt.subplots(2, 3)
        plots.plot_outcomes(sim.outcome_table(outcomes), ax=axes[0, 0])
        plots.plot_agreement_curve(sim.agreement_curve(outcomes), ax=axes[0, 1])
        plots.plot_survival(sim.survival_table(outcomes), ax=axes[0, 2])
        plots.plot_terms(sim.terms_table(outcomes), ax=axes[1, 0])
        plots.plot_flow(sim.flow_table(outcomes), ax=axes[1, 1])
        plots.plot_obstacles(found.to_frame(), votes=found.votes(), ax=axes[1, 2])
    texts = [text.get_text() for text in figure.findobj(plt.Text)]
    plt.close(figure)
    said = "\n".join([*texts, str(found)])
    assert len(said) > 500
    assert re.findall(FORECASTS, said, flags=re.I) == []
    assert re.findall(LABELS, said, flags=re.I) == []


def test_no_rule_branches_on_a_name():
    """No id, name or key is compared with a text, and no real party stands in the code."""
    for path in [p for place in PLACES for p in (ROOT / "sim" / place).glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Compare):
                continue
            sides = [node.left, *node.comparators]
            named = any(
                isinstance(s, ast.Attribute) and s.attr in {"id", "name", "key"} for s in sides
            )
            texts = any(isinstance(s, ast.Constant) and isinstance(s.value, str) for s in sides)
            assert not (named and texts), f"{path.name}:{node.lineno}"
    real = "|".join(p.id for p in sim.load_scenario("gaza_ceasefire_talks").file.parties)
    for path in (ROOT / "sim").rglob("*.py"):
        assert not re.search(rf"\b({real})\b", path.read_text(), flags=re.I), path
