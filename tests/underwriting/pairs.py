"""Many customers with two applications each, decided in pairs by two processes at the same moment.

The rows are copies of one application that came through the front door; what decides them is
`application_decide`, on connections of the application role.
"""

import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import UUID

from django.db import connection, connections
from django.db.models import Model

from tenancy.enter import enter
from tenancy.ids import new_id
from tenancy.vault import new_salt, new_wrapped_key
from underwriting.models import Application, Customer, DecisionRun, FactSet, Party
from underwriting.services import decisions
from underwriting.services.applications import Submitted

AT_ONCE = 1_000
PATIENCE = 120

BEYOND = """
SELECT count(*), coalesce(max(owed), 0) FROM (
    SELECT p.customer_id, sum(o.amount) AS owed FROM underwriting_party p
    JOIN underwriting_offer o ON o.organization_id = p.organization_id
        AND o.application_id = p.application_id AND o.status IN ('open', 'accepted')
    GROUP BY p.customer_id
) c WHERE owed > %s
"""
OUTCOMES = "SELECT outcome, count(*) FROM underwriting_decision GROUP BY outcome"


@dataclass(frozen=True, slots=True)
class Found:
    """What became of the pairs; amounts in minor units, times in seconds."""

    pairs: int
    beyond: int
    outcomes: dict[str, int]
    met: int
    """Decisions that were computed again because the other of the pair came first."""
    seconds: float


def pairs_decided(submitted: Submitted, count: int, limit: int, lanes: int = 1) -> Found:
    """Copy an application into so many pairs, decide each pair at once, and look what is owed.

    Each lane is two processes that wait for each other before each pair.
    """
    organization_id = submitted.application.organization_id
    pairs = _copied(submitted, count)
    connections.close_all()
    began = time.monotonic()
    met = _both_sides(organization_id, pairs, lanes)
    seconds = time.monotonic() - began
    with enter(organization_id, read_only=True), connection.cursor() as cursor:
        cursor.execute(BEYOND, [limit])
        [beyond, _] = cursor.fetchone()
        cursor.execute(OUTCOMES)
        outcomes = dict(cursor.fetchall())
    return Found(count, beyond, outcomes, met, seconds)


def _both_sides(organization_id: UUID, pairs: list[tuple[UUID, UUID]], lanes: int) -> int:
    context = multiprocessing.get_context("fork")
    again = context.Value("i", 0)
    workers = []
    for lane in range(lanes):
        own, gate = pairs[lane::lanes], context.Barrier(2)
        for side in (0, 1):
            runs = [pair[side] for pair in own]
            given = (organization_id, runs, gate, again)
            workers.append(context.Process(target=_decide, args=given))
    for worker in workers:
        worker.start()
    try:
        for worker in workers:
            worker.join()
    finally:
        for worker in workers:
            worker.kill()
    assert [worker.exitcode for worker in workers] == [0] * len(workers)
    return int(again.value)


def _decide(organization_id: UUID, runs: list[UUID], gate: Barrier, again: Any) -> None:
    """One side of a lane: each run at the same moment as the other side's."""
    evaluations = 0
    evaluate = decisions.evaluate

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal evaluations
        evaluations += 1
        return evaluate(*args, **kwargs)

    decisions.evaluate = counted
    decisions.enqueue = nothing  # what is done about a decision later is not what this is about
    try:
        for run in runs:
            gate.wait(PATIENCE)
            decisions.application_decide(organization_id=organization_id, run_id=run)
    except BaseException:
        gate.abort()
        raise
    finally:
        connection.close()
    with again.get_lock():
        again.value += evaluations - len(runs)


def nothing(*args: Any, **kwargs: Any) -> None:
    """In place of asking a worker."""


def _copied(submitted: Submitted, count: int) -> list[tuple[UUID, UUID]]:
    """So many customers with two applications each; the ids of their runs, pair by pair."""
    organization_id = submitted.application.organization_id
    with enter(organization_id):
        facts = FactSet.objects.select_related("application", "party").get(
            organization_id=organization_id, application=submitted.application
        )
    pairs: list[tuple[UUID, UUID]] = []
    for start in range(0, count, AT_ONCE):
        with enter(organization_id):
            pairs += _copies(facts, min(AT_ONCE, count - start))
    return pairs


def _copies(facts: FactSet, count: int) -> list[tuple[UUID, UUID]]:
    organization_id = facts.organization_id
    customers = [
        Customer(
            organization_id=organization_id,
            wrapped_key=new_wrapped_key(organization_id),
            salt=new_salt(),
            created_at=facts.recorded_at,
        )
        for _ in range(count)
    ]
    own: list[tuple[Application, Party, FactSet, DecisionRun]] = [
        _application(facts, customer) for customer in customers for _ in range(2)
    ]
    Customer.objects.bulk_create(customers)
    for model, rows in zip(
        (Application, Party, FactSet, DecisionRun), zip(*own, strict=True), strict=True
    ):
        model.objects.bulk_create(rows)
    runs = [run.id for *_, run in own]
    return list(zip(runs[::2], runs[1::2], strict=True))


def _application(
    facts: FactSet, customer: Customer
) -> tuple[Application, Party, FactSet, DecisionRun]:
    application: Application = _like(facts.application, status="submitted", external_id=None)
    party: Party = _like(facts.party, application=application, customer=customer, identity=None)
    said: FactSet = _like(facts, application=application, party=party)
    run = DecisionRun(
        organization_id=facts.organization_id,
        application=application,
        created_at=facts.recorded_at,
    )
    return application, party, said, run


def _like(row: Model, **changed: Any) -> Any:
    """A copy of a row under an id of its own."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    copy = type(row)(**values | {"id": new_id()})
    for name, value in changed.items():
        setattr(copy, name, value)
    return copy
