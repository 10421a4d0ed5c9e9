"""One chunk of a file becomes applications with decisions, as the API would have made them.

Whatever can go by columns is read, keyed, decided and written at once; the rest goes row by row
through the API's own services. A chunk that is begun again finds what was made of it.
"""

import gc
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import psycopg
import structlog
from django.db import DatabaseError, IntegrityError, OperationalError
from psycopg.errors import DeadlockDetected

from events.actor import Actor
from events.merkle import leaf_hash, root_of
from events.services import event_record
from scoring.selectors.exploration import explored_this_month
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.tasks import enqueue
from underwriting.models import Customer, Decision
from underwriting.models.decision import ADVERSE
from underwriting.regulation import pack
from underwriting.selectors.batch_proofs import EVENT, HOLDER
from underwriting.selectors.exposures import customers_locked
from underwriting.services.batch_contract import (
    UNDECIDED,
    BadRow,
    BatchTerms,
    ChunkDone,
    ChunkFinish,
    PlacedRow,
)
from underwriting.services.batch_deciding import Decided, chunk_decided
from underwriting.services.batch_reading import (
    Columns,
    Sheet,
    sheet_of,
    sheet_sorted,
)
from underwriting.services.batch_rows import rows_submit, taken
from underwriting.services.batch_standing import aside_of, situation_of, standing_of
from underwriting.services.batch_storing import (
    CountersMoved,
    Whole,
    Written,
    chunk_settle,
    chunk_store,
)
from underwriting.services.races import MOST_TRIES, REPEATABLE
from underwriting.verdicts import lot_of

if TYPE_CHECKING:
    import pyarrow as pa

FOLLOW = "underwriting.tasks.follow_chunk"
FOLLOWED_AT_ONCE = 500

log = structlog.get_logger(__name__)


class StandingChanged(Exception):
    """Known customers owe something else by now, or were forgotten."""


class LotsSpent(Exception):
    """Rows would be approved by lot beyond this month's budget."""

    def __init__(self, rows: Collection[int]) -> None:
        super().__init__(f"{len(rows)} rows")
        self.rows = rows


@dataclass(frozen=True, slots=True)
class _Begun:
    """A chunk of which only rows by columns are left; the others are placed or refused."""

    sheet: Sheet
    columns: Columns
    placed: list[PlacedRow]
    bad: list[BadRow]


def chunk_decide(
    *,
    organization_id: UUID,
    actor: Actor,
    terms: BatchTerms,
    rows: "pa.Table",
    finish: ChunkFinish,
) -> ChunkDone:
    """Decide a chunk's rows and store them, once.

    Rows that have to go singly go first, each in transactions of its own. All others are one
    transaction: `finish` first, the event last; nothing of them is written unless all is. What is
    computed holds no transaction, and is made again where customers owe something else by the time
    it is written. Raises what `finish` raises, and NotFound where the product is not there.
    """
    sheet = sheet_of(organization_id, terms, rows)
    begun = _begun(organization_id, actor, sheet, finish)
    for attempt in range(1, MOST_TRIES + 1):
        begun = _without_known(organization_id, actor, begun, finish)
        try:
            with _uncollected():
                return _decide(organization_id, actor, begun, finish)
        except (CountersMoved, StandingChanged, IntegrityError, OperationalError) as error:
            if attempt == MOST_TRIES or not _again(error):
                raise
            log.info("batch.decided_anew", chunk=str(terms.chunk_id), cause=type(error).__name__)
            finish.renew()
    raise AssertionError("unreachable")


