"""The guides of `docs/api`, for the page that shows them."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "api"
FIRST = "README"
ORDER = (FIRST, "applications", "errors", "webhooks", "sandbox", "batches")
"""What a newcomer reads first; the others follow by name."""


class Guide(NamedTuple):
    """A file's name without its ending, its title, and its text."""

    name: str
    title: str
    text: str


@lru_cache(maxsize=1)
def guides() -> dict[str, Guide]:
    """Every guide there is, by name."""
    there = {path.stem: path for path in FOLDER.glob("*.md")}
    names = [name for name in ORDER if name in there] + sorted(there.keys() - set(ORDER))
    return {name: _read(there[name]) for name in names}


def _read(path: Path) -> Guide:
    """Its first line is its title."""
    text = path.read_text("utf-8")
    return Guide(path.stem, text.partition("\n")[0].lstrip("# ").strip(), text)
