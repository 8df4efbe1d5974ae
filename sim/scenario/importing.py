"""Published domains of other programs, read as scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.scenario.domains import refused, scenario_data
from sim.scenario.genius import read_genius
from sim.scenario.geniusweb import read_geniusweb

__all__ = ["import_domain"]

_MOST_PARTIES = 7


def import_domain(
    path: str | Path, profiles: Sequence[str] | None = None, rounds: int = 100
) -> dict[str, Any]:
    """Read a folder of GENIUS XML or GeniusWeb JSON as plain data of a scenario.

    Parameters
    ----------
    path
        Folder with one domain and its profiles.
    profiles
        File names of the profiles, one a party; all of the folder, in name order, if omitted.
    rounds
        Rounds the talks may last; in a round every party offers once.

    Returns
    -------
    dict
        Plain data: ``sim.load_scenario`` checks and compiles it. Utilities of the file and of the
        scenario differ by the scale alone: a scenario's run from 0 (worst) to 1 (best package).

    Raises
    ------
    ScenarioError
        If the folder holds no such domain, or something a scenario cannot express.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise refused(folder, "this is no folder", "a folder with a domain and its profiles")
    web = not any(folder.glob("*.xml")) and any(folder.glob("*.json"))
    domain = read_geniusweb(folder, profiles) if web else read_genius(folder, profiles)
    count = len(domain.profiles)
    if not 2 <= count <= _MOST_PARTIES:
        names = ", ".join(profile.source for profile in domain.profiles)
        raise refused(
            folder,
            f"{count} profiles: {names}",
            f"2 to {_MOST_PARTIES}, one a party; choose them with --profiles",
        )
    return scenario_data(domain, rounds)