@contextmanager
def _uncollected() -> Iterator[None]:
    """No looking for cycles meanwhile: documents hold none, and each look goes over all of them."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _begun(organization_id: UUID, actor: Actor, sheet: Sheet, finish: ChunkFinish) -> _Begun:
    """Sort the rows, and hand in those that depend on one another."""
    found = sheet_sorted(sheet)
    begun = _Begun(sheet, found.columns, [], found.bad)
    return _handed_in(organization_id, actor, begun, found.singly, finish)


def _without_known(
    organization_id: UUID, actor: Actor, begun: _Begun, finish: ChunkFinish
) -> _Begun:
    """Set aside what was handed in before, and hand in those of whom the lender knows too much."""
    sheet, columns = begun.sheet, begun.columns
    aside = aside_of(organization_id, sheet, columns)
    numbers = columns.rows.numbers
    placed = [
        PlacedRow(int(numbers[row]), application_id, made=False)
        for row, application_id in aside.repeats.same.items()
    ]
    bad = [taken(int(numbers[row])) for row in sorted(aside.repeats.other)]
    gone = [*aside.repeats.same, *aside.repeats.other]
    left = begun.columns.without(sheet, gone)
    begun = _Begun(sheet, left, begun.placed + placed, begun.bad + bad)
    singly = columns.places[aside.singly].tolist()
    return _handed_in(organization_id, actor, begun, singly, finish)


def _handed_in(
    organization_id: UUID, actor: Actor, begun: _Begun, singly: Sequence[int], finish: ChunkFinish
) -> _Begun:
    if not singly:
        return begun
    placed, bad = rows_submit(
        organization_id=organization_id,
        actor=actor,
        reader=begun.sheet.reader,
        rows=singly,
        finish=finish,
    )
    gone = np.flatnonzero(np.isin(begun.columns.places, singly)).tolist()
    left = begun.columns.without(begun.sheet, gone)
    return _Begun(begun.sheet, left, begun.placed + placed, begun.bad + bad)


def _decide(organization_id: UUID, actor: Actor, begun: _Begun, finish: ChunkFinish) -> ChunkDone:
    sheet, columns = begun.sheet, begun.columns
    if not len(columns.rows):
        with enter(organization_id):
            finish()
            done = _finished(organization_id, begun, None, None, finish)
            _record(organization_id, actor, begun, done)
        return done
    situation = situation_of(organization_id, sheet, columns)
    without_lots: set[int] = set()
    while True:
        decided = chunk_decided(organization_id, sheet, columns, situation, without_lots)
        whole = Whole(
            sheet=sheet,
            columns=columns,
            situation=situation,
            decided=decided,
            actor=actor,
            pack=pack(decided.arms[0].rules.pack_id),
            holder=f"{HOLDER}{sheet.batch.chunk_id}",
        )
        try:
            return _write(organization_id, begun, whole, finish)
        except LotsSpent as spent:
            without_lots |= set(spent.rows)


def _write(organization_id: UUID, begun: _Begun, whole: Whole, finish: ChunkFinish) -> ChunkDone:
    """Lock order as online: customers, product (where lots approve), counters, chain head."""
    with enter(organization_id):
        finish()
        _refuse_changed(organization_id, whole)
        at = now(organization_id)
        _refuse_spent(organization_id, whole, at)
        written = chunk_store(organization_id, whole, at)
        _follow(organization_id, whole)
        done = _finished(organization_id, begun, whole, written, finish)
        chunk_settle(organization_id, whole, at)
        _record(organization_id, whole.actor, begun, done)
    return done


def _finished(
    organization_id: UUID,
    begun: _Begun,
    whole: Whole | None,
    written: Written | None,
    finish: ChunkFinish,
) -> ChunkDone:
    """What became of all rows, those by columns and the others."""
    placed, outcomes = list(begun.placed), _outcomes(organization_id, begun.placed)
    root = None
    if whole is not None and written is not None:
        numbers = begun.columns.rows.numbers.tolist()
        pairs = zip(numbers, written.applications, strict=True)
        placed += [PlacedRow(number, application) for number, application in pairs]
        outcomes.update(str(each.document["outcome"]) for each in whole.decided.made)
        root = _root(whole.decided, written)
    done = ChunkDone(
        placed=sorted(placed, key=lambda each: each.row),
        bad=sorted(begun.bad, key=lambda each: each.row),
        outcomes=dict(outcomes),
        root=root,
    )
    finish.store(done)
    return done


def _record(organization_id: UUID, actor: Actor, begun: _Begun, done: ChunkDone) -> None:
    """The chunk's event: the last statement, for it holds the chain's head."""
    batch = begun.sheet.batch
    event_record(
        organization_id=organization_id,
        actor=actor,
        type=EVENT,
        subject=("batch", batch.batch_id),
        data={
            "chunk": str(batch.chunk_id),
            "number": batch.number,
            "rows": begun.sheet.reader.cells.rows,
            "placed": len(done.placed),
            "refused": done.refused,
            "repeated": sum(not each.made for each in done.placed),
            "leaves": len(begun.columns.rows) if done.root else 0,
            "root": done.root,
        },
    )


def _outcomes(organization_id: UUID, placed: Sequence[PlacedRow]) -> Counter[str]:
    """What stands of rows that went singly, or were handed in before."""
    if not placed:
        return Counter()
    decisions = Decision.objects.filter(
        organization_id=organization_id,
        application_id__in={each.application_id for each in placed},
        in_force=True,
    )
    stands = dict(decisions.values_list("application_id", "outcome"))
    return Counter(stands.get(each.application_id, UNDECIDED) for each in placed)


def _root(decided: Decided, written: Written) -> str:
    """Over the decisions in the order of their rows."""
    pairs = zip(written.decisions, decided.made, strict=True)
    leaves = [leaf_hash(str(decision), each.document_hash) for decision, each in pairs]
    return f"sha256:{root_of(leaves).hex()}"


def _refuse_changed(organization_id: UUID, whole: Whole) -> None:
    """What known customers owe is read again under their locks, as `decision_record` does."""
    known = sorted(set(whole.situation.known))
    if not known:
        return
    customers_locked(organization_id, known)
    gone = Customer.objects.filter(
        organization_id=organization_id, id__in=known, erased_at__isnull=False
    )
    if gone.exists() or standing_of(organization_id, whole.sheet, known) != (
        whole.situation.standings
    ):
        raise StandingChanged


def _refuse_spent(organization_id: UUID, whole: Whole, at: datetime) -> None:
    """Lots approve up to the month's budget, in the order of the rows."""
    explored = [each for each in whole.decided.made if lot_of(each.document).explored]
    if not explored:
        return
    spent = explored_this_month(organization_id, whole.sheet.product.product_id, at)
    over = set()
    for each in explored:
        plan = whole.arms[each.arm].plan
        budget = plan.policy.exploration if plan else None
        if budget is None or spent >= budget.most_a_month:
            over.add(each.row)
        else:
            spent += 1
    if over:
        raise LotsSpent(over)


