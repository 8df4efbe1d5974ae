"""Rules laid around another rule: what the fighting and one's own readiness do to a demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from sim._numerics import hold
from sim._typing import Float, Int
from sim.game import Game
from sim.negotiators.bidding import Bidder, Memory, by_option, within
from sim.negotiators.registry import NEGOTIATORS, create, register
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
        be one that asks for a level; trade-off and acceptance are said of the outer rule.
    """

    inner: Any = field(default_factory=lambda: dict(_INNER))
    rule: Bidder = field(init=False, repr=False, compare=False)
    """The inner rule, made once."""

    def __post_init__(self) -> None:
        """Hold the parameters to their ranges, and the inner rule to its own."""
        Bidder.__post_init__(self)
        object.__setattr__(self, "rule", _made(self.inner, self.trade_off))

    def memory_with(self, aim: Any, slots: int, game: Game) -> Memory:  # noqa: ANN401
        """Return a memory in which the inner rule's stands; both look at the same trade-off's."""
        memory = Bidder.memory_with(self, aim, slots, game)
        memory.own = self.rule.memory_with(aim, slots, game)
        return memory

    def asked_within(self, view: View) -> Float:
        """Return what the inner rule asks for, by monitoring option, (rows, O)."""
        return by_option(view, self.rule.level(view.with_memory(view.memory.own)))

    def note(self, view: View, level: Float) -> None:
        """Let the inner rule remember what it asked for, not what was made of it."""
        inner = view.with_memory(view.memory.own)
        self.rule.note(inner, self.rule.level(inner))

    def heard(self, view: View, proposer: int, package: Int) -> None:
        """Pass the others' offers on to the inner rule."""
        self.rule.heard(view.with_memory(view.memory.own), proposer, package)


def _made(inner: Any, trade_off: str) -> Bidder:  # noqa: ANN401 - whatever a file says
    """Return an inner rule that looks at the others as the outer one does."""
    if not isinstance(inner, Mapping) or "use" not in inner:
        message = f"inner is {inner!r}; allowed: a behaviour, {{use: NAME, ...}}"
        raise ValueError(message)
    said = sorted({"trade_off", "accept"} & set(inner))
    if said:
        message = f"inner says {' and '.join(said)}; allowed: beside inner, of the outer rule"
        raise ValueError(message)
    name = str(inner["use"])
    if not issubclass(NEGOTIATORS.find(name), Bidder):
        message = f"inner uses {name!r}; allowed: a rule that asks for a level"
        raise ValueError(message)  # noqa: TRY004 - a value of a file
    parameters = {key: value for key, value in inner.items() if key != "use"}
    found: Bidder = create(name, parameters | {"trade_off": trade_off})
    return found


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
