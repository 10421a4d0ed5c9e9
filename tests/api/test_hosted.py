"""Drafts that a partner begins and the applicants finish in the portal, each their own part."""

import json
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError
from django.test import Client

from events.actor import SYSTEM
from events.models import Event
from tenancy.enter import enter
from tenancy.ids import new_id
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.api.test_idempotency import at_once
from tests.bodies import GOOD_FACTS, Body, applicant, consents, loan
from tests.cast_accounts import RawKey
from underwriting.models import Application, Consent, DecisionRun, FactSet, Party
from underwriting.services.customers import customer_erase
from underwriting.services.decisions import application_decide
from underwriting.services.drafts import unfinished_close

RETURN = "https://shop.example/basket/48213"


def begun(hanse: Organization, *others: str, **said: Any) -> Body:
    """What a shop knows: who, how much, one fact; the rest is the applicant's to say."""
    body = loan(hanse)
    del body["applicant"]["consents"]
    body["applicant"]["facts"] = {"monthly_income": "4200.00"}
    if others:
        body["co_applicants"] = [applicant(hanse, given_names=name, number=2) for name in others]
        for each in body["co_applicants"]:
            del each["consents"]
    return {**body, "hosted": True, "return_url": RETURN, **said}


def own_page(url: str) -> str:
    return urlsplit(url).path


def answers(hanse: Organization, **changed: Any) -> dict[str, Any]:
    """The form as Erika fills it in."""
    typed = {**GOOD_FACTS, "telephone": "yes", **changed}
    agreed = {each["purpose"]: each["text_hash"] for each in consents(hanse)}
    return {**{name: str(value) for name, value in typed.items()}, **agreed}


def decide_all(hanse: Organization) -> None:
    with enter(hanse.id, read_only=True):
        runs = list(DecisionRun.objects.filter(status="pending").values_list("id", flat=True))
    for run_id in runs:
        application_decide(organization_id=hanse.id, run_id=run_id)


@pytest.fixture
def draft(partner: Partner, hanse: Organization) -> Body:
    response = partner.apply(begun(hanse))
    assert response.status_code == 202, response.content
    answer: Body = response.json()
    return answer


def test_a_draft_says_what_is_missing_and_where_to_finish(
    partner: Partner, hanse: Organization, draft: Body
) -> None:
    assert (draft["status"], draft["received_at"], draft["decision"]) == ("draft", None, None)
    assert "/applicant/consents" in draft["missing"]
    assert "/applicant/facts/monthly_obligations" in draft["missing"]
    assert "/applicant/facts/monthly_income" not in draft["missing"]
    assert draft["hosted_url"] == draft["parties"][0]["hosted_url"]
    with enter(hanse.id, read_only=True):
        assert not DecisionRun.objects.exists()


def test_the_applicant_finishes_agrees_and_is_decided(
    client: Client, partner: Partner, hanse: Organization, draft: Body
) -> None:
    page = client.get(own_page(draft["hosted_url"]))
    assert page.status_code == 200
    text = page.content.decode()
    assert "4200" in text.replace(".", "").replace(",", "")
    assert "<script>" not in text
    sent = client.post(own_page(draft["hosted_url"]), answers(hanse))
    assert sent.status_code == 302, sent.content.decode()
    assert RETURN in client.get(sent.headers["Location"]).content.decode()
    decide_all(hanse)
    answer = partner.get(f"/v1/applications/{draft['id']}").json()
    assert (answer["status"], answer["hosted_url"], answer["missing"]) == ("approved", None, [])
    assert answer["received_at"] == answer["completed_at"]
    with enter(hanse.id, read_only=True):
        sets = list(FactSet.objects.order_by("number").values_list("number", "changed"))
        assert sets[0] == (1, [])
        assert "housing" in sets[1][1]
        assert "monthly_income" not in sets[1][1]
        agreed = Consent.objects.all()
        assert {consent.actor_kind for consent in agreed} == {"applicant"}
        assert Event.objects.filter(type="application.submitted").count() == 1


def test_what_is_left_out_is_asked_again_and_nothing_is_kept(
    client: Client, hanse: Organization, draft: Body
) -> None:
    typed = answers(hanse, monthly_obligations="", housing="castle")
    page = client.post(own_page(draft["hosted_url"]), {**typed, "scoring": ""})
    assert page.status_code == 422
    assert page.content.decode().count('aria-invalid="true"') >= 1
    with enter(hanse.id, read_only=True):
        assert FactSet.objects.count() == 1
        assert not Consent.objects.exists()


def test_two_finish_each_their_own(client: Client, partner: Partner, hanse: Organization) -> None:
    draft = partner.apply(begun(hanse, "Max")).json()
    first, second = (own_page(party["hosted_url"]) for party in draft["parties"])
    client.post(second, answers(hanse))
    half = partner.get(f"/v1/applications/{draft['id']}").json()
    assert half["status"] == "incomplete"
    assert half["received_at"] is not None
    assert all(pointer.startswith("/applicant/") for pointer in half["missing"])
    waiting = client.get(second.replace("/finish/", "/status/")).content.decode()
    assert "finish" in waiting
    client.post(first, answers(hanse))
    decide_all(hanse)
    done = partner.get(f"/v1/applications/{draft['id']}").json()
    assert done["decision"] is not None
    assert len(done["decision"]["contributions"]) == 2


def test_a_partner_may_finish_a_draft_itself(
    partner: Partner, hanse: Organization, draft: Body
) -> None:
    path = f"/v1/applications/{draft['id']}/facts"
    first = partner.post(path, {"facts": GOOD_FACTS}).json()
    assert (first["submitted"], first["missing"]) == (False, ["/applicant/consents"])
    done = partner.post(path, {"consents": consents(hanse)}).json()
    assert (done["submitted"], done["missing"], done["changed"]) == (True, [], [])
    assert done["application"]["status"] == "submitted"
    assert partner.post(path, {"facts": GOOD_FACTS}).json()["code"] == "status"


