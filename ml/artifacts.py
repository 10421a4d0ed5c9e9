"""The container of a model: what may be loaded, and what is refused with a reason.

Layout, all ASCII up to the payload:

    assay.model/1\n
    sha256:<hex of everything below>\n
    <header: canonical JSON on one line>\n
    <payload: canonical JSON or XGBoost UBJSON>

The header names family, dictionary and payload format, and may hold a guard. Nothing in it can
run: no pickle, no class names, no paths. The digest line catches damage and careless edits; that a
version is the published one is proved by its content hash, which the caller holds.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ml.canonical import canonical, content_hash

MAGIC = b"assay.model/1\n"
MAX_ARTIFACT_BYTES = 64 * 1024 * 1024
_DIGEST_BYTES = len("sha256:") + 64
_PICKLES = (b"\x80", b"\x1f\x8b", b"PK\x03\x04", b"(dp", b"cos\n", b"c__")


class ArtifactRefused(ValueError):
    """A model that is not loaded; `code` for machines, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Artifact:
    """An unpacked container. `settings` holds what the family keeps beside the payload, `guard`
    what says when not to trust the model alone (`ml.guard`), of whatever family it is."""

    family: str
    dictionary_hash: str
    payload_format: str
    settings: Mapping[str, object]
    payload: bytes
    guard: Mapping[str, object] | None = None


def pack(artifact: Artifact) -> bytes:
    """The one byte sequence of an artifact; equal artifacts give equal bytes."""
    header: dict[str, object] = {
        "dictionary": artifact.dictionary_hash,
        "family": artifact.family,
        "payload": artifact.payload_format,
        "settings": dict(artifact.settings),
    }
    if artifact.guard is not None:
        header["guard"] = dict(artifact.guard)
    body = canonical(header) + b"\n" + artifact.payload
    return MAGIC + content_hash(body).encode() + b"\n" + body


def unpack(
    data: bytes, *, expected_hash: str | None = None, dictionary_hash: str | None = None
) -> Artifact:
    """Open a container or raise ArtifactRefused; the hashes are checked where given."""
    _refuse_foreign(data)
    if expected_hash is not None and content_hash(data) != expected_hash:
        raise ArtifactRefused("hash_mismatch", "These are not the bytes of the version named.")
    artifact = _opened(data)
    if dictionary_hash is not None and artifact.dictionary_hash != dictionary_hash:
        raise ArtifactRefused(
            "other_dictionary",
            f"The model was made for dictionary {artifact.dictionary_hash}, not {dictionary_hash}.",
        )
    return artifact


def _refuse_foreign(data: bytes) -> None:
    if len(data) > MAX_ARTIFACT_BYTES:
        raise ArtifactRefused("too_large", f"The artifact exceeds {MAX_ARTIFACT_BYTES} bytes.")
    if data.startswith(MAGIC):
        return
    if data.startswith(_PICKLES):
        raise ArtifactRefused("pickle", "Pickles and archives can run code; they are not loaded.")
    raise ArtifactRefused("foreign", "This is not a model artifact of Assay.")


def _opened(data: bytes) -> Artifact:
    digest_end = len(MAGIC) + _DIGEST_BYTES
    digest, body = data[len(MAGIC) : digest_end], data[digest_end + 1 :]
    if data[digest_end : digest_end + 1] != b"\n" or digest != content_hash(body).encode():
        raise ArtifactRefused("altered", "The artifact was altered: its digest does not match.")
    line, separator, payload = body.partition(b"\n")
    if not separator:
        raise ArtifactRefused("malformed", "The artifact has no payload.")
    return _described(line, payload)


def _described(line: bytes, payload: bytes) -> Artifact:
    header = parsed_canonical(line, "header")
    guarded = "guard" in header
    guard = header.pop("guard", None)
    if guarded and not isinstance(guard, dict):
        raise ArtifactRefused("malformed", "The artifact's guard is no document.")
    match header:
        case {
            "dictionary": str(dictionary),
            "family": str(family),
            "payload": "json" | "ubj" as payload_format,
            "settings": dict(settings),
        } if len(header) == 4:
            kept = guard if isinstance(guard, dict) else None
            return Artifact(family, dictionary, payload_format, settings, payload, kept)
    raise ArtifactRefused("malformed", "The artifact's header lacks what it must state.")


def parsed_canonical(data: bytes, what: str) -> dict[str, object]:
    """A JSON object from canonical bytes; another spelling of the same object is refused."""
    try:
        parsed = json.loads(data)
        same = isinstance(parsed, dict) and canonical(parsed) == data
    except (ValueError, TypeError, RecursionError) as error:
        raise ArtifactRefused("malformed", f"The {what} is not canonical JSON.") from error
    if not same:
        raise ArtifactRefused("malformed", f"The {what} is not canonical JSON.")
    return dict(parsed)
