"""A model whose validation has ended decides nothing: every application goes to a person."""

from tenancy.models import Organization
from tests.cast_scoring import expert_version, in_days_valid, let_expire
from tests.cast_underwriting import Submit, decide
from underwriting.services.replays import decisions_replay


def test_an_expired_model_cannot_decide(hanse: Organization, submit: Submit) -> None:
    let_expire(hanse)
    decision = decide(submit())
    assert decision.outcome == "refer"
    assert decision.points is None
    reasons = decision.document_data["reasons"]
    assert [reason["code"] for reason in reasons] == ["MODEL_EXPIRED"]
    assert dict(decisions_replay(organization_id=hanse.id).counts) == {"identical": 1}


def test_a_new_validation_lets_it_decide_again(hanse: Organization, submit: Submit) -> None:
    let_expire(hanse)
    in_days_valid(expert_version(hanse.id), 300)
    assert decide(submit()).outcome == "approve"
