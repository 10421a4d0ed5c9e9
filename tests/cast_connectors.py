"""A lender in test mode that asks bureau and checks: its dictionary knows two facts from a bureau.

Whoever applies is a persona of the stub by name (`docs/connectors.md`); Ines, of the house's cast,
is drawn from a hash.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from accounts.enums import Role
from events.actor import SYSTEM, Actor
from scoring.models import Product
from scoring.services.championships import champion_appoint
from scoring.services.dictionaries import dictionary_publish
from scoring.services.products import product_create, product_publish
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_accounts import Hire
from tests.cast_scoring import ANSWERERS, PRODUCTS, demo_document, expert_version
from tests.cast_underwriting import INES, REQUEST, STRONG, party
from underwriting.models import ConnectorSetting, Decision
from underwriting.selectors.consents import consent_texts
from underwriting.services.applications import Submitted, application_submit
from underwriting.services.connectors import connector_set
from underwriting.services.decisions import application_decide
from underwriting.services.policies import policy_install

AGENCY = {"name": "Test Bureau", "address": "1 Register Street", "phone": "+1 800 555 0100"}
LANGUAGES = ("en", "de", "es", "pt")
CHECK_PURPOSE = {
    "identity": "identity_verification",
    "sanctions": "sanctions_screening",
    "fraud": "fraud_prevention",
}

Apply = Callable[..., Submitted]


def bureau_settings(**changed: Any) -> dict[str, Any]:
    """A hard pull by the stub that fills two fields."""
    return {
        "schema": "assay.connector/1",
        "kind": "bureau",
        "connector": "stub",
        "inquiry": "hard",
        "purpose": "credit_transaction",
        "agency": AGENCY,
        "valid_days": 30,
        "fields": {"bureau_inquiries": "inquiries_6m", "bureau_points": "bureau_score"},
        **changed,
    }


def check_settings(kind: str, **changed: Any) -> dict[str, Any]:
    return {
        "schema": "assay.connector/1",
        "kind": kind,
        "connector": "stub",
        "inquiry": "none",
        "purpose": CHECK_PURPOSE[kind],
        **changed,
    }


def connected(organization: Organization, *documents: Mapping[str, Any]) -> list[ConnectorSetting]:
    return [
        connector_set(
            organization_id=organization.id,
            actor=SYSTEM,
            product_slug="personal-loan",
            document=document,
        )
        for document in documents
    ]


def known_from_a_bureau() -> dict[str, Any]:
    """Hanse's dictionary with what a bureau says."""
    document = demo_document("hanse_kredit", "dictionary")
    for name, most in (("bureau_inquiries", 50), ("bureau_points", 1_000)):
        text = {language: name.replace("_", " ") for language in LANGUAGES}
        document["fields"].append(
            {
                "name": name,
                "scope": "party",
                "type": "integer",
                "min": 0,
                "max": most,
                "known": "bureau",
                "required": False,
                "missing": "unknown",
                "risk": "higher" if name == "bureau_inquiries" else "lower",
                "uses": ["policy"],
                "label": text,
                "reason": {"code": name.upper(), "text": text},
            }
        )
    return document


def policy_that_asks() -> dict[str, Any]:
    """Hanse's policy: a poor bureau score declines; no file is no matter."""
    document = demo_document("hanse_kredit", "policy")
    row = {
        "id": "poor_file",
        "when": {"bureau_points": {"lt": 500}},
        "outcome": "decline",
        "reason": "BUREAU_POINTS",
        "severity": 60,
    }
    rules = {"name": "bureau", "scope": "party", "hit": "first", "missing": "miss", "rows": [row]}
    document["rule_sets"].append(rules)
    fraud = {
        "id": "fraud_hit",
        "when": {"check.fraud": {"eq": "hit"}},
        "outcome": "refer",
        "reason": "LARGE_AMOUNT",
    }
    document["rule_sets"].append(
        {"name": "signs", "scope": "application", "missing": "miss", "rows": [fraud]}
    )
    document["tests"] = []
    return document


def product_that_asks(organization: Organization) -> Product:
    made = PRODUCTS["hanse_kredit"]
    of: dict[str, Any] = {"organization_id": organization.id, "actor": SYSTEM}
    product = product_create(**of, **made)
    dictionary_publish(**of, product_slug=made["slug"], document=known_from_a_bureau())
    product_publish(
        **of, product_slug=made["slug"], document=demo_document("hanse_kredit", "product")
    )
    champion_appoint(
        **of,
        answered_by=ANSWERERS,
        model_version_id=expert_version(organization.id).id,
        reason="a new lender starts with points set by hand",
    )
    return product


@pytest.fixture
def twin(hanse_twin: Organization, hire: Hire) -> Organization:
    """Hanse's test twin, ready to decide; nobody is asked yet."""
    product = product_that_asks(hanse_twin)
    policy_install(
        organization_id=hanse_twin.id,
        author=Actor.user(hire(hanse_twin, "Rolf", Role.RISK_ANALYST).pk),
        approver=Actor.user(hire(hanse_twin, "Abel", Role.APPROVER).pk),
        product_id=product.id,
        document=policy_that_asks(),
    )
    return hanse_twin


@pytest.fixture
def asking(twin: Organization) -> Organization:
    """The twin asking everybody: three checks and a hard pull."""
    connected(twin, bureau_settings(), *(check_settings(kind) for kind in CHECK_PURPOSE))
    return twin


def named(family_name: str, given_names: str = "Test", **more: Any) -> dict[str, Any]:
    """A persona: the same person for the same names."""
    mail = f"{given_names}.{family_name}@mail.example".lower().replace(" ", "-")
    return {
        "given_names": given_names,
        "family_name": family_name,
        "birth_date": "1980-02-29",
        "email": mail,
        **more,
    }


def agreed_to_all(organization: Organization) -> list[dict[str, str]]:
    purposes = ("automated_decision", "credit_assessment", "bureau_inquiry")
    with enter(organization.id, read_only=True):
        texts = consent_texts(organization_id=organization.id, language="de", purposes=purposes)
        return [{"purpose": text.purpose, "text_hash": text.content_hash} for text in texts]


@pytest.fixture
def apply(asking: Organization) -> Apply:
    """Apply at the twin; whoever is not named is Ines, who earns well."""

    def applied(*people: Mapping[str, Any], facts: Mapping[str, Any] | None = None, **more: Any):
        consents = agreed_to_all(asking)
        applicants: Sequence[Mapping[str, Any]] = people or (INES,)
        return application_submit(
            **{
                "organization_id": asking.id,
                "actor": SYSTEM,
                "door": "api",
                "product_slug": "personal-loan",
                "request": REQUEST,
                "parties": [party(each, facts or STRONG, consents) for each in applicants],
                "language": "de",
                **more,
            }
        )

    return applied


def worked(submitted: Submitted) -> Decision | None:
    """What a worker makes of it: None while it waits."""
    return application_decide(
        organization_id=submitted.application.organization_id, run_id=submitted.run.id
    )
