"""A version as one signed file: what comes in is what went out, or it is refused with a reason."""

import base64
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.test import override_settings

from events.actor import Actor
from events.signing import public_key, signed
from events.verify import netstrings
from scoring.document_hash import document_bytes
from scoring.models import ModelVersion, Product
from scoring.services.bundles import MAGIC, PURPOSE, BundleRefused, model_export, model_import
from tenancy.canonical import content_hash
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_scoring import PRODUCTS, expert_version, lender_with_product, product_only

ANALYST = Actor("user", "1")


@pytest.fixture
def file(personal_loan: Product, hanse: Organization) -> bytes:
    version = expert_version(hanse.id)
    return model_export(organization_id=hanse.id, actor=ANALYST, model_version_id=version.id)


def bring_in(organization: Organization, data: bytes, product: str = "personal-loan") -> Any:
    return model_import(
        organization_id=organization.id, actor=ANALYST, product_slug=product, data=data
    )


def again(file: bytes, **changes: Any) -> bytes:
    """The file with other contents, signed by the platform's own key: an insider's."""
    manifest = json.loads(file.split(b"\n")[1])
    body = MAGIC + document_bytes({**manifest, **changes}) + b"\n"
    return body + f"ed25519:{public_key()}:{signed(PURPOSE, body)}\n".encode()


def refused(organization: Organization, data: bytes, product: str = "personal-loan") -> str:
    with pytest.raises(BundleRefused) as caught:
        bring_in(organization, data, product)
    with enter(organization.id):
        assert ModelVersion.objects.count() == 1
    return caught.value.code


def test_another_lender_gets_the_same_bytes_as_a_draft(
    file: bytes, hanse: Organization, aurora: Organization
) -> None:
    product_only(aurora.id)
    version = bring_in(aurora, file)
    with enter(hanse.id):
        known = ModelVersion.objects.get()
    assert version.artifact_hash == known.artifact_hash
    assert version.status == "draft"
    assert version.card["imported"]["organization"] == "hanse-kredit"
    assert version.card["imported"]["evidence"]["artifact"] == known.artifact_hash
    assert bring_in(aurora, file).id == version.id


@pytest.mark.parametrize("at", [40, 400, -150, -20])
def test_an_altered_file_is_refused(file: bytes, hanse: Organization, at: int) -> None:
    flipped = bytearray(file)
    flipped[at] ^= 1
    assert refused(hanse, bytes(flipped)) in {"altered", "unknown_key"}


@pytest.mark.parametrize(
    ("data", "code"),
    [(pickle.dumps({"model": 1}), "foreign"), (b"", "foreign"), (MAGIC + b"{}\n", "malformed")],
)
def test_what_is_no_bundle_is_refused(
    personal_loan: Product, hanse: Organization, data: bytes, code: str
) -> None:
    assert refused(hanse, data) == code


def test_a_strangers_signature_is_refused_until_it_is_known(
    file: bytes, hanse: Organization
) -> None:
    stranger = Ed25519PrivateKey.generate()
    body = file[: file.rstrip(b"\n").rindex(b"\n") + 1]
    key = stranger.public_key().public_bytes_raw().hex()
    sealed = f"ed25519:{key}:{stranger.sign(netstrings(PURPOSE) + body).hex()}\n".encode()
    assert refused(hanse, body + sealed) == "unknown_key"
    with override_settings(ASSAY_MODEL_KEYS=[key]):
        assert bring_in(hanse, body + sealed).number == 1


def test_a_pickle_inside_is_refused(file: bytes, hanse: Organization) -> None:
    body = pickle.dumps({"model": 1})
    inside = {"hash": content_hash(body), "body": base64.b64encode(body).decode()}
    assert refused(hanse, again(file, artifact=inside)) == "pickle"


def test_another_hash_family_or_dictionary_is_refused(file: bytes, hanse: Organization) -> None:
    manifest = json.loads(file.split(b"\n")[1])
    artifact = {**manifest["artifact"], "hash": "sha256:" + "0" * 64}
    assert refused(hanse, again(file, artifact=artifact)) == "hash_mismatch"
    assert refused(hanse, again(file, family="boosting")) == "altered"
    renamed = {**manifest["dictionary"], "hash": "sha256:" + "0" * 64}
    assert refused(hanse, again(file, dictionary=renamed)) == "other_dictionary"


def test_a_model_of_another_products_dictionary_is_refused(
    file: bytes, aurora: Organization
) -> None:
    lender_with_product(aurora.id, "banco_aurora")
    assert refused(aurora, file, PRODUCTS["banco_aurora"]["slug"]) == "other_dictionary"


def test_the_commands_take_out_and_bring_in(
    file: bytes, hanse: Organization, tmp_path: Path
) -> None:
    path = tmp_path / "model.assay"
    about = {"organization": "hanse-kredit", "product": "personal-loan"}
    call_command("export_model", str(path), number=1, **about)
    call_command("import_model", str(path), **about)
    path.write_bytes(path.read_bytes().replace(b'"number":1', b'"number":2'))
    with pytest.raises(CommandError, match="altered"):
        call_command("import_model", str(path), **about)
    with pytest.raises(CommandError, match="no such model"):
        call_command("export_model", str(path), number=9, **about)
