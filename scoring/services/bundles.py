"""A model version as one signed file: taken out here, brought in there, or refused with a reason.

Three lines: the format's name; everything about the version as one line of JSON (the artifact in
base64, dictionary, metrics, card, inventory entry, hashes of the evidence); the public key and
its Ed25519 signature over the lines above. What is brought in is a draft: nobody here has
validated it.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.conf import settings

from events.actor import Actor
from events.services import event_record
from events.signing import holds, public_key, signed, trusted_keys
from ml.artifacts import ArtifactRefused
from ml.model import load_model
from scoring.document_hash import document_bytes
from scoring.models import DictionaryVersion, ModelVersion
from scoring.selectors.inventory import entry_latest
from scoring.selectors.models import artifact_body, evidence_hashes, model_version_by_id
from scoring.selectors.products import product_by_slug
from scoring.services.artifacts import NewModel
from scoring.services.inventory import copied
from scoring.services.models import registered
from tenancy.canonical import content_hash
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import DomainError
from tenancy.models import Organization

PURPOSE = "assay.model-bundle/1"
MAGIC = PURPOSE.encode() + b"\n"
MOST_BYTES = 128 * 1024 * 1024


class BundleRefused(DomainError):
    """A file that is not brought in; the code says why for machines, the message for people."""

    default_code = "malformed"


def model_export(*, organization_id: UUID, actor: Actor, model_version_id: UUID) -> bytes:
    """The signed file of a version; taking it out is an event."""
    with enter(organization_id):
        version = model_version_by_id(organization_id, model_version_id)
        manifest = _manifest(version)
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="model.exported",
            subject=("model", version.id),
            data={"artifact": version.artifact_hash, "key": public_key()},
        )
    body = MAGIC + document_bytes(manifest) + b"\n"
    return body + f"ed25519:{public_key()}:{signed(PURPOSE, body)}\n".encode()


def model_import(
    *, organization_id: UUID, actor: Actor, product_slug: str, data: bytes
) -> ModelVersion:
    """Register what a signed file holds, as a draft; the same bytes return the version they have.

    Raises BundleRefused: `too_large`, `foreign`, `malformed`, `unknown_key`, `altered`,
    `other_dictionary`, or the code with which the artifact itself is refused (a pickle, say).
    """
    manifest, key = opened(data)
    body = _artifact(manifest)
    with enter(organization_id):
        product = product_by_slug(organization_id, product_slug)
        dictionary = _dictionary(organization_id, product.id, manifest["dictionary"]["hash"])
        new = NewModel(
            body=body,
            family=manifest["family"],
            dictionary_version=dictionary,
            metrics=manifest["metrics"],
            card={**manifest["card"], "imported": _provenance(manifest, key)},
            dataset_fingerprint=manifest["dataset_fingerprint"],
        )
        version = registered(product, new, actor)
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="model.imported",
            subject=("model", version.id),
            data={"artifact": version.artifact_hash, "key": key},
        )
    return version


def opened(data: bytes) -> tuple[Mapping[str, Any], str]:
    """What a file says and who signed it, once every byte of it is proved."""
    if len(data) > MOST_BYTES:
        raise BundleRefused("the file is larger than any model", code="too_large")
    if not data.startswith(MAGIC):
        raise BundleRefused("this is no model taken out of Assay", code="foreign")
    head, _, seal = data.rstrip(b"\n").rpartition(b"\n")
    method, _, rest = seal.decode("ascii", "replace").partition(":")
    key, _, given = rest.partition(":")
    if method != "ed25519" or not given:
        raise BundleRefused("the file is not signed", code="malformed")
    if key not in trusted_keys() | set(settings.ASSAY_MODEL_KEYS):
        message = "signed by a key that this installation does not know"
        raise BundleRefused(message, code="unknown_key")
    if not holds(key, given, PURPOSE, head + b"\n"):
        raise BundleRefused("the file was altered after it was signed", code="altered")
    manifest: Mapping[str, Any] = json.loads(head[len(MAGIC) :])
    return manifest, key


def _manifest(version: ModelVersion) -> dict[str, Any]:
    entry = entry_latest(version)
    body = artifact_body(version.organization_id, version.artifact_hash)
    organization = Organization.objects.get(id=version.organization_id)
    return {
        "organization": organization.slug,
        "product": version.product.slug,
        "number": version.number,
        "family": version.family,
        "artifact": {
            "hash": version.artifact_hash,
            "body": base64.b64encode(body).decode(),
        },
        "dictionary": {
            "hash": version.dictionary_version.content_hash,
            "document": version.dictionary_version.document,
        },
        "metrics": version.metrics,
        "card": version.card,
        "dataset_fingerprint": version.dataset_fingerprint,
        "evidence": evidence_hashes(version),
        "inventory": _entry(asdict(copied(entry, entry.next_review_on))) if entry else None,
        "exported_at": now(version.organization_id).isoformat(),
    }


def _entry(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "next_review_on": said["next_review_on"].isoformat()}


def _provenance(manifest: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Where it comes from; what was found out about it there is named by hash."""
    named = ("organization", "product", "number", "evidence", "inventory", "exported_at")
    return {"key": key, **{name: manifest[name] for name in named}}


def _artifact(manifest: Mapping[str, Any]) -> bytes:
    """The artifact's bytes, which load as the model of the dictionary that comes with them."""
    said, dictionary = manifest["artifact"], manifest["dictionary"]
    try:
        body = base64.b64decode(said["body"], validate=True)
        model = load_model(body, content_hash=said["hash"], dictionary_hash=dictionary["hash"])
    except (binascii.Error, ArtifactRefused) as error:
        code = getattr(error, "code", "malformed")
        raise BundleRefused(f"the model inside is refused: {error}", code=code) from error
    if content_hash(dictionary["document"].encode()) != dictionary["hash"]:
        raise BundleRefused("the dictionary inside is not the one named", code="altered")
    if model.family != manifest["family"]:
        raise BundleRefused("the model is of another family than it says", code="altered")
    return body


def _dictionary(organization_id: UUID, product_id: UUID, wanted: str) -> DictionaryVersion:
    found = DictionaryVersion.objects.filter(
        organization_id=organization_id, product_id=product_id, content_hash=wanted
    ).first()
    if found is None:
        raise BundleRefused(
            "the model speaks another dictionary than any of this product's",
            code="other_dictionary",
        )
    return found
