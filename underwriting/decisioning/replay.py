"""Computing a decision again from what it pinned, and naming what explains a difference."""

import json
from collections.abc import Callable
from typing import Literal, NamedTuple

from ml.canonical import content_hash
from underwriting.decisioning.engine import engine_difference
from underwriting.decisioning.inputs import InputsRefused
from underwriting.decisioning.pinned import Hashes
from underwriting.decisioning.plan import FAULTS, plan_of

Status = Literal["identical", "different", "altered", "erased"]
Load = Callable[[str, str], bytes | None]

PLAN_CHANGED = "plan"
INPUTS = "inputs"
DOCUMENT = "document"


class Replayed(NamedTuple):
    """What became of one decision.

    identical: the same bytes came out again, by pinned parts that are all intact.
    different: other bytes came out; `explained_by` names what changed in the engine, and is empty
      where nothing did (which is a fault of ours).
    altered: a stored part is not what the decision named; `explained_by` says which.
    erased: the person's facts were erased, as they may be; nothing to compute.
    """

    status: Status
    explained_by: tuple[str, ...] = ()
    document: bytes | None = None

    @property
    def identical(self) -> bool:
        return self.status == "identical"


class Parts:
    """Stored parts by `load(kind, content_hash)`, which gives None where they are gone.

    Each is read, hashed and compared once, however many decisions name it.
    """

    def __init__(self, load: Load) -> None:
        self._load = load
        self._altered: dict[Hashes, tuple[str, ...]] = {}
        self._changed: dict[str, tuple[str, ...]] = {}

    def body(self, kind: str, expected: str) -> bytes:
        return self._load(kind, expected) or b""

    def altered(self, hashes: Hashes) -> tuple[str, ...]:
        """Which parts do not hash to what a decision names."""
        if hashes not in self._altered:
            named = hashes._asdict().items()
            self._altered[hashes] = tuple(
                kind for kind, expected in named if not self._intact(kind, expected)
            )
        return self._altered[hashes]

    def changed(self, engine: str) -> tuple[str, ...]:
        """What of the running engine differs from the one of that hash."""
        if engine not in self._changed:
            self._changed[engine] = engine_difference(self.body("engine", engine) or b"{}")
        return self._changed[engine]

    def _intact(self, kind: str, expected: str) -> bool:
        data = self._load(kind, expected)
        return data is not None and content_hash(data) == expected


def replay(
    *,
    hashes: Hashes,
    parts: Parts,
    inputs: bytes | None,
    document: bytes,
    document_hash: str | None = None,
    inputs_intact: bool = True,
) -> Replayed:
    """Decide the stored inputs again under the pinned parts and compare with the document.

    `inputs` None: they were erased. `document_hash` is what the decision's record says of its
    document; whether the inputs are those it recorded is for the caller to check (their hash has
    a salt).
    """
    altered = parts.altered(hashes)
    if document_hash is not None and content_hash(document) != document_hash:
        altered += (DOCUMENT,)
    if inputs is not None and not inputs_intact:
        altered += (INPUTS,)
    if altered:
        return Replayed("altered", altered)
    if inputs is None:
        return Replayed("erased")
    return _compared(hashes, parts, inputs, document)


def _compared(hashes: Hashes, parts: Parts, inputs: bytes, document: bytes) -> Replayed:
    changed = parts.changed(hashes.engine)
    try:
        plan = plan_of(hashes, parts.body)
        again = plan.decide_bytes(json.loads(inputs))
    except InputsRefused:
        return Replayed("altered", (INPUTS,))
    except FAULTS:
        return Replayed("different", changed or (PLAN_CHANGED,))
    if again == document:
        return Replayed("identical", changed, again)
    return Replayed("different", changed, again)
