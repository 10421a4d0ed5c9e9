"""Files of applications through the API: sent once, watched, downloaded, seen by their own only."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pyarrow import parquet
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from tenancy.enter import enter
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import consents
from tests.cast_accounts import RawKey
from tests.underwriting.test_batches import lines, ndjson
from underwriting.models import Application, Batch, BatchFile, BatchFilePart, PolicyVersion
from underwriting.services import batch_working

Post = Callable[..., Any]


@pytest.fixture
def form(hanse: Organization, settings: Settings) -> dict[str, Any]:
    """A form that is taken, in chunks of three rows."""
    settings.ASSAY_BATCH_CHUNK_ROWS = 3
    return {
        "product": "personal-loan",
        "consents": json.dumps(consents(hanse)),
        "metadata": json.dumps({"branch": "Kiel"}),
        "file": SimpleUploadedFile("loans.ndjson", ndjson(lines(hanse))),
    }


def send(partner: Partner, form: dict[str, Any], key: str | None = "k-1", **changed: Any) -> Any:
    body = {name: value for name, value in {**form, **changed}.items() if value is not None}
    for value in body.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    headers = partner.headers | ({"Idempotency-Key": key} if key else {})
    return partner.client.post("/v1/batches", body, headers=headers)


@pytest.fixture
def done(
    partner: Partner,
    form: dict[str, Any],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> dict[str, Any]:
    """A batch that is over, as the API shows it."""
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(partner, form)
    assert answer.status_code == 202, answer.content
    shown: dict[str, Any] = partner.get(answer.headers["Location"]).json()
    assert shown["status"] == "done", shown
    return shown


def stored(organization: Organization) -> tuple[int, int, int]:
    with enter(organization.id, read_only=True):
        return Batch.objects.count(), BatchFilePart.objects.count(), Application.objects.count()


def text(response: Any) -> str:
    return b"".join(response.streaming_content).decode()


def test_a_file_is_accepted_and_leads_to_its_place(partner: Partner, form: dict[str, Any]) -> None:
    answer = send(partner, form)
    assert answer.status_code == 202, answer.content
    shown = answer.json()
    assert answer.headers["Location"] == f"/v1/batches/{shown['id']}"
    assert (shown["status"], shown["progress"], shown["metadata"]) == (
        "waiting", "0.000000", {"branch": "Kiel"},
    )  # fmt: skip


def test_a_batch_says_how_far_it_is(partner: Partner, done: dict[str, Any]) -> None:
    assert done["progress"] == "1.000000"
    assert done["file"]["format"] == "ndjson"
    counts = done["counts"]
    assert (counts["rows"], counts["applications"], counts["refused"]) == (7, 6, 1)
    assert sum(counts["outcomes"].values()) == 6
    assert done["chunks"]["done"] == done["chunks"]["total"] == 3
    page = partner.get(f"/v1/batches/{done['id']}/chunks?limit=2").json()
    assert [each["number"] for each in page["data"]] == [1, 2]
    assert page["data"][0]["merkle_root"].startswith("sha256:")
    rest = partner.get(f"/v1/batches/{done['id']}/chunks?starting_after={page['next']}").json()
    assert [each["last_row"] for each in rest["data"]] == [7]


def test_refused_rows_are_a_file(partner: Partner, done: dict[str, Any]) -> None:
    answer = partner.get(done["errors"])
    assert answer.streaming
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(text(answer))))
    assert [(row["row"], row["pointer"]) for row in rows] == [("3", "/applicant/facts/housing")]
    assert rows[0]["message"]
    asked = partner.get(done["errors"], Accept="application/x-ndjson")
    assert json.loads(text(asked))["row"] == 3


def test_results_are_a_file_in_three_forms(
    partner: Partner, done: dict[str, Any], hanse: Organization
) -> None:
    flat = list(csv.DictReader(io.StringIO(text(partner.get(done["results"])))))
    answer = partner.get(f"{done['results']}?format=ndjson")
    documents = [json.loads(line) for line in text(answer).splitlines()]
    table = parquet.read_table(
        pa.BufferReader(
            b"".join(partner.get(f"{done['results']}?format=parquet").streaming_content)
        )
    ).to_pylist()
    assert [row["external_id"] for row in flat] == [f"crm-{n}" for n in (1, 2, 4, 5, 6, 7)]
    for cells, document, typed in zip(flat, documents, table, strict=True):
        assert int(cells["row"]) == document["row"] == typed["row"]
        assert cells["decision"] == document["decision"] == typed["decision"]
        decision = partner.get(f"/v1/decisions/{document['decision']}").json()
        assert decision["application"] == document["application"]
        assert decision["outcome"] == document["outcome"] == cells["outcome"]
        assert decision["probability"] == document["probability"]
        assert [reason["code"] for reason in decision["reasons"]] == document["reasons"]
        if document["offer"]:
            assert decision["offer"]["amount"] == document["offer"]["amount"]
            assert cells["offer_amount"] == typed["offer_amount"]
            assert decision["offer"]["instalment"] == document["offer"]["instalment"]


def test_the_same_key_is_one_batch(
    partner: Partner, form: dict[str, Any], hanse: Organization
) -> None:
    first, again = send(partner, form), send(partner, form)
    assert (again.status_code, again.content) == (202, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert stored(hanse)[0] == 1
    other = SimpleUploadedFile("loans.ndjson", ndjson(lines(hanse, 2)))
    changed = send(partner, form, file=other)
    assert (changed.status_code, changed.json()["code"]) == (422, "idempotency_key_reused")
    missing = send(partner, form, key=None)
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_missing")
    assert stored(hanse)[0] == 1


WRONG: list[tuple[dict[str, Any], int, str]] = [
    ({"file": None}, 422, "/file"),
    ({"product": None}, 422, "/product"),
    ({"surprise": "x"}, 422, "/surprise"),
    ({"source": "s3://a/b"}, 422, "/file"),
    ({"file": None, "source": "s3://a/b.csv"}, 422, "/file"),
    ({"file": None, "source": "file:///etc/passwd"}, 422, "/file"),
    ({"file": None, "upload": "upl_1"}, 422, "/upload"),
    ({"file": "text"}, 422, "/file"),
    ({"consents": "[]"}, 202, ""),
    ({"consents": "[1]"}, 422, "/consents/0"),
    ({"consents": '[{"purpose": "a", "text_hash": "b"}]'}, 422, "/consents/0"),
    ({"metadata": '{"a": 1}'}, 422, "/metadata/a"),
    ({"language": "xx"}, 422, "/language"),
    ({"decimal_mark": "x"}, 422, "/decimal_mark"),
    ({"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")}, 422, "/file/columns/a"),
    ({"file": SimpleUploadedFile("a.csv", b"")}, 422, "/file"),
]


def test_what_is_wrong_is_named_and_nothing_is_kept(
    partner: Partner, form: dict[str, Any], hanse: Organization
) -> None:
    for changed, status, pointer in WRONG:
        answer = send(partner, form, key=f"k-{pointer}", **changed)
        assert answer.status_code == status, (changed, answer.content)
        if status == 422:
            found = [each["pointer"] for each in answer.json()["errors"]]
            assert any(each.startswith(pointer) for each in found), (changed, found)
    assert stored(hanse)[0] == 1
    broken = send(partner, form, key="k-json", consents="{")
    assert broken.status_code == 400
    unknown = send(partner, form, key="k-product", product="mortgage")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "product_unknown")


def test_a_file_too_large_is_refused(
    partner: Partner, form: dict[str, Any], hanse: Organization, settings: Settings
) -> None:
    settings.ASSAY_UPLOAD_MAX_BYTES = 1_000
    assert send(partner, form).status_code == 413
    headers = partner.headers | {"Idempotency-Key": "u"}
    raw = partner.client.post("/v1/uploads", b"x" * 2_000, content_type="text/csv", headers=headers)
    assert raw.status_code == 413
    assert stored(hanse) == (0, 0, 0)


def test_an_upload_becomes_one_batch(
    partner: Partner, form: dict[str, Any], hanse: Organization, broker_key: RawKey
) -> None:
    headers = partner.headers | {"Idempotency-Key": "u-1", "X-File-Name": "october.ndjson"}
    data = ndjson(lines(hanse))
    upload = partner.client.post(
        "/v1/uploads", data, content_type="application/x-ndjson", headers=headers
    )
    assert upload.status_code == 201, upload.content
    again = partner.client.post(
        "/v1/uploads", data, content_type="application/x-ndjson", headers=headers
    )
    assert again.content == upload.content
    body = {
        "product": "personal-loan",
        "upload": upload.json()["id"],
        "consents": consents(hanse),
    }
    stranger = Partner(broker_key[1])
    assert stranger.post("/v1/batches", body, **{"Idempotency-Key": "b"}).status_code == 404
    batch = partner.post("/v1/batches", body, **{"Idempotency-Key": "b-1"})
    assert batch.status_code == 202, batch.content
    assert batch.json()["file"]["name"] == "october.ndjson"
    used = partner.post("/v1/batches", body, **{"Idempotency-Key": "b-2"})
    assert (used.status_code, used.json()["code"]) == (409, "upload_used")
    with enter(hanse.id, read_only=True):
        assert BatchFile.objects.count() == 1


def test_a_partner_sees_its_own_only(
    partner: Partner,
    done: dict[str, Any],
    broker_key: RawKey,
    aurora_key: RawKey,
    policy: PolicyVersion,
) -> None:
    for stranger in (Partner(broker_key[1]), Partner(aurora_key[1])):
        assert stranger.get("/v1/batches").json()["data"] == []
        for path in ("", "/chunks", "/errors", "/results"):
            assert stranger.get(f"/v1/batches/{done['id']}{path}").status_code == 404, path
        for path in ("cancel", "resume", "chunks/1/retry"):
            assert stranger.post(f"/v1/batches/{done['id']}/{path}", b"").status_code == 404
    assert [row["id"] for row in partner.get("/v1/batches").json()["data"]] == [done["id"]]
    assert partner.get("/v1/batches?status=failed").json()["data"] == []
    assert partner.get("/v1/batches?status=happy").status_code == 422


def test_a_batch_is_stopped_and_taken_up_again(
    partner: Partner, form: dict[str, Any], hanse: Organization
) -> None:
    batch = send(partner, form).json()["id"]
    stopped = partner.post(f"/v1/batches/{batch}/cancel", b"")
    assert (stopped.status_code, stopped.json()["status"]) == (200, "cancelled")
    again = partner.post(f"/v1/batches/{batch}/cancel", b"")
    assert (again.status_code, again.json()["code"]) == (409, "batch_over")
    chunk = partner.post(f"/v1/batches/{batch}/chunks/1/retry", b"")
    assert (chunk.status_code, chunk.json()["code"]) == (409, "batch_emptied")
    resumed = partner.post(f"/v1/batches/{batch}/resume", b"")
    assert (resumed.status_code, resumed.json()["status"]) == (200, "waiting")


def test_a_failed_chunk_is_named_and_tried_again(
    partner: Partner,
    form: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    decide = batch_working.chunk_decide

    def fails(**asked: Any) -> Any:
        if asked["terms"].number == 2:
            raise ZeroDivisionError
        return decide(**asked)

    monkeypatch.setattr(batch_working, "chunk_decide", fails)
    monkeypatch.setattr(batch_working, "MOST_ATTEMPTS", 1)
    with django_capture_on_commit_callbacks(execute=True):
        place = send(partner, form).headers["Location"]
    shown = partner.get(place).json()
    assert (shown["status"], shown["error"]["code"]) == ("failed", "chunks_failed")
    assert shown["failures"] == [
        {"chunk": 2, "first_row": 4, "last_row": 6, "code": "internal_error", "attempts": 1}
    ]
    assert shown["counts"]["applications"] == 3
    monkeypatch.setattr(batch_working, "chunk_decide", decide)
    with django_capture_on_commit_callbacks(execute=True):
        assert partner.post(f"{place}/chunks/2/retry", b"").status_code == 200
    assert partner.get(place).json()["status"] == "done"


def test_the_template_is_taken_as_it_is(
    partner: Partner,
    form: dict[str, Any],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    for key, name in enumerate(("csv", "ndjson")):
        answer = partner.get(f"/v1/products/personal-loan/batch-template?format={name}")
        assert answer.status_code == 200, answer.content
        with django_capture_on_commit_callbacks(execute=True):
            sent = send(
                partner, form, key=f"t-{key}", file=SimpleUploadedFile(name, answer.content)
            )
        shown = partner.get(sent.headers["Location"]).json()
        errors = text(partner.get(shown["errors"]))
        assert (shown["status"], shown["counts"]["refused"]) == ("done", 0), errors


def test_a_key_without_the_scope_is_refused(partner: Partner, hanse: Organization) -> None:
    for path in ("/v1/batches/bat_1", "/v1/batches/bat_1/results", "/v1/products/x/batch-template"):
        assert partner.get(path).status_code == 404
        assert partner.client.get(path).status_code == 401
