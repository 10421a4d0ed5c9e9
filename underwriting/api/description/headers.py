"""Headers that operations share: which version, which request, how much of the rate is left."""

from typing import Any

from accounts.versions import latest

Document = dict[str, Any]

COMPONENTS: Document = {
    "Assay-Version": {
        "description": "The version that this answer is of.",
        "schema": {"type": "string"},
        "example": latest(),
    },
    "Request-Id": {
        "description": "Names this request; quote it when you ask us. Yours, if you sent one.",
        "schema": {"type": "string"},
        "example": "req_019aa75ad2a47f5e8f3d6b1c2e4f5a60",
    },
    "RateLimit-Policy": {
        "description": "The key's quota `q` in a window of `w` seconds.",
        "schema": {"type": "string"},
        "example": '"key";q=600;w=6',
    },
    "RateLimit": {
        "description": "What remains, `r`, and the seconds `t` until the quota is whole again.",
        "schema": {"type": "string"},
        "example": '"key";r=599;t=1',
    },
    "Retry-After": {
        "description": "Seconds to wait before the same request may pass.",
        "schema": {"type": "integer"},
        "example": 2,
    },
    "Idempotent-Replayed": {
        "description": "`true`: this answer was given before to the same `Idempotency-Key`.",
        "schema": {"type": "string"},
        "example": "true",
    },
}
VERSION: Document = {
    "name": "Assay-Version",
    "in": "header",
    "description": "A version of the API; left out, the one that the key is pinned to.",
    "schema": {"type": "string"},
    "example": latest(),
}
EVERY = ("Assay-Version", "Request-Id")
RATE = ("RateLimit-Policy", "RateLimit")


def headers_of(status: str, *, keyed: bool, repeats: bool) -> Document:
    """The headers of one response, by reference. keyed: to somebody with a key; repeats: it may be
    an answer that was given before."""
    names = [*EVERY, *(RATE if keyed else ())]
    if status in ("429", "503"):
        names.append("Retry-After")
    if repeats and status.startswith("2"):
        names.append("Idempotent-Replayed")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