def test_anothers_link_opens_nothing_else(
    client: Client, partner: Partner, hanse: Organization, draft: Body
) -> None:
    page = own_page(draft["hosted_url"])
    token = page.rstrip("/").rsplit("/", 1)[1]
    assert client.get(page.replace("hanse-kredit", "aurora-credito")).status_code == 404
    other = token[:-2] + ("B" if token[-2] == "A" else "A") + token[-1]
    assert client.get(page.replace(token, other)).status_code == 404
    assert client.post(page.replace(token, "x" * 40), answers(hanse)).status_code == 404
    other = partner.apply(loan(hanse, number=7)).json()
    with enter(hanse.id, read_only=True):
        assert Application.objects.filter(status="draft").count() == 1
    assert other["hosted_url"] is None


def test_a_link_of_a_decided_application_finishes_nothing(
    client: Client, partner: Partner, hanse: Organization, draft: Body
) -> None:
    client.post(own_page(draft["hosted_url"]), answers(hanse))
    again = client.post(own_page(draft["hosted_url"]), answers(hanse, monthly_income="9999.00"))
    assert again.status_code == 302
    with enter(hanse.id, read_only=True):
        assert FactSet.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"hosted": "yes"}, "/hosted"),
        ({"return_url": "http://shop.example"}, "/return_url"),
        ({"return_url": "javascript:alert(1)"}, "/return_url"),
        ({"return_url": "https://user:pw@shop.example/"}, "/return_url"),
        ({"return_url": "https://"}, "/return_url"),
        ({"hosted": False}, "/return_url"),
    ],
)
def test_what_a_hosted_one_may_not_say(
    partner: Partner, hanse: Organization, said: Body, pointer: str
) -> None:
    response = partner.apply(begun(hanse, **said))
    assert response.status_code == 422
    assert pointer in [error["pointer"] for error in response.json()["errors"]]


def test_a_draft_holds_to_everything_but_what_is_missing(
    partner: Partner, hanse: Organization
) -> None:
    body = begun(hanse)
    body["applicant"]["facts"] = {"monthly_income": "-1.00", "sex": "female"}
    body["request"]["amount"] = "x"
    del body["applicant"]["identity"]["email"]
    pointers = {error["pointer"] for error in partner.apply(body).json()["errors"]}
    assert {
        "/applicant/facts/monthly_income",
        "/applicant/facts/sex",
        "/request/amount",
        "/applicant/identity/email",
    } <= pointers
    assert not any("consents" in pointer for pointer in pointers)


def test_a_draft_is_idempotent_too(partner: Partner, hanse: Organization) -> None:
    body = {**begun(hanse), "external_id": "crm-9"}
    first = partner.apply(body, key="d")
    assert partner.apply(body, key="d").content == first.content
    assert partner.apply(body, key="e").json()["id"] == first.json()["id"]
    whole = {**loan(hanse), "external_id": "crm-9"}
    assert partner.apply(whole).json()["code"] == "external_id_taken"


def test_somebody_erased_finishes_nothing(
    client: Client, partner: Partner, hanse: Organization, draft: Body
) -> None:
    with enter(hanse.id, read_only=True):
        customer_id = Party.objects.get().customer_id
    customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=customer_id)
    response = partner.post(f"/v1/applications/{draft['id']}/facts", {"facts": GOOD_FACTS})
    assert (response.status_code, response.json()["code"]) == (409, "application_erased")
    assert client.post(own_page(draft["hosted_url"]), answers(hanse)).status_code == 302
    assert partner.get(f"/v1/applications/{draft['id']}").status_code == 200


def test_what_nobody_finishes_is_closed(
    partner: Partner, broker_key: RawKey, hanse: Organization, draft: Body
) -> None:
    with enter(hanse.id, read_only=True):
        application_id = Application.objects.get().id
    assert unfinished_close(organization_id=hanse.id, application_id=application_id)
    assert partner.get(f"/v1/applications/{draft['id']}").json()["status"] == "withdrawn"
    assert not unfinished_close(organization_id=hanse.id, application_id=application_id)


def test_the_database_holds_the_way_back_to_secure_addresses(
    hanse: Organization, draft: Body
) -> None:
    with enter(hanse.id, read_only=True):
        row = Application.objects.get()
    for change in ({"return_url": "http://shop.example"}, {"hosted": False}):
        row.id = new_id()
        copy = {**{f.attname: getattr(row, f.attname) for f in row._meta.fields}, **change}
        with (
            pytest.raises(IntegrityError, match="application_return_url_secure"),
            enter(hanse.id),
        ):
            Application(**copy).save(force_insert=True)


def test_two_additions_at_once_lose_nothing(
    transactional_db: None, partner: Partner, hanse: Organization
) -> None:
    """Both read the same fact set; the second finds the first one's and adds to that."""
    draft = partner.apply(begun(hanse)).json()
    path = f"/v1/applications/{draft['id']}/facts"
    said = ({"housing": "own"}, {"job": "skilled"}, {"property": "real_estate"})
    answers_ = at_once(*[partial(partner.post, path, {"facts": each}) for each in said])
    assert [answer.status_code for answer in answers_] == [200, 200, 200]
    with enter(hanse.id, read_only=True):
        last = FactSet.objects.get(superseded_by__isnull=True)
        known = json.loads(last.document or "{}")
    assert last.number == 4
    assert {"housing", "job", "property", "monthly_income"} <= set(known)
