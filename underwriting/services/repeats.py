"""Telling a repeated request from another one: fingerprints, keys, external ids."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from tenancy.errors import Conflict
from tenancy.vault import blind_index
from underwriting.models import Application, IdempotencyRecord


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A caller's key with the body it came with. `scope` keeps callers' keys apart."""

    scope: str
    key: str
    body: bytes


def fingerprint(organization_id: UUID, kind: str, body: bytes) -> str:
    """A keyed hash: bodies hold personal data, and a plain hash of them could be guessed."""
    return f"hmac-sha256:{blind_index(organization_id, kind, body.hex()).hex()}"


def content_bytes(content: Any) -> bytes:
    """One spelling of what was asked, before anything is known of whether it holds."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=str).encode()


def repeated(
    organization_id: UUID,
    *,
    idempotency: IdempotencyKey | None,
    partner_id: UUID | None,
    external_id: str | None,
    content_hash: str,
) -> Application | None:
    """The application that the same request made before. Inside `enter`.

    Raises Conflict when the key, or the external id, came with something else.
    """
    if idempotency is not None:
        found = _by_key(organization_id, idempotency)
        if found is not None:
            return found
    if external_id is None:
        return None
    of_partner = Q(partner_id=partner_id) if partner_id else Q(partner_id__isnull=True)
    application = Application.objects.filter(
        of_partner, organization_id=organization_id, external_id=external_id
    ).first()
    if application is not None and application.submission_hash != content_hash:
        raise Conflict("another application has this external id", code="external_id_taken")
    return application


def key_store(application: Application, idempotency: IdempotencyKey | None) -> None:
    """Remember the key with the application it made. Inside `enter`."""
    if idempotency is None:
        return
    IdempotencyRecord(
        organization_id=application.organization_id,
        scope=idempotency.scope,
        key=idempotency.key,
        body_hash=fingerprint(application.organization_id, "idempotency", idempotency.body),
        application=application,
        created_at=application.created_at,
    ).save(force_insert=True)


def _by_key(organization_id: UUID, idempotency: IdempotencyKey) -> Application | None:
    record = (
        IdempotencyRecord.objects.filter(
            organization_id=organization_id, scope=idempotency.scope, key=idempotency.key
        )
        .select_related("application")
        .first()
    )
    if record is None:
        return None
    if record.body_hash != fingerprint(organization_id, "idempotency", idempotency.body):
        raise Conflict("this key came with another body before", code="idempotency_key_reused")
    application: Application = record.application
    return application
