"""The folder of an experiment: locked while written, finished block by block, never half-written.

While it runs, ``journal.jsonl`` has the checksum of each finished block; at the end they stand in
the manifest. Nothing in the folder but ``run.log`` changes from run to run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sim.errors import RunError
from sim.experiment.blocks import Block
from sim.experiment.files import json_text, write_text

__all__ = ["Folder", "differences", "read_manifest"]

OUTCOMES = "outcomes"


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what a folder says of itself.

    Raises
    ------
    RunError
        If it holds no experiment.
    """
    path = folder / "manifest.json"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"{folder} holds no experiment (no manifest.json); make one with: sim sweep"
        raise RunError(message) from None
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read ({error}); the run has to be made again"
        raise RunError(message) from error
    if found.get("kind") != "experiment":
        message = f"{folder} holds a single run, not an experiment"
        raise RunError(message)
    return found


class Folder:
    """Where an experiment is written.

    Parameters
    ----------
    path
        The folder.
    manifest
        What the experiment is, without its blocks.
    """

    def __init__(self, path: Path, manifest: Mapping[str, Any]) -> None:
        self.path = path
        self.manifest = dict(manifest)
        self.finished: dict[str, str] = {}

    @contextmanager
    def locked(self, *, resume: bool) -> Iterator[Folder]:
        """Hold the folder: make it, or take it up again.

        Raises
        ------
        RunError
            If another run writes here, it holds something else, or it cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / ".lock")
            with lock.acquire(timeout=0):
                self._open(resume=resume)
                yield self
        except Timeout:
            message = f"another run writes into {self.path}; wait for it, or choose another --out"
            raise RunError(message) from None
        except FileExistsError:
            message = f"{self.path} is a file; choose another --out"
            raise RunError(message) from None
        except OSError as error:
            message = (
                f"{error.filename or self.path}: cannot write ({error.strerror or error}); finished "
                "blocks are kept. Make room or choose another disk, then run again with --resume"
            )
            raise RunError(message) from error

    def _open(self, *, resume: bool) -> None:
        held = [item for item in self.path.iterdir() if item.name != ".lock"]
        if not held:
            self.write("manifest.json", json_text(self.manifest))
            return
        if not resume:
            what = "an experiment" if (self.path / "manifest.json").exists() else "other things"
            message = (
                f"{self.path} holds {what} already; add --resume (resume=True) to finish it, "
                "or choose another --out"
            )
            raise RunError(message)
        before = read_manifest(self.path)
        changed = differences(before, self.manifest)
        if changed:
            message = f"{self.path} was made from something else, so it is not resumed:\n" + (
                "\n".join(f"  {line}" for line in changed)
            )
            raise RunError(message)
        known = {**before.get("blocks", {}), **dict(self._journal())}
        self.finished = {
            name: digest for name, digest in known.items() if self._sound(name, digest)
        }
        lines = (json.dumps([name, digest]) + "\n" for name, digest in self.finished.items())
        self.write("journal.jsonl", "".join(lines))  # before the manifest lets go of its checksums
        self.write("manifest.json", json_text(self.manifest))

    def _journal(self) -> Iterator[tuple[str, str]]:
        """Yield the blocks written down as finished; a last line cut short does not count."""
        path = self.path / "journal.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            try:
                name, digest = json.loads(line)
            except (ValueError, TypeError):
                return
            yield name, digest

    def _sound(self, name: str, digest: str) -> bool:
        path = self.path / OUTCOMES / name
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == digest

    def block_path(self, block: Block) -> Path:
        """Return where a block's table stands."""
        return self.path / OUTCOMES / block.name

    def note(self, block: Block, digest: str) -> None:
        """Write down that a block is finished."""
        self.finished[block.name] = digest
        with (self.path / "journal.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps([block.name, digest]) + "\n")

    def write(self, name: str, text: str) -> None:
        """Write a text whole or not at all."""
        write_text(self.path / name, text)

    def log(self, line: str) -> None:
        """Add a line to the log."""
        with (self.path / "run.log").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def close(self, blocks: Sequence[Block]) -> None:
        """Put the checksums into the manifest; the journal has served."""
        order = [block.name for block in blocks if block.name in self.finished]
        whole = {name: self.finished[name] for name in order}
        self.write("manifest.json", json_text(self.manifest | {"blocks": whole}))
        if len(order) == len(blocks):
            (self.path / "journal.jsonl").unlink(missing_ok=True)


def differences(before: Mapping[str, Any], now: Mapping[str, Any], path: str = "") -> list[str]:
    """Return what differs between what a folder was made from and what is asked for, in words."""
    found: list[str] = []
    for key in sorted({*before, *now} - {"blocks"}):
        here = f"{path}.{key}" if path else key
        old, new = before.get(key), now.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            found += differences(old, new, here)
        elif old != new and not key.endswith("text"):
            found.append(f"{here}: {_short(old)} there, {_short(new)} now")
    return found


def _short(value: Any) -> str:  # noqa: ANN401
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
