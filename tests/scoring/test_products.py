"""Publishing: what is published never changes, and the twin gets its copy."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection

from events.actor import SYSTEM
from events.models import Event
from scoring.models import Product, ProductVersion
from scoring.selectors.models import champion
from scoring.selectors.products import product_by_slug, product_version_in_force
from scoring.services.dictionaries import dictionary_publish
from scoring.services.products import product_create, product_publish
from tenancy.enter import enter
from tenancy.errors import Conflict, Invalid, NotFound, RefusedWrite
from tenancy.models import Organization
from tests.cast_scoring import demo_document, lender_with_product


def publish(organization: Organization, **changes: Any) -> ProductVersion:
    return product_publish(
        organization_id=organization.id,
        actor=SYSTEM,
        product_slug="personal-loan",
        document={**demo_document("hanse_kredit", "product"), **changes},
    )


def test_a_version_pins_its_dictionary(personal_loan: Product, hanse: Organization) -> None:
    with enter(hanse.id):
        version = product_version_in_force(hanse.id, personal_loan.id, datetime.now(UTC))
    assert version.number == 1
    assert version.dictionary_version.number == 1
    assert version.content_hash.startswith("sha256:")


def test_publishing_the_same_again_changes_nothing(
    personal_loan: Product, hanse: Organization
) -> None:
    again = publish(hanse)
    with enter(hanse.id):
        assert again.number == 1
        assert Event.objects.filter(type="product.published").count() == 1


def test_another_document_is_the_next_version(personal_loan: Product, hanse: Organization) -> None:
    before = datetime.now(UTC)
    assert publish(hanse, offer_valid_days=14).number == 2
    with enter(hanse.id):
        assert product_version_in_force(hanse.id, personal_loan.id, before).number == 1


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        (
            {"amount": {"field": "sum", "min": "1.00", "max": "2.00", "step": "1.00"}},
            "/amount/field",
        ),
        ({"amount": {"field": "amount", "min": "500.00", "max": "550.00", "step": "40.00"}}, ""),
        ({"currency": "USD"}, "/currency"),
        ({"max_parties": 0}, "/max_parties"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_wrong_document_names_the_place(
    personal_loan: Product, hanse: Organization, changes: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        publish(hanse, **changes)
    assert refused.value.errors[0].pointer == pointer
    with enter(hanse.id):
        assert ProductVersion.objects.count() == 1


def test_a_version_does_not_come_into_force_in_the_past(
    personal_loan: Product, hanse: Organization
) -> None:
    with pytest.raises(Invalid):
        product_publish(
            organization_id=hanse.id,
            actor=SYSTEM,
            product_slug="personal-loan",
            document={**demo_document("hanse_kredit", "product"), "offer_valid_days": 9},
            effective_from=datetime.now(UTC) - timedelta(days=1),
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scoring_productversion SET document = '{}'",
        "UPDATE scoring_dictionaryversion SET content_hash = content_hash",
        "DELETE FROM scoring_productversion",
        "UPDATE scoring_artifact SET body = ''",
        "UPDATE scoring_modelversion SET metrics = '{}'",
        "UPDATE scoring_championship SET reason = 'another'",
    ],
)
def test_published_rows_refuse_raw_sql(
    personal_loan: Product, hanse: Organization, statement: str
) -> None:
    refusals = (DatabaseError, RefusedWrite)
    with pytest.raises(refusals), enter(hanse.id), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_product_keeps_its_currency(personal_loan: Product, hanse: Organization) -> None:
    with pytest.raises(Conflict):
        product_create(
            organization_id=hanse.id,
            actor=SYSTEM,
            slug="personal-loan",
            names={"en": "Loan"},
            currency="USD",
        )


def test_another_lenders_product_is_not_found(personal_loan: Product, aurora: Organization) -> None:
    with enter(aurora.id), pytest.raises(NotFound):
        product_by_slug(aurora.id, "personal-loan")
    with pytest.raises(NotFound):
        dictionary_publish(
            organization_id=aurora.id,
            actor=SYSTEM,
            product_slug="personal-loan",
            document=demo_document("hanse_kredit", "dictionary"),
        )


def test_the_twin_decides_with_the_same_bytes(
    hanse: Organization, hanse_twin: Organization
) -> None:
    live = lender_with_product(hanse.id)
    moment = datetime.now(UTC)
    with enter(hanse.id):
        wanted = champion(hanse.id, live.id, moment).artifact_hash
        document = product_version_in_force(hanse.id, live.id, moment).content_hash
    with enter(hanse_twin.id):
        copy = product_by_slug(hanse_twin.id, "personal-loan")
        assert champion(hanse_twin.id, copy.id, moment).artifact_hash == wanted
        version = product_version_in_force(hanse_twin.id, copy.id, moment)
        assert version.content_hash == document
