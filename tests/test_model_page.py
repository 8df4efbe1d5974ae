"""MODEL.md stays in step with the code: parameters, claims, sources."""

from __future__ import annotations

import re
from pathlib import Path

from sim.fields import leaves
from sim.scenario.parameters import markdown_table, parameters
from sim.scenario.switches import NEUTRAL
from sim.validation import claim_names
from tests.write_model import PAGE, between

ROOT = Path(__file__).parents[1]
TEXT = PAGE.read_text()


def test_the_table_of_parameters_is_the_schemas():
    assert between(TEXT, "parameters") == markdown_table()


def test_every_number_that_may_vary_is_described():
    found = parameters()
    assert len(found) == len(leaves())
    for row in found:
        assert row.about
        assert row.low <= row.default <= row.high


def test_every_claim_stands_in_the_table_with_its_title():
    table = between(TEXT, "claims")
    for name in claim_names():
        text = (ROOT / f"sim/validation/claims/{name}.yaml").read_text()
        title = re.search(r'^title: "?(.*?)"?$', text, flags=re.M)
        assert title is not None
        assert f"**{title.group(1)}** (`{name}`" in table, name


def test_a_claim_that_falls_short_is_a_known_issue():
    """By the table; the slow tests play the claims."""
    issues = TEXT.partition("### Known issues")[2]
    short = re.findall(
        r"\(`(\w+)`, [a-z ]+\) \|.*\*\*(?:falls short|undecided)\*\*", between(TEXT, "claims")
    )
    assert short
    for name in short:
        assert f"`{name}`" in issues, name


def test_every_source_of_the_code_stands_in_the_bibliography():
    sources = TEXT.partition("## 11 Sources")[2]
    pattern = r"doi:(10\.\d{4,}/(?:[^\s,;\"'`>|\\()]|\([^)\s]*\))+)"
    cited = set()
    for path in [*(ROOT / "sim").rglob("*.py"), *(ROOT / "sim").rglob("*.yaml")]:
        cited |= {found.rstrip(".:") for found in re.findall(pattern, path.read_text())}
    assert len(cited) > 40
    missing = sorted(doi for doi in cited if doi not in sources)
    assert missing == []


def test_every_switch_is_neutral_within_the_bounds_of_its_number():
    rows = {leaf.name: row for leaf, row in zip(leaves(), parameters(), strict=True)}
    for rule, numbers in NEUTRAL.items():
        for name, neutral in numbers.items():
            inside = rows[name].low <= neutral <= rows[name].high
            assert inside or (rule, name) in {
                ("ratification", "threshold"),
                ("battle_learning", "belief_variance"),
            }, (rule, name)
