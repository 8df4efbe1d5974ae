"""What ``import sim`` offers, costs and leaves unloaded; every core module imports."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import sim

ROOT = Path(__file__).parents[1]


def test_public_names_are_few_and_all_load():
    assert len(sim.__all__) <= 41
    assert sorted(sim.__all__) == sorted(sim._HOMES)
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = sim.nonsense


def test_every_module_imports():
    """The page needs its extra: ``make browser`` imports it."""
    for module in pkgutil.walk_packages(sim.__path__, "sim."):
        if module.name.endswith("__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            assert (module.name[:8], error.name) == ("sim.app.", "solara")  # noqa: PT017


def test_import_sim_loads_nothing_heavy():
    code = "import sim, sys, json; print(json.dumps(sorted(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(found.stdout))
    assert not loaded & {"mesa", "matplotlib", "scipy.stats", "pandas", "pydantic", "typer"}


def test_a_run_in_memory_needs_neither_mesa_nor_pandas_nor_matplotlib():
    code = (
        "import sim, sys; sim.run_ensemble('tutorial', replications=2, seed=1); "
        "print({'mesa', 'pandas', 'matplotlib', 'scipy.stats'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


@pytest.mark.parametrize(
    "page", [pytest.param("README.md", marks=pytest.mark.slow), "CONTRIBUTING.md"]
)
def test_python_in_the_documents_runs(page, tmp_path, monkeypatch):
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), flags=re.S)
    assert blocks
    monkeypatch.chdir(tmp_path)
    for block in blocks:
        exec(compile(block, page, "exec"), {})  # noqa: S102 - our own documents


def test_the_scenario_of_the_readme_is_one(tmp_path):
    text = (ROOT / "README.md").read_text()
    scenarios = [b for b in re.findall(r"```yaml\n(.*?)```", text, flags=re.S) if "issues:" in b]
    assert len(scenarios) == 1
    assert len(scenarios[0].splitlines()) <= 11
    path = tmp_path / "readme.yaml"
    path.write_text(scenarios[0])
    outcomes = sim.run_ensemble(str(path), replications=100, seed=1)
    assert (outcomes.signed_on >= 0).sum() > 0


def readme_commands():
    """Return what a reader of the README is told to type, in order."""
    text = (ROOT / "README.md").read_text()
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.S)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]


@pytest.mark.slow
def test_every_command_of_the_readme_runs(tmp_path):
    """In the order of the page; ``make demo`` and ``make test`` are what CI runs."""
    commands = readme_commands()
    assert len(commands) >= 9
    for command in commands:
        assert command.startswith("sim ")
        run = [sys.executable, "-m", *shlex.split(command)]
        found = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert found.returncode == 0, (command, found.stderr)
        assert found.stdout
    for name in ("tutorial", "mediators"):
        assert (tmp_path / "runs" / name / "report.html").stat().st_size < 3_000_000


def test_the_readme_lists_every_command_and_no_other():
    from sim.cli.examples import EXAMPLES

    text = (ROOT / "README.md").read_text()
    listed = set(re.findall(r"(?:^|· )sim ([a-z-]+)", text, flags=re.M))
    assert listed == set(EXAMPLES)


def test_the_behaviour_of_the_guide_plays_from_yaml(tutorial):
    scenario = tutorial.with_values({"parties.north.behaviour": {"use": "stubborn", "step": 0.02}})
    outcomes = sim.run_ensemble(scenario, replications=5, seed=1)
    assert outcomes.replications == 5
    sim.testing.check_negotiator("stubborn", tutorial)
    sim.testing.check_negotiator("staircase", tutorial)


def test_another_distribution_adds_a_behaviour_by_entry_point(tmp_path):
    (tmp_path / "elsewhere.py").write_text(
        "class Firm:\n"
        '    """Asks for its best and signs nothing else."""\n'
        "    def propose(self, seat):\n        return seat.favourite\n"
        "    def accepts(self, seat, package):\n        return package == seat.favourite\n"
    )
    info = tmp_path / "elsewhere-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: elsewhere\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[sim.negotiators]\nfirm = elsewhere:Firm\n")
    code = (
        "import sim; t = sim.load_scenario('tutorial');"
        "s = t.with_values({'parties.north.behaviour': {'use': 'firm'}});"
        "print('firm' in sim.available_negotiators(),"
        " sim.run_ensemble(s, replications=3, seed=1).replications)"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert found.stdout.split() == ["True", "3"]


def test_rules_use_no_raw_reductions():
    """Sums over entities go through sim._numerics: a bit may not hang on memory layout."""
    raw = re.compile(r"\.(sum|prod|mean|dot)\(|np\.(sum|prod|mean|dot|matmul|einsum)\(| @ ")
    for folder in ("rules", "negotiators", "mediators"):
        for path in (ROOT / "sim" / folder).glob("*.py"):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                assert not raw.search(line), f"{path.name}:{number}: {line.strip()}"
