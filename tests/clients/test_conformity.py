"""Every address that is read answers as the OpenAPI document says."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from assay import Assay, Problem
from tenancy.models import Organization
from tests.cast_underwriting import REQUEST, STRONG
from tests.clients.conformity import Conformity
from tests.clients.test_python_client import body_of
from underwriting.api.description.document import openapi_document

PLACE = re.compile(r"\{(\w+)\}")


@pytest.fixture
def http(assay: Assay) -> httpx.Client:
    return assay.generated.get_httpx_client()


@pytest.fixture
def known(assay: Assay, http: httpx.Client, twin: Organization, tmp_path: Path) -> dict[str, str]:
    """An id of everything that this fills the twin with."""
    made = assay.applications.create(body_of(twin, "Approve"), wait=10).to_dict()
    application = f"/v1/applications/{made['id']}"
    path = tmp_path / "loans.ndjson"
    path.write_text(json.dumps(body_of(twin, "Refer") | {"external_id": "1"}), "utf-8")
    hook = {"url": "https://93.184.215.14/hook", "types": ["*"]}
    score = {"product": "personal-loan", "purpose": "validation", "request": REQUEST}
    asked = body_of(twin, "Brandt")
    likely = {name: asked[name] for name in ("product", "language", "request", "applicant")}
    keyed = {"Idempotency-Key": "1"}
    file = {"file": ("pay.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")}
    found = {
        "slug": "personal-loan",
        "application_id": made["id"],
        "decision_id": made["decision"]["id"],
        "offer_id": made["decision"]["offer"]["id"],
        "batch_id": assay.batches.create(path, product="personal-loan").id,
        "webhook_id": http.post("/v1/webhooks", json=hook).json()["id"],
        "score_id": http.post("/v1/score", json={**score, "facts": STRONG}).json()["id"],
        "document_id": http.post(f"{application}/documents", files=file).json()["id"],
        "model_id": http.get("/v1/models").json()["data"][0]["id"],
        "prequalification_id": http.post(
            "/v1/prequalifications", json=likely, headers=keyed
        ).json()["id"],
    }
    http.post(f"{application}/offer/accept", json={})
    found["event_id"] = http.get("/v1/events").json()["data"][0]["id"]
    return found


def test_every_address_that_is_read_answers_as_documented(
    http: httpx.Client, known: dict[str, str], conformity: Conformity
) -> None:
    left_out = []
    for path, item in openapi_document()["paths"].items():
        if "get" not in item:
            continue
        if set(PLACE.findall(path)) <= set(known):
            address = PLACE.sub(lambda place: known[place[1]], path)
            if path.endswith("/booking"):
                continue
            assert http.get(address).status_code == 200, path
        else:
            left_out.append(path)
    assert left_out == ["/v1/booking-cases/{case_id}", "/v1/deliveries/{delivery_id}"]
    assert len(conformity.checked) > 30


def test_refusals_are_as_documented(http: httpx.Client, conformity: Conformity) -> None:
    for method, path, body in (
        ("GET", "/v1/applications/app_1", None),
        ("POST", "/v1/applications", {"product": 1}),
        ("GET", "/v1/applications?limit=x", None),
        ("POST", "/v1/test/clock/advance", {}),
    ):
        with pytest.raises(Problem):
            http.request(method, path, json=body)
    said: Any = {each for each in conformity.checked if each.endswith(("404", "422", "400"))}
    assert len(said) >= 3
