"""Same input, byte-identical tables, in two processes and on any number of workers."""

from __future__ import annotations

import subprocess
import sys

import pytest

TABLES = ("outcomes.parquet", "terms.parquet", "trace.parquet", "summary.json", "manifest.json")


@pytest.mark.slow
def test_two_processes_leave_the_same_bytes(tmp_path):
    for name, workers in (("one", "1"), ("two", "2")):
        command = [sys.executable, "-m", "sim", "run", "tutorial", "--replications", "5000"]
        command += ["--no-figures", "--out", str(tmp_path / name), "--workers", workers]
        subprocess.run(command, check=True, capture_output=True)
    for table in TABLES:
        one, two = ((tmp_path / name / table).read_bytes() for name in ("one", "two"))
        assert one == two, table
