"""Reports: one file, no network, all that was asked of it, and numbers that are those of the run."""

from __future__ import annotations

import re
import shlex
from html.parser import HTMLParser

import numpy as np
import pytest

import sim
from sim.cli.main import app
from sim.errors import RunError
from sim.experiment import save_run
from sim.experiment.saved import folder_kind, open_run
from sim.report.page import _command, write_report
from sim.report.summary import in_short
from sim.results import ARRAYS
from sim.scenario.describing import described, in_words


class Page(HTMLParser):
    """Takes a page apart: its tags, its links, its text; complains of tags left open."""

    VOID = frozenset({"meta", "link", "img", "br"})

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.text = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def attributes(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def saved(tutorial, tmp_path_factory):
    changed = tutorial.with_values({"fighting.baseline": 0.6, "protocol.vote_delay": 3})
    outcomes = sim.run_ensemble(changed, replications=60, seed=4)
    folder = save_run(changed, outcomes, tmp_path_factory.mktemp("run") / "one")
    return changed, outcomes, folder


@pytest.fixture(scope="module")
def page(saved):
    path = write_report(saved[2])
    return path, Page(path.read_text())


def test_a_run_is_read_back_as_it_was(saved):
    scenario, outcomes, folder = saved
    found = open_run(folder)
    for name in ARRAYS:
        assert np.array_equal(
            getattr(found.outcomes, name), getattr(outcomes, name), equal_nan=name == "utility"
        ), name
    assert found.scenario.sha256 == scenario.sha256
    assert sim.summarise(found.outcomes) == sim.summarise(outcomes)
    assert sim.replay(found.outcomes, 3).days == sim.replay(outcomes, 3).days


@pytest.mark.slow
def test_a_report_holds_all_it_shows(page):
    path, found = page
    assert path.stat().st_size < 3_000_000
    names = {name for name, _ in found.tags}
    assert not names & {"script", "iframe", "object"}
    sources = [attrs["src"] for attrs in found.attributes("img")]
    assert len(sources) == 13
    assert all(source.startswith("data:image/") for source in sources)
    links = [attrs["href"] for attrs in found.attributes("a")]
    ids = {attrs.get("id") for _, attrs in found.tags}
    assert links
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    assert "url(" not in path.read_text().split("</style>")[0]


@pytest.mark.slow
def test_every_picture_has_words_in_its_place(page):
    texts = [attrs["alt"] for attrs in page[1].attributes("img")]
    assert all(len(text) > 25 for text in texts)
    assert len(set(texts)) == len(texts)
    assert sum(bool(re.search(r"\d", text)) for text in texts) == len(texts)


@pytest.mark.slow
def test_a_report_says_what_it_rests_on_and_its_limits(page, saved):
    text = " ".join(page[1].text)
    scenario, outcomes, _ = saved
    assert text.count(sim.plots.NOTICE) >= 2
    assert "100% of its" in text
    for field in scenario.assumptions().field:
        assert field in text
    for heading in ("Results", "One history", "The scenario", "What was compared", "Limits"):
        assert heading in text
    signed = sim.summarise(outcomes)["signed"]
    assert f"{signed['rate']:.1%}" in text
    assert f"{signed['standard_error']:.3f}" in text
    assert "fighting.baseline = 0.6" in text


@pytest.mark.slow
def test_the_command_of_a_report_makes_the_run_again(page, saved, tmp_path):
    text = " ".join(page[1].text)
    command = re.search(r"sim run [^\n]*", text).group().split("  ")[0]
    arguments = shlex.split(command)[1:]
    assert arguments[1] == "tutorial"
    out = [*arguments, "--out", str(tmp_path / "again"), "--no-figures"]
    app(out, standalone_mode=False)
    again = open_run(tmp_path / "again").outcomes
    assert np.array_equal(again.outcome, saved[1].outcome)
    assert again.provenance["sha256"] == saved[1].provenance["sha256"]


def test_a_report_of_an_experiment_says_what_was_compared(tmp_path):
    data = {
        "schema": 1,
        "title": "Two arms <of one>",
        "scenario": "prisoner_exchange_minimal",
        "replications": 40,
        "seed": 1,
        "outcomes": ["ratified", "truce_days"],
        "arms": [
            {"id": "plain", "title": "As it is"},
            {"id": "alone", "title": "Nobody mediates", "set": {"protocol.mediated": False}},
        ],
    }
    results = sim.run_experiment(data, tmp_path / "x")
    path = write_report(tmp_path / "x", tmp_path / "deep" / "page.html")
    found = Page(path.read_text())
    text = " ".join(found.text)
    assert "Two arms <of one>" in text
    assert "Arms: As it is (plain), Nobody mediates (alone). The base arm is As it is." in text
    assert len(found.attributes("img")) == 2
    row = results.compare().iloc[0]
    assert f"{row.difference:+.3g}" in text


def test_what_holds_no_run_is_refused_in_words(tmp_path):
    with pytest.raises(RunError, match="neither a run nor an experiment"):
        folder_kind(tmp_path)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(RunError, match="neither a run nor an experiment"):
        write_report(tmp_path)
    (tmp_path / "manifest.json").write_text('{"scenario": "x", "changes": {}')
    with pytest.raises(RunError, match="cannot be read"):
        write_report(tmp_path)


def test_a_run_whose_tables_do_not_fit_is_refused(saved, tmp_path):
    import shutil

    folder = shutil.copytree(saved[2], tmp_path / "torn")
    (folder / "terms.parquet").write_bytes(b"no table")
    with pytest.raises(RunError, match="cannot be read"):
        open_run(folder)


@pytest.mark.parametrize("name", sim.scenario_names())
def test_every_scenario_can_be_told(name):
    scenario = sim.load_scenario(name)
    text = " ".join(in_words(scenario.file))
    for party in scenario.file.parties:
        assert party.name in text
    tables = described(scenario.file)
    assert len(tables["Issues"]) == len(scenario.file.issues)
    assert not re.search(r"after day|1 [a-z]+ies\b|None", text)


def test_objects_show_themselves_in_a_notebook(saved):
    scenario, outcomes, _ = saved
    for shown in (scenario, outcomes, sim.replay(outcomes, 1)):
        html = Page(shown._repr_html_())
        text = " ".join(html.text)
        assert "fictional prisoner exchange" in text
        assert "forecast" in text
    cells = [t for t in Page(outcomes._repr_html_()).text if "±" in t and "%" in t]
    assert len(cells) == 8


def test_results_in_short_fit_what_came(tutorial):
    minimal = sim.load_scenario("prisoner_exchange_minimal")
    one = in_short(sim.run_ensemble(minimal, replications=1, seed=1))
    assert one[0].endswith("in 100.0% of 1 history, and it is ratified in 100.0%.")
    assert "±" not in " ".join(one)
    assert "nan" not in " ".join(one)
    assert "0.0%" not in one[-1].replace("100.0%", "")
    short = minimal.with_values({"calendar.days": 4})
    none = in_short(sim.run_ensemble(short, replications=7, seed=1))
    assert none[0] == "No text is signed in 7 histories."


@pytest.mark.slow
@pytest.mark.parametrize("days", [4, 120])
def test_a_report_of_very_little_is_written_without_a_warning(tmp_path, days):
    scenario = sim.load_scenario("prisoner_exchange_minimal").with_values({"calendar.days": days})
    folder = save_run(scenario, sim.run_ensemble(scenario, replications=1, seed=1), tmp_path / "x")
    text = " ".join(Page(write_report(folder).read_text()).text)
    assert "1 history, seed 1" in text


@pytest.mark.parametrize("text", ["[]", '{"kind": "experiment"}', '{"scenario": "tutorial"}'])
def test_a_damaged_manifest_is_answered_in_words(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(RunError, match=str(tmp_path)):
        write_report(tmp_path)


def test_an_experiment_of_ones_own_files_is_played_again_from_its_folder(tmp_path):
    (tmp_path / "mine.yaml").write_text(sim.load_scenario("prisoner_exchange_minimal").text)
    (tmp_path / "one.yaml").write_text(
        "schema: 1\ntitle: Mine\nscenario: mine.yaml\nreplications: 5\nseed: 1\n"
    )
    results = sim.run_experiment(str(tmp_path / "one.yaml"), tmp_path / "x")
    text = write_report(tmp_path / "x").read_text()
    assert "sim verify-run" in text
    assert "sim sweep" not in text.split("How to make it again</h2>")[1].split("</section>")[0]
    for block in (tmp_path / "x" / "outcomes").rglob("*.parquet"):
        block.write_bytes(b"torn")
    with pytest.raises(RunError, match=r"damaged|cannot be read"):
        write_report(tmp_path / "x")
    assert results.arms


def test_a_run_from_a_later_replication_names_its_address(tutorial, tmp_path):
    outcomes = sim.run_ensemble(tutorial, replications=3, seed=1, first=500)
    saved = open_run(save_run(tutorial, outcomes, tmp_path / "late", traces=(500,)))
    assert "first=500" in _command(saved)
    assert saved.outcomes.first == 500
