"""A policy against all past applications: the snapshot, the run, the report, what stays."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from accounts.models import User
from events.actor import SYSTEM, Actor
from events.models import Event
from scoring.models import Product
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden
from tenancy.ids import new_id
from tenancy.models import Organization
from tests.cast_scoring import demo_document, out_of_charge
from tests.cast_underwriting import INES, JONAS, KAI, STRONG, WEAK, Submit, decide
from tests.underwriting.test_erasure import retention_over
from underwriting.decisioning.decided import as_decided
from underwriting.decisioning.snapshot import part_read
from underwriting.enums import BacktestStatus
from underwriting.models import (
    ApplicationChunk,
    Backtest,
    BacktestProtected,
    Decision,
    Party,
    PolicyVersion,
)
from underwriting.services import backtest_rows
from underwriting.services.backtest_plans import plans_of
from underwriting.services.backtests import (
    BacktestProgress,
    backtest_cancel,
    backtest_recover,
    backtest_run,
    backtest_start,
)
from underwriting.services.customers import customer_erase
from underwriting.services.policies import policy_check, policy_draft, policy_submit
from underwriting.services.snapshots import snapshot_refresh

ZEROS = "sha256:" + "0" * 64
FORGED = (
    "UPDATE underwriting_backtest SET status = 'done', report = '{}', content_hash = %s,"
    " snapshot = %s, made_at = now() WHERE id = %s"
)
FAILED = "UPDATE underwriting_backtest SET status = 'failed', made_at = now() WHERE id = %s"
HELD_APART = (
    "INSERT INTO underwriting_backtestprotected (organization_id, id, backtest_id, report,"
    " content_hash) VALUES (%s, %s, %s, '{}', %s)"
)
COPIED = (
    "INSERT INTO underwriting_backtest SELECT (jsonb_populate_record(b, jsonb_build_object("
    "'id', %s::text))).* FROM underwriting_backtest b WHERE id = %s"
)
JOBLESS = {**STRONG, "employment_since": "unemployed"}


def past(submit: Submit) -> int:
    """One approved, one joint, one declined, one referred."""
    people: list[Any] = [
        [(INES, STRONG)], [(INES, STRONG), (JONAS, STRONG)], [(KAI, WEAK)], [(JONAS, JOBLESS)],
    ]  # fmt: skip
    for index, applicants in enumerate(people):
        decide(submit(*applicants, external_id=str(index)))
    return len(people)


def stricter(hanse: Organization, product: Product, rita: User) -> PolicyVersion:
    """The demo lender's policy, which declines where it referred."""
    document = demo_document("hanse_kredit", "policy")
    for rule_set in document["rule_sets"]:
        for row in rule_set["rows"]:
            if row["outcome"] == "refer":
                row["outcome"] = "decline"
    return policy_draft(
        organization_id=hanse.id,
        actor=Actor.user(rita.pk),
        product_id=product.id,
        document=document,
    )


def started(version: PolicyVersion, user: User) -> Backtest:
    return backtest_start(
        organization_id=version.organization_id,
        actor=Actor.user(user.pk),
        policy_version_id=version.id,
        background=False,
    )


def ran(backtest: Backtest) -> Backtest:
    done = backtest_run(organization_id=backtest.organization_id, backtest_id=backtest.id)
    assert done is not None
    return done


def refreshed(product: Product) -> int:
    return snapshot_refresh(organization_id=product.organization_id, product_id=product.id)


def refs(organization_id: UUID) -> list[UUID]:
    with enter(organization_id, read_only=True):
        return [
            ref for chunk in ApplicationChunk.objects.all()
            for ref in part_read(bytes(chunk.body)).uuids
        ]  # fmt: skip


@pytest.fixture
def version(hanse: Organization, personal_loan: Product, rita: User) -> PolicyVersion:
    return stricter(hanse, personal_loan, rita)


def test_what_is_decided_is_taken_up_once(
    hanse: Organization, personal_loan: Product, submit: Submit
) -> None:
    count = past(submit)
    assert (refreshed(personal_loan), refreshed(personal_loan)) == (count, 0)
    decide(submit((INES, STRONG), external_id="later"))
    assert refreshed(personal_loan) == 1
    with enter(hanse.id, read_only=True):
        chunk = ApplicationChunk.objects.get()
        decided = set(Decision.objects.values_list("application_id", flat=True))
    assert (chunk.rows, set(refs(hanse.id))) == (count + 1, decided)
    assert sorted(part_read(bytes(chunk.body)).applications.counts.tolist()) == [1, 1, 1, 1, 2]


