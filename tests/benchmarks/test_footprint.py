"""What a run and an import weigh; held to bounds that do not hang on a clock."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

STATUS = Path("/proc/self/status")
"""Linux says there how much memory this process held at most, not what its parent did."""

PLAY = """
import sim
from pathlib import Path
outcomes = sim.run_ensemble("tutorial", replications={count}, seed=1)
own = sum(getattr(outcomes, name).nbytes for name in sim.results.ARRAYS)
text = Path("/proc/self/status").read_text()
print(int(text.partition("VmHWM:")[2].split()[0]) * 1024, own)
"""


def peak(count: int) -> tuple[int, int]:
    """Return the peak memory of a process that plays so many histories, and its outcomes' bytes."""
    code = PLAY.format(count=count)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    memory, own = done.stdout.split()
    return int(memory), int(own)


@pytest.mark.skipif(not STATUS.exists(), reason="this system does not tell peak memory apart")
def test_memory_stays_under_its_bound_whatever_the_number_of_histories():
    """500 MB, and 200 bytes for each history's outcomes."""
    for count in (2_000, 40_000):
        memory, own = peak(count)
        print(
            f"\n{count:,} histories: peak {memory / 1e6:.0f} MB, outcomes {own / count:.0f} bytes each"
        )
        assert own <= 200 * count
        assert memory - own < 500e6


def seconds(code: str) -> float:
    """Return the least time of a few fresh processes."""
    found = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        found.append(time.perf_counter() - began)
    return min(found)


def test_an_import_costs_little_more_than_numpys():
    """Printed in full; asserted as a multiple, since machines differ."""
    nothing, numpy, ours = (seconds(code) for code in ("pass", "import numpy", "import sim, numpy"))
    print(f"\nimport numpy {numpy - nothing:.3f} s, import sim beside it {ours - numpy:+.3f} s")
    assert ours - nothing < 2.5 * (numpy - nothing)
