"""What a request proves itself with: a key, or a token that a client got for its secret.

Nothing here is cached, so what is revoked is refused from the next request on.
"""

import hashlib
import re
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.addresses import Address, coarse
from accounts.models import ApiKey
from tenancy.enter import enter
from tenancy.statements import ask

SECRET_CHARACTERS = 40
SHOWN_CHARACTERS = 16
USED_AFTER = timedelta(minutes=1)
_ALPHABET = string.ascii_letters + string.digits
_RAW = re.compile(rf"^assay_(live|test)_(at_)?[A-Za-z0-9]{{{SECRET_CHARACTERS}}}$", re.ASCII)
_LOOKUP = {
    False: "SELECT * FROM lookup.api_key_by_digest(%s)",
    True: "SELECT * FROM lookup.access_token_by_digest(%s)",
}


@dataclass(frozen=True, slots=True)
class KeyRef:
    """What a request knows of its key; a token's is its client's, with the token's scopes."""

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


@dataclass(frozen=True, slots=True)
class Found:
    """A credential that exists. Dead ones are found too: that they are used is worth knowing."""

    key: KeyRef
    is_token: bool
    retiring: bool
    """It is the secret before the present one, in the hours it has left."""
    alive: bool
    used_at: datetime | None
    now: datetime
    """The lender's own time."""


def secret_new(mode: str, *, token: bool = False) -> str:
    """A secret of 238 random bits that says where it belongs, for people and for scanners."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(SECRET_CHARACTERS))
    return f"assay_{mode}_at_{body}" if token else f"assay_{mode}_{body}"


def digest_of(raw: str) -> bytes:
    """SHA-256 suffices: the secret is random, nobody guesses it."""
    return hashlib.sha256(raw.encode()).digest()


def credential_found(raw: str) -> Found | None:
    """Whose key or token this is; None for what is none. One statement, before any tenant."""
    shape = _RAW.match(raw)
    if shape is None:
        return None
    is_token = shape.group(2) is not None
    rows = ask(_LOOKUP[is_token], [digest_of(raw)])
    if not rows:
        return None
    *what, used_at, _used_from, retiring, alive, now = rows[0]
    return Found(
        key=_key_ref(*what),
        is_token=is_token,
        retiring=retiring,
        alive=alive,
        used_at=used_at,
        now=now,
    )


def credential_used(found: Found, address: Address | None) -> None:
    """Note when and from where, at most once a minute."""
    if found.used_at is not None and found.now - found.used_at <= USED_AFTER:
        return
    column = "retiring_used_at" if found.retiring else "last_used_at"
    key = found.key
    with enter(key.organization_id):
        ApiKey.objects.filter(organization_id=key.organization_id, id=key.id).update(
            **{column: found.now, "last_used_from": coarse(address)}
        )


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
