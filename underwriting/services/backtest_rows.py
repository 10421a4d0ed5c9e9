"""A backtest's rows: chunk by chunk read, decided by both plans, and put together as columns."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
import numpy.typing as npt

from ml.columns import Batch, Column, Frame
from ml.dictionary import Dictionary
from ml.fairness import groups_of
from ml.frame_bytes import frames_from_bytes
from tenancy.canonical import content_hash
from tenancy.enter import enter
from tenancy.errors import Conflict
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.backtest_impact import Groups
from underwriting.decisioning.backtest_past import Past, past_joined, past_of
from underwriting.decisioning.backtest_report import Compared
from underwriting.decisioning.decided import Decided, joined
from underwriting.decisioning.plan import Plan
from underwriting.decisioning.snapshot import fitted, frames_joined, part_read
from underwriting.enums import SnapshotSource
from underwriting.models import ApplicationChunk
from underwriting.selectors.snapshots import chunk_bodies, chunk_protected, chunks_of
from underwriting.selectors.terms import dictionary as dictionary_of
from underwriting.services.backtest_plans import Plans
from underwriting.services.snapshots import HELD_APART, KNOWN

Tell = Callable[[float], None]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """All rows of a snapshot, decided; `compared` is None where it has none.

    `fingerprint` is over every chunk that was read, `empty` the inputs that no row records.
    """

    fingerprint: str
    compared: Compared | None
    apart: Frame
    empty: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Chunk:
    past: Past
    candidate: Decided
    today: Decided | None
    apart: Frame
    recorded: frozenset[str]


def rows_decided(organization_id: UUID, product_id: UUID, plans: Plans, tell: Tell) -> Rows:
    """Every past application of a product, by both plans. Conflict where a chunk was altered."""
    with enter(organization_id, read_only=True):
        chunks = chunks_of(organization_id, product_id)
    digest = hashlib.sha256()
    found: list[_Chunk] = []
    for at, chunk in enumerate(chunks):
        tell(at / len(chunks))
        read = _read(organization_id, chunk.id, plans)
        if read is not None:
            told, said = read
            found.append(said)
            digest.update(
                f"{told.dictionary_hash} {told.content_hash} {told.known_hash}\n".encode()
            )
    fingerprint = "sha256:" + digest.hexdigest()
    asked = _asked(plans.candidate)
    if not found:
        return Rows(fingerprint, None, Frame({}, 0), ())
    today = [each.today for each in found if each.today is not None]
    compared = Compared(
        past_joined([each.past for each in found]),
        joined(today) if today else None,
        joined([each.candidate for each in found]),
    )
    recorded = frozenset[str]().union(*(each.recorded for each in found))
    apart = frames_joined([each.apart for each in found])
    return Rows(fingerprint, compared, apart, tuple(sorted(asked - recorded)))


def groups_apart(apart: Frame, fields: Dictionary) -> Groups:
    """Of every protected field its groups among all rows."""
    found: dict[str, Mapping[str, Mask]] = {}
    for name, column in apart.columns.items():
        entry = fields.entries.get(name)
        basis = getattr(entry, "prohibited_basis", None) or ""
        groups = groups_of(column, basis=basis, digits=entry.digits if entry else 0)
        if groups:
            found[name] = groups
    return found


def _read(
    organization_id: UUID, chunk_id: UUID, plans: Plans
) -> tuple[ApplicationChunk, _Chunk] | None:
    """One chunk, decided; None where an erasure took it away meanwhile."""
    with enter(organization_id, read_only=True):
        chunk = chunk_bodies(organization_id, chunk_id)
        if chunk is None:
            return None
        held = chunk_protected(organization_id, chunk_id)
        own = dictionary_of(organization_id, chunk.dictionary_hash)
    body, known = bytes(chunk.body), bytes(chunk.known)
    if (content_hash(body), content_hash(known)) != (chunk.content_hash, chunk.known_hash):
        raise Conflict("a chunk of the snapshot is not what was stored", code="altered")
    given = part_read(body).applications
    imported = chunk.source == SnapshotSource.IMPORTED
    candidate = plans.candidate
    asking = fitted(given, own, candidate.dictionary)
    if imported:
        asking = _of_age(asking, candidate)
    apart = frames_from_bytes(held)[HELD_APART] if held else Frame({}, given.rows)
    return chunk, _Chunk(
        _past(asking, frames_from_bytes(known)[KNOWN], candidate, imported=imported),
        candidate.outcomes(asking),
        None if plans.today is None else plans.today.outcomes(asking),
        apart,
        frozenset(_recorded(asking)),
    )


def _past(asking: Applications, known: Frame, plan: Plan, *, imported: bool) -> Past:
    columns, product = asking.batch.applications.columns, plan.product
    nothing = Column.missing(asking.rows)
    term = None if product.term is None else columns.get(product.term.field, nothing)
    amount = columns.get(product.amount.field, nothing)
    return past_of(known, imported=imported, amount=amount, term=term)


def _of_age(given: Applications, plan: Plan) -> Applications:
    """Imported applicants are taken to have been of age where the import does not say."""
    name, batch = plan.pack.capacity_field, given.batch
    column = batch.parties.columns.get(name)
    if column is None or column.values.dtype != bool:
        return given
    filled = Column(column.values | column.null, np.zeros(len(column.null), bool))
    parties = batch.parties.joined({name: filled})
    owners, positions = batch.party_application, batch.party_position
    again = Batch(batch.applications, parties, owners, positions, batch.groups)
    return replace(given, batch=again)


def _asked(plan: Plan) -> frozenset[str]:
    """Inputs that the rules read and that somebody must have said: facts, lists, counters."""
    program = plan.evaluator.program
    named = {item.name for item in (*program.application_inputs, *program.party_inputs)}
    stated = {field.name for scope in ("request", "party") for field in
              plan.dictionary.decision_fields(scope)}  # fmt: skip
    further = ("list.", "velocity.", "check.", "context.days_since_decline")
    return frozenset(name for name in named if name in stated or name.startswith(further))


def _recorded(given: Applications) -> Iterator[str]:
    for frame in (given.batch.applications, given.batch.parties):
        for name, column in frame.columns.items():
            if not column.null.all():
                yield name
