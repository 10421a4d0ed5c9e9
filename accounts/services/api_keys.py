"""API keys: made, found and revoked. The raw key exists in the caller's hands only."""

import hashlib
import re
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from accounts.enums import KeyKind, Scope
from accounts.models import ApiKey, Partner
from accounts.versions import latest
from events.actor import Actor
from events.services import event_record
from tenancy import clock
from tenancy.enter import enter
from tenancy.errors import FieldError, Invalid, NotFound
from tenancy.models import Organization

SECRET_CHARACTERS = 40
SHOWN_CHARACTERS = 16
_ALPHABET = string.ascii_letters + string.digits
_RAW = re.compile(rf"^assay_(live|test)_[A-Za-z0-9]{{{SECRET_CHARACTERS}}}$")
USED_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class KeyRef:
    """What a request knows of its key."""

    id: UUID
    organization_id: UUID
    partner_id: UUID | None
    scopes: frozenset[str]
    mode: str
    kind: str
    version: str
    """The API's version the key is pinned to; a request may ask for another."""
    allowed_networks: tuple[str, ...]
    rate_per_minute: int | None
    burst: int | None


def api_key_create(
    *,
    organization_id: UUID,
    actor: Actor,
    name: str,
    scopes: Sequence[str],
    partner: Partner | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its raw form, which is never seen again."""
    _checked(scopes)
    with enter(organization_id):
        now = clock.now(organization_id)
        if expires_at is not None and expires_at <= now:
            raise Invalid([FieldError("/expires_at", "past", "The expiry lies in the past.")])
        mode = Organization.objects.values_list("mode", flat=True).get(id=organization_id)
        raw = f"assay_{mode}_" + "".join(
            secrets.choice(_ALPHABET) for _ in range(SECRET_CHARACTERS)
        )
        key = ApiKey.objects.create(
            organization_id=organization_id,
            partner=partner,
            name=name,
            prefix=raw[:SHOWN_CHARACTERS],
            digest=digest_of(raw),
            scopes=sorted(set(scopes)),
            version=latest(),
            created_at=now,
            expires_at=expires_at,
        )
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="api_key.created",
            subject=("api_key", key.id),
            data={
                "scopes": sorted(set(scopes)),
                "partner": str(partner.id) if partner else None,
            },
        )
    return key, raw


def api_key_revoke(*, organization_id: UUID, actor: Actor, api_key_id: UUID) -> None:
    """Dead from the next request on: nothing caches keys."""
    with enter(organization_id):
        revoked = ApiKey.objects.filter(
            organization_id=organization_id, id=api_key_id, revoked_at__isnull=True
        ).update(revoked_at=clock.now(organization_id))
        if not revoked:
            raise NotFound("no such key in use")
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="api_key.revoked",
            subject=("api_key", api_key_id),
            data={},
        )


def api_key_authenticate(raw: str) -> KeyRef | None:
    """The key in use that this is, None for anything else; at most once a minute notes its use."""
    if not _RAW.match(raw):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM lookup.api_key_by_digest(%s)", [digest_of(raw)])
        row = cursor.fetchone()
    if row is None:
        return None
    *what, used_at, _used_from, _retiring, alive, now = row
    key = _key_ref(*what)
    if not alive or key.kind != KeyKind.KEY:
        return None
    if used_at is None or now - used_at > USED_AFTER:
        _note_use(key.organization_id, key.id, now)
    return key


def _key_ref(
    key_id: UUID,
    organization_id: UUID,
    partner_id: UUID | None,
    scopes: Sequence[str],
    mode: str,
    kind: str,
    version: str,
    networks: Sequence[str],
    rate_per_minute: int | None,
    burst: int | None,
) -> KeyRef:
    return KeyRef(
        id=key_id,
        organization_id=organization_id,
        partner_id=partner_id,
        scopes=frozenset(scopes),
        mode=mode,
        kind=kind,
        version=version,
        allowed_networks=tuple(networks),
        rate_per_minute=rate_per_minute,
        burst=burst,
    )


def digest_of(raw: str) -> bytes:
    """SHA-256 suffices: the key has 238 bits of its own, nobody guesses it."""
    return hashlib.sha256(raw.encode()).digest()


def _note_use(organization_id: UUID, key_id: UUID, now: datetime) -> None:
    with enter(organization_id):
        ApiKey.objects.filter(organization_id=organization_id, id=key_id).update(last_used_at=now)


def _checked(scopes: Sequence[str]) -> None:
    unknown = sorted(set(scopes) - set(Scope.values))
    if unknown or not scopes:
        message = f"Unknown scopes: {', '.join(unknown)}" if unknown else "A key needs a scope."
        raise Invalid([FieldError("/scopes", "scope", message)])
