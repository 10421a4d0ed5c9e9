"""The installation's seal: an Ed25519 key outside the database, so its owner cannot forge one."""

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from events.verify import signed_message

SEED_BYTES = 32


def public_key() -> str:
    """What a verifier is given, in hexadecimal."""
    return _key().public_key().public_bytes_raw().hex()


def trusted_keys() -> frozenset[str]:
    """This seal's key and those before it (ASSAY_FORMER_SEAL_KEYS, hexadecimal)."""
    return frozenset([public_key(), *getattr(settings, "ASSAY_FORMER_SEAL_KEYS", ())])


def signature(kind: str, organization: str, sequence: int, head: str, at: str) -> str:
    """A `checkpoint` or an `end`, signed."""
    return _key().sign(signed_message(kind, organization, sequence, head, at)).hex()


def _key() -> Ed25519PrivateKey:
    try:
        seed = base64.b64decode(settings.ASSAY_SEAL_KEY, validate=True)
    except binascii.Error as error:
        raise ImproperlyConfigured("ASSAY_SEAL_KEY is not base64") from error
    if len(seed) != SEED_BYTES:
        raise ImproperlyConfigured(f"ASSAY_SEAL_KEY must hold {SEED_BYTES} bytes")
    return Ed25519PrivateKey.from_private_bytes(seed)
