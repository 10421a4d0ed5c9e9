"""Files that are not whole: undecided, held, erased, of a product without terms."""

from typing import Any

from accounts.models import User
from config.demo.applicants import demo_applications
from config.demo.lenders import BANCO_AURORA
from events.actor import SYSTEM, Actor
from scoring.models import Product
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_accounts import Hire
from tests.cast_underwriting import Submit, agreed, decide, policy_ready
from tests.desk.conftest import SignIn, page
from underwriting.models import Party, Review
from underwriting.services.applications import application_submit
from underwriting.services.customers import customer_erase


def address(application_id: Any) -> str:
    return f"/admin/underwriting/application/{application_id}/change/"


def test_an_undecided_application_says_so(sign_in: SignIn, uma: User, submit: Submit) -> None:
    submitted = submit()
    text = sign_in(uma).get(address(submitted.application.id)).content.decode()
    assert "Not decided yet" in text
    assert "3,000.00" in text


def test_a_held_application_shows_what_was_computed(
    sign_in: SignIn, uma: User, submit: Submit, hanse: Organization
) -> None:
    with enter(hanse.id):
        Organization.objects.filter(id=hanse.id).update(refer_all=True)
    decision = decide(submit())
    text = sign_in(uma).get(address(decision.application_id)).content.decode()
    assert "The lender refers every application at present" in text
    assert "Held for a person" in text


def test_departing_from_what_was_computed_asks_why(
    sign_in: SignIn, uma: User, submit: Submit, hanse: Organization
) -> None:
    with enter(hanse.id):
        Organization.objects.filter(id=hanse.id).update(refer_all=True)
    decision = decide(submit())
    client = sign_in(uma)
    place = f"/admin/underwriting/application/{decision.application_id}"
    client.post(f"{place}/hold/claim/")
    given = {"decline-reasons": ["SAVINGS"], "decline-note": "see the phone call"}
    refused = client.post(f"{place}/verdict/decline/", given)
    assert refused.status_code == 422
    assert "see the phone call" in refused.content.decode()
    coded = {**given, "decline-override_codes": ["CAPACITY_DOUBTED"]}
    assert client.post(f"{place}/verdict/decline/", coded).status_code == 302
    assert "Doubts about the capacity to repay" in client.get(f"{place}/change/").content.decode()


def test_an_erased_customers_file_opens(
    sign_in: SignIn, uma: User, referral: Review, hanse: Organization
) -> None:
    client = sign_in(uma)
    client.post(page(referral).replace("change/", "hold/claim/"))
    client.post(
        page(referral).replace("change/", "verdict/decline/"),
        {"decline-reasons": ["NO_EMPLOYMENT"]},
    )
    with enter(hanse.id, read_only=True):
        party = Party.objects.get(application_id=referral.application_id)
    customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=party.customer_id)
    response = client.get(page(referral))
    assert response.status_code == 200
    text = response.content.decode()
    assert "personal data was erased" in text
    assert "ines.brandt@mail.example" not in text


def test_a_card_has_no_term(
    sign_in: SignIn, otto: User, aurora: Organization, store_card: Product, hire: Hire
) -> None:
    author, approver = hire(aurora, "Ruth", "risk_analyst"), hire(aurora, "Ada", "approver")
    policy_ready(aurora, store_card, author, approver, "banco_aurora")
    with enter(aurora.id):
        Organization.objects.filter(id=aurora.id).update(refer_all=True)
    asked = demo_applications(BANCO_AURORA, 1, 7)[0]
    consents = agreed(aurora.id, "pt")
    submitted = application_submit(
        organization_id=aurora.id,
        actor=Actor("system", "tests"),
        door="api",
        product_slug="store-card",
        request=asked.request,
        parties=[{**each, "consents": consents} for each in asked.parties],
        language="pt",
        claim=True,
    )
    decision = decide(submitted)
    client = sign_in(otto)
    client.post(address(decision.application_id).replace("change/", "hold/claim/"))
    text = client.get(address(decision.application_id)).content.decode()
    assert "counter_offer-amount" in text
    assert "counter_offer-term_months" not in text
