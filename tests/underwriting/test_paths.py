"""What would have got somebody approved: kept with the decision, honoured by what made it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts.models import User
from events.actor import SYSTEM, Actor
from events.models import Event
from tenancy.enter import enter
from tenancy.errors import RefusedWrite
from tenancy.models import Organization
from tests.cast_scoring import demo_document, lender_with_product
from tests.cast_underwriting import (
    INES,
    KAI,
    REQUEST,
    STRONG,
    agreed,
    decide,
    party,
    policy_ready,
)
from underwriting.models import Application, ApprovalPath, Decision
from underwriting.services.applications import application_submit
from underwriting.services.customers import customer_erase
from underwriting.services.paths import path_find, paths_verify
from underwriting.services.policies import (
    policy_check,
    policy_draft,
    policy_publish,
    policy_submit,
)
from underwriting.services.replays import decisions_replay
from underwriting.tasks import purge_erased_facts

INDEBTED = {**STRONG, "monthly_income": "1800.00", "monthly_obligations": "700.00"}


def path_of(decision: Decision) -> ApprovalPath:
    path = path_find(organization_id=decision.organization_id, decision_id=decision.id)
    assert path is not None
    path.decision = decision
    return path


def facts_as_told(path: ApprovalPath) -> dict[str, Any]:
    told = path.document_data["changes"]
    return {**INDEBTED, **{each["field"]: each["to"] for each in told if each["party"] == 0}}


def asked_as_told(path: ApprovalPath) -> dict[str, Any]:
    told = path.document_data["changes"]
    return {each["field"]: each["to"] for each in told if each["party"] is None}


def tightened(**parameters: str) -> dict[str, Any]:
    """The policy with other limits, under which nobody as indebted as Kai is approved."""
    document = {**demo_document("hanse_kredit", "policy"), "tests": []}
    for name, value in parameters.items():
        document["parameters"][name]["value"] = value
    return document


Apply = Callable[..., Decision]


@pytest.fixture
def lender(hanse_twin: Organization, hire: Callable[..., User]) -> Organization:
    """Hanse's twin, whose next policy, in force in two days, approves hardly anybody."""
    product = lender_with_product(hanse_twin.id)
    author, approver = (
        hire(hanse_twin, "Rike", "risk_analyst"),
        hire(hanse_twin, "Arne", "approver"),
    )
    policy_ready(hanse_twin, product, author, approver)
    of: dict[str, Any] = {"organization_id": hanse_twin.id}
    drafted = policy_draft(
        **of,
        actor=Actor.user(author.pk),
        product_id=product.id,
        document=tightened(min_income="5000.00"),
    )
    of["policy_version_id"] = drafted.id
    policy_check(**of, actor=Actor.user(author.pk))
    policy_submit(**of, actor=Actor.user(author.pk))
    policy_publish(
        **of,
        actor=Actor.user(approver.pk),
        effective_from=timezone.now() + timedelta(days=2),
    )
    return hanse_twin


@pytest.fixture
def apply(lender: Organization) -> Apply:
    """Hand in an application and decide it."""

    def applied(*applicants: Any, request: dict[str, Any] | None = None) -> Decision:
        consents = agreed(lender.id)
        return decide(
            application_submit(
                organization_id=lender.id,
                actor=SYSTEM,
                door="api",
                product_slug="personal-loan",
                request={**REQUEST, "term_months": 6, **(request or {})},
                parties=[party(*each, consents) for each in applicants],
                language="de",
                claim=True,
            )
        )

    return applied


@pytest.fixture
def told(apply: Apply) -> ApprovalPath:
    """Kai was declined and told what would do."""
    return path_of(apply((KAI, INDEBTED)))


def days_pass(lender: Organization, days: int) -> None:
    with enter(lender.id):
        Organization.objects.filter(id=lender.id).update(clock_offset=timedelta(days=days))


@pytest.fixture
def again(told: ApprovalPath, apply: Apply, lender: Organization) -> Apply:
    """Kai comes back under the next policy, as told unless said otherwise."""
    days_pass(lender, 3)

    def applied(request: dict[str, Any] | None = None, **facts: Any) -> Decision:
        asked = {**asked_as_told(told), **(request or {})}
        return apply((KAI, {**facts_as_told(told), **facts}), request=asked)

    return applied


def note_of(decision: Decision) -> dict[str, Any]:
    found: dict[str, Any] = next(
        step for step in decision.document_data["trace"] if step["set"] == "promise"
    )
    return found


