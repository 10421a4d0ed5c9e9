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


def replay(
    *,
    hashes: Hashes,
    load: Load,
    inputs: bytes | None,
    document: bytes,
    document_hash: str | None = None,
    inputs_intact: bool = True,
) -> Replayed:
    """Decide the stored inputs again under the pinned parts and compare with the document.

    `load(kind, content_hash)` gives stored bytes, None where they are gone. `inputs` None: they
    were erased. `document_hash` is what the decision's record says of its document; whether the
    inputs are those it recorded is for the caller to check (their hash has a salt).
    """
    altered = _altered(hashes, load, document, document_hash)
    if inputs is not None and not inputs_intact:
        altered += (INPUTS,)
    if altered:
        return Replayed("altered", altered)
    if inputs is None:
        return Replayed("erased")
    return _compared(hashes, load, inputs, document)


def _altered(
    hashes: Hashes, load: Load, document: bytes, document_hash: str | None
) -> tuple[str, ...]:
    """Which stored parts do not hash to what the decision named."""
    found = []
    for kind, expected in hashes._asdict().items():
        data = load(kind, expected)
        if data is None or content_hash(data) != expected:
            found.append(kind)
    if document_hash is not None and content_hash(document) != document_hash:
        found.append(DOCUMENT)
    return tuple(found)


def _compared(hashes: Hashes, load: Load, inputs: bytes, document: bytes) -> Replayed:
    changed = engine_difference(load("engine", hashes.engine) or b"{}")
    try:
        plan = plan_of(hashes, lambda kind, expected: load(kind, expected) or b"")
        again = plan.decide_bytes(json.loads(inputs))
    except InputsRefused:
        return Replayed("altered", (INPUTS,))
    except FAULTS:
        return Replayed("different", changed or (PLAN_CHANGED,))
    if again == document:
        return Replayed("identical", changed, again)
    return Replayed("different", changed, again)
