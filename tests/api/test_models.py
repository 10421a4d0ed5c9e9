"""Models over the API: who is in charge, how good, the card; and never how groups fare."""

import json
from typing import Any

import pytest

from accounts.services.api_keys import api_key_create
from events.actor import SYSTEM
from scoring.enums import EvidenceKind
from scoring.models import ModelEvidence, ModelVersion, Product
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.ids import public_id
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.cast_accounts import RawKey


@pytest.fixture
def lender(hanse_key: RawKey, personal_loan: Product) -> Partner:
    return Partner(hanse_key[1])


def evidence(organization: Organization, version: ModelVersion, kind: EvidenceKind) -> None:
    with enter(organization.id):
        ModelEvidence(
            organization_id=organization.id,
            model_version=version,
            kind=kind,
            document={"sex": {"female": 0.5}},
            content_hash="sha256:" + "0" * 64,
            made_at=now(organization.id),
        ).save(force_insert=True)


def test_the_models_in_charge_are_listed_and_read(lender: Partner, hanse: Organization) -> None:
    listed: Any = lender.get("/v1/models").json()["data"]
    with enter(hanse.id):
        version = ModelVersion.objects.get()
    assert [(each["product"], each["content_hash"]) for each in listed] == [
        ("personal-loan", version.artifact_hash)
    ]
    found = lender.get(f"/v1/models/{listed[0]['id']}").json()
    assert found == listed[0]
    assert found["in_charge_since"] is not None
    assert "savings" in found["features"]
    assert lender.get(f"/v1/models/{listed[0]['id']}/metrics").json()["holdout"] == {}
    card = lender.get(f"/v1/models/{listed[0]['id']}/card?language=en").json()
    assert card["title"].startswith("Model card: Personal loan")
    assert card["content_hash"].startswith("sha256:")
    german = lender.get(f"/v1/models/{listed[0]['id']}/card").json()
    assert german["language"] == "de"


def test_how_groups_fare_is_read_by_no_key(lender: Partner, hanse: Organization) -> None:
    with enter(hanse.id):
        version = ModelVersion.objects.get()
    evidence(hanse, version, EvidenceKind.FAIRNESS)
    evidence(hanse, version, EvidenceKind.STABILITY)
    address = f"/v1/models/{public_id('mdl', version.id)}"
    assert list(lender.get(f"{address}/metrics").json()["evidence"]) == ["stability"]
    assert "female" not in json.dumps(lender.get(f"{address}/card").json())


def test_a_partner_reads_who_is_in_charge_and_no_other(
    lender: Partner,
    broker_key: RawKey,
    aurora_key: RawKey,
    challenger: ModelVersion,
    hanse: Organization,
) -> None:
    broker, other = Partner(broker_key[1]), f"/v1/models/{public_id('mdl', challenger.id)}"
    champion = broker.get("/v1/models").json()["data"][0]
    assert champion["status"] == "champion"
    assert broker.get(f"/v1/models/{champion['id']}/metrics").json()["evidence"] == {}
    for page in ("", "/metrics", "/card"):
        assert lender.get(f"{other}{page}").status_code != 404
        assert broker.get(f"{other}{page}").status_code == 404
        address = f"/v1/models/{champion['id']}{page}"
        assert Partner(aurora_key[1]).get(address).status_code == 404
    assert lender.get(other).json()["in_charge_since"] is None
    assert Partner(aurora_key[1]).get("/v1/models").json()["data"] == []
    _key, raw = api_key_create(
        organization_id=hanse.id, actor=SYSTEM, name="reader", scopes=["decisions:read"]
    )
    assert Partner(raw).get("/v1/models").status_code == 403
