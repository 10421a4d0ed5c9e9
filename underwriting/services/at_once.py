"""Decided while the caller waits: submission, decision and answer in one transaction.

A caller who waits for the decision needs neither before the other, and one transaction is one wait
for the disk, one lock of the customers, and nothing to read again: nobody else sees the rows while
they are made. It is only done where everything that decides is at hand in this process and nobody
must be asked; what this cannot do is submitted, and then decided by `application_decide`, as a
worker would.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from events.actor import SYSTEM
from scoring.models import ModelVersion
from tenancy.clock import now
from tenancy.rows import find, insert
from tenancy.statements import later
from underwriting.models import Application, Decision, DecisionRun, FactSet, Party
from underwriting.retention import retained
from underwriting.services.consequences import Recorded, Written, decision_event
from underwriting.services.decisions import (
    application_moved,
    decision_follows,
    decision_write,
)
from underwriting.services.evaluation import Case, PartyCase, evaluate_at_hand
from underwriting.services.repeats import Answer
from underwriting.services.runs import Claim, run_done
from underwriting.transitions import status_after
from underwriting.verdicts import lot_of


@dataclass(frozen=True, slots=True)
class Decided:
    """An application and what was just decided of it, as a door shows it."""

    application: Application
    parties: Sequence[Party]
    written: Written
    made: Recorded
    model: ModelVersion | None

    @property
    def decision(self) -> Decision:
        return self.written.decision

    def record(self) -> None:
        """The decision's event, after the submission's: the last statement of all."""
        decision_event(self.decision, SYSTEM, self.made.reasons)


Answering = Callable[[Decided], Answer]
"""What the door answers, as it is kept with the caller's key."""


def party_cases(parties: Sequence[Party], facts: Sequence[FactSet]) -> list[PartyCase]:
    """What decides of parties who were just stored."""
    return [
        PartyCase(
            role=str(party.role),
            liability=str(party.liability),
            match=str(party.match),
            customer_id=party.customer_id,
            salt=bytes(party.customer.salt or b""),
            facts=said.document or "{}",
        )
        for party, said in zip(parties, facts, strict=True)
    ]


def decided_at_once(
    application: Application,
    parties: Sequence[Party],
    run: DecisionRun,
    claim: Claim,
    case: Case,
) -> Decided | None:
    """Decide and store it, inside the `enter` that made the application; None where this must be
    done outside, and then nothing was done.

    The customers known before are locked since they were resolved, and nobody else knows the new
    ones: what they owe cannot change meanwhile. A lot that would approve is drawn outside, where
    its budget is locked.
    """
    evaluation = evaluate_at_hand(case)
    if evaluation is None or lot_of(evaluation.document).explored:
        return None
    made = decision_follows(case, evaluation, now(case.organization_id))
    run_done(run)
    insert([run])
    later(application_moved(case, made))
    application.status = status_after(made.outcome)
    application.decided_at = made.at
    application.retention_until = retained(made.at, case.pack.retention_months)
    written = decision_write(claim, case, evaluation, made, SYSTEM)
    model = _model(case.organization_id, evaluation.model_version_id)
    return Decided(application, parties, written, made, model)


_models: dict[tuple[UUID, UUID], ModelVersion] = {}


def _model(organization_id: UUID, version_id: UUID | None) -> ModelVersion | None:
    """The version that scored; its number, family and bytes never change, its status is not read.

    Read once in a process.
    """
    if version_id is None:
        return None
    key = (organization_id, version_id)
    if key not in _models:
        (_models[key],) = find(ModelVersion, organization_id, "id = %(id)s", id=version_id)
    return _models[key]
