"""Applications: submitted, withdrawn, reviewed on request, funded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from events.actor import Actor
from events.services import event_record
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.ids import new_id
from tenancy.rows import insert
from tenancy.tasks import enqueue
from underwriting.enums import ApplicationStatus, Door, ReviewStatus, RunStatus
from underwriting.models import Application, ConsentText, DecisionRun, Party, Review
from underwriting.personas import persona_of
from underwriting.retention import retained
from underwriting.selectors.terms import ProductTerms, product_terms
from underwriting.services.customers import customers_resolve
from underwriting.services.evaluation import Case, case_read
from underwriting.services.marks import marks_store
from underwriting.services.offers import offers_close
from underwriting.services.prequalification_use import prequalification_become
from underwriting.services.races import again_while_met
from underwriting.services.repeats import (
    APPLICATION,
    IdempotencyKey,
    Kept,
    content_bytes,
    external_id_repeated,
    fingerprint,
    key_find,
    key_store,
)
from underwriting.services.runs import Claim, run_cancel, run_new
from underwriting.services.statuses import status_change
from underwriting.services.submissions import (
    consents_known,
    consents_published,
    consents_store,
    parties_store,
)
from underwriting.submission import Submission, submission_read

__all__ = ["IdempotencyKey", "Submitted", "application_submit", "application_withdraw"]

DECIDE = "underwriting.tasks.application_decide"
IN_REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Submitted:
    """An accepted application. `claim` is the right to decide it, when it was asked for.

    `kept` is what the caller's key says of it where the key came before; `case` what deciding it
    at once rests on.
    """

    application: Application
    run: DecisionRun
    replayed: bool
    claim: Claim | None
    kept: Kept | None = None
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class _Request:
    """What a door handed in, before it is read."""

    actor: Actor
    door: Door
    product_slug: str
    request: Mapping[str, Any]
    parties: Sequence[Mapping[str, Any]]
    language: str
    external_id: str | None
    idempotency: IdempotencyKey | None
    partner_id: UUID | None
    metadata: Mapping[str, str]
    claim: bool
    device: str | None
    prequalification_id: UUID | None = None

    @property
    def content(self) -> bytes:
        """What makes two requests the same: everything asked and said, not by which key."""
        return content_bytes(
            [self.product_slug, self.request, self.parties, self.language, self.external_id]
        )


def application_submit(
    *,
    organization_id: UUID,
    actor: Actor,
    door: str,
    product_slug: str,
    request: Mapping[str, Any],
    parties: Sequence[Mapping[str, Any]],
    language: str,
    external_id: str | None = None,
    idempotency: IdempotencyKey | None = None,
    partner_id: UUID | None = None,
    metadata: Mapping[str, str] | None = None,
    claim: bool = False,
    device: str | None = None,
    prequalification_id: UUID | None = None,
) -> Submitted:
    """Accept an application: read it, then store it whole, with its run and event, at once.

    A repeat (same key or external id, same body) returns the first answer. With `claim` the
    run belongs to the caller, who decides it in the request; otherwise, and always where others
    must be asked about somebody, a worker is.
    `device` is a fingerprint of what it was sent from; only a keyed hash of it is kept.
    `prequalification_id` is one that it comes from. Raises Invalid with every wrong field,
    NotFound, or Conflict (`idempotency_key_reused`, `external_id_taken`,
    `prequalification_unusable`).
    """
    given = _Request(
        actor, Door(door), product_slug, request, parties, language, external_id, idempotency,
        partner_id, metadata or {}, claim, device, prequalification_id,
    )  # fmt: skip
    return again_while_met(lambda: _submit(organization_id, given))


def _submit(organization_id: UUID, given: _Request) -> Submitted:
    """One transaction: what is refused leaves nothing, and nothing is locked while it is read."""
    with enter(organization_id):
        content_hash = fingerprint(organization_id, "submission", given.content)
        if first := _repeated(organization_id, given, content_hash):
            return first
        product = product_terms(organization_id, given.product_slug)
        given = replace(given, claim=given.claim and not product.asks)
        texts = consents_published(organization_id, given.parties)
        submission = submission_read(
            product.terms, request=given.request, parties=given.parties, language=given.language
        )
        consents = consents_known(submission, texts)
        application = _application(organization_id, given, product, submission, content_hash)
        return _stored(application, given, product, submission, consents)


def _stored(
    application: Application,
    given: _Request,
    product: ProductTerms,
    submission: Submission,
    consents: Sequence[Sequence[ConsentText]],
) -> Submitted:
    """Everything of a submission that holds, the event last. Inside the caller's `enter`."""
    organization_id = application.organization_id
    resolved = customers_resolve(
        organization_id=organization_id,
        identities=[party.identity for party in submission.parties],
        language=given.language,
        at=product.at,
    )
    insert([application])
    if given.prequalification_id is not None:
        prequalification_become(application, given.prequalification_id, product.at)
    parties = parties_store(application, product, submission, resolved)
    consents_store(application, given.actor, parties, consents)
    subject = (APPLICATION, application.id)
    key_store(organization_id, given.idempotency, subject=subject, at=product.at)
    run, claim = run_new(
        organization_id=organization_id,
        application_id=application.id,
        holder=IN_REQUEST if given.claim else None,
    )
    insert([run])
    said = [(party.identity, party.facts) for party in submission.parties]
    marks_store(application, parties, said, given.device)
    case = None if claim is None else case_read(organization_id, application.id)
    _record(application, given, run, parties)
    if claim is None:
        enqueue(DECIDE, organization_id=organization_id, run_id=run.id)
    return Submitted(application, run, replayed=False, claim=claim, case=case)


