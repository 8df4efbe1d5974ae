"""How the table works: whole numbers and switches that no replication differs in."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Whole numbers and switches of the protocol, shared by all replications.

    Parameters
    ----------
    protocol
        ``alternating-offers``, ``stacked-offers``, ``single-text``, ``shuttle`` or ``proximity``.
    coordination
        ``in-turn``: mediators draft one after the other, each behind its own text; ``pooled``: all
        that attend put their leverage behind the text on the table.
    mediated, messages
        Whether mediators act, and whether they pass on what was reported to them.
    floor_learning
        Whether parties learn of each other's floors from offers and answers.
    text_every
        A mediator tables a text every so many sessions.
    vote_delay
        Days between signature and vote.
    attempts
        Votes that may fail before talks end.
    deals
        Agreements that may come into force in one history; the end of the last ends it.
    resume_after
        Days after the end of a deal until talks open again.
    abandon_after
        Days an incomplete table is waited for before talks end.
    patience
        Sessions a party sits through below its minimal readiness.
    dispute_days
        Days a dispute stays open before the other side's own test decides.
    guarantee_days
        Days a guarantee lives on after the agreement comes into force.
    held_days
        Days people have been held when the scenario starts.
    foresight
        What a side counts on at a tranche: ``believed`` (all that remains comes with its trust),
        ``compounding`` (each further tranche comes with its trust once more), ``equilibrium``
        (what all sides are known to do, worked out from the last tranche backwards).
    binds_during_talks
        Whether an agreement binds past its term while talks on the next stage go on.
    """

    protocol: str = "alternating-offers"
    coordination: str = "in-turn"
    mediated: bool = True
    messages: bool = True
    floor_learning: bool = True
    text_every: int = 4
    vote_delay: int = 1
    attempts: int = 3
    deals: int = 1
    resume_after: int = 14
    abandon_after: int = 45
    patience: int = 3
    dispute_days: int = 7
    guarantee_days: int = 180
    foresight: str = "believed"
    held_days: int = 0
    binds_during_talks: bool = False
