"""Who decides: one at a time, with a history, and two people for a change proposed by nobody."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError

from events.actor import SYSTEM, Actor
from scoring.enums import AnswerStatus
from scoring.models import Championship, ModelRequest, ModelVersion, Product
from scoring.selectors.models import champion, champion_or_none, championships
from scoring.services.championships import champion_appoint
from scoring.services.models import expert_scorecard_register, model_register
from scoring.services.promotions import promotion_request
from scoring.services.requests import move_agree, move_refuse
from scoring.services.serving import champions_warm, model_loaded
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid
from tenancy.models import Organization
from tests.cast_scoring import ANSWERERS, demo_document, validated

FIRST, SECOND, PROPOSER = Actor("user", "1"), Actor("user", "2"), Actor("user", "3")


@pytest.fixture
def rival(personal_loan: Product, hanse: Organization) -> ModelVersion:
    """Another scorecard of the same product."""
    document = {**demo_document("hanse_kredit", "expert_scorecard"), "intercept": 530}
    return validated(
        expert_scorecard_register(
            organization_id=hanse.id, actor=SYSTEM, product_slug="personal-loan", document=document
        )
    )


def appoint(organization: Organization, version: ModelVersion) -> Championship:
    return champion_appoint(
        organization_id=organization.id,
        actor=PROPOSER,
        answered_by=ANSWERERS,
        model_version_id=version.id,
        reason="it ranks better",
    )


def test_the_history_says_who_decided_then(
    personal_loan: Product, hanse: Organization, rival: ModelVersion
) -> None:
    before = datetime.now(UTC)
    appoint(hanse, rival)
    with enter(hanse.id):
        assert champion(hanse.id, personal_loan.id, datetime.now(UTC)).id == rival.id
        assert champion(hanse.id, personal_loan.id, before).number == 1
        first = championships(hanse.id, personal_loan.id)[-1]
        assert champion_or_none(hanse.id, personal_loan.id, first.appointed_at) is not None
        assert first.ended_at is not None


def test_appointing_the_one_in_charge_changes_nothing(
    personal_loan: Product, hanse: Organization, rival: ModelVersion
) -> None:
    assert appoint(hanse, rival).id == appoint(hanse, rival).id


def test_an_appointment_needs_a_reason(hanse: Organization, rival: ModelVersion) -> None:
    with pytest.raises(Invalid):
        champion_appoint(
            organization_id=hanse.id,
            actor=FIRST,
            answered_by=ANSWERERS,
            model_version_id=rival.id,
            reason=" ",
        )


def test_two_champions_never_overlap(
    personal_loan: Product, hanse: Organization, rival: ModelVersion
) -> None:
    with pytest.raises(IntegrityError), enter(hanse.id):
        Championship.objects.create(
            organization_id=hanse.id,
            product=personal_loan,
            model_version=rival,
            appointed_at=datetime(2020, 1, 1, tzinfo=UTC),
            ended_at=datetime(2040, 1, 1, tzinfo=UTC),
            recorded_at=datetime.now(UTC),
            appointed_by_kind="user",
            appointed_by_id="1",
            reason="behind the back",
        )


def test_the_bytes_in_store_score(personal_loan: Product, hanse: Organization) -> None:
    with enter(hanse.id):
        version = champion(hanse.id, personal_loan.id, datetime.now(UTC))
        model = model_loaded(hanse.id, version.artifact_hash)
    assert model.content_hash == version.artifact_hash
    assert champions_warm() >= 1


def test_registering_the_same_bytes_again_returns_the_version(
    personal_loan: Product, hanse: Organization, rival: ModelVersion
) -> None:
    with enter(hanse.id):
        body = model_loaded(hanse.id, rival.artifact_hash).to_bytes()
    again = model_register(
        organization_id=hanse.id,
        actor=FIRST,
        product_slug="personal-loan",
        body=body,
        metrics={},
        card={},
    )
    assert again.id == rival.id


def propose(organization: Organization, version: ModelVersion, by: Actor) -> ModelRequest:
    return promotion_request(
        organization_id=organization.id,
        actor=by,
        model_version_id=version.id,
        reason="the comparison recommends it",
    )


def test_two_people_put_a_proposed_model_in_charge(
    personal_loan: Product, hanse: Organization, rival: ModelVersion
) -> None:
    request = propose(hanse, rival, SYSTEM)
    move_agree(organization_id=hanse.id, actor=FIRST, request_id=request.id)
    with enter(hanse.id):
        assert champion(hanse.id, personal_loan.id, datetime.now(UTC)).id != rival.id
    answered = move_agree(organization_id=hanse.id, actor=SECOND, request_id=request.id)
    assert answered.status == AnswerStatus.APPROVED
    with enter(hanse.id):
        assert champion(hanse.id, personal_loan.id, datetime.now(UTC)).id == rival.id


@pytest.mark.parametrize("answerer", [PROPOSER, SYSTEM])
def test_neither_the_proposer_nor_a_machine_agrees(
    hanse: Organization, rival: ModelVersion, answerer: Actor
) -> None:
    request = propose(hanse, rival, PROPOSER)
    with pytest.raises(Forbidden):
        move_agree(organization_id=hanse.id, actor=answerer, request_id=request.id)


def test_one_person_does_not_agree_twice(hanse: Organization, rival: ModelVersion) -> None:
    request = propose(hanse, rival, PROPOSER)
    move_agree(organization_id=hanse.id, actor=FIRST, request_id=request.id)
    with pytest.raises(Forbidden):
        move_agree(organization_id=hanse.id, actor=FIRST, request_id=request.id)
    with pytest.raises(IntegrityError), enter(hanse.id):
        ModelRequest.objects.filter(id=request.id).update(second_yes_by=FIRST.id)


def test_one_no_is_enough(personal_loan: Product, hanse: Organization, rival: ModelVersion) -> None:
    request = propose(hanse, rival, PROPOSER)
    move_refuse(organization_id=hanse.id, actor=FIRST, request_id=request.id)
    with pytest.raises(Conflict):
        move_agree(organization_id=hanse.id, actor=SECOND, request_id=request.id)
    with enter(hanse.id):
        assert champion(hanse.id, personal_loan.id, datetime.now(UTC)).id != rival.id
