"""What a party asks for at its next turn is later, and less, than what it asks for today."""

from __future__ import annotations

import pytest

import sim
from sim.ensemble import Run
from sim.rules import bargaining
from tests.conftest import minimal


@pytest.mark.parametrize("rule", ["time-dependent", "resource-dependent"])
def test_the_next_turn_is_later_and_asks_for_less(monkeypatch, rule):
    data = minimal()
    for party in data["parties"]:
        party["behaviour"] = {"use": rule}
    seen = []
    tell = bargaining._tell

    def watched(session, parties, rows, proposer, package):
        for party in range(2):
            view = session.view(party, rows, parties[party].memory)
            later = view.at_next_turn()
            rule = parties[party].bound
            seen.append((view.time, later.time, rule.level(view), rule.level(later)))
        tell(session, parties, rows, proposer, package)

    monkeypatch.setattr(bargaining, "_tell", watched)
    run = Run(sim.load_scenario(data).game, 1, 0, 5)
    for _ in range(10):
        run.advance()
    assert len(seen) >= 10
    for now, then, asked, less in seen:
        assert (then > now).all()
        assert (less < asked).all()