def test_a_forgotten_person_leaves_the_snapshot(
    hanse: Organization, personal_loan: Product, submit: Submit
) -> None:
    count = past(submit)
    refreshed(personal_loan)
    retention_over(hanse)
    with enter(hanse.id, read_only=True):
        kai = Party.objects.get(application__decisions__outcome="decline").customer
        gone = set(Party.objects.filter(customer=kai).values_list("application_id", flat=True))
    customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=kai.id)
    left = refs(hanse.id)
    assert gone
    assert len(left) == count - len(gone)
    assert gone.isdisjoint(left)
    assert refreshed(personal_loan) == 0


def test_columns_decide_as_the_online_engine_did(
    hanse: Organization, personal_loan: Product, submit: Submit, policy: PolicyVersion, rita: User
) -> None:
    """Run against itself, the policy in force gives every application what it got."""
    past(submit)
    refreshed(personal_loan)
    backtest = started(policy, rita)
    rows = backtest_rows.rows_decided(
        hanse.id, personal_loan.id, plans_of(hanse.id, backtest), lambda _: None
    )
    assert rows.compared is not None
    with enter(hanse.id, read_only=True):
        documents = {d.application_id: json.loads(d.document) for d in Decision.objects.all()}
    found = [rows.compared.candidate.row(at) for at in range(rows.compared.candidate.rows)]
    assert found == [as_decided(documents[ref]) for ref in refs(hanse.id)]


def test_a_backtest_says_who_would_be_decided_otherwise(
    submit: Submit, version: PolicyVersion, rita: User
) -> None:
    count = past(submit)
    done = ran(started(version, rita))
    assert (done.status, done.error, done.applications) == ("done", "", count)
    report = done.report_data
    assert report["matrix"] == [[2, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 1]]
    declined = report["sentences_basis"]["declined"]
    assert (declined["count"], declined["before"]) == (1, {"refer": 1})
    assert declined["causes"][0]["reason"] == "NO_EMPLOYMENT"
    assert report["basis"]["applications"] == count
    assert report["basis"]["approval_rate_ppm"] == [500_000, 500_000]
    assert report["basis"]["referral_minutes"] == [15, 0]
    assert report["basis"]["decline_without_reason"] == 0
    assert report["money"]["candidate"]["lent"] == 600_000


def test_nobody_stands_in_the_report(submit: Submit, version: PolicyVersion, rita: User) -> None:
    past(submit)
    done = ran(started(version, rita))
    with enter(version.organization_id, read_only=True):
        apart = BacktestProtected.objects.get(backtest=done)
    ids = [str(ref) for ref in refs(version.organization_id)]
    text = f"{done.report}{apart.report}"
    assert not any(each in text or each.replace("-", "") in text for each in ids)


def test_a_product_without_a_past_says_so(version: PolicyVersion, rita: User) -> None:
    done = ran(started(version, rita))
    assert (done.status, done.applications) == ("done", 0)
    assert done.report_data["basis"]["approval_rate_ppm"] == [None, None]


def test_without_a_model_it_fails_and_says_why(
    hanse: Organization, submit: Submit, version: PolicyVersion, rita: User
) -> None:
    past(submit)
    out_of_charge(hanse)
    failed = ran(started(version, rita))
    assert (failed.status, failed.error) == ("failed", "no model is in charge of this product")


