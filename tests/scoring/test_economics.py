"""What a lender says it earns: published in whole numbers, shown in its own currency."""

from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from events.actor import SYSTEM
from events.models import Event
from scoring.models import Product, ProductEconomics
from scoring.services.economics import economics_publish
from tenancy.enter import enter
from tenancy.errors import Invalid
from tenancy.models import Organization
from tests.cast_accounts import PASSWORD, Hire

DOCUMENT: dict[str, Any] = {"amount": 3_000_00, "interest_ppm": 89_000, "amount_field": "amount"}
PAGE = "/admin/scoring/producteconomics/"
TYPED = {
    "amount": "3000.00", "amount_field": "amount", "term_months": "24", "term_field": "",
    "interest_ppm": "8.9", "funding_ppm": "2.5", "fee_ppm": "0", "fee": "25.00",
    "loss_given_default_ppm": "45", "earned_before_default_ppm": "0", "cost_per_case": "12.50",
    "cost_per_loan": "0", "bad_accepted": "5", "approval_floor_ppm": "60",
}  # fmt: skip


def published(organization: Organization) -> list[ProductEconomics]:
    with enter(organization.id, read_only=True):
        return list(ProductEconomics.objects.order_by("number"))


def publish(hanse: Organization, **more: Any) -> ProductEconomics:
    return economics_publish(
        organization_id=hanse.id,
        actor=SYSTEM,
        product_slug="personal-loan",
        document={**DOCUMENT, **more},
    )


@pytest.fixture
def ana(hanse: Organization, hire: Hire) -> Client:
    """Hanse's analyst, at the desk."""
    return signed_in(hire(hanse, "Ana", Role.RISK_ANALYST))


def signed_in(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def test_each_publication_is_a_version_with_an_event(
    hanse: Organization, personal_loan: Product
) -> None:
    publish(hanse)
    assert publish(hanse).number == 1
    second = publish(hanse, interest_ppm=99_000)
    assert second.number == 2
    assert [each.document["interest_ppm"] for each in published(hanse)] == [89_000, 99_000]
    with enter(hanse.id, read_only=True):
        said = Event.objects.filter(type="economics.published")
        assert said.count() == 2


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [({"interest_ppm": -1}, "/interest_ppm"), ({"amount_field": "height"}, "/amount_field"),
     ({"term_field": "amount"}, "/term_field")],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_published(
    hanse: Organization, personal_loan: Product, wrong: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        publish(hanse, **wrong)
    assert [each.pointer for each in refused.value.errors] == [pointer]
    assert published(hanse) == []


def test_the_form_publishes_in_minor_units_and_shows_it_again(
    hanse: Organization, personal_loan: Product, ana: Client
) -> None:
    assert "State it" in ana.get(PAGE).content.decode()
    answer = ana.post(f"{PAGE}publish/{personal_loan.slug}/", TYPED)
    assert answer.status_code == 302
    (version,) = published(hanse)
    assert version.document["cost_per_case"] == 12_50
    assert version.document["interest_ppm"] == 89_000
    assert version.document["approval_floor_ppm"] == 600_000
    assert version.document["loss_cap_ppm"] is None
    again = ana.get(f"{PAGE}publish/{personal_loan.slug}/").content.decode()
    assert 'value="3000.00"' in again
    assert "8.900" in ana.get(PAGE).content.decode()


def test_a_refusal_comes_back_to_its_field(
    hanse: Organization, personal_loan: Product, ana: Client
) -> None:
    answer = ana.post(f"{PAGE}publish/{personal_loan.slug}/", {**TYPED, "term_field": "height"})
    assert answer.status_code == 200
    assert "height" in answer.content.decode()
    assert published(hanse) == []


def test_an_auditor_states_nothing_and_another_lender_finds_nothing(
    hanse: Organization, aurora: Organization, personal_loan: Product, hire: Hire
) -> None:
    publish(hanse)
    auditor = signed_in(hire(hanse, "Audrey", Role.AUDITOR))
    assert auditor.get(PAGE).status_code == 403
    assert auditor.post(f"{PAGE}publish/{personal_loan.slug}/", TYPED).status_code == 403
    outsider = signed_in(hire(aurora, "Otto", Role.RISK_ANALYST))
    assert "8.9" not in outsider.get(PAGE).content.decode()
    assert outsider.get(f"{PAGE}publish/{personal_loan.slug}/").status_code == 404
    assert outsider.post(f"{PAGE}publish/{personal_loan.slug}/", TYPED).status_code == 404
    assert len(published(hanse)) == 1
