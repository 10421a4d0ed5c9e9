"""Products ready to decide: the demo lenders' own documents, without any training."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.actor import SYSTEM, Actor
from scoring.enums import ModelStatus, Move
from scoring.models import ModelVersion, Product
from scoring.services.championships import champion_appoint, champion_demote
from scoring.services.dictionaries import dictionary_publish
from scoring.services.inventory import entry_suggested, entry_written
from scoring.services.models import expert_scorecard_register
from scoring.services.moves import asked, carried_out
from scoring.services.products import product_create, product_publish
from tenancy.enter import enter
from tenancy.models import Organization
from tests.remembered import remembered

DEMO = Path(__file__).resolve().parents[1] / "config" / "demo"
ANALYST = Actor("user", "1")
ANSWERERS = (Actor("user", "901"), Actor("user", "902"))
"""Two people who put the first model in charge; nobody of the cast."""
PRODUCTS: dict[str, dict[str, Any]] = {
    "hanse_kredit": {
        "slug": "personal-loan",
        "names": {"de": "Ratenkredit", "en": "Personal loan"},
        "currency": "EUR",
    },
    "banco_aurora": {
        "slug": "store-card",
        "names": {"pt": "Cartão da loja", "en": "Store card"},
        "currency": "BRL",
    },
}


def demo_document(lender: str, name: str) -> dict[str, Any]:
    """One of a demo lender's documents, such as its policy."""
    found: dict[str, Any] = json.loads((DEMO / lender / f"{name}.json").read_text("utf-8"))
    return found


def product_only(organization_id: UUID, lender: str = "hanse_kredit") -> Product:
    """A product published, with nobody to decide."""
    made = PRODUCTS[lender]
    product = product_create(organization_id=organization_id, actor=SYSTEM, **made)
    to: dict[str, Any] = {
        "organization_id": organization_id,
        "actor": SYSTEM,
        "product_slug": made["slug"],
    }
    dictionary_publish(document=demo_document(lender, "dictionary"), **to)
    product_publish(document=demo_document(lender, "product"), **to)
    return product


def lender_with_product(organization_id: UUID, lender: str = "hanse_kredit") -> Product:
    """A product published and decided by its expert scorecard; cheap, nothing is trained."""
    product = product_only(organization_id, lender)
    version = expert_version(organization_id, lender)
    champion_appoint(
        organization_id=organization_id,
        actor=SYSTEM,
        answered_by=ANSWERERS,
        model_version_id=version.id,
        reason="a new lender starts with points set by hand",
    )
    return product


def expert_version(organization_id: UUID, lender: str = "hanse_kredit") -> ModelVersion:
    return expert_scorecard_register(
        organization_id=organization_id,
        actor=SYSTEM,
        product_slug=PRODUCTS[lender]["slug"],
        document=demo_document(lender, "expert_scorecard"),
    )


def validated(version: ModelVersion, *moves: Move) -> ModelVersion:
    """The model, inventoried and validated by somebody else, and moved on if more is asked."""
    with enter(version.organization_id):
        version = ModelVersion.objects.select_related("product").get(id=version.id)
        entry_written(version, entry_suggested(version, ANALYST.id), ANALYST)
        for move in (Move.VALIDATE, *moves):
            request = asked(version, move, ANALYST, "it was looked at")
            carried_out(request, ANSWERERS[0], [person.id for person in ANSWERERS][:1])
            version.refresh_from_db(fields=["status", "valid_until"])
    return version


def in_days_valid(version: ModelVersion, days: float) -> ModelVersion:
    """The model, validated anew for so many days."""
    with enter(version.organization_id):
        version = ModelVersion.objects.select_related("product").get(id=version.id)
        until = datetime.now(UTC) + timedelta(days=days)
        request = asked(version, Move.VALIDATE, ANALYST, "looked at again", valid_until=until)
        carried_out(request, ANSWERERS[0], [ANSWERERS[0].id])
        version.refresh_from_db(fields=["status", "valid_until"])
    return version


MOMENT = timedelta(milliseconds=100)
"""Long enough to ask for a validation that is not over yet, however busy the machine is."""


def let_expire(organization: Organization) -> None:
    """The champion was validated for a moment that is over."""
    version = in_days_valid(expert_version(organization.id), MOMENT.total_seconds() / 86_400)
    while version.valid_until is not None and datetime.now(UTC) <= version.valid_until:
        pass


def out_of_charge(organization: Organization) -> None:
    """Nobody decides any more: what is in charge is taken out."""
    with enter(organization.id):
        version = ModelVersion.objects.get(status=ModelStatus.CHAMPION)
    champion_demote(
        organization_id=organization.id,
        actor=SYSTEM,
        model_version_id=version.id,
        reason="it drifted",
    )


@pytest.fixture
@remembered
def personal_loan(hanse: Organization) -> Product:
    """Hanse Kredit's personal loan, published, with its expert scorecard in charge."""
    return lender_with_product(hanse.id)


@pytest.fixture
@remembered
def store_card(aurora: Organization) -> Product:
    """Banco Aurora's store card, published, with its expert scorecard in charge."""
    return lender_with_product(aurora.id, "banco_aurora")


@pytest.fixture
@remembered
def challenger(personal_loan: Product, hanse: Organization) -> ModelVersion:
    """A stricter scorecard of Hanse's personal loan, in shadow."""
    document = {**demo_document("hanse_kredit", "expert_scorecard"), "intercept": 530}
    version = expert_scorecard_register(
        organization_id=hanse.id, actor=SYSTEM, product_slug="personal-loan", document=document
    )
    return validated(version, Move.CHALLENGE)
