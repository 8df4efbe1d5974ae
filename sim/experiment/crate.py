"""RO-Crate metadata: what an archive needs to know of a folder (RO-Crate 1.1)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from sim.experiment.files import json_text, write_text
from sim.experiment.opened import OpenedExperiment

__all__ = ["write_crate"]

_ABOUT = {
    "experiment.yaml": "The experiment as it was asked for",
    "manifest.json": "What the results were made from, and a checksum of every table",
    "summary.parquet": "Means with standard errors by arm, point and outcome",
    "design.parquet": "Points of the design",
}
_FORMATS = {".json": "application/json", ".yaml": "application/yaml"}
_PARQUET = "application/vnd.apache.parquet"


def write_crate(results: OpenedExperiment) -> Path:
    """Write ``ro-crate-metadata.json`` into the folder and return where it is.

    It names no time: the same results give the same file.
    """
    manifest, folder = results.manifest, results.folder
    files = [name for name in _ABOUT if (folder / name).exists()]
    files += [f"scenarios/{arm}.yaml" for arm in results.arms]
    tables = [f"outcomes/{name}" for name in manifest.get("blocks", {})]
    version = manifest["versions"]["ceasefire-sim"]
    graph: list[dict[str, Any]] = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": manifest["title"],
            "description": f"{manifest['note']}; {results.replications} histories an arm and "
            f"point, seed {manifest['seed']}",
            "hasPart": [{"@id": name} for name in (*files, *tables)],
            "mentions": {"@id": "#run"},
        },
        {
            "@id": "#software",
            "@type": "SoftwareApplication",
            "name": "ceasefire-sim",
            "softwareVersion": version,
            "license": "https://spdx.org/licenses/MIT",
        },
        {
            "@id": "#run",
            "@type": "CreateAction",
            "name": "sim sweep",
            "instrument": {"@id": "#software"},
            "object": {"@id": "experiment.yaml"},
            "result": [{"@id": name} for name in tables],
        },
    ]
    graph += [_entity(folder, name) for name in files]
    checksums = manifest.get("blocks", {})
    graph += [
        {
            "@id": name,
            "@type": "File",
            "encodingFormat": _PARQUET,
            "sha256": checksums[name.removeprefix("outcomes/")],
        }
        for name in tables
    ]
    context = {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}
    path = folder / "ro-crate-metadata.json"
    write_text(path, json_text(context))
    return path


def _entity(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    return {
        "@id": name,
        "@type": "File",
        "name": _ABOUT.get(name, f"Scenario of the arm {path.stem}"),
        "encodingFormat": _FORMATS.get(path.suffix, _PARQUET),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
