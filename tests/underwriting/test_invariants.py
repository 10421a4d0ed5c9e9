"""Attacks by raw SQL under the application's role, inside the tenant: the database refuses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from tenancy.enter import enter
from tenancy.errors import RefusedWrite
from tenancy.ids import new_id
from tenancy.models import Organization
from tests.cast_underwriting import INES, JONAS, KAI, STRONG, WEAK, Submit, decide
from underwriting.models import Decision, DecisionReason

Attack = Callable[[str], None]


@pytest.fixture
def attack(hanse: Organization) -> Attack:
    """Run SQL as the application role does, inside Hanse."""

    def attacked(statement: str) -> None:
        with enter(hanse.id), connection.cursor() as cursor:
            cursor.execute(statement)

    return attacked


@pytest.fixture
def decided(submit: Submit) -> Decision:
    decide(submit())
    return decide(submit((KAI, WEAK)))


REFUSED_BY_NAME = [
    ("UPDATE underwriting_application SET completed_at = received_at - interval '1 s'",
     "application_received_before_completed"),
    ("UPDATE underwriting_application SET status = 'sold'", "application_status_known"),
    ("UPDATE underwriting_application SET status = 'funded'", "application_"),
    ("UPDATE underwriting_application SET status = 'withdrawn'", "application_closed_agrees"),
    ("UPDATE underwriting_application SET completed_at = NULL",
     "application_completed_before_deciding"),
    ("UPDATE underwriting_decisionrun SET status = 'pending'", "run_finished_has_its_time"),
    ("UPDATE underwriting_decisionrun SET status = 'running', finished_at = NULL, holder = NULL",
     "run_claimed_has_a_lease"),
    ("UPDATE underwriting_offer SET status = 'accepted'", "offer_answer_agrees"),
    ("UPDATE underwriting_offer SET status = 'accepted', answered_at = 'infinity'",
     "offer_accepted_in_time"),
    ("UPDATE underwriting_duty SET status = 'done'", "duty_done_agrees"),
    ("UPDATE underwriting_customer SET erased_at = now()", "customer_erased_has_no_key"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "constraint"), REFUSED_BY_NAME)
def test_a_state_that_contradicts_itself_is_refused(
    decided: Decision, attack: Attack, statement: str, constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        attack(statement)


FROZEN = [
    "UPDATE underwriting_decision SET outcome = 'approve'",
    "UPDATE underwriting_decision SET document = '{}'",
    "UPDATE underwriting_decision SET decided_by_id = 'somebody'",
    "UPDATE underwriting_decisionreason SET code = 'OTHER'",
    "UPDATE underwriting_factset SET content_hash = 'x'",
    "UPDATE underwriting_consent SET agreed_at = now()",
    "UPDATE underwriting_consenttext SET body = 'I agree to everything'",
    "DELETE FROM underwriting_consenttext",
    "UPDATE underwriting_stageresult SET document = '{}'",
    "UPDATE underwriting_application SET amount = 1",
    "UPDATE underwriting_application SET received_at = now(), amount = 1",
    "UPDATE underwriting_offer SET amount = amount * 2",
    "UPDATE underwriting_pin SET body = '{}'",
    "DELETE FROM underwriting_pin",
    "DELETE FROM underwriting_customer",
    "UPDATE underwriting_reasoncatalogue SET codes = '{A}'",
    "TRUNCATE underwriting_decision CASCADE",
]


@pytest.mark.parametrize("statement", FROZEN)
def test_what_is_recorded_is_not_rewritten(
    decided: Decision, attack: Attack, statement: str
) -> None:
    with pytest.raises((IntegrityError, RefusedWrite)):
        attack(statement)


KEPT = [
    "DELETE FROM underwriting_application",
    "DELETE FROM underwriting_decision",
    "DELETE FROM underwriting_decisionreason",
    "DELETE FROM underwriting_factset",
    "DELETE FROM underwriting_party",
    "DELETE FROM underwriting_consent",
    "DELETE FROM underwriting_offer",
    "DELETE FROM underwriting_duty",
]


@pytest.mark.parametrize("statement", KEPT)
def test_nothing_is_deleted_inside_retention(
    decided: Decision, attack: Attack, statement: str
) -> None:
    with pytest.raises(IntegrityError, match="retention has not ended"):
        attack(statement)


def test_a_litigation_hold_outlasts_retention(decided: Decision, attack: Attack) -> None:
    attack("UPDATE underwriting_application SET retention_until = now() - interval '1 day'")
    attack("UPDATE underwriting_application SET litigation_hold = true")
    with pytest.raises(IntegrityError, match="retention has not ended"):
        attack("DELETE FROM underwriting_duty")
    attack("UPDATE underwriting_application SET litigation_hold = false")
    attack("DELETE FROM underwriting_duty")


def copied(decision: Decision, **changed: Any) -> Decision:
    """The next decision of the same application, as somebody with SQL might forge it."""
    forged = Decision.objects.get(id=decision.id)
    forged.id = new_id()
    forged.number, forged.supersedes_id = 2, decision.id
    forged.kind, forged.run_id, forged.verdict = "review", None, "{}"
    for name, value in changed.items():
        setattr(forged, name, value)
    return forged


def forge(decision: Decision, reasons: list[str], **changed: Any) -> None:
    """Put a forged decision in the place of a real one, with its reasons, in one transaction."""
    with enter(decision.organization_id):
        if "in_force" not in changed:
            Decision.objects.filter(id=decision.id).update(in_force=False)
        forged = copied(decision, **changed)
        forged.save(force_insert=True)
        reasons_write(forged, reasons)


@pytest.mark.parametrize("reasons", [[], list("ABCDE"), ["NOT_IN_THE_CATALOGUE"]])
def test_an_adverse_decision_needs_one_to_four_published_reasons(
    decided: Decision, reasons: list[str]
) -> None:
    with pytest.raises(IntegrityError, match="reason"):
        forge(decided, reasons)


def reasons_write(decision: Decision, codes: list[str]) -> None:
    DecisionReason.objects.bulk_create(
        DecisionReason(
            organization_id=decision.organization_id,
            application_id=decision.application_id,
            decision=decision,
            position=position,
            code=code,
            source="person",
        )
        for position, code in enumerate(codes, start=1)
    )


def test_a_fifth_reason_cannot_be_added_later(hanse: Organization, decided: Decision) -> None:
    with pytest.raises(IntegrityError, match="decision"), enter(hanse.id):
        DecisionReason.objects.bulk_create(
            DecisionReason(
                organization_id=hanse.id,
                application_id=decided.application_id,
                decision=decided,
                position=position,
                code="INCOME_TOO_LOW",
                source="person",
            )
            for position in (7, 8, 9, 10)
        )


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"notice_due_at": None}, "decision_adverse_notice_within_30_days"),
        ({"pack_hash": "none"}, "decision_hashes_formed"),
        ({"pack_hash": "sha256:" + "0" * 64}, "regulation pack is not kept"),
        ({"document": "{}"}, "no trace"),
        ({"document": '{"trace": null}'}, "no trace"),
        ({"outcome": "approve"}, "decision_offer_says_until_when"),
        ({"number": 1}, "decision_first_supersedes_nothing"),
        ({"verdict": None}, "decision_kind_agrees"),
        ({"in_force": True}, "decision_one_in_force"),
        ({"catalogue_id": None}, "not in the published catalogue"),
    ],
)
def test_a_forged_decision_is_refused(
    decided: Decision, changed: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        forge(decided, ["INCOME_TOO_LOW"], **changed)


def test_a_notice_may_not_be_due_later_than_thirty_days(decided: Decision) -> None:
    late = decided.application_completed_at + timedelta(days=30, microseconds=1)
    with pytest.raises(IntegrityError, match="within_30_days"):
        forge(decided, ["INCOME_TOO_LOW"], notice_due_at=late)


def test_a_submission_has_one_first_decision(decided: Decision) -> None:
    first = {"kind": "automatic", "run_id": decided.run_id, "verdict": None}
    with pytest.raises(IntegrityError, match="decision_one_first_per_submission"):
        forge(decided, ["INCOME_TOO_LOW"], **first)


def test_a_superseded_decision_stays_superseded(decided: Decision, attack: Attack) -> None:
    attack("UPDATE underwriting_decision SET in_force = false")
    with pytest.raises(IntegrityError, match="stays superseded"):
        attack("UPDATE underwriting_decision SET in_force = true")


def test_two_people_are_two(hanse: Organization, submit: Submit, attack: Attack) -> None:
    decide(submit((INES, {**STRONG, "employment_since": "unemployed"})))
    with pytest.raises(IntegrityError, match="review_two_different_people"):
        attack("UPDATE underwriting_review SET verdict = '{}', verdict_by = '1', second_by = '1'")


def test_amounts_are_positive(hanse: Organization, submit: Submit) -> None:
    application = submit((JONAS, STRONG)).application
    application.id = new_id()
    application.amount = 0
    with pytest.raises(IntegrityError, match="application_amount_positive"), enter(hanse.id):
        application.save(force_insert=True)
