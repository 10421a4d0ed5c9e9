"""Documents: told from their own bytes, sealed, counted once, gone with the person."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test import Client

from accounts.models import User
from accounts.services.api_keys import api_key_create
from events.actor import SYSTEM
from events.models import Event
from tenancy.enter import enter
from tenancy.ids import new_id
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import Body, applicant, loan
from tests.cast_accounts import PASSWORD, RawKey
from underwriting.models import Document, Party
from underwriting.models.document import MOST_BYTES
from underwriting.services.customers import customer_erase

PDF = b"%PDF-1.7\n" + b"payslip of Erika " * 20
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
HEIC = b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40
EXE = b"MZ\x90\x00" + b"\x00" * 60


def attach(
    partner: Partner,
    application: str,
    content: bytes = PDF,
    *,
    name: str = "payslip.pdf",
    declared: str = "application/pdf",
    **fields: Any,
) -> Any:
    file = SimpleUploadedFile(name, content, content_type=declared)
    return partner.client.post(
        f"/v1/applications/{application}/documents",
        {"file": file, **fields},
        headers=partner.headers,
    )


def executed(hanse: Organization, statement: str) -> None:
    with enter(hanse.id), connection.cursor() as cursor:
        cursor.execute(statement)


def signed_in(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def sent(partner: Partner, body: Body) -> str:
    application: str = partner.apply(body).json()["id"]
    return application


def test_a_document_is_attached_sealed_and_told_of(
    partner: Partner, hanse: Organization, sent: str
) -> None:
    made = attach(partner, sent, kind="income")
    assert made.status_code == 201, made.content
    document = made.json()
    assert document["id"].startswith("doc_")
    assert (document["name"], document["media_type"]) == ("payslip.pdf", "application/pdf")
    assert (document["kind"], document["party"], document["size"]) == ("income", 0, len(PDF))
    listed = partner.get(f"/v1/applications/{sent}/documents").json()
    assert listed["data"] == [document] == [partner.get(f"/v1/documents/{document['id']}").json()]
    with enter(hanse.id, read_only=True):
        row = Document.objects.get()
        assert b"Erika" not in bytes(row.sealed or b"")
        assert b"payslip" not in bytes(row.sealed_name)
        event = Event.objects.get(type="document.attached")
        assert "payslip" not in str(event.data)


def test_the_same_file_again_is_the_same_document(partner: Partner, sent: str) -> None:
    first, again = attach(partner, sent), attach(partner, sent, name="other-name.pdf")
    assert (again.status_code, again.json()) == (200, first.json())
    assert attach(partner, sent, PNG, name="a.png", declared="image/png").status_code == 201
    assert attach(partner, sent, HEIC, name="a.heic", declared="image/heif").status_code == 201
    page = partner.get(f"/v1/applications/{sent}/documents?limit=2").json()
    assert (len(page["data"]), page["has_more"]) == (2, True)


def test_a_file_that_lies_is_refused(partner: Partner, hanse: Organization, sent: str) -> None:
    for content, declared, pointer in (
        (EXE, "application/pdf", "/file"),
        (PNG, "application/pdf", "/file"),
        (b"<html><script>alert(1)</script>", "text/html", "/file"),
        (b"", "application/pdf", "/file"),
        (b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 40, "image/heic", "/file"),
    ):
        refused = attach(partner, sent, content, declared=declared)
        assert refused.status_code == 422, refused.content
        assert refused.json()["errors"][0]["pointer"] == pointer
    odd: list[tuple[dict[str, Any], str]] = [
        ({"kind": "selfie"}, "/kind"),
        ({"party": "-1"}, "/party"),
        ({"party": "٣"}, "/party"),
        ({"colour": "red"}, "/colour"),
    ]
    for fields, pointer in odd:
        refused = attach(partner, sent, **fields)
        assert refused.status_code == 422
        assert pointer in [error["pointer"] for error in refused.json()["errors"]]
    assert attach(partner, sent, party="1").status_code == 404
    with enter(hanse.id, read_only=True):
        assert not Document.objects.exists()


def test_what_is_no_form_of_ours_is_refused(partner: Partner, sent: str) -> None:
    path = f"/v1/applications/{sent}/documents"
    big = attach(partner, sent, PDF + b"x" * MOST_BYTES)
    assert (big.status_code, big.json()["code"]) == (413, "body_too_large")
    headers = partner.headers
    cut = partner.client.post(
        path, b"--x\r\nContent-Disp", content_type="multipart/form-data; boundary=x",
        headers=headers,
    )  # fmt: skip
    assert cut.status_code == 422
    odd = partner.client.post(path, b"x", content_type="multipart/form-data", headers=headers)
    assert (odd.status_code, odd.json()["code"]) == (400, "malformed_request")
    assert partner.post(path, {"file": "x"}).status_code == 415
    text = partner.client.post(path, {"file": "just text"}, headers=headers)
    assert text.json()["errors"][0]["pointer"] == "/file"


def test_a_stranger_attaches_and_sees_nothing(
    partner: Partner, broker_key: RawKey, aurora_key: RawKey, hanse: Organization, sent: str
) -> None:
    document = attach(partner, sent).json()["id"]
    for stranger in (Partner(broker_key[1]), Partner(aurora_key[1])):
        assert attach(stranger, sent, PNG, declared="image/png").status_code == 404
        assert stranger.get(f"/v1/applications/{sent}/documents").status_code == 404
        assert stranger.get(f"/v1/documents/{document}").status_code == 404
    with enter(hanse.id, read_only=True):
        assert Document.objects.count() == 1


def test_each_party_has_their_own(partner: Partner, hanse: Organization) -> None:
    other = applicant(hanse, given_names="Max", number=2)
    sent = partner.apply(loan(hanse, co_applicants=[other])).json()["id"]
    assert attach(partner, sent, party="1").json()["party"] == 1
    assert attach(partner, sent, party="0").status_code == 201


def test_a_closed_application_takes_none_and_twenty_are_enough(
    partner: Partner, hanse: Organization, sent: str
) -> None:
    for number in range(20):
        assert attach(partner, sent, PDF + bytes([number])).status_code == 201
    full = attach(partner, sent, PDF + b"one more")
    assert (full.status_code, full.json()["code"]) == (409, "documents_full")
    partner.post(f"/v1/applications/{sent}/withdraw", {})
    closed = attach(partner, sent, PDF + b"late")
    assert (closed.status_code, closed.json()["code"]) == (409, "status")


def test_an_erasure_takes_name_and_bytes(partner: Partner, hanse: Organization, sent: str) -> None:
    document = attach(partner, sent).json()["id"]
    with enter(hanse.id, read_only=True):
        party = Party.objects.get()
    partner.post(f"/v1/applications/{sent}/withdraw", {})
    customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=party.customer_id)
    assert partner.get(f"/v1/documents/{document}").json()["name"] is None
    gone = partner.get(f"/v1/applications/{sent}/documents/{document}/content")
    assert (gone.status_code, gone.json()["code"]) == (410, "document_erased")


def test_its_bytes_are_read_by_who_may(
    partner: Partner, broker_key: RawKey, aurora_key: RawKey, hanse: Organization, sent: str
) -> None:
    document = attach(partner, sent, name="Lohn März.exe").json()["id"]
    path = f"/v1/applications/{sent}/documents/{document}/content"
    read = partner.get(path, Accept="application/pdf")
    assert (read.status_code, read.content) == (200, PDF)
    assert read.headers["Content-Type"] == "application/pdf"
    named = "attachment; filename*=UTF-8''Lohn%20M%C3%A4rz.pdf"
    assert read.headers["Content-Disposition"] == named
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    assert read.headers["Cache-Control"] == "no-store"
    for stranger in (Partner(broker_key[1]), Partner(aurora_key[1])):
        assert stranger.get(path).status_code == 404
    other = partner.apply(loan(hanse, number=2)).json()["id"]
    assert partner.get(path.replace(sent, other)).status_code == 404
    _, raw = api_key_create(
        organization_id=hanse.id,
        actor=SYSTEM,
        name="reader",
        scopes=["decisions:read", "applications:write"],
    )
    refused = Partner(raw).get(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "documents:read" in refused.json()["detail"]


def test_a_partner_reads_the_bytes_of_its_own(broker_key: RawKey, body: Body) -> None:
    broker = Partner(broker_key[1])
    application = broker.apply(body).json()["id"]
    document = attach(broker, application, HEIC, declared="").json()["id"]
    read = broker.get(f"/v1/applications/{application}/documents/{document}/content")
    assert (read.status_code, read.headers["Content-Type"]) == (200, "image/heic")


def test_the_desk_shows_and_opens_it(
    partner: Partner, hanse: Organization, sent: str, uma: User, rita: User
) -> None:
    attach(partner, sent, kind="income")
    with enter(hanse.id, read_only=True):
        row = Document.objects.get()
    client = signed_in(uma)
    case = client.get(f"/admin/underwriting/application/{row.application_id}/change/")
    path = f"/admin/underwriting/application/document/{row.id}/"
    assert "Proof of income: payslip.pdf" in case.content.decode()
    assert path in case.content.decode()
    file = client.get(path)
    assert file.status_code == 200
    assert file.content == PDF
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    analyst = signed_in(rita)
    assert analyst.get(path).status_code == 403
    shown = analyst.get(f"/admin/underwriting/application/{row.application_id}/change/")
    assert "Proof of income" in shown.content.decode()
    assert "payslip.pdf" not in shown.content.decode()


def test_what_the_database_refuses_of_documents(
    partner: Partner, hanse: Organization, sent: str
) -> None:
    attach(partner, sent)
    with enter(hanse.id, read_only=True):
        row = Document.objects.get()
    for change, constraint in (
        ({}, "document_once"),
        ({"content_hash": "sha256:" + "0" * 64}, "document_hash_formed"),
        ({"content_hash": "hmac-sha256:" + "0" * 64, "size": 0}, "document_size_bounded"),
        ({"content_hash": "hmac-sha256:" + "0" * 64, "kind": "x"}, "document_kind_known"),
        ({"content_hash": "hmac-sha256:" + "0" * 64, "media_type": "x"}, "media_type_known"),
    ):
        copy = {f.attname: getattr(row, f.attname) for f in row._meta.fields}
        with pytest.raises(IntegrityError, match=constraint), enter(hanse.id):
            Document(**{**copy, "id": new_id(), **change}).save(force_insert=True)
    for statement, says in (
        ("DELETE FROM underwriting_document", "retention has not ended"),
        ("UPDATE underwriting_document SET sealed = NULL", "emptied by an erasure alone"),
        ("UPDATE underwriting_document SET sealed = 'x'", "emptied by an erasure alone"),
        ("UPDATE underwriting_document SET kind = 'other'", "the database refused"),
    ):
        with pytest.raises(Exception, match=says):
            executed(hanse, statement)
