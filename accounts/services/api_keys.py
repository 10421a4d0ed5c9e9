"""API keys and OAuth 2 clients: made, changed, rotated and revoked. The raw secret exists in the
caller's hands only."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.addresses import Address, networks_of
from accounts.enums import KeyKind, Scope
from accounts.models import ApiKey, Partner
from accounts.models.api_key import MOST_NETWORKS, MOST_PER_MINUTE
from accounts.services.credentials import (
    SHOWN_CHARACTERS,
    KeyRef,
    credential_found,
    credential_used,
    digest_of,
    secret_new,
)
from accounts.versions import known, latest
from events.actor import Actor
from events.services import event_record
from tenancy import clock
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Invalid, NotFound
from tenancy.models import Organization

LONGEST_OVERLAP = timedelta(days=30)


def api_key_create(
    *,
    organization_id: UUID,
    actor: Actor,
    name: str,
    scopes: Sequence[str],
    partner: Partner | None = None,
    kind: str = KeyKind.KEY,
    expires_at: datetime | None = None,
    allowed_networks: Sequence[str] = (),
    rate_per_minute: int | None = None,
    burst: int | None = None,
    version: str | None = None,
) -> tuple[ApiKey, str]:
    """A new key, or the client of a bank that asks for OAuth 2, and its secret, which is never
    seen again. It is pinned to the newest version unless another is named."""
    chosen = {
        "kind": str(kind),
        "scopes": _scopes(scopes),
        "version": _version(version or latest()),
        "allowed_networks": _networks(allowed_networks),
        **_rate(rate_per_minute, burst),
    }
    with enter(organization_id):
        now = clock.now(organization_id)
        _refuse_past(expires_at, now)
        raw = secret_new(_mode(organization_id))
        key = ApiKey.objects.create(
            organization_id=organization_id,
            partner=partner,
            name=name,
            prefix=raw[:SHOWN_CHARACTERS],
            digest=digest_of(raw),
            created_at=now,
            expires_at=expires_at,
            **chosen,
        )
        _record(key, actor, "created", chosen | {"partner": str(partner.id) if partner else None})
    return key, raw


def api_key_change(
    *,
    organization_id: UUID,
    actor: Actor,
    api_key_id: UUID,
    name: str,
    allowed_networks: Sequence[str],
    rate_per_minute: int | None,
    burst: int | None,
    version: str,
) -> None:
    """What may change while a key is in use. Scopes and the partner are another key's."""
    chosen = {
        "version": _version(version),
        "allowed_networks": _networks(allowed_networks),
        **_rate(rate_per_minute, burst),
    }
    with enter(organization_id):
        key = _in_use(organization_id, api_key_id)
        ApiKey.objects.filter(organization_id=organization_id, id=key.id).update(
            name=name, **chosen
        )
        _record(key, actor, "changed", chosen)


def api_key_rotate(
    *, organization_id: UUID, actor: Actor, api_key_id: UUID, overlap: timedelta
) -> tuple[ApiKey, str]:
    """A new secret for the same key; the one before it lives on for the overlap, both named.

    A secret that was still retiring ends now. Conflict where somebody rotated at the same time.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise Invalid([FieldError("/overlap", "range", "An overlap is at most 30 days.")])
    with enter(organization_id):
        now = clock.now(organization_id)
        key = _in_use(organization_id, api_key_id)
        raw = secret_new(_mode(organization_id))
        rotated = ApiKey.objects.filter(
            organization_id=organization_id, id=key.id, digest=bytes(key.digest)
        ).update(
            prefix=raw[:SHOWN_CHARACTERS],
            digest=digest_of(raw),
            last_used_at=None,
            **_retiring(key, now + overlap if overlap else None),
        )
        if not rotated:
            raise Conflict("somebody rotated this key meanwhile", code="rotated_meanwhile")
        hours = int(overlap.total_seconds() // 3600)
        _record(key, actor, "rotated", {"overlap_hours": hours})
        key.refresh_from_db()
    return key, raw


def api_key_retire(*, organization_id: UUID, actor: Actor, api_key_id: UUID) -> None:
    """End the overlap of a rotation at once: only the new secret opens anything."""
    with enter(organization_id):
        key = _in_use(organization_id, api_key_id)
        if key.retires_at is None:
            raise NotFound("no secret of this key is retiring")
        ApiKey.objects.filter(organization_id=organization_id, id=key.id).update(
            **_retiring(key, None)
        )
        _record(key, actor, "retired", {})


def api_key_revoke(*, organization_id: UUID, actor: Actor, api_key_id: UUID) -> None:
    """Dead from the next request on, and its tokens with it: nothing caches keys."""
    with enter(organization_id):
        key = _in_use(organization_id, api_key_id)
        ApiKey.objects.filter(organization_id=organization_id, id=key.id).update(
            revoked_at=clock.now(organization_id)
        )
        _record(key, actor, "revoked", {})


def api_key_authenticate(raw: str, address: Address | None = None) -> KeyRef | None:
    """The key in use that this is, or whose token; None for anything else. Notes its use."""
    found = credential_found(raw)
    if found is None or not found.alive or not opens(found.key, is_token=found.is_token):
        return None
    credential_used(found, address)
    return found.key


def opens(key: KeyRef, *, is_token: bool) -> bool:
    """A client's secret buys tokens and opens nothing else."""
    return is_token or key.kind == KeyKind.KEY


