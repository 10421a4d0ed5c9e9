"""The engine lock: which code and libraries computed a decision.

It names every source file that can change a document's bytes, and the libraries that compute.
The version of Python is left out on purpose: a decision must come out the same under every
supported one, and if it does not, that is a fault and not an explanation.
"""

import hashlib
import json
import sys
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ml.canonical import canonical

SCHEMA = "assay.engine/1"
ENGINE = "1"
ROOT = Path(__file__).resolve().parents[2]
SOURCES = (
    "ml",
    "underwriting/policy",
    "underwriting/pricing",
    "underwriting/regulation",
    "underwriting/decisioning",
)
STUDIES = (
    "alternatives", "cbpe", "challenge", "drift", "economics", "evidence", "exploration",
    "fairness", "leakage", "off_policy", "outcomes", "profiling", "profit", "proxies",
    "reject_inference", "separation", "sequential", "training",
)  # fmt: skip
"""What `ml` finds out about data and models; nothing of it takes part in a decision."""
LEFT_OUT = tuple(f"ml/{name}" for name in STUDIES)
LIBRARIES: tuple[tuple[str, ...], ...] = (("numpy",), ("pydantic",), ("xgboost-cpu", "xgboost"))
"""Libraries by distribution name; where several are listed, the first that is installed."""


@lru_cache(maxsize=1)
def engine_lock() -> bytes:
    """Canonical bytes of the running engine's lock."""
    return canonical(
        {
            "schema": SCHEMA,
            "engine": ENGINE,
            "implementation": sys.implementation.name,
            "libraries": {names[-1]: _version(names) for names in LIBRARIES},
            "sources": source_hashes(ROOT),
        }
    )


def source_hashes(root: Path) -> dict[str, str]:
    """sha256 of every pure source file under the root, by its path."""
    found = (path for folder in SOURCES for path in sorted((root / folder).rglob("*.py")))
    named = ((path.relative_to(root).as_posix(), path) for path in found)
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in named
        if not name.startswith(tuple(f"{path}{end}" for path in LEFT_OUT for end in ("/", ".")))
    }


def engine_difference(stored: bytes, current: bytes | None = None) -> tuple[str, ...]:
    """What differs between a stored lock and the running engine; empty where nothing does."""
    before, now = _parts(stored), _parts(current or engine_lock())
    names = sorted(set(before) | set(now))
    return tuple(
        _difference(name, before.get(name), now.get(name))
        for name in names
        if before.get(name) != now.get(name)
    )


def _parts(lock: bytes) -> dict[str, str]:
    document: dict[str, Any] = json.loads(lock)
    return {
        "engine": document["engine"],
        "implementation": document["implementation"],
        **document["libraries"],
        **document["sources"],
    }


def _difference(name: str, before: str | None, now: str | None) -> str:
    if name.endswith(".py"):
        return name
    return f"{name} {before or 'absent'} -> {now or 'absent'}"


def _version(names: tuple[str, ...]) -> str:
    for name in names:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return "absent"
