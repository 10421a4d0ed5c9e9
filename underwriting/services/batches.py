"""Batches: sent, cancelled, taken up again. What a file says is read and decided by workers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import IO, Any
from uuid import UUID

from accounts.models import Partner
from events.actor import Actor
from events.services import event_record
from scoring.models import Product
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Invalid
from tenancy.ids import new_id
from tenancy.selectors import organization_current
from tenancy.tasks import enqueue
from underwriting.enums import BATCH_STOPPED, BatchStatus, ChunkStatus
from underwriting.imports.batch_columns import CONSENTS, contract_of
from underwriting.imports.batch_files import glance
from underwriting.messages import message
from underwriting.models import Batch, BatchChunk, BatchFilePart
from underwriting.selectors.batches import batch_by_id
from underwriting.selectors.terms import ProductTerms, product_terms
from underwriting.services.batch_contract import AttestedConsent
from underwriting.services.batch_lanes import lanes_enqueue
from underwriting.services.batch_uploads import (
    file_by_id,
    file_measured,
    file_store,
    source_checked,
)
from underwriting.services.repeats import IdempotencyKey, key_store
from underwriting.services.submissions import consents_published

READ = "underwriting.tasks.read_batch"
BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is said of a file: for which product, in whose name, and what everybody in it agreed to.

    consents: attested by the sender for each party that has none of its own; empty where every
    row brings them.
    """

    product_slug: str
    partner_id: UUID | None
    language: str | None = None
    consents: Sequence[AttestedConsent] = ()
    metadata: Mapping[str, str] | None = None
    decimal_mark: str = "."


@dataclass(frozen=True, slots=True)
class _Read:
    """What was asked, read against the product."""

    asked: Asked
    product: ProductTerms
    language: str
    organization: str
    partner: str | None


def batch_send(
    *,
    organization_id: UUID,
    actor: Actor,
    asked: Asked,
    stream: IO[bytes],
    name: str,
    idempotency: IdempotencyKey | None = None,
) -> Batch:
    """Take a file in and have it decided. `stream` must be able to seek.

    Refused at once, with nothing kept: what the request says wrongly, and a file that is no table
    of this product's columns (Invalid names each). What is wrong further down, the batch says.
    """
    read = _read(organization_id, asked)
    told = file_measured(stream, read.language)
    glance(stream, contract_of(read.product.terms, read.language), asked.product_slug).check(
        consents_in_rows=not asked.consents and bool(read.product.terms.purposes)
    )
    with enter(organization_id):
        file = file_store(organization_id, actor, stream, (name, *told), asked.partner_id)
        return _made(organization_id, actor, read, idempotency, name=file.name, file_id=file.id)


def batch_of_file(
    *,
    organization_id: UUID,
    actor: Actor,
    asked: Asked,
    file_id: UUID,
    idempotency: IdempotencyKey | None = None,
) -> Batch:
    """The same of a file that was sent before; Conflict where it has become a batch already."""
    read = _read(organization_id, asked)
    with enter(organization_id):
        file = file_by_id(organization_id, file_id, asked.partner_id)
        parts = BatchFilePart.objects.filter(organization_id=organization_id, file_id=file_id)
        used = Batch.objects.filter(organization_id=organization_id, file_id=file_id).exists()
        if used or not parts.exists():
            raise Conflict("this file has been used", code="upload_used")
        return _made(organization_id, actor, read, idempotency, name=file.name, file_id=file.id)


def batch_of_source(
    *,
    organization_id: UUID,
    actor: Actor,
    asked: Asked,
    source: str,
    idempotency: IdempotencyKey | None = None,
) -> Batch:
    """The same of a file at an address, which a worker fetches; Invalid where none may be read."""
    read = _read(organization_id, asked)
    address = source_checked(source, read.organization, read.partner, read.language)
    name = PurePosixPath(source.partition("://")[2]).name[:200] or "file"
    with enter(organization_id):
        return _made(organization_id, actor, read, idempotency, name=name, source=address)


def batch_cancel(
    *, organization_id: UUID, actor: Actor, batch_id: UUID, partner_id: UUID | None = None
) -> None:
    """Stop a batch: at once while it waits, else before the next chunk. What is decided stays."""
    with enter(organization_id):
        batch = batch_by_id(organization_id, batch_id, partner_id)
        batches = Batch.objects.filter(organization_id=organization_id, id=batch.id)
        ended = batches.filter(status=BatchStatus.WAITING).update(
            status=BatchStatus.CANCELLED, cancel_requested=True, finished_at=now(organization_id)
        )
        asked = batches.filter(status__in=(BatchStatus.READING, BatchStatus.DECIDING)).update(
            cancel_requested=True, seen_at=world()
        )
        if not ended and not asked:
            raise Conflict("the batch is over", code="batch_over")
        if asked:
            lanes_enqueue(organization_id, batch.id, lanes=1)
        told = "batch.cancelled" if ended else "batch.cancel_requested"
        batch_told(batch, actor, told)


