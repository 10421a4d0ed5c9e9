"""One spelling per value, so that a hash of it means something (twin of tenancy.canonical)."""

import hashlib
import json
from typing import Any


def canonical(value: Any) -> bytes:
    """Canonical JSON in UTF-8: sorted keys, no spaces, no floats.

    Takes dict (text keys), list, tuple, str, int, bool and None; raises TypeError for anything
    else, floats above all, whose spelling depends on who prints them.
    """
    _check(value)
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def content_hash(data: bytes) -> str:
    """`sha256:` and 64 hex digits."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _check(value: Any) -> None:
    if value is None or isinstance(value, str | bool | int):
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a key must be text, not {type(key).__name__}")
            _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    else:
        raise TypeError(f"{type(value).__name__} has no canonical form")