def _retiring(key: ApiKey, until: datetime | None) -> dict[str, Any]:
    """The columns of the secret that goes, or that nothing is retiring."""
    if until is None:
        names = ("retiring_prefix", "retiring_digest", "retires_at", "retiring_used_at")
        return dict.fromkeys(names)
    return {
        "retiring_prefix": key.prefix,
        "retiring_digest": bytes(key.digest),
        "retires_at": until,
        "retiring_used_at": key.last_used_at,
    }


def _in_use(organization_id: UUID, api_key_id: UUID) -> ApiKey:
    """The key, locked. NotFound for one that is another lender's, or revoked."""
    key = (
        ApiKey.objects.select_for_update(of=("self",))
        .filter(organization_id=organization_id, id=api_key_id, revoked_at__isnull=True)
        .first()
    )
    if key is None:
        raise NotFound("no such key in use")
    return key


def _mode(organization_id: UUID) -> str:
    return str(Organization.objects.values_list("mode", flat=True).get(id=organization_id))


def _record(key: ApiKey, actor: Actor, what: str, data: Mapping[str, Any]) -> None:
    event_record(
        organization_id=key.organization_id,
        actor=actor,
        type=f"api_key.{what}",
        subject=("api_key", key.id),
        data=data,
    )


def _scopes(scopes: Sequence[str]) -> list[str]:
    unknown = sorted(set(scopes) - set(Scope.values))
    if unknown or not scopes:
        message = f"Unknown scopes: {', '.join(unknown)}" if unknown else "A key needs a scope."
        raise Invalid([FieldError("/scopes", "scope", message)])
    return sorted({str(scope) for scope in scopes})


def _version(version: str) -> str:
    if not known(version):
        raise Invalid([FieldError("/version", "version", "There is no such version.")])
    return version


def _networks(texts: Sequence[str]) -> list[str]:
    try:
        networks = networks_of(texts)
    except ValueError as error:
        raise Invalid([FieldError("/allowed_networks", "network", str(error))]) from error
    if len(networks) > MOST_NETWORKS:
        message = f"At most {MOST_NETWORKS} networks."
        raise Invalid([FieldError("/allowed_networks", "too_many", message)])
    return networks


def _rate(rate_per_minute: int | None, burst: int | None) -> dict[str, int | None]:
    """Both numbers or none: without them the installation's rate holds."""
    if (rate_per_minute is None) != (burst is None):
        message = "Requests a minute and at once are given together."
        raise Invalid([FieldError("/burst", "together", message)])
    for name, number in (("rate_per_minute", rate_per_minute), ("burst", burst)):
        if number is not None and not 1 <= number <= MOST_PER_MINUTE:
            raise Invalid([FieldError(f"/{name}", "range", "This is no sensible number.")])
    return {"rate_per_minute": rate_per_minute, "burst": burst}


def _refuse_past(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise Invalid([FieldError("/expires_at", "past", "The expiry lies in the past.")])
