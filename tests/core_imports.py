"""Run from an environment with the core alone: every module imports and the tutorial plays."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import sim

EXTRAS = {"pytest", "hypothesis", "solara", "distributed", "SALib", "negmas"}


def main() -> None:
    names = [module.name for module in pkgutil.walk_packages(sim.__path__, "sim.")]
    for name in names:
        if name.endswith("__main__"):
            continue
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if not (name.startswith("sim.app.") and error.name == "solara"):
                raise
    loaded = EXTRAS & set(sys.modules)
    if loaded:
        sys.exit(f"core modules import {', '.join(sorted(loaded))}, which only extras install")
    outcomes = sim.run_ensemble("tutorial", replications=20, seed=1)
    if outcomes.replications != 20:
        sys.exit("the tutorial did not run from the wheel")
    if sim.verify(["published_values"])[0].verdict != "holds":
        sys.exit("published values do not hold from the wheel")
    sys.stdout.write(f"{len(names)} modules import from the core alone; the tutorial runs\n")


if __name__ == "__main__":
    main()
