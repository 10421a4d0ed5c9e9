"""A fingerprint of a document about models, which unlike a decision's may hold floats."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def document_bytes(document: Mapping[str, Any]) -> bytes:
    """Sorted, without spaces; a float in its shortest spelling that reads back as the same."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def document_hash(document: Mapping[str, Any]) -> str:
    return f"sha256:{hashlib.sha256(document_bytes(document)).hexdigest()}"
