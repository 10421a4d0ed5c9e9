"""Access tokens of OAuth 2 clients: issued for a client's secret, and taken back."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from accounts.enums import KeyKind
from accounts.models import AccessToken
from accounts.services.credentials import Found, credential_found, digest_of
from tenancy import clock
from tenancy.enter import enter


def client_authenticate(*, client_id: UUID | None, secret: str) -> Found | None:
    """The client in use whose id and secret these are; None where any of it does not hold.

    It is found by the secret's digest, so neither an id that exists nor a secret that nearly fits
    takes longer to refuse than nonsense does.
    """
    found = credential_found(secret)
    if found is None or found.is_token or not found.alive:
        return None
    if found.key.kind != KeyKind.CLIENT or found.key.id != client_id:
        return None
    return found


def token_issue(
    *, organization_id: UUID, client_id: UUID, raw: str, scopes: Sequence[str], seconds: int
) -> AccessToken:
    """Keep the digest of a token that the client is given. It opens nothing after `seconds` of
    its lender's time, or once its client is revoked, expired or another's.

    Not an event: a client asks for a token every few minutes, and the log of requests says when.
    """
    with enter(organization_id):
        now = clock.now(organization_id)
        return AccessToken.objects.create(
            organization_id=organization_id,
            client_id=client_id,
            digest=digest_of(raw),
            scopes=sorted(set(scopes)),
            issued_at=now,
            expires_at=now + timedelta(seconds=seconds),
        )


def token_revoke(*, organization_id: UUID, client_id: UUID, raw: str) -> bool:
    """Take back a token of this client; False for one that is none, or another's."""
    with enter(organization_id):
        removed, _ = AccessToken.objects.filter(
            organization_id=organization_id, client_id=client_id, digest=digest_of(raw)
        ).delete()
    return bool(removed)
