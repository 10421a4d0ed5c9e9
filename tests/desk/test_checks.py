"""Bureau and checks on desk, API and portal: shown to whom it may be, hushed to all others."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from events.models import Event
from tenancy.enter import enter
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.cast_accounts import Hire, key_of
from tests.cast_connectors import Apply, named, worked
from tests.desk.conftest import SignIn
from underwriting.connectors.settings import ConnectorSettings
from underwriting.models import CheckHit, ConnectorSetting, Decision, Party
from underwriting.services.links import party_link

TELLING = ("fraud", "sanction", "identity check", "mismatch", "signs")
"""Words that would tip somebody off, as any page or document might have them."""


@pytest.fixture
def members(asking: Organization, hire: Hire) -> dict[str, User]:
    roles = ("underwriter", "senior_underwriter", "compliance", "owner", "risk_analyst")
    return {role: hire(asking, role.title().replace("_", ""), role) for role in roles}


def case_of(decision: Decision | None) -> str:
    assert decision is not None
    return f"/admin/underwriting/application/{decision.application_id}/change/"


def body(response: Any) -> str:
    """What a page says of its matter: its head and menu are everybody's."""
    text: str = response.content.decode()
    return text.partition("<main")[2] or text.partition('id="content"')[2]


def told(text: str) -> list[str]:
    return [word for word in TELLING if word in text.casefold()]


def test_a_hit_tips_nobody_off(
    asking: Organization, apply: Apply, sign_in: SignIn, members: dict[str, User]
) -> None:
    decision = worked(apply(named("Fraudhit", "Quirin")))
    for role in ("underwriter", "owner", "risk_analyst"):
        client = sign_in(members[role])
        page = client.get(case_of(decision))
        assert page.status_code == 200
        text = body(page).replace("Fraudhit", "").replace("fraudhit", "")
        assert "A person looks at this application" in text
        assert told(_without_verdict_forms(text)) == []
        assert client.get("/admin/underwriting/checkhit/").status_code == 403
        with enter(asking.id, read_only=True):
            hit = CheckHit.objects.get()
        assert client.get(f"/admin/underwriting/checkhit/{hit.id}/change/").status_code == 403
        assert (
            client.post(f"/admin/underwriting/checkhit/{hit.id}/settle/clear/").status_code == 403
        )
    seen = body(sign_in(members["compliance"]).get(case_of(decision)))
    assert "Fraud check" in seen
    assert "fraud.test" in seen


def _without_verdict_forms(text: str) -> str:
    """The panel offers "signs of fraud" as a reason to anybody, of anybody."""
    return text.partition('class="card panel"')[0]


def test_the_api_and_the_applicant_read_that_a_person_looks(
    asking: Organization, apply: Apply
) -> None:
    decision = worked(apply(named("Sanctionshit", "Quirin")))
    assert decision is not None
    partner = Partner(key_of(asking)[1])
    listed = partner.get("/v1/applications").json()["data"]
    document = partner.get(f"/v1/applications/{listed[0]['id']}?language=en").json()
    (reason,) = document["decision"]["reasons"]
    assert (reason["code"], reason["text"]) == (
        "PERSON_LOOKS", "A person looks at this application",
    )  # fmt: skip
    assert [step["set"] for step in document["decision"]["trace"]] == ["hold"]
    assert document["decision"]["trace"][0]["instead_of"] is None
    assert told(str(document)) == []
    with enter(asking.id, read_only=True):
        link = party_link(Party.objects.get())
        events = "".join(
            f"{event.type}{event.data}" for event in Event.objects.exclude(type="connector.set")
        )
    assert told(events) == []
    address = f"/apply/{asking.slug}/personal-loan/status/{link}/"
    status = Client(headers={"Accept-Language": "en"}).get(address)
    assert status.status_code == 200
    assert told(status.content.decode().casefold().replace("sanctionshit", "")) == []


@pytest.mark.exhaustive
def test_alerts_and_hits_look_alike_from_outside(asking: Organization, apply: Apply) -> None:
    def seen(who: str) -> tuple[Any, ...]:
        decision = worked(apply(named(who)))
        assert decision is not None
        document = decision.document_data
        return document["outcome"], [r["code"] for r in document["reasons"]]

    assert seen("Fraudalert") == seen("Fraudhit") == seen("Activeduty")


