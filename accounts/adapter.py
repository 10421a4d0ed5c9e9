"""allauth's choices that are ours: nobody signs up alone, and second factors are encrypted."""

import base64
import hmac
import secrets
from hashlib import sha256

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpRequest

NONCE_BYTES = 12
PURPOSE = b"assay second factor"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from invitations."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """A stolen copy of the database holds no authenticator's secret and no recovery code."""

    def encrypt(self, text: str) -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(_key()).encrypt(nonce, text.encode(), PURPOSE)
        return base64.b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        data = base64.b64decode(encrypted_text)
        return AESGCM(_key()).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], PURPOSE).decode()


def _key() -> bytes:
    """A key of its own below the master key: people belong to no one organization."""
    master = base64.b64decode(settings.ASSAY_MASTER_KEY)
    return hmac.digest(master, PURPOSE, sha256)
