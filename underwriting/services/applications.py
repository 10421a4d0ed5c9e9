"""Applications: submitted, withdrawn, reviewed on request, funded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from events.actor import Actor
from events.services import event_record
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.ids import new_id
from tenancy.rows import insert
from tenancy.statements import Row, Statement, ask_named
from tenancy.tasks import enqueue
from underwriting.enums import ApplicationStatus, Door, ReviewStatus
from underwriting.models import Application, ConsentText, DecisionRun, Party, Review
from underwriting.personas import persona_of
from underwriting.retention import retained
from underwriting.selectors.terms import ProductTerms, terms_asked, terms_read
from underwriting.services.at_once import Answering, decided_at_once, party_cases
from underwriting.services.customers import customers_resolve
from underwriting.services.evaluation import Case, case_begun
from underwriting.services.marks import marks_store
from underwriting.services.offers import offers_close
from underwriting.services.prequalification_use import prequalification_become
from underwriting.services.races import again_while_met
from underwriting.services.repeats import (
    APPLICATION,
    Answer,
    IdempotencyKey,
    InFlight,
    Kept,
    content_bytes,
    external_id_asked,
    external_id_read,
    fingerprint,
    key_asked,
    key_claimed,
    key_read,
    key_store,
)
from underwriting.services.runs import Claim, run_cancel, run_new
from underwriting.services.statuses import status_change
from underwriting.services.submissions import (
    consents_known,
    consents_store,
    parties_store,
    texts_asked,
    texts_read,
)
from underwriting.submission import Submission, submission_read

__all__ = ["IdempotencyKey", "Submitted", "application_submit", "application_withdraw"]

DECIDE = "underwriting.tasks.application_decide"
IN_REQUEST = "request"
AT_WORK_SECONDS = 1
"""A request that holds its key is answered within a second, or its transaction has ended."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """An accepted application. `claim` is the right to decide it, when it was asked for.

    `kept` is what the caller's key says of it where the key came before; `case` what deciding it
    at once rests on; `answer` is there where it has been decided with the submission.
    """

    application: Application
    run: DecisionRun
    replayed: bool
    claim: Claim | None
    kept: Kept | None = None
    case: Case | None = None
    answer: Answer | None = None


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
    answering: Answering | None = None

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
    answering: Answering | None = None,
) -> Submitted:
    """Accept an application: read it, then store it whole, with its run and event, at once.

    A repeat (same key or external id, same body) returns the first answer. With `claim` the
    run belongs to the caller, who decides it in the request; otherwise, and always where others
    must be asked about somebody, a worker is. With `answering` too it is decided, and the answer
    kept with the key, in the same transaction, wherever that can be done (see `at_once`).
    `device` is a fingerprint of what it was sent from; only a keyed hash of it is kept.
    `prequalification_id` is one that it comes from. Raises Invalid with every wrong field,
    NotFound, or Conflict (`idempotency_key_reused`, `external_id_taken`,
    `prequalification_unusable`).
    """
    given = _Request(
        actor, Door(door), product_slug, request, parties, language, external_id, idempotency,
        partner_id, metadata or {}, claim, device, prequalification_id, answering,
    )  # fmt: skip
    return again_while_met(lambda: _submit(organization_id, given))


def _submit(organization_id: UUID, given: _Request) -> Submitted:
    """One transaction: what is refused leaves nothing, and nothing is locked while it is read."""
    with enter(organization_id):
        content_hash = fingerprint(organization_id, "submission", given.content)
        at = now(organization_id)
        found = ask_named(_questions(organization_id, given, at))
        if first := _repeated(organization_id, given, content_hash, found):
            return first
        product = terms_read(organization_id, found["terms"], at)
        given = replace(given, claim=given.claim and not product.asks)
        texts = texts_read(organization_id, found["texts"])
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
    parties, facts = parties_store(application, product, submission, resolved)
    consents_store(application, given.actor, parties, consents)
    run, claim = run_new(
        organization_id=organization_id,
        application_id=application.id,
        holder=IN_REQUEST if given.claim else None,
    )
    said = [(party.identity, party.facts) for party in submission.parties]
    marks_store(application, parties, said, given.device)
    submitted = Submitted(application, run, replayed=False, claim=claim)
    decided = None
    if claim is not None:
        case = case_begun(application, party_cases(parties, facts), product.at)
        submitted = replace(submitted, case=case)
        if given.answering is not None:
            application.product = product.shown(given.product_slug, organization_id)
            decided = decided_at_once(application, parties, run, claim, case)
    if decided is None:
        insert([run])
    elif given.answering is not None:
        submitted = replace(submitted, answer=given.answering(decided), claim=None, case=None)
    subject = (APPLICATION, application.id)
    key_store(
        organization_id, given.idempotency, subject=subject, at=product.at, answer=submitted.answer
    )
    _record(application, given, run, parties)
    if decided is not None:
        decided.record()
    elif claim is None:
        enqueue(DECIDE, organization_id=organization_id, run_id=run.id)
    return submitted


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


def _questions(organization_id: UUID, given: _Request, at: datetime) -> dict[str, Statement]:
    """Everything that can be asked before the submission is read, the caller's key first."""
    asked = {}
    if given.idempotency is not None:
        asked["claimed"] = key_claimed(organization_id, given.idempotency)
        asked["key"] = key_asked(organization_id, given.idempotency)
    if given.external_id is not None:
        asked["external_id"] = external_id_asked(organization_id, given.external_id)
    asked["terms"] = terms_asked(organization_id, given.product_slug, at)
    asked["texts"] = texts_asked(organization_id, given.parties)
    return asked


def _repeated(
    organization_id: UUID, given: _Request, content_hash: str, found: Mapping[str, list[Row]]
) -> Submitted | None:
    """What the same request made before, told by its key or by its external id.

    Raises InFlight while another request with this key is at work.
    """
    kept = None
    if given.idempotency is not None:
        if found["claimed"] == [(False,)]:
            raise InFlight(AT_WORK_SECONDS)
        kept = key_read(organization_id, given.idempotency, found["key"])
    if kept is not None:
        application = Application.objects.get(organization_id=organization_id, id=kept.subject_id)
    else:
        first = external_id_read(
            found.get("external_id", ()), partner_id=given.partner_id, content_hash=content_hash
        )
        if first is None:
            return None
        application = first
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
            "claimed": run.holder is not None,
            "request": application.submission_hash,
            "parties": [
                {"party": str(party.id), "customer": str(party.customer_id), "match": party.match}
                for party in parties
            ],
        },
    )
