"""A plan with a trained model, of either family, gives the same bytes by row and by column."""

import json
from collections import Counter

import numpy as np
import pytest

from ml.dictionary import Dictionary
from ml.features import compile_inputs
from ml.training import train
from tests.decisioning import card_form
from tests.decisioning.cast import changed, pinned
from underwriting.decisioning.plan import compile_plan

FEATURES = [feature["name"] for feature in card_form.SCORECARD["features"]]
BANDS = [
    {"name": "A", "max_pd_ppm": 200_000, "rate_ppm": 350_000},
    {"name": "B", "max_pd_ppm": 900_000, "rate_ppm": 500_000, "max_amount": "1000.00"},
]


def party_frame(forms, dictionary):
    """One row per party with everything a model may see, as training has it."""
    given = forms.applications(dictionary)
    frame = given.batch.applications
    dated = frame.joined({"as_of": frame.columns["context.as_of"]})
    batch = given.batch
    batch = type(batch)(dated, batch.parties, batch.party_application, batch.party_position)
    return compile_inputs(dictionary).columns(batch).parties


@pytest.mark.parametrize("family", ["woe", "boosting"])
def test_a_trained_model_decides_alike_both_ways(family):
    dictionary = Dictionary.parse(card_form.DICTIONARY)
    frame = party_frame(card_form.generated_forms(1_200), dictionary)
    income = frame.columns["total_income"]
    odds = np.where(income.null, 0.3, 0.6 - np.minimum(income.values, 300_000) / 600_000)
    target = (np.random.default_rng(1).random(frame.rows) < odds).astype(np.int64)
    model = train(family, frame, target, dictionary, FEATURES, seed=1).model
    policy = changed(card_form.POLICY, bands=BANDS, referral=None)
    parts = pinned(**{**card_form.PARTS, "policy": policy})
    plan = compile_plan(parts._replace(model=model.to_bytes()))
    documents = card_form.generated_forms(250, seed=9).documents()
    by_row = [plan.decide_bytes(document) for document in documents]
    assert plan.decide_columns(documents) == by_row
    assert Counter(json.loads(each)["outcome"] for each in by_row)["counter_offer"] > 3
