"""Months of loans at the API: stored once, refused by name, walled off."""

from typing import Any

import pytest

from accounts.services.api_keys import api_key_create
from events.actor import SYSTEM
from events.models import Event
from scoring.models import Performance, Product
from tenancy.enter import enter
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.bodies import Body
from tests.cast_accounts import RawKey
from underwriting.models import Application

MONTH = {
    "loan_ref": "L-1", "months_on_book": 3, "as_of": "2026-03-31", "days_past_due": 0,
    "balance": "950.00",
}  # fmt: skip


def report(partner: Partner, *months: dict[str, Any], product: str = "personal-loan") -> Any:
    return partner.post("/v1/outcomes", {"product": product, "months": list(months)})


def stored(organization: Organization) -> list[Performance]:
    with enter(organization.id):
        return list(Performance.objects.order_by("loan_ref", "months_on_book"))


def test_months_are_stored_and_a_repeat_changes_nothing(
    partner: Partner, hanse: Organization
) -> None:
    second = {**MONTH, "months_on_book": 4, "charged_off": True, "balance": 12.5}
    first, again = report(partner, MONTH, second), report(partner, MONTH, second)
    assert first.status_code == again.status_code == 200
    assert first.json() == {
        "object": "outcome_report", "read": 2, "recorded": 2, "repeated": 0, "refused": 0,
        "errors": [],
    }  # fmt: skip
    assert (again.json()["recorded"], again.json()["repeated"]) == (0, 2)
    rows = stored(hanse)
    assert [(row.balance, row.charged_off) for row in rows] == [(95000, False), (1250, True)]
    with enter(hanse.id):
        assert "L-1" not in "".join(Event.objects.values_list("data", flat=True))


def test_a_month_with_other_figures_is_refused_and_the_rest_is_taken(
    partner: Partner, hanse: Organization
) -> None:
    report(partner, MONTH)
    answer = report(
        partner,
        {**MONTH, "balance": "1.00"},
        {**MONTH, "months_on_book": 4, "days_past_due": "many"},
        {**MONTH, "months_on_book": 5},
    ).json()
    assert (answer["recorded"], answer["refused"]) == (1, 2)
    assert [(error["pointer"], error["code"]) for error in answer["errors"]] == [
        ("/months/0/months_on_book", "differs"),
        ("/months/1/days_past_due", "not_a_whole_number"),
    ]
    assert [row.months_on_book for row in stored(hanse)] == [3, 5]


def test_an_application_is_named_by_its_id(
    partner: Partner, body: Body, hanse: Organization
) -> None:
    made = partner.apply(body).json()["id"]
    month = {**MONTH, "application": made}
    del month["loan_ref"]
    assert report(partner, month).json()["recorded"] == 1
    with enter(hanse.id):
        assert Performance.objects.get().loan_ref == str(Application.objects.get().id)


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"product": "personal-loan"}, "/months", "required"),
        ({"product": "personal-loan", "months": []}, "/months", "type"),
        ({"product": 3, "months": [MONTH]}, "/product", "type"),
        ({"product": "x", "months": [MONTH], "more": 1}, "/more", "unknown"),
        ({"product": "x", "months": [{**MONTH, "sex": "f"}]}, "/months/0/sex", "unknown"),
        ({"product": "x", "months": [{**MONTH, "balance": {}}]}, "/months/0/balance", "type"),
    ],
)
def test_a_body_of_another_shape_is_refused_whole(
    partner: Partner, hanse: Organization, body: dict[str, Any], pointer: str, code: str
) -> None:
    answer = partner.post("/v1/outcomes", body)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]
    assert stored(hanse) == []


def test_a_product_that_is_not_there_is_not_found(partner: Partner) -> None:
    assert report(partner, MONTH, product="yacht").json()["code"] == "product_unknown"


def test_a_key_without_the_scope_reports_nothing(hanse: Organization, partner: Partner) -> None:
    _key, raw = api_key_create(
        organization_id=hanse.id, actor=SYSTEM, name="reader", scopes=["decisions:read"]
    )
    assert report(Partner(raw), MONTH).status_code == 403
    assert stored(hanse) == []


def test_a_partner_reports_on_its_own_applications_only(
    partner: Partner, broker_key: RawKey, body: Body, hanse: Organization
) -> None:
    others = partner.apply(body).json()["id"]
    broker = Partner(broker_key[1])
    answer = report(broker, {**MONTH, "application": others}, MONTH).json()
    assert (answer["recorded"], answer["refused"]) == (0, 2)
    assert {error["code"] for error in answer["errors"]} == {"not_found"}
    assert stored(hanse) == []


def test_another_lenders_application_is_not_found(
    partner: Partner, body: Body, aurora_key: RawKey, store_card: Product
) -> None:
    made = partner.apply(body).json()["id"]
    month = {**MONTH, "application": made}
    answer = report(Partner(aurora_key[1]), month, product="store-card").json()
    assert [(e["pointer"], e["code"]) for e in answer["errors"]] == [
        ("/months/0/application", "not_found")
    ]


def test_what_was_reported_is_read_back(
    partner: Partner, body: Body, broker_key: RawKey, aurora_key: RawKey, hanse: Organization
) -> None:
    """By the loan system's name or by the application; a partner's own only."""
    broker = Partner(broker_key[1])
    mine, theirs = partner.apply(body).json()["id"], broker.apply(body).json()["id"]
    own = {name: value for name, value in MONTH.items() if name != "loan_ref"}
    report(partner, MONTH, {**own, "application": mine}, {**own, "application": theirs})
    offer = partner.post(f"/v1/applications/{mine}/offer/accept", b"").json()
    booked = {
        "loan_id": "L-7",
        "amount": offer["amount"],
        "annual_rate": offer["annual_rate"],
        "booked_on": offer["offered_at"][:10],
    }
    assert partner.post(f"/v1/applications/{mine}/booking", booked).status_code == 201
    listed = partner.get("/v1/outcomes").json()["data"]
    assert [(each["application"], each["loan_ref"]) for each in listed] == [
        (theirs, None), (mine, "L-7"), (None, "L-1"),
    ]  # fmt: skip
    assert listed[0]["balance"] == {"amount": "950.00", "currency": "EUR"}
    for query in (f"application={mine}", "loan_ref=L-7"):
        found = partner.get(f"/v1/outcomes?{query}").json()["data"]
        assert [each["application"] for each in found] == [mine]
    assert len(partner.get("/v1/outcomes?limit=2").json()["data"]) == 2
    assert [each["application"] for each in broker.get("/v1/outcomes").json()["data"]] == [theirs]
    assert broker.get(f"/v1/outcomes?application={mine}").json()["data"] == []
    assert Partner(aurora_key[1]).get("/v1/outcomes").json()["data"] == []
    assert partner.get("/v1/outcomes?loan=L-7").status_code == 422