def test_a_declined_applicant_has_a_path_that_is_kept_and_found_again(
    told: ApprovalPath, lender: Organization
) -> None:
    found = told.document_data
    assert (found["status"], told.status) == ("found", "found")
    assert told.honoured_until == told.decision.decided_at + timedelta(days=60)
    assert path_find(organization_id=lender.id, decision_id=told.decision_id) is None
    assert [each.status for each in paths_verify(organization_id=lender.id)] == ["identical"]
    with enter(lender.id, read_only=True):
        assert Event.objects.order_by("sequence").last().type == "path.recorded"


def test_a_promise_is_kept_once_by_the_versions_that_made_it(
    told: ApprovalPath, again: Apply, lender: Organization
) -> None:
    kept = again()
    assert (kept.outcome, kept.honours_id) == ("approve", told.id)
    assert kept.policy_hash == told.decision.policy_hash
    assert note_of(kept)["rows"] == [{"row": "kept", "result": "hit"}]
    assert kept.scoring_run_id is not None
    second = again()
    assert (second.outcome, second.honours_id) == ("decline", None)
    assert second.policy_hash != told.decision.policy_hash
    report = decisions_replay(organization_id=lender.id)
    assert dict(report.counts) == {"identical": 3}


def test_who_did_not_do_as_told_is_decided_by_today(again: Apply) -> None:
    late = again(monthly_obligations=INDEBTED["monthly_obligations"])
    more = again({"amount": "9000.00"})
    poorer = again(checking_account="overdrawn", monthly_income="901.00")
    assert [each.outcome for each in (late, more, poorer)] == ["decline"] * 3
    said = [note_of(each)["rows"][0]["row"] for each in (late, more, poorer)]
    assert said == ["facts_not_reached", "asked_otherwise", "other_facts"]


def test_a_promise_ends_with_its_days_and_binds_to_one_customer(
    told: ApprovalPath, again: Apply, apply: Apply, lender: Organization
) -> None:
    assert apply((INES, facts_as_told(told)), request=asked_as_told(told)).outcome == "decline"
    joint = apply((KAI, facts_as_told(told)), (INES, STRONG), request=asked_as_told(told))
    assert "promise" not in {step["set"] for step in joint.document_data["trace"]}
    days_pass(lender, 61)
    late = again()
    assert (late.outcome, late.honours_id) == ("decline", None)


def test_the_kill_switch_stops_a_kept_promise_too(
    told: ApprovalPath, again: Apply, lender: Organization
) -> None:
    with enter(lender.id):
        Organization.objects.filter(id=lender.id).update(refer_all=True)
    held = again()
    assert (held.outcome, held.honours_id) == ("refer", None)
    assert held.document_data["trace"][-1]["instead_of"] == "approve"


COPY = (
    "INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object('id',"
    " gen_random_uuid(){change}))).* FROM {table} t"
)


def another(change: str, table: str = "underwriting_approvalpath") -> str:
    """SQL that inserts a copy of the path, or of a decision, with some members changed."""
    return COPY.format(table=table, change=change)


ATTACKS = [
    ("UPDATE underwriting_approvalpath SET honoured_until = 'infinity'", "refused"),
    ("UPDATE underwriting_approvalpath SET document = '{}'", "refused"),
    ("DELETE FROM underwriting_approvalpath", "retention"),
    (another(""), "path_once_a_decision"),
    (another(", 'decision_id', gen_random_uuid()"), "adverse, automatic"),
    (another(", 'honoured_until', NULL"), "path_found_says_until_when"),
    (another(", 'status', 'sold', 'honoured_until', NULL"), "path_status_known"),
    (another(", 'content_hash', 'x'"), "path_hash_formed"),
    (
        another(
            ", 'honours_id', (SELECT id FROM underwriting_approvalpath)", "underwriting_decision"
        ),
        "promise is kept in time",
    ),
]


def test_the_database_refuses_other_paths_and_promises(
    told: ApprovalPath, lender: Organization
) -> None:
    for statement, why in ATTACKS:
        with (
            pytest.raises((IntegrityError, RefusedWrite), match=why),
            enter(lender.id),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_an_erased_person_leaves_no_path_to_read(told: ApprovalPath, lender: Organization) -> None:
    customer_erase(organization_id=lender.id, actor=SYSTEM, customer_id=told.customer_id)
    with enter(lender.id):
        Application.objects.update(retention_until=timezone.now() - timedelta(days=1))
    purge_erased_facts()
    with enter(lender.id, read_only=True):
        assert ApprovalPath.objects.get().document is None
    assert [each.status for each in paths_verify(organization_id=lender.id)] == ["erased"]
