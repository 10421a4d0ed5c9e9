"""Two applications of one customer at once never pass the limit together."""

import json
import os
from dataclasses import asdict

import pytest

from events.actor import SYSTEM
from scoring.services.products import product_publish
from tenancy.models import Organization
from tests.cast_scoring import demo_document
from tests.cast_underwriting import INES, STRONG, Submit
from tests.underwriting.pairs import Found, pairs_decided

pytestmark = pytest.mark.django_db(transaction=True)

RICH = {**STRONG, "monthly_income": "12000.00"}
ASKED = {"amount": "12000.00", "term_months": 48}


def decided(hanse: Organization, submit: Submit, limit: str, count: int, lanes: int) -> Found:
    """Each asks for 12,000 of what one customer may owe: one of a pair is approved in full."""
    document = {**demo_document("hanse_kredit", "product"), "customer_limit": limit}
    product_publish(
        organization_id=hanse.id, actor=SYSTEM, product_slug="personal-loan", document=document
    )
    submitted = submit((INES, RICH), request=ASKED)
    found = pairs_decided(submitted, count, int(limit.replace(".", "")), lanes)
    assert found.beyond == 0
    assert found.outcomes["approve"] == count
    assert sum(found.outcomes.values()) == 2 * count
    assert found.met > 0
    return found


def test_few_pairs_where_the_second_gets_what_is_left(hanse: Organization, submit: Submit) -> None:
    """Together they come to the limit exactly: any offer more would pass it."""
    assert decided(hanse, submit, "20000.00", 8, lanes=1).outcomes["counter_offer"] == 8


@pytest.mark.exhaustive
@pytest.mark.timeout(3_600)
def test_many_pairs(hanse: Organization, submit: Submit) -> None:
    """No breach in a thousand pairs, or in as many as asked for (docs/lists.md, `make pairs`)."""
    pairs = int(os.environ.get("ASSAY_PAIRS", "1000"))
    found = decided(hanse, submit, "12500.00", pairs, lanes=2)
    assert found.outcomes == {"approve": pairs, "decline": pairs}
    print(json.dumps(asdict(found)))
