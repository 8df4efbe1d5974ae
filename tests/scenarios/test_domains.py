"""Foreign formats: read, written and refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

import sim
from sim.errors import ScenarioError
from sim.geometry import geometry
from sim.scenario.genius import write_genius
from sim.scenario.importing import import_domain

DOMAIN = """<negotiation_template><utility_space number_of_issues="2"><objective index="0" name="root">
<issue index="1" name="Price" vtype="discrete"><item index="1" value="low"/><item index="2" value="high"/></issue>
<issue index="2" name="Day" vtype="discrete"><item index="1" value="1"/><item index="2" value="2"/><item index="3" value="3"/></issue>
</objective></utility_space></negotiation_template>"""


def profile(price=(2, 4), day=(3, 0, 6), weights=(0.5, 0.5), extra='<reservation value="0.25"/>'):
    rows = [
        ("1", "Price", zip(("low", "high"), price, strict=True)),
        ("2", "Day", zip(("1", "2", "3"), day, strict=True)),
    ]
    issues = "".join(
        f'<issue index="{index}" name="{name}" vtype="discrete">'
        + "".join(f'<item value="{value}" evaluation="{worth}"/>' for value, worth in items)
        + "</issue>"
        for index, name, items in rows
    )
    shares = "".join(f'<weight index="{k}" value="{w}"/>' for k, w in enumerate(weights, 1))
    return (
        f'<utility_space><objective index="0">{issues}{shares}</objective>{extra}</utility_space>'
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "deal.xml").write_text(DOMAIN)
    (tmp_path / "deal_b.xml").write_text(profile((4, 2), (0, 3, 6), (2, 1)))
    (tmp_path / "deal_a.xml").write_text(profile())
    return tmp_path


def test_evaluations_are_shares_of_the_best_and_weights_sum_to_one(folder):
    data = import_domain(folder, rounds=30)
    assert [party["id"] for party in data["parties"]] == ["deal_a", "deal_b"], "in name order"
    first, second = data["parties"]
    assert first["scores"] == {"price": [0.5, 1.0], "day": [0.5, 0.0, 1.0]}
    assert second["weights"] == {"price": pytest.approx(2 / 3), "day": pytest.approx(1 / 3)}
    assert data["calendar"]["days"] == 60
    scenario = sim.load_scenario(data)
    found = geometry(scenario)
    # the worst package of deal_a is worth .25, which is its reservation: a floor of 0
    assert found.floors[0].max() == pytest.approx(0.0, abs=1e-12)
    # of deal_b it is worth 1/3, above the reservation of .25
    assert found.floors[1].max() == pytest.approx(0.0, abs=1e-12)
    assert scenario.file.parties[0].discount_factor == 1.0


def test_a_reservation_above_the_worst_becomes_a_floor_and_a_discount_is_kept(folder):
    extra = '<reservation value="0.4"/><discount_factor value="0.75"/>'
    (folder / "deal_a.xml").write_text(profile(extra=extra))
    scenario = sim.load_scenario(import_domain(folder))
    assert geometry(scenario).floors[0].min() == pytest.approx((0.4 - 0.25) / 0.75, abs=1e-12)
    assert scenario.file.parties[0].discount_factor == 0.75


def test_there_and_back_leaves_every_utility_and_floor(folder, tmp_path):
    one = sim.load_scenario(import_domain(folder))
    found = geometry(one)
    floors = dict(zip(found.parties, (float(row.min()) for row in found.floors), strict=True))
    out = tmp_path / "out"
    files = write_genius(one.file, out, floors, "again")
    assert [path.name for path in files] == ["again.xml", "again_deal_a.xml", "again_deal_b.xml"]
    other = sim.load_scenario(import_domain(out))
    tables = [s.game.agendas[0].tables.utility for s in (one, other)]
    assert np.allclose(*tables, rtol=0, atol=1e-12)
    assert np.allclose(geometry(other).floors, found.floors, rtol=0, atol=1e-12)


def test_what_genius_cannot_express_is_said(tutorial, tmp_path):
    with pytest.raises(ScenarioError, match="pair terms of north, red lines of north"):
        write_genius(tutorial.file, tmp_path, {}, "tutorial")
    assert not list(tmp_path.iterdir())


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><utility_space>&b;</utility_space>'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><utility_space>&a;</utility_space>'


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("bomb.xml", BOMB, "declares a document type or entities"),
        ("file.xml", FILE, "declares a document type or entities"),
        ("broken.xml", "<utility_space>", "it is no XML"),
        ("binary.xml", "\x01\x02", "it is no XML"),
        ("second.xml", DOMAIN, "domain files: deal.xml, second.xml"),
        ("deal_a.xml", profile((2, -4)), "an evaluation below 0"),
        ("deal_a.xml", profile(("x", 4)), "evaluation of item .* is 'x'; allowed: a finite number"),
        ("deal_a.xml", profile(("nan", 4)), "allowed: a finite number"),
        ("deal_a.xml", profile(weights=(0, 0)), "weights sum to 0"),
        ("deal_a.xml", profile().replace("Price", "Cost"), "issue 'Cost' is not in the domain"),
        (
            "deal.xml",
            DOMAIN.replace('vtype="discrete"', 'vtype="real"', 1),
            "issue 'Price' is real",
        ),
    ],
)
def test_hostile_and_faulty_files_are_refused_in_one_sentence(folder, name, text, message):
    (folder / name).write_text(text)
    with pytest.raises(ScenarioError, match=message) as error:
        import_domain(folder)
    assert name.partition(".")[0] in str(error.value) or "second" in name


def test_a_folder_without_a_domain_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match="domain files: none"):
        import_domain(tmp_path)
    with pytest.raises(ScenarioError, match="this is no folder"):
        import_domain(tmp_path / "nowhere")


def web(tmp_path, **changes):
    space = {
        "issueUtilities": {
            "Food": {"discreteutils": {"valueUtilities": {"Chips": 0.2, "Nuts": 1}}},
            "Music": {"discreteutils": {"valueUtilities": {"Band": 0.5, "DJ": 0}}},
        },
        "issueWeights": {"Food": 0.6, "Music": 0.4},
        "reservationBid": {"issuevalues": {"Food": "Chips", "Music": "Band"}},
    } | changes
    values = {"Food": {"values": ["Chips", "Nuts"]}, "Music": {"values": ["Band", "DJ"]}}
    (tmp_path / "p.json").write_text(json.dumps({"name": "p", "issuesValues": values}))
    for name in ("p1", "p2"):
        data = {"LinearAdditiveUtilitySpace": space}
        (tmp_path / f"{name}.json").write_text(json.dumps(data))
    return tmp_path


def test_geniusweb_keeps_its_own_scale_and_reserves_a_bid(tmp_path):
    scenario = sim.load_scenario(import_domain(web(tmp_path)))
    low, high, reserved = 0.6 * 0.2, 0.6 + 0.4 * 0.5, 0.6 * 0.2 + 0.4 * 0.5
    expected = (reserved - low) / (high - low)
    assert geometry(scenario).floors.min() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"issueWeights": {"Food": 1}}, "preferences about 'Music' are missing"),
        ({"issueWeights": {"Food": 0, "Music": 0}}, "weights sum to 0"),
        ({"issueUtilities": {}}, "preferences about 'Food' are missing"),
    ],
)
def test_faulty_geniusweb_is_refused(tmp_path, changes, message):
    with pytest.raises(ScenarioError, match=message):
        import_domain(web(tmp_path, **changes))


def test_the_command_writes_a_scenario_that_checks_and_reads_it_back(folder, tmp_path, capsys):
    from typer.testing import CliRunner

    from sim.cli import app

    out = tmp_path / "made" / "deal.yaml"
    runner = CliRunner()
    made = runner.invoke(app, ["import", str(folder), "--out", str(out), "--rounds", "20"])
    assert made.exit_code == 0, made.output
    assert "6 packages, parties deal_a, deal_b" in made.output
    assert runner.invoke(app, ["check", str(out)]).exit_code == 0
    again = runner.invoke(app, ["import", str(folder), "--out", str(out)])
    assert "exists already" in str(again.exception)
    back = runner.invoke(app, ["export", str(out), "--out", str(tmp_path / "back")])
    assert back.exit_code == 0, back.output
    assert sim.load_scenario(import_domain(tmp_path / "back")).game.agendas[0].space.count == 6
    wrong = runner.invoke(app, ["export", str(out), "--out", str(tmp_path), "--to", "xls"])
    assert "unknown format 'xls'" in str(wrong.exception)