def _follow(organization_id: UUID, whole: Whole) -> None:
    """Ask for what online asks for after each decision: paths of adverse ones, and shadows."""
    numbers = whole.columns.rows.numbers
    wanted = [int(numbers[each.row]) for each in whole.decided.made if _is_followed(whole, each)]
    for first, last in _slices(wanted):
        enqueue(
            FOLLOW,
            organization_id=organization_id,
            chunk_id=whole.sheet.batch.chunk_id,
            first=first,
            last=last,
        )


def _is_followed(whole: Whole, made: Any) -> bool:
    arm = whole.arms[made.arm]
    paths = arm.plan is not None and arm.plan.policy.paths is not None
    return arm.rules.shadowed or (paths and made.document["outcome"] in ADVERSE)


def _slices(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    for start in range(0, len(numbers), FOLLOWED_AT_ONCE):
        part = numbers[start : start + FOLLOWED_AT_ONCE]
        yield part[0], part[-1]


def _again(error: Exception) -> bool:
    """Whether somebody else came first: then looking again finds what they did."""
    if not isinstance(error, DatabaseError):
        return True
    cause = error.__cause__
    if isinstance(cause, DeadlockDetected):
        return True
    return isinstance(cause, psycopg.Error) and cause.diag.constraint_name in REPEATABLE
