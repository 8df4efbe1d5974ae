"""Rules laid around another rule: what the fighting and one's own readiness do to a demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from sim._numerics import hold
from sim._typing import Float, Int
from sim.game import Game
from sim.negotiators.bidding import Bidder, within
from sim.negotiators.registry import create, register
from sim.table import View

__all__ = ["PressureSensitive", "ReadinessGated", "Wrapper"]

_INNER = {"use": "time-dependent"}


@dataclass(frozen=True, slots=True)
class Wrapper(Bidder):
    """A rule around another: the inner rule says what it would ask for, the outer changes that.

    Parameters
    ----------
    inner
        The rule within, as a scenario gives it: ``{use: time-dependent, beta: 0.3}``. It has to
        be one that asks for a level; its trade-off and acceptance are the outer rule's.
    """

    inner: Any = field(default_factory=lambda: dict(_INNER))

    def __post_init__(self) -> None:
        """Hold the parameters to their ranges, and the inner rule to its own."""
        Bidder.__post_init__(self)
        self.made()

    def made(self) -> Bidder:
        """Return the inner rule."""
        if not isinstance(self.inner, Mapping) or "use" not in self.inner:
            message = f"inner is {self.inner!r}; allowed: a behaviour, {{use: NAME, ...}}"
            raise ValueError(message)
        parameters = {key: value for key, value in self.inner.items() if key != "use"}
        found = create(str(self.inner["use"]), parameters)
        if not isinstance(found, Bidder):
            message = f"inner uses {self.inner['use']!r}; allowed: a rule that asks for a level"
            raise ValueError(message)  # noqa: TRY004 - a value of a file
        return found

    def own_memory(self, slots: int, game: Game) -> Any:  # noqa: ANN401 - the inner rule's
        """Return the inner rule's memory."""
        return self.made().new_memory(slots, game)

    def asked_within(self, view: View) -> Float:
        """Return what the inner rule asks for, by monitoring option, (rows, O)."""
        level = self.made().level(view.holding(view.memory.own))
        return level if level.ndim == 2 else np.maximum(level[:, None], view.floor)

    def note(self, view: View, level: Float) -> None:
        """Let the inner rule remember what it asked for."""
        inner = view.holding(view.memory.own)
        rule = self.made()
        rule.note(inner, rule.level(inner))

    def heard(self, view: View, proposer: int, package: Int) -> None:
        """Pass the others' offers on to the inner rule."""
        self.made().heard(view.holding(view.memory.own), proposer, package)


@register("pressure-sensitive")
@dataclass(frozen=True, slots=True)
class PressureSensitive(Wrapper):
    r"""Asks for less than its inner rule would the more fighting there has been of late.

    Of the way from floor to what the inner rule asks for it keeps
    :math:`1 - s\,\bar x`, with :math:`\bar x` the fourteen-day mean of the fighting.

    Parameters
    ----------
    sensitivity
        Share given up at full intensity, 0 to 1; 0 leaves the inner rule as it is.
    inner, trade_off, accept, accept_after, accept_margin, mishears
        Of every wrapper and ``Bidder``.

    References
    ----------
    Slantchev 2003, doi:10.1017/S0003055403000911 (costs of fighting move terms); the linear form
    is this model's.

    Examples
    --------
    >>> PressureSensitive(sensitivity=0.3).inner
    {'use': 'time-dependent'}
    """

    sensitivity: float | Float = 0.2

    source: ClassVar[str] = "doi:10.1017/S0003055403000911"

    def __post_init__(self) -> None:
        """Hold the parameters to their ranges."""
        Wrapper.__post_init__(self)
        within("sensitivity", self.sensitivity, 0.0, 1.0)

    def level(self, view: View) -> Float:
        """Return what the party asks for today, by monitoring option, (rows, O)."""
        asked = self.asked_within(view)
        pain = hold(view.session.state.mean_short[view.rows], 0.0, 1.0)
        kept = 1.0 - view.own(self.sensitivity) * pain
        return view.floor + kept[:, None] * (asked - view.floor)


@register("readiness-gated")
@dataclass(frozen=True, slots=True)
class ReadinessGated(Wrapper):
    """Asks for its ideal until it is ready for talks; then asks as its inner rule would.

    Parameters
    ----------
    least
        Readiness from which the inner rule speaks, 0 to 1; 0 leaves it as it is.
    inner, trade_off, accept, accept_after, accept_margin, mishears
        Of every wrapper and ``Bidder``.

    References
    ----------
    Pruitt 1997, doi:10.1163/157180697X00278.

    Examples
    --------
    >>> ReadinessGated().least
    0.3
    """

    least: float | Float = 0.3

    source: ClassVar[str] = "doi:10.1163/157180697X00278"

    def __post_init__(self) -> None:
        """Hold the parameters to their ranges."""
        Wrapper.__post_init__(self)
        within("least", self.least, 0.0, 1.0)

    def level(self, view: View) -> Float:
        """Return what the party asks for today, by monitoring option, (rows, O)."""
        asked = self.asked_within(view)
        ready = view.session.state.ready[view.rows, view.party].astype(np.float64)
        speaks = ready >= view.own(self.least)
        return np.where(speaks[:, None], asked, view.level(np.ones(view.count)))
