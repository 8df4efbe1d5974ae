"""Claims: read with care, judged by intervals, published where they fall short."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import CensoredData, ecdf, weibull_min
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.errors import ScenarioError
from sim.scenario.claim_schema import CheckPart
from sim.validation import claim_names, load_claim
from sim.validation.resampling import Pooled, Ratio, resampled
from sim.validation.survival import kaplan_meier, weibull_shape
from sim.validation.verdicts import FALLS_SHORT, HOLDS, REPORTED, UNDECIDED, judge

ROOT = Path(__file__).parents[2]
CLAIM = {
    "schema": 1,
    "title": "A claim",
    "status": "derived",
    "about": "for the tests",
    "source": "ours",
    "falsified_by": "anything else",
    "scenario": "prisoner_exchange_minimal",
    "replications": 60,
    "arms": [{"id": "plain"}, {"id": "alone", "set": {"protocol.mediated": False}}],
    "checks": [{"name": "signed", "estimand": "signed", "falls": ["plain", "alone"]}],
}


def written(tmp_path, **changes):
    path = tmp_path / "claim.yaml"
    path.write_text(json.dumps(CLAIM | changes))
    return path


def test_every_claim_is_in_order_and_says_what_would_falsify_it():
    names = claim_names()
    assert len(names) >= 20
    for name in names:
        claim = load_claim(name)
        assert claim.file.falsified_by
        assert claim.file.source


def test_published_values_hold():
    found = sim.verify(["published_values"])[0]
    assert found.verdict == HOLDS
    assert len(found.findings) > 30
    assert not found.short


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"status": "sure"}, "status: 'sure' is not known"),
        ({"checks": []}, "says nothing: needs checks, formulas or rules"),
        (
            {"checks": [{"name": "x", "estimand": "signd", "falls": ["plain", "alone"]}]},
            "unknown estimand 'signd'",
        ),
        (
            {"checks": [{"name": "x", "estimand": "signed", "falls": ["plain", "nobody"]}]},
            "unknown arm 'nobody'",
        ),
        ({"checks": [{"name": "x", "estimand": "signed"}]}, "needs one of rises, falls"),
        ({"formulas": [{"use": "fearon", "of": {}, "value": 1}]}, "unknown formula 'fearon'"),
        ({"arms": [{"id": "plain", "set": {"protocol.mediate": 1}}]}, "mediate"),
        ({"verdict": "holds"}, "unknown key 'verdict'"),
    ],
)
def test_what_is_wrong_with_a_claim_file_is_told_before_anything_is_played(
    tmp_path, changes, message
):
    with pytest.raises(ScenarioError, match=re.escape(message)):
        load_claim(written(tmp_path, **changes))


def test_an_unknown_name_says_which_there_are():
    with pytest.raises(ScenarioError, match="did you mean 'deadlines'"):
        load_claim("deadline")


def check(**keys):
    return CheckPart.model_validate({"name": "x", "estimand": "signed", **keys})


def judged(part, base, arm, spread=0.01):
    luck = np.random.Generator(np.random.Philox(1))
    noise = luck.normal(0, spread, size=(2, 401))
    noise[:, 0] = 0.0
    found = {"a": base + noise[0], "b": arm + noise[1]}
    return judge("c", part, found, {"a": 90, "b": 90})[0]


@pytest.mark.parametrize(
    ("keys", "base", "arm", "verdict"),
    [
        ({"rises": ["a", "b"]}, 0.5, 0.6, HOLDS),
        ({"rises": ["a", "b"]}, 0.5, 0.505, UNDECIDED),
        ({"rises": ["a", "b"]}, 0.6, 0.5, FALLS_SHORT),
        ({"rises": ["a", "b"], "margin": 0.2}, 0.5, 0.6, FALLS_SHORT),
        ({"falls": ["a", "b"]}, 0.6, 0.5, HOLDS),
        ({"same": ["a", "b"], "margin": 0.1}, 0.5, 0.51, HOLDS),
        ({"same": ["a", "b"], "margin": 0.01}, 0.5, 0.6, FALLS_SHORT),
        ({"within": [0.4, 0.6], "arm": "a"}, 0.5, 0.0, HOLDS),
        ({"within": [0.4, 0.6], "arm": "a"}, 0.6, 0.0, UNDECIDED),
        ({"within": [0.4, 0.6], "arm": "a"}, 0.8, 0.0, FALLS_SHORT),
        ({"rises": ["a", "b"], "reported": True}, 0.6, 0.5, REPORTED),
    ],
)
def test_a_verdict_is_that_of_the_interval(keys, base, arm, verdict):
    found = judged(check(**keys), base, arm)
    assert found.verdict == verdict
    assert found.low <= found.effect <= found.high


def test_a_difference_that_has_no_spread_is_exact():
    found = judge(
        "c", check(same=["a", "b"]), {"a": np.ones(9), "b": np.ones(9)}, {"a": 40, "b": 40}
    )
    assert (found[0].effect, found[0].verdict) == (0.0, HOLDS)


def test_what_was_never_seen_may_still_happen():
    never = {"a": np.zeros(9)}
    part = check(within=[0, 0.02], arm="a")
    assert judge("c", part, never, {"a": 40})[0].verdict == UNDECIDED
    assert judge("c", part, never, {"a": 4000})[0].verdict == HOLDS


def test_nothing_holds_over_a_handful_of_histories():
    few = judge(
        "c", check(rises=["a", "b"]), {"a": np.zeros(9), "b": np.ones(9)}, {"a": 3, "b": 99}
    )
    assert few[0].verdict == UNDECIDED


def test_resamples_give_the_standard_error_of_a_mean():
    luck = np.random.Generator(np.random.Philox(3))
    values = luck.normal(2.0, 3.0, size=2000)
    values[:100] = np.nan
    at = Ratio.mean(values).at(resampled(2000, 1))
    known = values[100:]
    assert at[0] == pytest.approx(known.mean())
    error = known.std(ddof=1) / np.sqrt(known.size)
    assert at[1:].std(ddof=1) == pytest.approx(error, rel=0.15)  # 400 resamples: 4 sd of 3.5 %


def test_survival_is_kaplan_and_meiers():
    luck = np.random.Generator(np.random.Philox(5))
    time = np.ceil(50 * luck.weibull(0.7, 400))
    event = luck.random(400) < 0.7
    reference = ecdf(CensoredData(uncensored=time[event], right=time[~event])).sf
    for day in (1.0, 10.0, 40.0, 100.0):
        found = kaplan_meier(time, event, np.ones(400), day)
        assert found == pytest.approx(float(reference.evaluate(day)))


def test_weights_are_copies():
    time, event = np.array([3.0, 5.0, 9.0]), np.array([True, False, True])
    weights = np.array([2.0, 1.0, 3.0])
    copies = np.repeat(np.arange(3), weights.astype(int))
    ones = np.ones(copies.size)
    for function in (
        lambda t, e, w: kaplan_meier(t, e, w, 4.0),
        weibull_shape,
    ):
        assert function(time, event, weights) == pytest.approx(
            function(time[copies], event[copies], ones)
        )


def test_weibulls_shape_is_the_maximum_likelihood_one():
    luck = np.random.Generator(np.random.Philox(7))
    time = 80 * luck.weibull(0.8, 600)
    event = time < 120
    time = np.maximum(np.minimum(time, 120), 0.5)
    data = CensoredData(uncensored=time[event], right=time[~event])
    shape, _, _ = weibull_min.fit(data, floc=0)
    assert weibull_shape(time, event, np.ones(600)) == pytest.approx(shape, rel=1e-3)


def test_pooled_numbers_are_taken_resample_by_resample():
    pooled = Pooled(lambda row: float((row * np.arange(4)).sum()), 4)
    assert pooled.at(np.array([[1, 1, 1, 1], [0, 0, 0, 4]])).tolist() == [6.0, 12.0]


def test_a_claim_of_ones_own_is_played_and_the_exit_status_says_whether_it_holds(tmp_path):
    runner = CliRunner()
    path = written(
        tmp_path, checks=[{"name": "nothing", "estimand": "signed", "same": ["plain", "plain"]}]
    )
    held = runner.invoke(app, ["verify", str(path), "--json"])
    assert held.exit_code == 0
    found = json.loads(held.stdout)
    assert found[0]["verdict"] == "holds"
    wrong = written(
        tmp_path,
        checks=[{"name": "all sign", "estimand": "signed", "arm": "plain", "within": [2, 3]}],
    )
    short = runner.invoke(app, ["verify", str(wrong)])
    assert short.exit_code == 1
    assert "falls short" in short.stdout
    emergent = written(
        tmp_path,
        status="emergent",
        checks=[{"name": "all sign", "estimand": "signed", "arm": "plain", "within": [2, 3]}],
    )
    assert runner.invoke(app, ["verify", str(emergent)]).exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in claim_names() if n != "published_values"])
def test_a_claim_holds_or_is_published_as_a_known_issue(name):
    found = sim.verify([name])[0]
    known = (ROOT / "MODEL.md").read_text().partition("### Known issues")[2]
    named = f"`{name}`" in known
    assert (found.verdict in (HOLDS, REPORTED)) != named, found
    table = (ROOT / "MODEL.md").read_text()
    for one in found.findings:
        row = re.search(rf"^\| \| {re.escape(one.name)} \| (-?[\d.]+|nan) \|", table, flags=re.M)
        if row is None:
            assert one.count == 1, f"MODEL.md does not show {one.name}: make model"
        elif np.isfinite(one.effect):
            near = max(one.standard_error, 0.001)
            assert float(row.group(1)) == pytest.approx(one.effect, abs=near), one.name
