"""Column names: unique as they stand in a file, safe as a dictionary names fields, and as words."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from ml.dictionary.rules import RESERVED

MAX_NAME = 60
_PLAIN = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ñ": "n"})


def unique_headers(raw: Sequence[str]) -> list[str]:
    """Names by which a file's columns can be told apart: `column 3` for an empty one, `(2)` twice.

    The import reads the same file by the same names.
    """
    found: list[str] = []
    taken: set[str] = set()
    for place, text in enumerate(raw, start=1):
        name = base = " ".join(text.split()) or f"column {place}"
        again = 1
        while name in taken:
            again += 1
            name = f"{base} ({again})"
        taken.add(name)
        found.append(name)
    return found


def field_names(headers: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """A dictionary's name for each header: lower case ASCII, not reserved, none twice."""
    used = set(taken) | RESERVED
    found = []
    for place, header in enumerate(headers, start=1):
        base = safe_name(header) or f"column_{place}"
        name, again = base, 1
        while name in used:
            again += 1
            name = f"{base}_{again}"
        used.add(name)
        found.append(name)
    return found


def safe_name(text: str) -> str:
    """`Últ. Pagó (días)` as `ult_pago_dias`; empty where no letter or digit is left."""
    name = re.sub(r"[^a-z0-9]+", "_", plain(text)).strip("_")[:MAX_NAME].rstrip("_")
    return f"f_{name}" if name and not name[0].isalpha() else name


def plain(text: str) -> str:
    """Lower case without accents."""
    lowered = text.casefold().translate(_PLAIN)
    return "".join(
        c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c)
    )


def words_of(header: str) -> tuple[str, ...]:
    """The words of a header: `maritalStatus2 de-cliente` is marital, status, 2, de, cliente."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    split = re.sub(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])", " ", split)
    return tuple(re.findall(r"[a-z]+|[0-9]+", plain(split)))
