"""That a decision of a file is among those its chunk's event stands for. Call inside `enter`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from events.merkle import leaf_hash, path_to, root_of
from events.models import Event
from events.verify import PROOF
from underwriting.models import BatchChunk, Decision, DecisionRun

EVENT = "batch.chunk_decided"
HOLDER = "batch:"
"""Before the chunk's id: who held the runs of rows that were decided by columns."""

_LEAVES = """
SELECT d.id, d.document_hash, d.outcome
FROM underwriting_batchchunk c
JOIN underwriting_batchrow r ON r.organization_id = c.organization_id AND r.batch_id = c.batch_id
    AND r.row BETWEEN greatest(c.first_row, %(first)s) AND least(c.last_row, %(last)s) AND r.made
JOIN underwriting_decision d ON d.organization_id = r.organization_id
    AND d.application_id = r.application_id AND d.number = 1
JOIN underwriting_decisionrun u ON u.organization_id = d.organization_id AND u.id = d.run_id
    AND u.holder = %(holder)s
WHERE c.organization_id = %(organization)s AND c.id = %(chunk)s
ORDER BY r.row
"""
FARTHEST = 2**31 - 1


class Leaf(NamedTuple):
    """A first decision of a chunk, in the order of the file."""

    decision_id: UUID
    document_hash: str
    outcome: str


@dataclass(frozen=True, slots=True)
class RootChecked:
    """Whether a chunk's decisions still give the root its event told: "holds", "differs", or
    "incomplete" where some are gone."""

    chunk_id: UUID
    status: str


def chunk_leaves(
    organization_id: UUID, chunk_id: UUID, first: int = 0, last: int = FARTHEST
) -> list[Leaf]:
    """The decisions that were made of a chunk's rows by columns; `first` and `last` are rows."""
    asked: dict[str, Any] = {
        "organization": organization_id,
        "chunk": chunk_id,
        "holder": f"{HOLDER}{chunk_id}",
        "first": first,
        "last": last,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LEAVES, asked)
        return [Leaf(*row) for row in cursor.fetchall()]


def decision_proof(organization_id: UUID, decision_id: UUID) -> dict[str, Any] | None:
    """What `events/verify.py --proof` takes: the way from a decision to the root in the chain.

    None for a decision with an event of its own, or whose chunk is no longer whole.
    """
    decision = (
        Decision.objects.filter(organization_id=organization_id, id=decision_id)
        .select_related("run")
        .first()
    )
    chunk_id = None if decision is None else chunk_of(decision.run)
    if chunk_id is None:
        return None
    event = chunk_event(organization_id, chunk_id)
    leaves = chunk_leaves(organization_id, chunk_id)
    index = next((n for n, leaf in enumerate(leaves) if leaf.decision_id == decision_id), None)
    if event is None or index is None or json.loads(event.data)["leaves"] != len(leaves):
        return None
    path = path_to([_hashed(leaf) for leaf in leaves], index)
    return {
        "schema": PROOF,
        "organization": str(organization_id),
        "decision": str(decision_id),
        "document": leaves[index].document_hash,
        "index": index,
        "size": len(leaves),
        "path": [each.hex() for each in path],
        "event": {"sequence": event.sequence, "hash": event.hash},
    }


def roots_checked(organization_id: UUID) -> Iterator[RootChecked]:
    """Every chunk's root, computed again from the decisions that are stored."""
    events = Event.objects.filter(organization_id=organization_id, type=EVENT).order_by("sequence")
    for event in events.iterator():
        told = json.loads(event.data)
        if told["root"] is None:
            continue
        chunk_id = UUID(told["chunk"])
        leaves = chunk_leaves(organization_id, chunk_id)
        if len(leaves) != told["leaves"]:
            yield RootChecked(chunk_id, "incomplete")
            continue
        root = f"sha256:{root_of([_hashed(leaf) for leaf in leaves]).hex()}"
        yield RootChecked(chunk_id, "holds" if root == told["root"] else "differs")


def chunk_of(run: DecisionRun | None) -> UUID | None:
    """The chunk that a run was decided with by columns; None for any other."""
    holder = "" if run is None else run.holder or ""
    return UUID(holder.removeprefix(HOLDER)) if holder.startswith(HOLDER) else None


def chunk_event(organization_id: UUID, chunk_id: UUID) -> Event | None:
    """The event of a decided chunk, found by its batch."""
    events = Event.objects.filter(
        organization_id=organization_id,
        type=EVENT,
        subject_id__in=_batches(organization_id, chunk_id),
    )
    return next((each for each in events if json.loads(each.data)["chunk"] == str(chunk_id)), None)


def _batches(organization_id: UUID, chunk_id: UUID) -> Any:
    return BatchChunk.objects.filter(organization_id=organization_id, id=chunk_id).values(
        "batch_id"
    )


def _hashed(leaf: Leaf) -> bytes:
    return leaf_hash(str(leaf.decision_id), leaf.document_hash)