def test_it_stops_where_somebody_asks_for_it(
    submit: Submit, version: PolicyVersion, rita: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    past(submit)
    asked = started(version, rita)
    who: dict[str, Any] = {
        "organization_id": version.organization_id, "actor": Actor.user(rita.pk),
    }  # fmt: skip

    def told(progress: BacktestProgress, step: str, fraction: float = 0.0) -> None:
        if step == "decide":
            backtest_cancel(**who, backtest_id=asked.id)
        spoken(progress, step, fraction)

    spoken = BacktestProgress.__call__
    monkeypatch.setattr(BacktestProgress, "__call__", told)
    stopped = ran(asked)
    assert (stopped.status, stopped.report) == (BacktestStatus.CANCELLED, None)
    with pytest.raises(Conflict):
        backtest_cancel(**who, backtest_id=asked.id)


def test_one_at_a_time_and_by_whom_it_may(version: PolicyVersion, rita: User, uma: User) -> None:
    started(version, rita)
    with pytest.raises(Conflict):
        started(version, rita)
    with pytest.raises(Forbidden):
        started(version, uma)


def test_delivered_twice_it_runs_once(submit: Submit, version: PolicyVersion, rita: User) -> None:
    past(submit)
    done = ran(started(version, rita))
    assert backtest_run(organization_id=done.organization_id, backtest_id=done.id) is None


def test_a_lost_worker_is_followed_by_a_new_run(version: PolicyVersion, rita: User) -> None:
    asked = started(version, rita)
    with enter(version.organization_id):
        Backtest.objects.filter(id=asked.id).update(
            status="running", seen_at="2026-01-01T00:00:00Z"
        )
    backtest_recover(organization_id=version.organization_id, backtest_id=asked.id)
    with enter(version.organization_id, read_only=True):
        lost, again = Backtest.objects.order_by("requested_at")
    assert (lost.status, lost.error) == ("failed", "worker_lost")
    assert again.attempt == 2


def test_handing_a_policy_in_runs_it(
    hanse: Organization, personal_loan: Product, submit: Submit, rita: User
) -> None:
    """With a past, once: what has run or runs already is not asked for again."""
    past(submit)
    who: dict[str, Any] = {"organization_id": hanse.id, "actor": Actor.user(rita.pk)}
    document = demo_document("hanse_kredit", "policy")
    version = policy_draft(**who, product_id=personal_loan.id, document=document)
    policy_check(**who, policy_version_id=version.id)
    policy_submit(**who, policy_version_id=version.id)
    with enter(hanse.id, read_only=True):
        assert Backtest.objects.get().policy_hash == version.content_hash
        assert Event.objects.filter(type="backtest.requested").count() == 1


def test_an_altered_chunk_is_refused(
    hanse: Organization, personal_loan: Product, submit: Submit, version: PolicyVersion, rita: User
) -> None:
    past(submit)
    refreshed(personal_loan)
    with enter(hanse.id):
        chunk = ApplicationChunk.objects.get()
        ApplicationChunk.objects.update(body=bytes(chunk.body).replace(b"amount", b"amoumt"))
    failed = ran(started(version, rita))
    assert failed.status == "failed"


def test_raw_sql_changes_nothing_about_a_backtest(
    submit: Submit, version: PolicyVersion, rita: User
) -> None:
    past(submit)
    done = ran(started(version, rita))
    waiting = started(version, rita)
    with enter(version.organization_id, read_only=True):
        apart = BacktestProtected.objects.get()
    attacks: list[tuple[str, list[Any]]] = [
        ("UPDATE underwriting_backtest SET report = '{}' WHERE id = %s", [done.id]),
        ("UPDATE underwriting_backtest SET status = 'waiting' WHERE id = %s", [done.id]),
        ("DELETE FROM underwriting_backtest WHERE id = %s", [done.id]),
        ("UPDATE underwriting_backtest SET policy_hash = %s WHERE id = %s", [ZEROS, waiting.id]),
        (FORGED, [ZEROS, ZEROS, waiting.id]),
        (FAILED, [waiting.id]),
        ("UPDATE underwriting_backtest SET status = 'cancelled' WHERE id = %s", [waiting.id]),
        ("UPDATE underwriting_backtest SET report = '{}' WHERE id = %s", [waiting.id]),
        ("UPDATE underwriting_backtest SET progress_ppm = 1000001 WHERE id = %s", [waiting.id]),
        ("UPDATE underwriting_backtest SET status = 'asleep' WHERE id = %s", [waiting.id]),
        (HELD_APART, [version.organization_id, new_id(), waiting.id, ZEROS]),
        (COPIED, [str(new_id()), waiting.id]),
        (COPIED, [str(new_id()), done.id]),
    ]
    for statement, values in attacks:
        with pytest.raises(IntegrityError), enter(version.organization_id):
            run(statement, values)
    for statement in ("UPDATE underwriting_backtestprotected SET report = '{}' WHERE id = %s",
                      "DELETE FROM underwriting_backtestprotected WHERE id = %s"):  # fmt: skip
        with pytest.raises(Exception, match=r"denied|refused"), enter(version.organization_id):
            run(statement, [apart.id])


def test_raw_sql_keeps_chunks_in_form(
    hanse: Organization, personal_loan: Product, submit: Submit
) -> None:
    past(submit)
    refreshed(personal_loan)
    changes = [
        "UPDATE underwriting_applicationchunk SET rows = 0",
        "UPDATE underwriting_applicationchunk SET rows = 20001",
        "UPDATE underwriting_applicationchunk SET content_hash = 'x'",
        "UPDATE underwriting_applicationchunk SET known_hash = 'x'",
        "UPDATE underwriting_applicationchunk SET dictionary_hash = ''",
        "UPDATE underwriting_applicationchunk SET source = 'elsewhere'",
        "UPDATE underwriting_applicationchunk SET last_ref = uuid_nil()",
    ]
    nil = "'00000000-0000-0000-0000-000000000000'"
    for change in changes:
        with pytest.raises(IntegrityError), enter(hanse.id):
            run(change.replace("uuid_nil()", nil), [])
    with pytest.raises(IntegrityError), enter(hanse.id):
        run(
            "INSERT INTO underwriting_applicationchunk SELECT (jsonb_populate_record(c,"
            " jsonb_build_object('id', %s::text))).* FROM underwriting_applicationchunk c",
            [str(new_id())],
        )


def run(statement: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
