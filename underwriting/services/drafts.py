"""Applications that are begun by one and finished by another: a partner begins, applicants finish.

A draft knows what is asked for and who applies; facts and consents may be missing. It is received
when the first party hands in, and complete when nothing is missing of anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from events.actor import SYSTEM, Actor
from events.services import event_record
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.ids import new_id
from underwriting.enums import ApplicationStatus, Door
from underwriting.models import Application
from underwriting.personas import persona_of
from underwriting.retention import retained
from underwriting.selectors.terms import ProductTerms, product_terms
from underwriting.services.customers import customers_resolve
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
from underwriting.services.statuses import status_change
from underwriting.services.submissions import (
    consents_known,
    consents_published,
    consents_store,
    parties_store,
)
from underwriting.submission import Submission, submission_begun


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft, or the one that the same request began before."""

    application_id: UUID
    kept: Kept | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a partner begins with: the whole request, everybody's identity, whatever else is known.

    `return_url` is where the portal leads the applicant afterwards.
    """

    product_slug: str
    request: Mapping[str, Any]
    parties: Sequence[Mapping[str, Any]]
    language: str
    external_id: str | None = None
    partner_id: UUID | None = None
    metadata: Mapping[str, str] | None = None
    return_url: str | None = None

    @property
    def content(self) -> bytes:
        told = [self.product_slug, self.request, self.parties, self.language, self.external_id]
        return content_bytes([*told, "hosted", self.return_url])


def application_begin(
    *,
    organization_id: UUID,
    actor: Actor,
    beginning: Beginning,
    idempotency: IdempotencyKey | None = None,
) -> Begun:
    """Keep a draft that its applicants finish. Nothing is decided and no clock begins.

    Raises Invalid with everything wrong, but not with what is missing; else as
    `application_submit` does.
    """
    return again_while_met(lambda: _begin(organization_id, actor, beginning, idempotency))


def unfinished_close(*, organization_id: UUID, application_id: UUID) -> bool:
    """Close what nobody finished in time: a draft as withdrawn, an incomplete one as expired."""
    with enter(organization_id):
        application = (
            Application.objects.select_for_update()
            .filter(
                organization_id=organization_id,
                id=application_id,
                status__in=[ApplicationStatus.DRAFT, ApplicationStatus.INCOMPLETE],
            )
            .first()
        )
        if application is None:
            return False
        draft = application.status == ApplicationStatus.DRAFT
        to = ApplicationStatus.WITHDRAWN if draft else ApplicationStatus.EXPIRED
        at = now(organization_id)
        status_change(
            organization_id=organization_id, application_id=application_id, to=to, closed_at=at
        )
        event_record(
            organization_id=organization_id,
            actor=SYSTEM,
            type="application.withdrawn" if draft else "application.expired",
            subject=("application", application_id),
            data={"cause": "unfinished"},
        )
    return True


def _begin(
    organization_id: UUID, actor: Actor, beginning: Beginning, idempotency: IdempotencyKey | None
) -> Begun:
    with enter(organization_id, read_only=True):
        content_hash = fingerprint(organization_id, "submission", beginning.content)
        if first := _begun_before(organization_id, beginning, idempotency, content_hash):
            return first
        product = product_terms(organization_id, beginning.product_slug)
        texts = consents_published(organization_id, beginning.parties)
    submission, missing = submission_begun(
        product.terms,
        request=beginning.request,
        parties=beginning.parties,
        language=beginning.language,
    )
    consents = consents_known(submission, texts)
    with enter(organization_id):
        application = _application(organization_id, beginning, product, submission, content_hash)
        resolved = customers_resolve(
            organization_id=organization_id,
            identities=[party.identity for party in submission.parties],
            language=beginning.language,
            at=product.at,
        )
        application.save(force_insert=True)
        parties, _ = parties_store(application, product, submission, resolved)
        consents_store(application, actor, parties, consents)
        subject = (APPLICATION, application.id)
        key_store(organization_id, idempotency, subject=subject, at=product.at)
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="application.begun",
            subject=subject,
            data={"request": content_hash, "missing": len(missing)},
        )
    return Begun(application.id)


def _begun_before(
    organization_id: UUID,
    beginning: Beginning,
    idempotency: IdempotencyKey | None,
    content_hash: str,
) -> Begun | None:
    if kept := key_find(organization_id, idempotency):
        return Begun(kept.subject_id, kept)
    found = external_id_repeated(
        organization_id,
        partner_id=beginning.partner_id,
        external_id=beginning.external_id,
        content_hash=content_hash,
    )
    return Begun(found.id, repeated=True) if found else None


def _application(
    organization_id: UUID,
    beginning: Beginning,
    product: ProductTerms,
    submission: Submission,
    content_hash: str,
) -> Application:
    return Application(
        id=new_id(),
        organization_id=organization_id,
        product_id=product.product_id,
        product_version_id=product.product_version_id,
        partner_id=beginning.partner_id,
        door=Door.API,
        status=ApplicationStatus.DRAFT,
        external_id=beginning.external_id,
        language=submission.language,
        metadata=dict(beginning.metadata or {}),
        request=submission.request_bytes.decode(),
        submission_hash=content_hash,
        amount=submission.amount_minor,
        term_months=submission.term_months,
        currency=product.currency,
        hosted=True,
        return_url=beginning.return_url,
        retention_until=retained(product.at, product.retention_months),
        created_at=product.at,
        persona=persona_of(product.mode, submission.parties[0].identity),
    )
