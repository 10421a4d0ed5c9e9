"""A model's page: what it is, what may be asked for, who answers; and the files it gives."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from scoring.models import (
    Championship,
    InventoryEntry,
    ModelDocument,
    ModelRequest,
    ModelVersion,
    Product,
    TrainingSchedule,
)
from tenancy.enter import enter
from tenancy.models import Organization
from tests.desk.conftest import SignIn

MODELS = "/admin/scoring/modelversion"
ENTRY = {
    "tier": "1", "purpose": "Rank applications.", "limits": "Nothing else.", "dependencies": "",
    "assumptions": "As before.", "monitoring_plan": "Daily.", "next_review_on": "2027-11-01",
}  # fmt: skip


@pytest.fixture
def draft(challenger: ModelVersion) -> ModelVersion:
    """Any model will do; the cast's second one."""
    return challenger


@pytest.fixture
def page(draft: ModelVersion) -> str:
    return f"{MODELS}/{draft.id}/change/"


def text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def only(organization: Organization, model: Any, **by: Any) -> Any:
    with enter(organization.id, read_only=True):
        return model.objects.select_related(None).get(**by)


def test_one_asks_and_two_others_put_it_in_charge(
    draft: ModelVersion, page: str, hanse: Organization, rita: User, anna: User, alice: User,
    sign_in: SignIn,
) -> None:  # fmt: skip
    asker, approver, owner = sign_in(rita), sign_in(anna), sign_in(alice)
    assert "Take out of the shadow" in text(asker, page)
    asked = asker.post(f"{MODELS}/{draft.id}/ask/promote/", {"reason": "it ranks better"})
    assert asked.status_code == 302
    request = only(hanse, ModelRequest, status="open")
    answer = f"/admin/scoring/modelrequest/{request.id}/agree/"
    assert asker.post(answer).status_code == 403
    assert "it ranks better" in text(approver, "/admin/")
    assert answer in text(approver, page)
    assert approver.post(answer).status_code == 302
    assert answer not in text(approver, "/admin/")
    assert only(hanse, ModelVersion, id=draft.id).status == "challenger"
    assert owner.post(answer).status_code == 302
    assert only(hanse, ModelVersion, id=draft.id).status == "champion"
    assert "In charge since then" in text(asker, page)
    shown = text(asker, "/admin/scoring/championship/")
    assert "Known since" in shown
    everything = text(asker, "/admin/scoring/championship/?known=all")
    assert everything.count("<tr>") > shown.count("<tr>")


def test_who_has_agreed_is_told_that_somebody_else_must(
    draft: ModelVersion, hanse: Organization, rita: User, anna: User, sign_in: SignIn
) -> None:
    sign_in(rita).post(f"{MODELS}/{draft.id}/ask/promote/", {"reason": "it ranks better"})
    request = only(hanse, ModelRequest, status="open")
    approver = sign_in(anna)
    for _ in range(2):
        answered = approver.post(f"/admin/scoring/modelrequest/{request.id}/agree/")
    assert "somebody else must answer" in answered.content.decode()
    refused = approver.get(f"/admin/scoring/modelrequest/{request.id}/refuse/")
    assert "Refuse this request?" in refused.content.decode()


def test_a_no_ends_it(
    draft: ModelVersion, hanse: Organization, rita: User, anna: User, sign_in: SignIn
) -> None:
    sign_in(rita).post(f"{MODELS}/{draft.id}/ask/retire/", {"reason": "it is old"})
    request = only(hanse, ModelRequest, status="open")
    assert (
        sign_in(anna).post(f"/admin/scoring/modelrequest/{request.id}/refuse/").status_code == 302
    )
    assert only(hanse, ModelRequest, id=request.id).status == "refused"


def test_a_validation_is_asked_for_until_a_day(
    draft: ModelVersion, hanse: Organization, rita: User, sign_in: SignIn
) -> None:
    asker = sign_in(rita)
    url = f"{MODELS}/{draft.id}/ask/validate/"
    assert "Valid until" in text(asker, url)
    far = asker.post(url, {"reason": "looked at", "valid_until": "2031-01-01"})
    assert "two years at most" in far.content.decode()
    assert asker.post(url, {"reason": "looked at", "valid_until": "2027-06-30"}).status_code == 302
    until = only(hanse, ModelRequest, status="open").valid_until
    assert (until.year, until.month, until.day) == (2027, 6, 30)


def test_the_safe_direction_needs_nobody_else(
    personal_loan: Product, hanse: Organization, anna: User, uma: User, sign_in: SignIn
) -> None:
    version = only(hanse, ModelVersion)
    url = f"{MODELS}/{version.id}/demote/"
    assert sign_in(uma).get(url).status_code == 403
    assert sign_in(anna).post(url, {"reason": "it drifted"}).status_code == 302
    assert only(hanse, ModelVersion).status == "validated"


