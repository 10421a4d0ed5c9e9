"""Challengers: in shadow beside the model in charge, in a split test, and proposed when proved."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from events.actor import SYSTEM, Actor
from scoring.enums import LookMethod, SplitStatus
from scoring.models import (
    ChallengerLook,
    Championship,
    ModelRequest,
    ModelVersion,
    OutcomeDefinition,
    Performance,
    Product,
    ScoringRun,
    ShadowScore,
    SplitTest,
)
from scoring.services.challengers import challengers_look
from scoring.services.splits import split_begin, split_end, split_propose, split_refuse
from scoring.tasks import challengers_due
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid, RefusedWrite
from tenancy.ids import new_id
from tenancy.models import Organization
from tests.cast_scoring import out_of_charge
from tests.cast_underwriting import JONAS, KAI, STRONG, WEAK, Submit, decide
from underwriting.models import Decision
from underwriting.services.decisions import application_decide
from underwriting.services.shadows import shadow_score

RITA, ANNA = Actor("user", "1"), Actor("user", "2")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def propose(hanse: Organization, challenger: ModelVersion, **said: Any) -> SplitTest:
    return split_propose(
        **{
            "organization_id": hanse.id,
            "actor": RITA,
            "challenger_id": challenger.id,
            "share_ppm": 500_000,
            "reason": "does it earn more?",
            **said,
        }
    )


def strangers(count: int) -> list[dict[str, str]]:
    """So many people who have nothing in common."""
    named = [f"{JONAS['given_names']}{letter}" for letter in "abcdefghijkl"[:count]]
    return [{**JONAS, "given_names": name, "email": f"{name}@mail.example"} for name in named]


def test_a_challenger_scores_what_was_decided_and_decides_nothing(
    hanse: Organization, submit: Submit, challenger: ModelVersion
) -> None:
    decision = decide(submit())
    assert shadow_score(organization_id=hanse.id, decision_id=decision.id) == 1
    assert shadow_score(organization_id=hanse.id, decision_id=decision.id) == 1
    with enter(hanse.id):
        shadow, run = ShadowScore.objects.get(), ScoringRun.objects.get()
        assert shadow.model_version_id == challenger.id
        assert shadow.beside_id == run.model_version_id
        assert shadow.application_id == run.application_id
        assert shadow.points == run.points + 530 - _intercept(run.model_version)
        assert shadow.decided_outcome == decision.outcome
        assert Decision.objects.get().model_hash != challenger.artifact_hash


def _intercept(version: ModelVersion) -> int:
    return int(version.card["model"]["intercept"])


def test_a_worker_is_asked_for_shadows_only_when_there_is_one(
    hanse: Organization,
    submit: Submit,
    personal_loan: Product,
    django_capture_on_commit_callbacks: Any,
    request: pytest.FixtureRequest,
) -> None:
    with django_capture_on_commit_callbacks() as before:
        decide(submit((JONAS, WEAK)))
    request.getfixturevalue("challenger")
    with django_capture_on_commit_callbacks() as after:
        decide(submit((KAI, WEAK)))
    assert len(after) == len(before) + 1


def test_a_decision_without_a_model_has_no_shadow(
    hanse: Organization, submit: Submit, challenger: ModelVersion
) -> None:
    out_of_charge(hanse)
    decision = decide(submit())
    assert shadow_score(organization_id=hanse.id, decision_id=decision.id) == 0


def test_a_split_gives_each_applicant_one_model_for_good(
    hanse: Organization, submit: Submit, challenger: ModelVersion
) -> None:
    split = propose(hanse, challenger)
    split_begin(organization_id=hanse.id, actor=ANNA, split_id=split.id)
    people = strangers(12)
    arms = [decide(submit((person, STRONG))).model_hash for person in people]
    again = [decide(submit((person, STRONG))).model_hash for person in people]
    assert set(arms) > {challenger.artifact_hash}
    assert again == arms


def test_a_split_counts_the_champion_as_shadow_of_the_challenger(
    hanse: Organization, submit: Submit, challenger: ModelVersion
) -> None:
    split = propose(hanse, challenger)
    split_begin(organization_id=hanse.id, actor=ANNA, split_id=split.id)
    people = strangers(8)
    decisions = [decide(submit((person, STRONG))) for person in people]
    challenged = next(d for d in decisions if d.model_hash == challenger.artifact_hash)
    shadow_score(organization_id=hanse.id, decision_id=challenged.id)
    with enter(hanse.id):
        assert ShadowScore.objects.get().model_version_id == split.champion_id


def test_an_ended_split_gives_everybody_back(
    hanse: Organization, submit: Submit, challenger: ModelVersion
) -> None:
    split = propose(hanse, challenger)
    split_begin(organization_id=hanse.id, actor=ANNA, split_id=split.id)
    split_end(organization_id=hanse.id, actor=RITA, split_id=split.id, reason="seen enough")
    people = strangers(8)
    arms = {decide(submit((person, STRONG))).model_hash for person in people}
    assert challenger.artifact_hash not in arms


def test_a_split_needs_a_second_person(hanse: Organization, challenger: ModelVersion) -> None:
    split = propose(hanse, challenger)
    with pytest.raises(Forbidden):
        split_begin(organization_id=hanse.id, actor=RITA, split_id=split.id)
    with pytest.raises(Forbidden):
        split_begin(organization_id=hanse.id, actor=SYSTEM, split_id=split.id)
    with pytest.raises(Conflict):
        propose(hanse, challenger)
    split_refuse(organization_id=hanse.id, actor=ANNA, split_id=split.id)
    with pytest.raises(Conflict):
        split_begin(organization_id=hanse.id, actor=ANNA, split_id=split.id)


@pytest.mark.parametrize("said", [{"share_ppm": 0}, {"share_ppm": 600_000}, {"reason": " "}])
def test_a_proposal_that_says_too_little(
    hanse: Organization, challenger: ModelVersion, said: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        propose(hanse, challenger, **said)
    with enter(hanse.id):
        assert not SplitTest.objects.exists()


def test_the_model_in_charge_cannot_be_its_own_challenger(
    hanse: Organization, personal_loan: Product
) -> None:
    with enter(hanse.id):
        champion = ModelVersion.objects.get()
    with pytest.raises(Conflict):
        propose(hanse, champion)


@pytest.mark.parametrize(
    "changes",
    [
        {"share_ppm": 500_001},
        {"reason": ""},
        {"status": SplitStatus.RUNNING},
        {"status": SplitStatus.RUNNING, "answered_by": "1", "answered_at": NOW, "started_at": NOW},
        {"status": SplitStatus.RUNNING, "answered_by": "2", "answered_at": NOW},
        {"status": SplitStatus.ENDED, "answered_by": "2", "answered_at": NOW, "started_at": NOW},
        {"answered_by": "2"},
    ],
)
def test_the_database_holds_the_split(
    hanse: Organization, challenger: ModelVersion, changes: dict[str, Any]
) -> None:
    split = propose(hanse, challenger)
    with pytest.raises(IntegrityError), enter(hanse.id):
        SplitTest.objects.filter(id=split.id).update(**changes)


def test_the_database_holds_shadows_and_looks(
    hanse: Organization, submit: Submit, challenger: ModelVersion
) -> None:
    decision = decide(submit())
    shadow_score(organization_id=hanse.id, decision_id=decision.id)
    with enter(hanse.id):
        shadow = ShadowScore.objects.get()
    again = {f.attname: getattr(shadow, f.attname) for f in ShadowScore._meta.fields}
    for changes in (
        {},
        {"application_id": new_id(), "beside_id": shadow.model_version_id},
        {"application_id": new_id(), "pd_ppm": 1_000_001},
        {"application_id": new_id(), "pd_ppm": None},
    ):
        with pytest.raises(IntegrityError), enter(hanse.id):
            ShadowScore.objects.create(**{**again, "id": new_id(), **changes})
    with pytest.raises(RefusedWrite), enter(hanse.id):
        ShadowScore.objects.update(points=1)


@pytest.fixture
def definition(hanse: Organization, personal_loan: Product) -> OutcomeDefinition:
    with enter(hanse.id):
        return OutcomeDefinition.objects.create(
            organization_id=hanse.id, product=personal_loan, number=1, bad_days_past_due=90,
            indeterminate_days_past_due=30, window_months=12, published_at=NOW,
        )  # fmt: skip


def loans_both_scored(
    hanse: Organization, product: Product, challenger: ModelVersion, *, better: bool
) -> None:
    """Two hundred loans that went one way or the other, and what both models had said of them."""
    with enter(hanse.id):
        champion = Championship.objects.get().model_version
        for number in range(200):
            bad, application = number % 4 == 0, new_id()
            told = (800_000 if bad else 100_000) if better else 250_000
            ScoringRun.objects.create(
                organization_id=hanse.id, application_id=application, model_version=champion,
                points=500, pd_ppm=250_000, parties="[]", scored_at=NOW, verdict="approve",
                concluded_at=NOW,
            )  # fmt: skip
            ShadowScore.objects.create(
                organization_id=hanse.id, application_id=application, model_version=challenger,
                beside=champion, points=500, pd_ppm=told, outcome="approve",
                decided_outcome="approve", scored_at=NOW,
            )  # fmt: skip
            Performance.objects.create(
                organization_id=hanse.id, product=product, loan_ref=str(application),
                months_on_book=12, as_of=date(2025, 12, 31), days_past_due=120 if bad else 0,
                balance=0,
            )  # fmt: skip


def test_a_challenger_that_proves_better_is_proposed_once_and_not_promoted(
    hanse: Organization,
    personal_loan: Product,
    challenger: ModelVersion,
    definition: OutcomeDefinition,
) -> None:
    loans_both_scored(hanse, personal_loan, challenger, better=True)
    for _ in range(2):
        challengers_look(organization_id=hanse.id, product_id=personal_loan.id)
    with enter(hanse.id):
        look = ChallengerLook.objects.get()
        assert (look.method, look.known, look.crossed) == (LookMethod.SHADOW, 200, True)
        asked = ModelRequest.objects.get(status="open")
        assert asked.model_version_id == challenger.id
        assert asked.requested_by_kind == "system"
        assert Championship.objects.get().model_version_id != challenger.id


def test_one_that_is_no_better_is_not(
    hanse: Organization,
    personal_loan: Product,
    challenger: ModelVersion,
    definition: OutcomeDefinition,
) -> None:
    loans_both_scored(hanse, personal_loan, challenger, better=False)
    challengers_look(organization_id=hanse.id, product_id=personal_loan.id)
    with enter(hanse.id):
        assert ChallengerLook.objects.get().crossed is False
        assert not ModelRequest.objects.filter(status="open").exists()


def test_without_a_definition_of_bad_nothing_is_looked_at(
    hanse: Organization, personal_loan: Product, challenger: ModelVersion
) -> None:
    assert challengers_look(organization_id=hanse.id, product_id=personal_loan.id) == []


def test_a_split_is_looked_at_once_its_loans_are_old_enough(
    hanse: Organization,
    submit: Submit,
    personal_loan: Product,
    challenger: ModelVersion,
    definition: OutcomeDefinition,
) -> None:
    split = propose(hanse, challenger)
    split_begin(organization_id=hanse.id, actor=ANNA, split_id=split.id)
    decide(submit((JONAS, STRONG)))
    long_ago = datetime.now(UTC) - timedelta(days=400)
    with enter(hanse.id):
        SplitTest.objects.update(started_at=long_ago)
    found = challengers_look(organization_id=hanse.id, product_id=personal_loan.id)
    assert {look.method: look.known for look in found}[LookMethod.SPLIT] == 0


def test_beat_finds_products_with_a_challenger(
    hanse: Organization, personal_loan: Product, store_card: Product, challenger: ModelVersion
) -> None:
    assert challengers_due() == 1


def test_deciding_twice_by_two_models_stays_one_decision(
    hanse: Organization, submit: Submit, challenger: ModelVersion
) -> None:
    split = propose(hanse, challenger)
    submitted = submit()
    split_begin(organization_id=hanse.id, actor=ANNA, split_id=split.id)
    decide(submitted)
    assert application_decide(organization_id=hanse.id, run_id=submitted.run.id) is None