@pytest.mark.exhaustive
def test_the_report_stands_in_the_case_file(
    asking: Organization, apply: Apply, sign_in: SignIn, members: dict[str, User]
) -> None:
    text = body(sign_in(members["underwriter"]).get(case_of(worked(apply(named("Highscore"))))))
    for words in ("Test Bureau", "820", "from 300 to 850", "Hard inquiry", "inquiries 6m"):
        assert words in text
    frozen = body(sign_in(members["underwriter"]).get(case_of(worked(apply(named("Frozen"))))))
    assert "only the consumer can lift it" in frozen


@pytest.mark.exhaustive
def test_a_hit_is_settled_by_two_on_its_page(
    asking: Organization, apply: Apply, sign_in: SignIn, members: dict[str, User]
) -> None:
    worked(apply(named("Sanctionshit")))
    with enter(asking.id, read_only=True):
        hit = CheckHit.objects.get()
    page = f"/admin/underwriting/checkhit/{hit.id}/change/"
    first, second = sign_in(members["compliance"]), sign_in(members["senior_underwriter"])
    assert "Sanctions check" in body(first.get("/admin/underwriting/checkhit/"))
    empty = first.post(page.replace("change", "settle/clear"), {})
    assert empty.status_code == 422
    given = {"clear-reason": "OTHER_PERSON", "clear-note": "Born elsewhere."}
    assert first.post(page.replace("change", "settle/clear"), given).status_code == 302
    assert "Somebody else has to agree" in body(first.get(page))
    assert first.post(page.replace("change", "settle/agree"), {}).status_code == 422
    assert "Born elsewhere." in body(second.get(page))
    assert second.post(page.replace("change", "settle/agree"), {}).status_code == 302
    with enter(asking.id, read_only=True):
        assert CheckHit.objects.get().status == "cleared"
    assert "Nothing stands" in body(second.get("/admin/underwriting/checkhit/"))


@pytest.mark.exhaustive
def test_an_owner_sets_up_a_vendor_and_nobody_else_does(
    asking: Organization, sign_in: SignIn, members: dict[str, User]
) -> None:
    address = "/admin/underwriting/connectorsetting/set/personal-loan/bureau/"
    assert sign_in(members["risk_analyst"]).get(address).status_code == 403
    owner = sign_in(members["owner"])
    assert "Test Bureau" in body(owner.get("/admin/underwriting/connectorsetting/"))
    assert "Test Bureau" in body(owner.get(address))
    given = {
        "connector": "http_json", "enabled": "on", "inquiry": "soft", "purpose": "prequalification",
        "agency_name": "Bureau", "agency_address": "Street 1", "agency_phone": "1",
        "fields_filled": "bureau_points = bureau_score", "timeout_ms": "900", "most_attempts": "2",
        "backoff_seconds": "5", "give_up_minutes": "9", "valid_days": "1",
        "url": "https://vendor.example/pull", "secret_header": "X-Key", "secret": "s3cret",
        "send": "", "take": "/score/value = /data/points", "headers": "",
    }  # fmt: skip
    wrong = owner.post(address, {**given, "inquiry": "hard", "fields_filled": "amount = x"})
    assert wrong.status_code == 200
    assert owner.post(address, given).status_code == 302
    with enter(asking.id, read_only=True):
        setting = ConnectorSetting.objects.get(kind="bureau", number=2)
    assert "s3cret" not in setting.document
    assert setting.secret is not None
    assert b"s3cret" not in bytes(setting.secret)
    assert "prequalifies" not in setting.document
    shown = body(owner.get(address))
    assert '<input type="checkbox" name="prequalifies"' in shown
    assert 'id="id_prequalifies" checked' not in shown
    assert owner.post(address, {**given, "prequalifies": "on"}).status_code == 302
    with enter(asking.id, read_only=True):
        softly = ConnectorSetting.objects.get(kind="bureau", number=3)
    assert ConnectorSettings.parse(softly.document).prequalifies
    assert "Asked softly" in body(owner.get("/admin/underwriting/connectorsetting/"))
    assert 'name="prequalifies"' not in body(owner.get(address.replace("bureau", "fraud")))
    shown = body(owner.get(address))
    assert 'id="id_prequalifies" checked' in shown
    assert "https://vendor.example/pull" in shown
    assert "s3cret" not in shown