def application_withdraw(*, organization_id: UUID, actor: Actor, application_id: UUID) -> None:
    """The applicant takes the request back: no notice is owed, what is kept stays kept."""
    with enter(organization_id):
        at = now(organization_id)
        run_cancel(organization_id=organization_id, application_id=application_id)
        status_change(
            organization_id=organization_id,
            application_id=application_id,
            to=ApplicationStatus.WITHDRAWN,
            closed_at=at,
        )
        offers_close(organization_id=organization_id, application_id=application_id, at=at)
        Review.objects.filter(
            organization_id=organization_id,
            application_id=application_id,
            settled_at__isnull=True,
        ).update(status=ReviewStatus.CANCELLED, settled_at=at)
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="application.withdrawn",
            subject=("application", application_id),
            data={},
        )


def _repeated(organization_id: UUID, given: _Request, content_hash: str) -> Submitted | None:
    """What the same request made before, told by its key or by its external id."""
    kept = key_find(organization_id, given.idempotency)
    if kept is not None:
        application = Application.objects.get(organization_id=organization_id, id=kept.subject_id)
    else:
        found = external_id_repeated(
            organization_id,
            partner_id=given.partner_id,
            external_id=given.external_id,
            content_hash=content_hash,
        )
        if found is None:
            return None
        application = found
    runs = DecisionRun.objects.filter(organization_id=organization_id, application=application)
    return Submitted(application, runs.latest("submission"), replayed=True, claim=None, kept=kept)


def _application(
    organization_id: UUID,
    given: _Request,
    product: ProductTerms,
    submission: Submission,
    content_hash: str,
) -> Application:
    """Complete on arrival: everything the product asks for was demanded when it was read."""
    return Application(
        id=new_id(),
        organization_id=organization_id,
        product_id=product.product_id,
        product_version_id=product.product_version_id,
        partner_id=given.partner_id,
        door=given.door,
        status=ApplicationStatus.DECIDING if given.claim else ApplicationStatus.SUBMITTED,
        external_id=given.external_id,
        language=submission.language,
        metadata=dict(given.metadata),
        persona=persona_of(product.mode, submission.parties[0].identity),
        request=submission.request_bytes.decode(),
        submission_hash=content_hash,
        amount=submission.amount_minor,
        term_months=submission.term_months,
        currency=product.currency,
        received_at=product.at,
        completed_at=product.at,
        retention_until=retained(product.at, product.retention_months),
        created_at=product.at,
    )


def _record(
    application: Application, given: _Request, run: DecisionRun, parties: Sequence[Party]
) -> None:
    event_record(
        organization_id=application.organization_id,
        actor=given.actor,
        type="application.submitted",
        subject=("application", application.id),
        data={
            "door": given.door.value,
            "partner": str(given.partner_id) if given.partner_id else None,
            "run": str(run.id),
            "claimed": run.status == RunStatus.RUNNING,
            "request": application.submission_hash,
            "parties": [
                {"party": str(party.id), "customer": str(party.customer_id), "match": party.match}
                for party in parties
            ],
        },
    )
