"""What the lists and counters said is pinned with the decision, and decides again without them."""

import json
from typing import Any

import pytest

from accounts.models import User
from events.actor import SYSTEM, Actor
from scoring.models import Product
from tenancy.models import Organization
from tests.cast_scoring import demo_document
from tests.cast_underwriting import INES, KAI, STRONG, Submit, decide
from tests.underwriting.test_lists import add
from underwriting.enums import PolicyStatus
from underwriting.models import Decision, ListEntry
from underwriting.services.list_entries import entry_remove
from underwriting.services.lists import list_create
from underwriting.services.policies import policy_check, policy_draft, policy_install
from underwriting.services.replays import decisions_replay

LOOKUPS = {
    "phone": {"list": "phones", "of": "phone"},
    "often": {"count": "applications", "by": "identity", "days": 30},
}
TEXT = dict.fromkeys(("de", "en", "es", "pt"), "Wird geprüft")


def asking(**rows: Any) -> dict[str, Any]:
    """Hanse's policy, asking lists and counters too."""
    document = demo_document("hanse_kredit", "policy")
    rules = {
        "name": "lists",
        "missing": "miss",
        "hit": "collect",
        "rows": [
            {"id": name, "when": when, "outcome": "refer", "reason": "TO_VERIFY"}
            for name, when in rows.items()
        ],
    }
    return document | {
        "lookups": LOOKUPS,
        "tests": [],
        "rule_sets": [*document["rule_sets"], rules],
        "reasons": document["reasons"] | {"TO_VERIFY": {"text": TEXT}},
    }


ROWS = {"listed": {"list.phone": {"eq": True}}, "often": {"velocity.often": {"gt": 2}}}


@pytest.fixture
def phones(hanse: Organization, carla: User) -> ListEntry:
    """A list with Ines's number on it."""
    made = list_create(
        organization_id=hanse.id,
        actor=SYSTEM,
        code="phones",
        kind="watch",
        holds="phone",
        names={"de": "Telefone", "en": "Phones"},
    )
    return add(made, INES["phone"], Actor.user(carla.pk))


@pytest.fixture
def asked(
    hanse: Organization, phones: ListEntry, personal_loan: Product, rita: User, anna: User
) -> None:
    """Hanse's policy asks; it is in force before any other."""
    policy_install(
        organization_id=hanse.id,
        author=Actor.user(rita.pk),
        approver=Actor.user(anna.pk),
        product_id=personal_loan.id,
        document=asking(**ROWS),
    )


@pytest.fixture
def policy(asked: None) -> None:
    """In place of the demo's own."""


def looked_up(decision: Decision) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(decision.inputs or "{}")["context"]["lookups"]
    return found


def test_answers_are_pinned_and_decide_again_when_the_list_has_changed(
    hanse: Organization, submit: Submit, phones: ListEntry, sven: User
) -> None:
    decision = decide(submit())
    assert decision.outcome == "refer"
    assert looked_up(decision) == {"list.phone": True, "velocity.often": 1}
    entry_remove(
        organization_id=hanse.id,
        actor=Actor.user(sven.pk),
        entry_id=phones.id,
        removal="CLEARED",
    )
    again = decide(submit())
    assert again.outcome == "approve"
    assert looked_up(again) == {"list.phone": False, "velocity.often": 2}
    assert dict(decisions_replay(organization_id=hanse.id).counts) == {"identical": 2}
    assert decide(submit()).outcome == "refer"


def test_what_was_not_given_is_missing(submit: Submit) -> None:
    decision = decide(submit((KAI, STRONG)))
    assert looked_up(decision) == {"list.phone": None, "velocity.often": 1}
    assert decision.outcome == "approve"


def test_asking_costs_two_statements(submit: Submit, django_assert_max_num_queries: Any) -> None:
    decide(submit())
    submitted = submit()
    with django_assert_max_num_queries(42):
        decide(submitted)


def test_a_policy_that_asks_a_list_nobody_has_is_not_checked(
    hanse: Organization, asked: None, personal_loan: Product, rita: User
) -> None:
    document = asking(**ROWS)
    document["lookups"] = {**LOOKUPS, "phone": {"list": "nowhere", "of": "phone"}}
    here: dict[str, Any] = {"organization_id": hanse.id, "actor": Actor.user(rita.pk)}
    version = policy_draft(**here, product_id=personal_loan.id, document=document)
    checked = policy_check(**here, policy_version_id=version.id)
    assert checked.status == PolicyStatus.DRAFT
    assert "list_unknown" in [finding["code"] for finding in checked.findings]
