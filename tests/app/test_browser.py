"""The page in a real browser: every button, no word to the network, no error in the console.

Needs the extra ``app``, Playwright and a Chromium; skipped, saying so, where one is missing, unless
``SIM_BROWSER`` is set. ``make browser`` installs them apart, since the extra is large.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

import sim

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = [
    name for name in ("solara", "solara_assets", "playwright") if not importlib.util.find_spec(name)
]
if CHROMIUM is None:
    MISSING.append("chromium")
SHOTS = os.environ.get("SIM_SHOTS")
"""Folder for screenshots to look at."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(MISSING) and not os.environ.get("SIM_BROWSER"),
        reason=f"not installed: {', '.join(MISSING)}",
    ),
    pytest.mark.filterwarnings("ignore"),
]

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HARMLESS = ("Failed to evaluate Vue script",)
"""What Solara's own parts say under Vue 2 on every page."""
WAIT = 30_000


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def served(file):
    """Start a server and wait for it; return it and its address."""
    port = free_port()
    command = [sys.executable, "-m", "sim", "app", str(file), "--port", str(port), "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}/"
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.25)
        else:
            return server, address
    server.kill()
    raise AssertionError(server.stdout.read().decode())


@pytest.fixture(scope="module")
def address():
    server, found = served("tutorial")
    yield found
    server.terminate()
    said = server.communicate(timeout=20)[0].decode()
    assert "Could not load URL" not in said, "the server asked the network"
    assert "Traceback" not in said, said


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        found = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


class Visit:
    """A page opened by one visitor, and what it complained of."""

    def __init__(self, browser, address, width=1280, height=900):
        self.page = browser.new_page(viewport={"width": width, "height": height})
        self.page.set_default_timeout(WAIT)
        self.complaints, self.outside = [], []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self.page.goto(address)
        self.page.get_by_text("not a forecast").first.wait_for()

    def _said(self, message):
        if message.type in ("error", "warning") and not message.text.startswith(HARMLESS):
            self.complaints.append(message.text)

    def _asked(self, request):
        local = request.url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))
        if not local:
            self.outside.append(request.url)

    def _answered(self, response):
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")

    def tab(self, name):
        self.page.get_by_role("tab", name=name).click()

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def sees(self, text):
        self.page.get_by_text(re.compile(text)).first.wait_for()

    def shot(self, name):
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)

    def done(self):
        self.page.close()
        assert self.complaints == []
        assert self.outside == []


@pytest.fixture
def visit(browser, address):
    found = Visit(browser, address)
    yield found
    found.done()


def move(visit, path, share):
    """Find a number by its path and set its slider to a share of its range."""
    visit.page.get_by_label("Find").fill(path)
    visit.page.get_by_text("parties.north.weights.captives").first.wait_for(state="hidden")
    slider = visit.page.locator(".sim-slider .v-slider").first
    box = slider.bounding_box()
    visit.page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
    visit.sees(r"\(moved\)")


def test_a_history_is_stepped_played_paused_and_reset(visit):
    visit.sees("Day 0: nothing")
    assert "(moved)" not in visit.page.content()
    visit.press("Step")
    visit.sees("Day 1 of 180")
    visit.page.locator(".sim-wide img").first.wait_for()
    visit.press("Play")
    visit.sees(r"Day (1\d|[5-9]) of 180")
    visit.press("Pause")
    time.sleep(2)
    stopped = visit.page.get_by_text(re.compile(r"Day \d+ of 180")).first.inner_text()
    time.sleep(2)
    assert visit.page.get_by_text(re.compile(r"Day \d+ of 180")).first.inner_text() == stopped
    visit.press("To the end")
    whole = sim.trace_replication(sim.load_scenario("tutorial"), seed=1, replication=0)
    visit.sees(f"Day {len(whole.days)} of 180.*the history ends: {whole.outcome}")
    visit.shot("history")
    visit.press("Reset")
    visit.sees("Day 0: nothing")


def test_runs_are_played_pinned_and_compared(visit):
    visit.tab("Many histories")
    visit.press("Run")
    visit.sees("as it stands in the file")
    outcomes = sim.run_ensemble("tutorial", replications=300, seed=1)
    signed = sim.summarise(outcomes)["signed"]
    visit.sees(f"{signed['rate']:.3f} ± {signed['standard_error']:.3f}")
    visit.press("Pin this run")
    visit.sees("Pinned: as it stands in the file; seed 1")
    move(visit, "mediators.patron.guarantee", 0.9)
    visit.sees("Numbers were moved since this run began")
    visit.press("Run")
    visit.sees("Against the pinned run")
    visit.page.get_by_role("cell", name="truce days").first.wait_for()
    assert visit.page.locator(".sim-wide img").count() >= 3
    visit.shot("compared")


def test_a_run_shows_progress_and_is_cancelled(visit):
    visit.tab("Many histories")
    visit.page.get_by_role("button", name="Histories").click()
    visit.page.get_by_role("option", name="10000").click()
    visit.press("Run")
    visit.sees(r"\d+% played")
    visit.press("Cancel")
    visit.sees("Nothing has been run")


def test_the_changed_scenario_is_downloaded(visit, tmp_path):
    move(visit, "fighting.baseline", 0.8)
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name="Download the scenario").click()
    waiting.value.save_as(tmp_path / "changed.yaml")
    changed = sim.load_scenario(tmp_path / "changed.yaml")
    assert changed.file.fighting.baseline.value > 0.6
    assert waiting.value.suggested_filename == "tutorial_changed.yaml"


def test_another_scenario_is_chosen_and_shown(visit):
    visit.page.get_by_role("button", name="Scenario").first.click()
    visit.page.get_by_role("option", name="gaza_truce_2023_11").click()
    visit.page.get_by_role("heading", name=re.compile("truce", re.IGNORECASE)).first.wait_for()
    visit.tab("Scenario")
    visit.sees("Egypt, Qatar and United States mediate")
    visit.shot("scenario")


def test_a_text_with_faults_is_answered_as_a_check_answers(visit):
    visit.tab("File")
    box = visit.page.locator("textarea").first
    good = box.input_value()
    box.fill(good.replace("days: 180", "days: many"))
    visit.press("Open this text")
    visit.sees("calendar.days")
    visit.shot("faults")
    visit.page.locator("textarea").first.fill(good)
    visit.press("Open this text")
    visit.sees("Day 0: nothing")


def test_a_dropped_file_is_opened(visit, tmp_path):
    scenario = sim.load_scenario("prisoner_exchange_minimal")
    path = tmp_path / "dropped.yaml"
    path.write_text(scenario.text)
    box = visit.page.get_by_text("Drop a scenario file here").bounding_box()
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    session = visit.page.context.new_cdp_session(visit.page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})
    visit.page.get_by_role("heading", name=scenario.title).wait_for()


def test_a_file_with_faults_is_shown_at_once(browser, tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("schema: 1\ntitle: Broken\nissues: []\n")
    server, address = served(path)
    try:
        visit = Visit(browser, address)
        visit.sees("broken.yaml:3")
        visit.done()
    finally:
        server.terminate()
        server.communicate(timeout=20)


def test_the_page_fits_a_phone(browser, address):
    visit = Visit(browser, address, 390, 844)
    visit.press("To the end")
    visit.sees("the history ends")
    visit.page.locator(".sim-wide img").first.wait_for()
    wide = visit.page.evaluate("document.documentElement.scrollWidth")
    visit.shot("phone")
    assert wide <= 390
    visit.done()
