"""What people see in a terminal: help with examples, completion, the zone in text, no colour on request."""

from __future__ import annotations

import os
import pty
import shlex
import subprocess
import sys

import numpy as np
import pytest
import typer

import sim
from sim.cli.examples import EXAMPLES
from sim.cli.main import app
from sim.cli.options import _completed
from sim.cli.zone_text import zone_text
from sim.geometry import geometry

COMMANDS = typer.main.get_command(app).commands


def test_every_command_has_examples_that_it_understands():
    assert set(EXAMPLES) == set(COMMANDS)
    for name, lines in EXAMPLES.items():
        for line in lines:
            words = shlex.split(line.split(">")[0])
            assert words[:2] == ["sim", name]
            COMMANDS[name].make_context(name, words[2:], resilient_parsing=False).close()


def test_help_ends_with_examples():
    command = [sys.executable, "-m", "sim", "run", "--help"]
    environment = {**os.environ, "COLUMNS": "100"}
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    for line in EXAMPLES["run"]:
        assert line in found.stdout


def test_names_and_files_are_completed(tmp_path, monkeypatch):
    (tmp_path / "gazebo.yaml").write_text("")
    monkeypatch.chdir(tmp_path)
    assert _completed("gaz") == [n for n in sim.scenario_names() if n[:3] == "gaz"] + [
        "gazebo.yaml"
    ]
    assert _completed(f"{tmp_path}/") == [f"{tmp_path}/gazebo.yaml"]
    assert _completed("nowhere/") == []


def test_the_zone_in_text_is_the_zone(tutorial):
    found = geometry(tutorial)
    text = zone_text(found, {"north": "North"})
    rows = [line[7:] for line in text.splitlines() if "│" in line]
    assert len(rows) == 16
    assert {len(row) for row in rows} == {60}
    assert all(len(line) <= 80 for line in text.splitlines())
    nash = next(point.package for point in found.points if point.concept == "nash")
    (place,) = [(x, y) for y, row in enumerate(rows) for x, sign in enumerate(row) if sign == "N"]
    across, up = found.utilities[:, nash]
    low, high = found.utilities.min(axis=1), found.utilities.max(axis=1)
    assert place[0] == round((across - low[0]) / (high[0] - low[0]) * 59)
    assert 15 - place[1] == round((up - low[1]) / (high[1] - low[1]) * 15)
    assert "utility of North" in text
    assert "utility of south" in text


def test_the_zone_fits_a_narrow_terminal(tutorial):
    lines = zone_text(geometry(tutorial), {}, 40).splitlines()
    assert all(len(line) <= 48 for line in lines[:-1])
    assert sum("N" in line for line in lines[1:17]) == 1


def test_an_empty_zone_is_drawn_too(tutorial):
    firm = tutorial.with_values({"parties.north.outside_option.stake": 3.0})
    found = geometry(firm)
    assert not found.zone.any()
    picture = zone_text(found, {}).splitlines()[1:17]
    assert not any("N" in line or " o" in line for line in picture)


def test_three_parties_are_drawn_by_pairs(three):
    text = zone_text(geometry(three), {})
    assert text.count("utility of") == 6


def on_a_terminal(command, **environment):
    """Return what a command writes to a terminal."""
    leader, follower = pty.openpty()
    whole = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **environment}
    with subprocess.Popen(command, stdout=follower, stderr=follower, env=whole) as process:
        os.close(follower)
        said = bytearray()
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:
                break
            if not part:
                break
            said += part
        assert process.wait() == 0
    os.close(leader)
    return said.decode()


@pytest.mark.slow
def test_no_color_is_kept_to_and_a_long_run_shows_progress(tmp_path):
    sim_run = [sys.executable, "-m", "sim", "run", "prisoner_exchange_minimal"]
    options = ["--replications", "3000", "--no-figures", "--out", str(tmp_path / "x")]
    said = on_a_terminal([*sim_run, *options], NO_COLOR="1")
    assert not any(f"\x1b[{code}" in said for code in (*range(30, 38), *range(90, 98), "38;"))
    assert "/3000" in said
    assert "Tables are in" in said


def test_piped_output_is_plain_text(tmp_path):
    command = [sys.executable, "-m", "sim", "show", "tutorial"]
    environment = {key: value for key, value in os.environ.items() if key != "FORCE_COLOR"}
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert "\x1b" not in found.stdout
    assert found.stderr == ""
    assert max(len(line) for line in found.stdout.splitlines()) <= 80
    assert np.all([word in found.stdout for word in ("Kalai-", "frontier", "agreement zone")])
