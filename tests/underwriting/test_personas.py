"""Test personas: an outcome by name in a test twin, computed again to the byte, never live."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from events.actor import SYSTEM
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_connectors import agreed_to_all, named, worked
from tests.cast_underwriting import INES, REQUEST, STRONG, WEAK, Submit, decide, party
from underwriting.models import Decision, Offer
from underwriting.personas import TEXTS, WORDS
from underwriting.selectors.reasons import reason_texts
from underwriting.services.applications import application_submit
from underwriting.services.bookings import application_fund
from underwriting.services.offers import offer_accept
from underwriting.services.replays import decisions_replay


def decided(
    organization: Organization, word: str, facts: Mapping[str, Any] = STRONG, **request: Any
) -> Decision:
    """What a twin decides about somebody of that name."""
    submitted = application_submit(
        organization_id=organization.id,
        actor=SYSTEM,
        door="api",
        product_slug="personal-loan",
        request={**REQUEST, **request},
        parties=[party(named(word), facts, agreed_to_all(organization))],
        language="de",
    )
    decision = worked(submitted)
    assert decision is not None
    return decision


@pytest.mark.parametrize("facts", [STRONG, WEAK], ids=["strong", "weak"])
def test_a_name_forces_every_outcome_whatever_the_rules_say(
    twin: Organization, facts: Mapping[str, Any]
) -> None:
    found = {word: decided(twin, word.title(), facts) for word in WORDS}
    assert {word: each.outcome for word, each in found.items()} == dict(WORDS)
    report = decisions_replay(organization_id=twin.id)
    assert dict(report.counts) == {"identical": len(WORDS)}
    for each in found.values():
        step = each.document_data["trace"][-1]
        assert (step["set"], step["outcome"]) == ("persona", each.outcome)
        assert step["instead_of"] in ("approve", "decline", "refer", "counter_offer")


def test_what_nobody_asked_for_leaves_no_trace(twin: Organization) -> None:
    decision = decided(twin, "Brandt")
    assert "persona" not in json.loads(decision.inputs or "")
    with enter(twin.id):
        assert decision.application.persona is None


def test_reasons_are_named_in_every_language(twin: Organization) -> None:
    decision = decided(twin, "Decline")
    with enter(twin.id):
        said = {language: reason_texts(decision, language) for language in TEXTS}
    assert {language: [each.text for each in texts] for language, texts in said.items()} == {
        language: [text] for language, text in TEXTS.items()
    }
    assert {each.code for each in said["en"]} == {"TEST_PERSONA"}


def test_a_counter_offer_is_about_half_and_can_be_taken_and_funded(twin: Organization) -> None:
    decision = decided(twin, "Counteroffer", WEAK, amount="3000.00")
    with enter(twin.id):
        offer = Offer.objects.get(decision=decision)
    assert offer.amount == 150_000
    of = {"organization_id": twin.id, "application_id": decision.application_id, "actor": SYSTEM}
    offer_accept(**of)
    assert application_fund(**of, reference="L-1", amount_minor=150_000).amount == 150_000


def test_the_least_amount_is_countered_with_itself(twin: Organization) -> None:
    decision = decided(twin, "Counteroffer", amount="1000.00")
    with enter(twin.id):
        assert Offer.objects.get(decision=decision).amount == 100_000


def test_personas_go_before_holds(twin: Organization) -> None:
    with enter(twin.id):
        Organization.objects.filter(id=twin.id).update(refer_all=True)
    decision = decided(twin, "Approve")
    assert decision.outcome == "approve"
    assert decided(twin, "Brandt").outcome == "refer"
    assert decisions_replay(organization_id=twin.id).failed == 0


def test_without_a_model_in_charge_nothing_is_forced(twin: Organization) -> None:
    with enter(twin.id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tenancy_organization SET clock_offset = clock_offset + %s",
            [timedelta(days=4_000)],
        )
    decision = decided(twin, "Approve")
    assert decision.outcome == "refer"
    assert [each["code"] for each in decision.document_data["reasons"]] == ["MODEL_EXPIRED"]


def test_a_live_lender_knows_no_personas(hanse: Organization, submit: Submit) -> None:
    decision = decide(submit(({**INES, "family_name": "Decline"}, STRONG)))
    assert decision.outcome == "approve"
    assert "persona" not in decision.document


def test_the_database_refuses_a_persona_of_a_live_lender(
    hanse: Organization, submit: Submit
) -> None:
    decide(submit())
    attacks = (
        """INSERT INTO underwriting_application SELECT (jsonb_populate_record(a, jsonb_build_object(
            'id', gen_random_uuid(), 'external_id', 'x', 'persona', 'approve'))).*
        FROM underwriting_application a""",
        """INSERT INTO underwriting_decisionreason
            (id, organization_id, application_id, decision_id, position, code, source)
        SELECT gen_random_uuid(), organization_id, application_id, id, 1, 'TEST_PERSONA', 'persona'
        FROM underwriting_decision""",
        """INSERT INTO underwriting_decision SELECT (jsonb_populate_record(d, jsonb_build_object(
            'id', gen_random_uuid(), 'inputs', '{"persona":"approve"}'))).*
        FROM underwriting_decision d""",
    )
    for statement in attacks:
        with (
            pytest.raises(IntegrityError, match="outside a test twin"),
            enter(hanse.id),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_field_called_persona_is_no_persona(hanse: Organization, submit: Submit) -> None:
    decide(submit())
    statement = (
        "INSERT INTO underwriting_decision SELECT (jsonb_populate_record(d, jsonb_build_object("
        "'id', gen_random_uuid(), 'inputs', '{\"request\":{\"persona\":\"x\"}}'))).*"
        " FROM underwriting_decision d"
    )
    with (
        pytest.raises(IntegrityError, match="decision_number_once"),
        enter(hanse.id),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
