"""The installation's seal: an Ed25519 key outside the database, so its owner cannot forge one."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from events.verify import netstrings, signed_message

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


def signed(purpose: str, message: bytes) -> str:
    """A file's signature, in hexadecimal; `purpose` keeps it from passing for another's."""
    return _key().sign(netstrings(purpose) + message).hex()


def holds(key: str, given: str, purpose: str, message: bytes) -> bool:
    """Whether the key, in hexadecimal, signed exactly this for this purpose."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(given), netstrings(purpose) + message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _key() -> Ed25519PrivateKey:
    try:
        seed = base64.b64decode(settings.ASSAY_SEAL_KEY, validate=True)
    except binascii.Error as error:
        raise ImproperlyConfigured("ASSAY_SEAL_KEY is not base64") from error
    if len(seed) != SEED_BYTES:
        raise ImproperlyConfigured(f"ASSAY_SEAL_KEY must hold {SEED_BYTES} bytes")
    return Ed25519PrivateKey.from_private_bytes(seed)