def test_the_inventory_is_appended_to(
    draft: ModelVersion, page: str, hanse: Organization, rita: User, sign_in: SignIn
) -> None:
    asker = sign_in(rita)
    url = f"{MODELS}/{draft.id}/inventory/"
    assert "Monitoring plan" in text(asker, url)
    said = {**ENTRY, "owner": str(rita.pk)}
    assert asker.post(url, said).status_code == 302
    with enter(hanse.id, read_only=True):
        assert InventoryEntry.objects.filter(model_version=draft).count() == 2
    listed = text(asker, "/admin/scoring/inventoryentry/")
    assert listed.count(f"{MODELS}/{draft.id}/change/") == 1
    assert rita.display_name in listed


def test_a_card_is_written_and_read(
    draft: ModelVersion, page: str, hanse: Organization, carla: User, rita: User, uma: User,
    sign_in: SignIn,
) -> None:  # fmt: skip
    url = f"{MODELS}/{draft.id}/write/pack/"
    analyst, compliance = sign_in(rita), sign_in(carla)
    refused = analyst.post(url, {"edition": "compliance"})
    assert "not one of the available" in refused.content.decode()
    assert compliance.post(url, {"edition": "compliance"}).status_code == 302
    made = only(hanse, ModelDocument)
    pdf = compliance.get(f"{MODELS}/documents/{made.id}/pdf/")
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Content-Disposition"].startswith("attachment")
    html = text(compliance, f"{MODELS}/documents/{made.id}/html/")
    assert "<script" not in html
    assert sign_in(uma).get(f"{MODELS}/documents/{made.id}/pdf/").status_code == 403
    assert str(made.id) not in text(analyst, page)
    assert str(made.id) in text(compliance, page)


def test_a_model_is_taken_out_and_brought_in(
    draft: ModelVersion, rita: User, anna: User, sign_in: SignIn
) -> None:
    analyst = sign_in(rita)
    assert sign_in(anna).post(f"{MODELS}/{draft.id}/export/").status_code == 403
    taken = analyst.post(f"{MODELS}/{draft.id}/export/").content
    assert "multipart" in text(analyst, f"{MODELS}/import/")
    for data, words in (
        (taken.replace(b'"number":2', b'"number":3'), "altered"),
        (b"x", "no model"),
    ):
        sent = {"product": "personal-loan", "file": SimpleUploadedFile("m.assay", data)}
        assert words in analyst.post(f"{MODELS}/import/", sent).content.decode()
    sent = {"product": "personal-loan", "file": SimpleUploadedFile("m.assay", taken)}
    back = analyst.post(f"{MODELS}/import/", sent)
    assert back["Location"] == f"{MODELS}/{draft.id}/change/"


def test_a_correction_is_asked_for(
    personal_loan: Product, hanse: Organization, rita: User, sign_in: SignIn
) -> None:
    row = only(hanse, Championship)
    url = f"/admin/scoring/championship/{row.id}/correct/"
    asker = sign_in(rita)
    assert "Really in charge from" in text(asker, url)
    later = row.appointed_at.strftime("%Y-%m-%dT%H:%M:%S")
    sent = asker.post(url, {"reason": "a second earlier", "appointed_at": later, "ended_at": ""})
    assert sent.status_code == 302
    assert only(hanse, ModelRequest, status="open").championship_id == row.id


def test_a_schedule_is_set_and_changed(
    personal_loan: Product, hanse: Organization, rita: User, uma: User, sign_in: SignIn
) -> None:
    analyst = sign_in(rita)
    add = "/admin/scoring/trainingschedule/add/"
    assert sign_in(uma).get(add).status_code == 403
    assert "Every so many days" in text(analyst, add)
    analyst.post(add, {"product": "personal-loan", "every_days": "30", "enabled": "on"})
    row = only(hanse, TrainingSchedule)
    assert (row.every_days, row.enabled) == (30, True)
    change = f"/admin/scoring/trainingschedule/{row.id}/set/"
    assert change in text(analyst, "/admin/scoring/trainingschedule/")
    analyst.post(change, {"product": "personal-loan", "every_days": "60"})
    row = only(hanse, TrainingSchedule)
    assert (row.every_days, row.enabled) == (60, False)


@pytest.mark.parametrize(
    "path", ["change/", "ask/retire/", "demote/", "inventory/", "write/card/", "export/"]
)
def test_another_lenders_model_is_not_found(
    draft: ModelVersion, otto: User, sign_in: SignIn, path: str
) -> None:
    client = sign_in(otto)
    assert client.get(f"{MODELS}/{draft.id}/{path}").status_code == 404
