"""What the database holds scores without an application to, and when their facts go."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection

from events.actor import SYSTEM
from events.models import Event
from scoring.models import Product, Score, ScoreCall
from scoring.services.scores import ScoreRow, scores_make
from scoring.tasks import score_facts_due
from tenancy.enter import enter
from tenancy.errors import RefusedWrite
from tenancy.models import Organization
from tests.cast_scoring import lender_with_product
from tests.cast_underwriting import REQUEST, STRONG


def scored(organization: Organization, **more: Any) -> ScoreCall:
    return scores_make(
        organization_id=organization.id,
        actor=SYSTEM,
        product_slug="personal-loan",
        purpose="testing",
        rows=[ScoreRow(REQUEST, STRONG, "acc-1")],
        language="en",
        **more,
    ).call


@pytest.fixture
def call(hanse: Organization, personal_loan: Product) -> ScoreCall:
    return scored(hanse)


def test_a_score_may_not_be_changed_or_removed(hanse: Organization, call: ScoreCall) -> None:
    for statement in (
        "UPDATE scoring_scorecall SET purpose = 'underwriting'",
        "UPDATE scoring_score SET points = 999",
        "DELETE FROM scoring_score",
    ):
        with pytest.raises(RefusedWrite), enter(hanse.id):
            connection.cursor().execute(statement)
    for statement in (
        "UPDATE scoring_score SET facts = '{}'",
        "UPDATE scoring_score SET reference = 'somebody else'",
        "UPDATE scoring_score SET facts = NULL",
    ):
        with pytest.raises(DatabaseError, match="score_is_emptied_only"), enter(hanse.id):
            connection.cursor().execute(statement)
    with enter(hanse.id):
        assert Score.objects.get().facts is not None


COPY = """INSERT INTO scoring_scorecall (id, organization_id, product_id, model_version_id,
    partner_id, purpose, model_hash, dictionary_hash, rows, made_at, made_by_kind, made_by_id,
    facts_until)
SELECT gen_random_uuid(), organization_id, product_id, model_version_id, partner_id,
    {purpose}, {model}, {dictionary}, {rows}, made_at, {by}, made_by_id, {until}
FROM scoring_scorecall"""
AS_IT_IS = {
    "purpose": "purpose", "model": "model_hash", "dictionary": "dictionary_hash",
    "rows": "rows", "by": "made_by_kind", "until": "facts_until",
}  # fmt: skip


ATTACKS = (
    ({"purpose": "'credit_decision'"}, "score_call_decides_no_credit"),
    ({"model": "'sha256:' || repeat('0', 64)"}, "score_call_pinned"),
    ({"dictionary": "'sha256:' || repeat('0', 64)"}, "score_call_pinned"),
    ({"rows": "1001"}, "score_call_rows_within"),
    ({"by": "''"}, "score_call_made_by_somebody"),
    ({"until": "made_at"}, "score_call_facts_end"),
)


def test_a_call_that_may_not_be_is_refused(
    hanse: Organization, call: ScoreCall, aurora: Organization
) -> None:
    for changed, rule in ATTACKS:
        with pytest.raises(DatabaseError, match=rule), enter(hanse.id):
            connection.cursor().execute(COPY.format(**{**AS_IT_IS, **changed}))
    with enter(hanse.id):
        # They fail for what they changed and for nothing else.
        connection.cursor().execute(COPY.format(**AS_IT_IS))
        assert ScoreCall.objects.count() == 2
    with enter(aurora.id):
        assert not Score.objects.exists()
        assert not ScoreCall.objects.filter(id=call.id).update(emptied_at=call.made_at)


@pytest.mark.exhaustive
def test_facts_are_emptied_after_half_a_year_and_scores_stay(
    hanse_twin: Organization, hanse: Organization
) -> None:
    lender_with_product(hanse_twin.id)
    made = scored(hanse_twin)
    assert score_facts_due() == 0
    with enter(hanse_twin.id):
        Organization.objects.filter(id=hanse_twin.id).update(clock_offset=timedelta(days=184))
    assert score_facts_due() == 1
    with enter(hanse_twin.id):
        score = Score.objects.get()
        assert (score.facts, score.salt, score.reference) == (None, None, "acc-1")
        assert ScoreCall.objects.get(id=made.id).emptied_at is not None
        assert Event.objects.filter(type="scores.emptied").count() == 1
    assert score_facts_due() == 0
    with pytest.raises(DatabaseError, match="score_call_emptied_once"), enter(hanse_twin.id):
        connection.cursor().execute("UPDATE scoring_scorecall SET emptied_at = now()")
