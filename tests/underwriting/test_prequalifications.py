"""A bureau is asked softly or not at all; what was said stays, and is forgotten in its time."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from events.actor import SYSTEM
from tenancy.canonical import canonical
from tenancy.enter import enter
from tenancy.errors import Invalid
from tenancy.models import Organization
from tests.cast_connectors import agreed_to_all, bureau_settings, connected, named
from tests.cast_underwriting import KAI, REQUEST, STRONG, WEAK, agreed, party
from underwriting.connectors.contract import ConnectorError, Failure
from underwriting.connectors.settings import ConnectorSettings
from underwriting.connectors.stub import Stub
from underwriting.decisioning.pinned import Hashes
from underwriting.models import PolicyVersion, Prequalification, PrequalificationPull, Pull
from underwriting.services.evaluation import document_of
from underwriting.services.plans import plan_for
from underwriting.services.prequalifications import prequalification_ask, prequalification_make
from underwriting.tasks import purge_prequalified_facts, sweep_prequalifications

MONTH = timedelta(days=31)


def asked(
    organization: Organization,
    identity: Mapping[str, Any],
    facts: Mapping[str, Any] = STRONG,
    *,
    softly: bool = False,
) -> Prequalification:
    consents = agreed_to_all(organization) if softly else agreed(organization.id)
    return prequalification_ask(
        organization_id=organization.id,
        actor=SYSTEM,
        product_slug="personal-loan",
        request=REQUEST,
        parties=[party(identity, facts, consents)],
        language="de",
    )


def again(row: Prequalification) -> Prequalification:
    with enter(row.organization_id):
        row.refresh_from_db()
    return row


def made(row: Prequalification) -> Prequalification:
    prequalification_make(organization_id=row.organization_id, prequalification_id=row.id)
    return again(row)


@pytest.fixture
def soft(twin: Organization) -> Organization:
    """The twin asks its bureau hard for applications, and softly for prequalifications."""
    connected(twin, bureau_settings(prequalifies=True))
    return twin


def test_a_bureau_is_asked_softly_with_consent_and_its_facts_count(soft: Organization) -> None:
    row = asked(soft, named("Brandt"), softly=True)
    assert row.status == "pending"
    assert row.sealed is not None
    assert made(row).status == "made"
    assert again(row).sealed is None
    with enter(soft.id):
        pull = PrequalificationPull.objects.get()
        assert not Pull.objects.exists()
    assert (pull.inquiry, pull.purpose, pull.status) == ("soft", "prequalification", "answered")
    facts = json.loads(row.inputs or "{}")["parties"][0]["facts"]
    assert "bureau_points" in facts
    assert not prequalification_make(organization_id=soft.id, prequalification_id=row.id)


@pytest.mark.exhaustive
def test_without_consent_to_it_nobody_is_asked(soft: Organization) -> None:
    with pytest.raises(Invalid):
        asked(soft, named("Brandt"))
    with enter(soft.id):
        assert not Prequalification.objects.exists()


@pytest.mark.exhaustive
def test_a_bureau_that_does_not_answer_is_asked_again_and_then_a_person_would_look(
    soft: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(self: Stub, request: Any) -> Any:
        assert request.inquiry == "soft"
        raise ConnectorError(Failure.TIMEOUT)

    monkeypatch.setattr(Stub, "ask", down)
    row = made(asked(soft, named("Brandt"), softly=True))
    assert row.status == "pending"
    assert sweep_prequalifications() == 0
    for _ in range(2):
        with enter(soft.id):
            PrequalificationPull.objects.update(next_at=row.asked_at - MONTH)
        made(row)
    assert (row.status, row.outcome) == ("made", "needs_review")
    with enter(soft.id):
        assert PrequalificationPull.objects.get().attempts == 3


def test_settings_from_before_keep_their_bytes() -> None:
    before = ConnectorSettings.parse(bureau_settings())
    assert b"prequalifies" not in before.canonical()
    assert ConnectorSettings.parse(before.canonical()) == before
    assert (
        b"prequalifies" in ConnectorSettings.parse(bureau_settings(prequalifies=True)).canonical()
    )


COLUMNS = """id, organization_id, prequalification_id, setting_id, consent_text_id, position, kind,
    inquiry, purpose, status, attempts, next_at, alerts, made_at"""


def test_the_database_refuses_a_hard_pull(soft: Organization) -> None:
    asked(soft, named("Brandt"), softly=True)
    table = "underwriting_prequalificationpull"
    change = f"INSERT INTO {table} ({COLUMNS}) SELECT gen_random_uuid(), organization_id, "
    rest = "status, attempts, next_at, alerts, made_at FROM " + table
    whose = "prequalification_id, setting_id, consent_text_id"
    for values, rule in (
        (f"{whose}, 0, kind, 'hard', purpose,", "pull_is_soft"),
        (f"{whose}, 0, kind, inquiry, 'credit_transaction',", "pull_is_soft"),
        (f"{whose}, 0, 'fraud', 'none', 'fraud_prevention',", "pull_is_soft"),
        (f"{whose}, 7, kind, inquiry, purpose,", "on a consent"),
        (f"{whose}, 0, kind, inquiry, purpose,", "pull_once"),
    ):
        with pytest.raises(IntegrityError, match=rule), enter(soft.id):
            connection.cursor().execute(f"{change} {values} {rest}")
    connected(soft, bureau_settings())
    newest = "(SELECT id FROM underwriting_connectorsetting ORDER BY number DESC LIMIT 1)"
    values = f"prequalification_id, {newest}, consent_text_id, 0, kind, inquiry, purpose,"
    with pytest.raises(IntegrityError, match="settings that allow it"), enter(soft.id):
        connection.cursor().execute(f"{change} {values} {rest}")


def test_what_was_said_stays_and_replays(hanse: Organization, policy: PolicyVersion) -> None:
    row = asked(hanse, KAI, WEAK)
    assert row.outcome == "unlikely"
    pins = {
        name: getattr(row, f"{name}_hash")
        for name in ("dictionary", "product", "model", "policy", "pack", "engine")
    }
    plan = plan_for(hanse.id, Hashes(**pins))
    computed = document_of(plan, json.loads(row.inputs or ""), pins)
    assert canonical(computed).decode() == row.document
    for change, rule in (
        ("outcome = 'likely'", "stays as it was said"),
        ("reason_codes = '{}'", "stays as it was said|gives_reasons"),
        ("notice_due_at = NULL", "stays as it was said|gives_reasons"),
        ("inputs = '{}'", "never rewritten"),
        ("inputs = NULL, emptied_at = now(), salt = NULL", "their time is over"),
        ("application_id = id", "becomes one application|foreign key"),
    ):
        with pytest.raises(IntegrityError, match=rule), enter(hanse.id):
            connection.cursor().execute(f"UPDATE underwriting_prequalification SET {change}")  # noqa: S608


@pytest.mark.exhaustive
def test_facts_are_emptied_when_it_is_over_and_a_denials_with_an_applications(
    twin: Organization,
) -> None:
    likely, unlikely = asked(twin, named("Brandt")), asked(twin, KAI, WEAK)
    assert (likely.outcome, unlikely.outcome) == ("likely", "unlikely")
    assert purge_prequalified_facts() == 0
    with enter(twin.id):
        Organization.objects.filter(id=twin.id).update(clock_offset=2 * MONTH)
    assert purge_prequalified_facts() == 1
    assert (again(likely).inputs, likely.salt) == (None, None)
    assert again(unlikely).inputs is not None
    assert again(likely).document is not None
    with pytest.raises(IntegrityError, match="emptied once"), enter(twin.id):
        connection.cursor().execute(
            "UPDATE underwriting_prequalification SET emptied_at = now() WHERE inputs IS NULL"
        )
