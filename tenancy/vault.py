"""Personal data at rest: AES-256-GCM under a customer's key, wrapped twice above it.

master key (ASSAY_MASTER_KEY) wraps the organization's key (tenancy_organization.wrapped_key),
which wraps a customer's key, which seals the data. To erase a customer is to lose that key.
Every layer is bound to its organization, so nothing opens in another tenant.
"""

import base64
import binascii
import hmac
import secrets
from collections import OrderedDict
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tenancy.errors import DomainError
from tenancy.models import Organization

KEY_BYTES = 32
NONCE_BYTES = 12
_CACHED_KEYS = 1024

_organization_keys: OrderedDict[UUID, bytes] = OrderedDict()


class CannotOpen(DomainError):
    """Altered, sealed for something else, or under a key that has been destroyed."""

    default_code = "cannot_open"


def new_organization_key(organization_id: UUID) -> bytes:
    """A fresh key for a new organization, wrapped by the master key."""
    return _wrap(_master_key(), _about("organization", organization_id))


def new_wrapped_key(organization_id: UUID) -> bytes:
    """A fresh key for a customer, wrapped by the organization's. Call inside `enter`."""
    return _wrap(_organization_key(organization_id), _about("customer", organization_id))


def seal(organization_id: UUID, wrapped_key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Encrypt under the customer's key. `aad` says where it belongs: table, row, field."""
    key = _customer_key(organization_id, wrapped_key)
    return _encrypt(key, plaintext, _about("data", organization_id) + aad)


def open_sealed(organization_id: UUID, wrapped_key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """What `seal` was given; CannotOpen if anything differs, the organization included."""
    key = _customer_key(organization_id, wrapped_key)
    return _decrypt(key, bytes(sealed), _about("data", organization_id) + aad)


def seal_own(organization_id: UUID, plaintext: bytes, aad: bytes) -> bytes:
    """Encrypt what is the organization's own, such as a vendor's secret. Call inside `enter`."""
    return _encrypt(_own_key(organization_id), plaintext, _about("own", organization_id) + aad)


def open_own(organization_id: UUID, sealed: bytes, aad: bytes) -> bytes:
    """What `seal_own` was given; CannotOpen if anything differs. Call inside `enter`."""
    about = _about("own", organization_id) + aad
    return _decrypt(_own_key(organization_id), bytes(sealed), about)


def blind_index(organization_id: UUID, kind: str, normalized: str) -> bytes:
    """A keyed fingerprint to search by: the same person has another one at another lender."""
    key = _derived(_organization_key(organization_id), "assay.blind-index/1")
    message = kind.encode() + b"\x00" + normalized.encode()
    return hmac.digest(key, message, sha256)


def new_salt() -> bytes:
    """A salt for `salted_hash`, kept and destroyed with the customer's key."""
    return secrets.token_bytes(KEY_BYTES)


def salted_hash(salt: bytes, data: bytes) -> bytes:
    """A fingerprint of personal data that means nothing once its salt is gone."""
    return hmac.digest(bytes(salt), data, sha256)


class Keyring:
    """One organization's keys, unwrapped once for many rows; made inside `enter`, used anywhere.

    What it makes is what the functions of this module make row by row.
    """

    def __init__(self, organization_id: UUID) -> None:
        key = _organization_key(organization_id)
        self._wrapping = AESGCM(key)
        self._index_key = _derived(key, "assay.blind-index/1")
        self._about_customer = _about("customer", organization_id)
        self._about_data = _about("data", organization_id)

    def new_key(self) -> tuple[bytes, bytes]:
        """A fresh key for a customer: itself, and wrapped as it is stored."""
        key, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(NONCE_BYTES)
        return key, nonce + self._wrapping.encrypt(nonce, key, self._about_customer)

    def opened(self, wrapped_key: bytes) -> bytes:
        """A customer's key."""
        nonce, sealed = wrapped_key[:NONCE_BYTES], wrapped_key[NONCE_BYTES:]
        try:
            return self._wrapping.decrypt(nonce, sealed, self._about_customer)
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("this does not open here") from error

    def seal(self, key: bytes, plaintext: bytes, aad: bytes) -> bytes:
        """Encrypt under a customer's unwrapped key, as `seal` does under the wrapped one."""
        return _encrypt(key, plaintext, self._about_data + aad)

    def blind_index(self, kind: str, normalized: str) -> bytes:
        return hmac.digest(self._index_key, kind.encode() + b"\x00" + normalized.encode(), sha256)


def forget_keys() -> None:
    """Drop unwrapped keys from this process: after rotation, and between tests."""
    _organization_keys.clear()


def _organization_key(organization_id: UUID) -> bytes:
    found = _organization_keys.get(organization_id)
    if found is None:
        wrapped = Organization.objects.values_list("wrapped_key", flat=True).get(id=organization_id)
        about = _about("organization", organization_id)
        found = _decrypt(_master_key(), bytes(wrapped), about)
        _organization_keys[organization_id] = found
        if len(_organization_keys) > _CACHED_KEYS:
            _organization_keys.popitem(last=False)
    return found


def _own_key(organization_id: UUID) -> bytes:
    return _derived(_organization_key(organization_id), "assay.own/1")


def _customer_key(organization_id: UUID, wrapped_key: bytes) -> bytes:
    about = _about("customer", organization_id)
    return _decrypt(_organization_key(organization_id), bytes(wrapped_key), about)


def _master_key() -> bytes:
    try:
        key = base64.b64decode(settings.ASSAY_MASTER_KEY, validate=True)
    except binascii.Error as error:
        raise ImproperlyConfigured("ASSAY_MASTER_KEY is not base64") from error
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"ASSAY_MASTER_KEY must hold {KEY_BYTES} bytes")
    return key


def _wrap(key: bytes, about: bytes) -> bytes:
    return _encrypt(key, secrets.token_bytes(KEY_BYTES), about)


def _encrypt(key: bytes, plaintext: bytes, about: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, about)


def _decrypt(key: bytes, sealed: bytes, about: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("this does not open here") from error


def _derived(key: bytes, purpose: str) -> bytes:
    return hmac.digest(key, purpose.encode(), sha256)


def _about(purpose: str, organization_id: UUID) -> bytes:
    return f"assay.{purpose}/1".encode() + b"\x00" + organization_id.bytes