def batch_resume(
    *,
    organization_id: UUID,
    actor: Actor,
    batch_id: UUID,
    partner_id: UUID | None = None,
    chunk_number: int | None = None,
) -> None:
    """Take up a batch that failed or was cancelled, or one chunk of it. What is done stays done.

    Conflict while it is under way, when it is done, where the file itself was refused, and when
    its rows were thrown away a week after it ended.
    """
    with enter(organization_id):
        batch = batch_by_id(organization_id, batch_id, partner_id)
        if batch.status not in BATCH_STOPPED:
            raise Conflict("only a batch that failed or was cancelled resumes", code="batch_state")
        if batch.problems:
            raise Conflict("the file was refused: send a new one", code="batch_file_refused")
        if not _taken_up(batch, chunk_number):
            raise Conflict("what was left of the file is gone", code="batch_emptied")
        batch_told(batch, actor, "batch.resumed")


def batch_told(batch: Batch, actor: Actor, kind: str, **data: Any) -> None:
    """The batch's event. Inside the caller's `enter`, last."""
    event_record(
        organization_id=batch.organization_id,
        actor=actor,
        type=kind,
        subject=(BATCH, batch.id),
        data={"partner": str(batch.partner_id) if batch.partner_id else None, **data},
    )


def world() -> datetime:
    """The world's time, which bounds processes; a twin's clock bounds law."""
    return datetime.now(UTC)


def _taken_up(batch: Batch, chunk_number: int | None) -> bool:
    """Chunks wait again and lanes are asked for; without chunks the file is read again."""
    own = {"organization_id": batch.organization_id}
    begun = {"status": BatchStatus.DECIDING, "cancel_requested": False, "error": ""}
    chunks = BatchChunk.objects.filter(**own, batch_id=batch.id)
    batches = Batch.objects.filter(**own, id=batch.id, status=batch.status)
    if chunks.exists():
        stopped = chunks.filter(
            status__in=(ChunkStatus.FAILED, ChunkStatus.CANCELLED), body__isnull=False
        )
        if chunk_number is not None:
            stopped = stopped.filter(number=chunk_number)
        waiting = stopped.update(status=ChunkStatus.WAITING, attempts=0, error="")
        if waiting and batches.update(**begun, finished_at=None, seen_at=world()):
            lanes_enqueue(batch.organization_id, batch.id)
        return bool(waiting)
    if chunk_number is not None:
        return False
    parts = BatchFilePart.objects.filter(**own, file_id=batch.file_id)
    if batch.source is None and not parts.exists():
        return False
    again = {**begun, "status": BatchStatus.WAITING, "attempts": 0}
    batches.update(**again, finished_at=None, seen_at=world())
    enqueue(READ, organization_id=batch.organization_id, batch_id=batch.id)
    return True


def _read(organization_id: UUID, asked: Asked) -> _Read:
    """Invalid names everything that the request says wrongly; NotFound for an unknown product."""
    with enter(organization_id, read_only=True):
        organization = organization_current()
        product = product_terms(organization_id, asked.product_slug)
        texts = consents_published(organization_id, [{CONSENTS: list(asked.consents)}])
        slug = None if asked.partner_id is None else _slug(organization_id, asked.partner_id)
    language = asked.language or organization.default_language
    errors: list[FieldError] = []
    if language not in product.terms.languages:
        errors.append(FieldError("/language", "language", message("language", "en")))
    if asked.decimal_mark not in (".", ","):
        errors.append(FieldError("/decimal_mark", "value", "This is . or ,"))
    errors += _consent_errors(asked.consents, product.terms.purposes, set(texts), language)
    if errors:
        raise Invalid(errors)
    return _Read(asked, product, language, organization.slug, slug)


def _slug(organization_id: UUID, partner_id: UUID) -> str:
    found: str = Partner.objects.values_list("slug", flat=True).get(
        organization_id=organization_id, id=partner_id
    )
    return found


def _consent_errors(
    given: Sequence[AttestedConsent],
    purposes: Sequence[str],
    published: set[tuple[str, str]],
    language: str,
) -> list[FieldError]:
    unknown = [
        FieldError(f"/consents/{index}", "consent_unknown", message("consent_unknown", language))
        for index, consent in enumerate(given)
        if (consent.get("purpose"), consent.get("text_hash")) not in published
    ]
    agreed = {consent.get("purpose") for consent in given}
    return unknown + [
        FieldError(
            "/consents", "consent_missing", message("consent_missing", language, purpose=purpose)
        )
        for purpose in purposes
        if given and purpose not in agreed
    ]


def _made(
    organization_id: UUID,
    actor: Actor,
    read: _Read,
    idempotency: IdempotencyKey | None,
    **place: Any,
) -> Batch:
    """The row, its key, its task, its event. Inside the caller's `enter`."""
    asked, at = read.asked, now(organization_id)
    batch = Batch.objects.create(
        id=new_id(),
        organization_id=organization_id,
        product=Product.objects.get(organization_id=organization_id, slug=asked.product_slug),
        partner_id=asked.partner_id,
        language=read.language,
        consents=[dict(each) for each in asked.consents],
        metadata=dict(asked.metadata or {}),
        decimal_mark=asked.decimal_mark,
        seen_at=world(),
        created_by_kind=actor.kind,
        created_by_id=actor.id,
        created_at=at,
        **place,
    )
    key_store(organization_id, idempotency, subject=(BATCH, batch.id), at=at)
    enqueue(READ, organization_id=organization_id, batch_id=batch.id)
    batch_told(batch, actor, "batch.created", product=asked.product_slug)
    return batch
