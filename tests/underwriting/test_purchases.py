"""A purchase financed in part, through submission, decision, offer and the partner's answer."""

import pytest
from django.db import IntegrityError, connection

from accounts.models import User
from events.actor import SYSTEM, Actor
from scoring.models import Product
from scoring.services.championships import champion_appoint
from scoring.services.dictionaries import dictionary_publish
from scoring.services.products import product_create, product_publish
from tenancy.enter import enter
from tenancy.errors import Invalid
from tenancy.models import Organization
from tests.cast_scoring import ANSWERERS, PRODUCTS, demo_document, expert_version
from tests.cast_underwriting import INES, REQUEST, STRONG, agreed, decide, party
from underwriting.api.documents import offer_document
from underwriting.desk.affordability import affordability_shown
from underwriting.desk.case import case_file
from underwriting.desk.history import offer_words
from underwriting.models import Decision, Offer
from underwriting.services.applications import Submitted, application_submit
from underwriting.services.policies import policy_install

SLUG = PRODUCTS["hanse_kredit"]["slug"]
RULE = {"field": "paid_down", "price": "purchase_price", "min_share_ppm": 200_000, "step": "500.00"}


BELOW_NOTHING = """
INSERT INTO underwriting_offer (id, down_payment, organization_id, application_id, decision_id,
    kind, status, amount, currency, rate_ppm, offered_at, expires_at)
SELECT gen_random_uuid(), -1, organization_id, application_id, decision_id,
    kind, status, amount, currency, rate_ppm, offered_at, expires_at FROM underwriting_offer
"""


def with_purchases() -> dict:
    document = demo_document("hanse_kredit", "dictionary")
    for name in ("purchase_price", "paid_down"):
        text = dict.fromkeys(("en", "de", "es", "pt"), name)
        document["fields"].append(
            {
                "name": name,
                "scope": "request",
                "type": "money",
                "unit": "EUR",
                "scale": 2,
                "missing": "unknown",
                "uses": ["policy"],
                "label": text,
                "reason": {"code": name.upper(), "text": text},
            }
        )
    return document


@pytest.fixture
def purchases(hanse: Organization, rita: User, anna: User) -> Product:
    """Hanse finances purchases: a fifth of the price is paid down."""
    of = {"organization_id": hanse.id, "actor": SYSTEM}
    product = product_create(**of, **PRODUCTS["hanse_kredit"])
    dictionary_publish(**of, product_slug=SLUG, document=with_purchases())
    document = {**demo_document("hanse_kredit", "product"), "down_payment": RULE}
    document["amount"] = {**document["amount"], "step": "500.00"}
    product_publish(**of, product_slug=SLUG, document=document)
    champion_appoint(
        **of,
        answered_by=ANSWERERS,
        model_version_id=expert_version(hanse.id).id,
        reason="a new lender starts with points set by hand",
    )
    policy = demo_document("hanse_kredit", "policy")
    policy["counter_offer"]["change"] = ["amount", "term", "down_payment"]
    policy_install(
        organization_id=hanse.id,
        author=Actor.user(rita.pk),
        approver=Actor.user(anna.pk),
        product_id=product.id,
        document={**policy, "tests": []},
    )
    return product


def applied(hanse: Organization, amount: str, price: str, paid: str) -> Submitted:
    terms = {"amount": amount, "purchase_price": price, "paid_down": paid}
    return application_submit(
        organization_id=hanse.id,
        actor=SYSTEM,
        door="api",
        product_slug=SLUG,
        request={**REQUEST, **terms},
        parties=[party(INES, STRONG, agreed(hanse.id))],
        language="de",
        claim=True,
    )


def offer_of(decision: Decision) -> Offer:
    with enter(decision.organization_id):
        return Offer.objects.select_related("application__product", "decision").get(
            decision=decision
        )


def test_more_is_asked_to_be_paid_down_and_kept_with_the_offer(
    hanse: Organization, purchases: Product
) -> None:
    decision = decide(applied(hanse, "5400.00", "6000.00", "600.00"))
    offer = offer_of(decision)
    assert decision.outcome == "counter_offer"
    assert (offer.amount, offer.down_payment) == (450_000, 150_000)
    shown = offer_document(offer, offer.application)
    assert shown["down_payment"] == {"amount": "1500.00", "currency": "EUR"}
    assert "1,500.00\u00a0EUR paid down" in offer_words(offer, 2)


def test_an_amount_that_the_price_does_not_leave_is_refused_by_name(
    hanse: Organization, purchases: Product
) -> None:
    with pytest.raises(Invalid) as refused:
        applied(hanse, "5000.00", "6000.00", "1500.00")
    assert [error.pointer for error in refused.value.errors] == ["/request/amount"]
    assert "4500.00" in refused.value.errors[0].message


def test_an_underwriter_sees_how_affordability_was_computed(
    hanse: Organization, purchases: Product
) -> None:
    decision = decide(applied(hanse, "4500.00", "6000.00", "1500.00"))
    with enter(hanse.id):
        case = case_file(hanse.id, decision.application_id, identities=False)
    assert case is not None
    assert case.affordability is not None
    assert [line.amount for line in case.affordability.lines][:3] == [
        "3,990.00\u00a0EUR",
        "650.00\u00a0EUR",
        "150.00\u00a0EUR",
    ]
    assert not case.affordability.short
    assert affordability_shown(None, "EUR", 2) is None


def test_nothing_less_than_nothing_is_paid_down(hanse: Organization, purchases: Product) -> None:
    decide(applied(hanse, "4500.00", "6000.00", "1500.00"))
    with (
        pytest.raises(IntegrityError, match="offer_down_payment_not_negative"),
        enter(hanse.id),
        connection.cursor() as cursor,
    ):
        cursor.execute(BELOW_NOTHING)
