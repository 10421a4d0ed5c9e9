"""Replay: the same bytes from pinned parts, in another process too; what was altered is named."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from events.actor import SYSTEM, Actor
from tenancy.enter import enter
from tenancy.errors import Invalid
from tenancy.models import Organization
from tenancy.roles import APPLICATION, OWNER
from tests.cast_scoring import out_of_charge
from tests.cast_underwriting import INES, JONAS, KAI, STRONG, WEAK, Submit, decide, excepted
from underwriting.models import Decision, Review
from underwriting.services import evaluation, replays
from underwriting.services.replays import decisions_replay
from underwriting.services.requests import review_request
from underwriting.services.reviews import review_approve, review_counter_offer, review_decline

JOBLESS = {**STRONG, "employment_since": "unemployed"}
REWRITE_INPUTS = "UPDATE underwriting_decision SET inputs = replace(inputs, %s, %s)"
REWRITE_DOCUMENT = "UPDATE underwriting_decision SET document = replace(document, %s, %s)"
ROOT = Path(__file__).resolve().parents[2]


def of_every_kind(hanse: Organization, submit: Submit, uma: User) -> int:
    """Approved, joint, declined, referred, held, settled by a person, overridden; how many."""
    decide(submit())
    decide(submit((INES, STRONG), (JONAS, STRONG)))
    declined = decide(submit((KAI, {**WEAK, "monthly_income": "1500.00"})))
    verdicts: list[Any] = [
        review_approve,
        partial(review_decline, reasons=["NO_EMPLOYMENT"]),
        partial(review_counter_offer, amount="2000.00", term_months=12, reasons=["NO_EMPLOYMENT"]),
    ]
    who: dict[str, Any] = {"organization_id": hanse.id, "actor": Actor.user(uma.pk)}
    for verdict in verdicts:
        referred = decide(submit((JONAS, JOBLESS)))
        with enter(hanse.id, read_only=True):
            review = Review.objects.get(decision=referred)
        verdict(**who, review_id=review.id)
    contested = review_request(
        organization_id=hanse.id, actor=SYSTEM, application_id=declined.application_id
    )
    review_approve(**who, review_id=contested.id, override_codes=["INCOME_VERIFIED"], **excepted())
    with enter(hanse.id):
        Organization.objects.filter(id=hanse.id).update(refer_all=True)
    decide(submit((JONAS, STRONG)))
    with enter(hanse.id, read_only=True):
        return Decision.objects.count()


def test_every_kind_of_decision_is_computed_again_to_the_byte(
    hanse: Organization, submit: Submit, uma: User
) -> None:
    count = of_every_kind(hanse, submit, uma)
    report = decisions_replay(organization_id=hanse.id)
    assert count == 11
    assert dict(report.counts) == {"identical": count}


@pytest.mark.parametrize("kind", ["dictionary", "product", "model", "policy", "pack", "engine"])
def test_an_altered_pinned_part_is_named(
    hanse: Organization, submit: Submit, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    decide(submit())
    real = replays.stored_body

    def altered(organization_id: Any, asked: str, wanted: str) -> bytes | None:
        body = real(organization_id, asked, wanted)
        return body + b" " if asked == kind and body is not None else body

    monkeypatch.setattr(replays, "stored_body", altered)
    [finding] = decisions_replay(organization_id=hanse.id).findings
    assert (finding.status, finding.explained_by) == ("altered", (kind,))


def tampered(statement: str, *values: str) -> None:
    """As the tables' owner might, who can switch off what refuses, and on again."""
    table = "underwriting_decision"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [table],
        )
        triggers = [name for (name,) in cursor.fetchall()]
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        cursor.execute(statement, values)
        assert cursor.rowcount == 1
        cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        for name in triggers:
            cursor.execute(f'ALTER TABLE {table} ENABLE ALWAYS TRIGGER "{name}"')


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("rewrite", "find", "put", "named"),
    [
        (REWRITE_INPUTS, '"3000.00"', '"3001.00"', "inputs"),
        (REWRITE_DOCUMENT, '"outcome":"approve"', '"outcome":"decline"', "document"),
    ],
)
def test_whoever_rewrites_a_row_past_every_trigger_is_found_out(
    transactional_db: None,
    hanse: Organization,
    submit: Submit,
    database_roles: Any,
    rewrite: str,
    find: str,
    put: str,
    named: str,
) -> None:
    decide(submit())
    with database_roles.acting_as(OWNER):
        tampered(rewrite, find, put)
    [finding] = decisions_replay(organization_id=hanse.id).findings
    assert (finding.status, finding.explained_by) == ("altered", (named,))


@pytest.mark.django_db(transaction=True)
def test_other_processes_under_another_hash_seed_agree(
    transactional_db: None, hanse: Organization, submit: Submit, uma: User, database_roles: Any
) -> None:
    count = of_every_kind(hanse, submit, uma)
    replayed = subprocess.run(
        [
            sys.executable, str(ROOT / "manage.py"), "replay_decisions",
            "--organization", "hanse-kredit", "--processes", "2", "--skip-checks",
        ],
        env={
            **os.environ,
            "DATABASE_URL": database_roles.url(APPLICATION),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONHASHSEED": "4242",
        },
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert replayed.returncode == 0, replayed.stderr
    assert f"hanse-kredit: {count} replayed: {count} identical" in replayed.stdout


def test_what_no_plan_decided_is_replayed_too(
    hanse: Organization, submit: Submit, uma: User
) -> None:
    """The champion has ended; a person declines by the dictionary's own reasons, nothing else."""
    out_of_charge(hanse)
    referred = decide(submit())
    with enter(hanse.id, read_only=True):
        review = Review.objects.get(decision=referred)
    who: dict[str, Any] = {
        "organization_id": hanse.id,
        "actor": Actor.user(uma.pk),
        "review_id": review.id,
    }
    with pytest.raises(Invalid):
        review_approve(**who)
    review_decline(**who, reasons=["LOAN_AMOUNT"])
    assert dict(decisions_replay(organization_id=hanse.id).counts) == {"identical": 2}


def test_a_plan_that_cannot_be_made_refers(
    hanse: Organization, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise ValueError("an artifact that does not open")

    with monkeypatch.context() as patched:
        patched.setattr(evaluation, "plan_for", broken)
        decision = decide(submit())
    assert [reason["code"] for reason in decision.document_data["reasons"]] == ["DECIDING_FAILED"]
    assert dict(decisions_replay(organization_id=hanse.id).counts) == {"identical": 1}
