"""A model's doubts about its own score refer, alike by row and by column, and are replayed."""

import copy
import json

import numpy as np
import pytest
from django.utils import translation

from ml.conformal import Conformal, Thresholds
from ml.dictionary import Dictionary
from ml.domain import domain_of
from ml.guard import Guard, Guarded
from ml.model import load_model
from ml.model_inputs import model_inputs
from tests.decisioning import card_form
from tests.decisioning.cast import changed, pinned
from tests.decisioning.test_trained_models import party_frame
from underwriting.decisioning.doubts import PartyDoubts
from underwriting.decisioning.plan import compile_plan
from underwriting.desk.case import doubt_words
from underwriting.policy.checks import check_policy
from underwriting.policy.document import Policy

IN_DOUBT = {
    "name": "doubts",
    "hit": "collect",
    "rows": [
        {"id": "unsure", "when": {"model.uncertain": {"eq": True}}, "outcome": "refer",
         "reason": "SCORE_UNSURE"},
        {"id": "unlike", "when": {"model.outside_domain": {"eq": True}}, "outcome": "refer",
         "reason": "SCORE_UNSURE"},
    ],
}  # fmt: skip
BY_PARTY = {**IN_DOUBT, "name": "doubts_of_a_party", "scope": "party"}
TEXT = {"text": dict.fromkeys(("de", "en", "es", "pt"), "A person looks at it")}


def policy_with(*sets):
    policy = changed(card_form.POLICY, referral=None)
    reasons = {**policy.get("reasons", {}), "SCORE_UNSURE": TEXT}
    return {**policy, "reasons": reasons, "rule_sets": [*policy["rule_sets"], *sets]}


def plan_with(policy, *, guarded=True):
    parts = pinned(**{**card_form.PARTS, "policy": policy})
    if not guarded:
        return compile_plan(parts)
    dictionary = Dictionary.parse(card_form.DICTIONARY)
    model = load_model(parts.model)
    frame = party_frame(card_form.generated_forms(400), dictionary)
    points = model.points_columns(frame)
    low, high = np.quantile(points, (0.4, 0.6))
    guard = Guard(
        Conformal(100_000, Thresholds(int(high), int(low))),
        domain_of(frame, model_inputs(dictionary, model.features)),
    )
    return compile_plan(parts._replace(model=Guarded(model, guard).to_bytes()))


def fired(document):
    return {
        row["row"]
        for step in document["trace"]
        if step["set"].startswith("doubts")
        for row in step["rows"]
        if row["result"] == "hit"
    }


@pytest.mark.parametrize("own_sets", [(IN_DOUBT,), (BY_PARTY,), (IN_DOUBT, BY_PARTY)])
def test_the_same_bytes_by_row_and_by_column(own_sets):
    plan = plan_with(policy_with(*own_sets))
    documents = card_form.generated_forms(250, seed=5).documents()
    by_row = [plan.decide_bytes(document) for document in documents]
    assert plan.decide_columns(documents) == by_row
    hit = [fired(json.loads(each)) for each in by_row]
    assert {"unsure"} <= set.union(*hit)
    assert any(not each for each in hit)
    for each, rows in zip(by_row, hit, strict=True):
        if rows:
            assert json.loads(each)["outcome"] in ("refer", "decline")


def test_without_a_guard_whoever_is_asked_is_referred():
    plan = plan_with(policy_with(IN_DOUBT), guarded=False)
    documents = card_form.generated_forms(40, seed=6).documents()
    by_row = [plan.decide_bytes(document) for document in documents]
    assert plan.decide_columns(documents) == by_row
    assert "approve" not in {json.loads(each)["outcome"] for each in by_row}


def test_a_policy_that_does_not_ask_decides_as_without_a_guard():
    documents = card_form.generated_forms(60, seed=7).documents()
    policy = policy_with()
    with_guard, without = plan_with(policy), plan_with(policy, guarded=False)
    for document in documents:
        one, other = with_guard.decide(document), without.decide(document)
        assert {**one, "pins": None} == {**other, "pins": None}


def test_a_person_is_told_what_is_odd_whether_a_rule_asks_or_not():
    plan = plan_with(policy_with())
    documents = card_form.generated_forms(200, seed=11).documents()
    found = [(document, doubts) for document in documents for doubts in plan.doubts(document)]
    assert {doubts.uncertain for _, doubts in found} == {True, False}
    document = copy.deepcopy(found[0][0])
    for party in document["parties"]:
        party["facts"] |= {"monthly_income": "499999.00", "other_income": "9999999.00"}
    (doubts, *_) = plan.doubts(document)
    assert doubts.outside_domain
    dictionary = Dictionary.parse(card_form.DICTIONARY)
    assert set(doubts.fields) <= set(dictionary.entries)
    with translation.override("en"):
        assert any("Unlike" in said for said in doubt_words(doubts, dictionary))
        assert doubt_words(PartyDoubts(False, False, ()), dictionary) == ()
        assert "together" in doubt_words(PartyDoubts(False, True, ()), dictionary)[0]
    assert plan_with(policy_with(), guarded=False).doubts(document) == []


def test_a_doubt_may_not_decline():
    row = {**IN_DOUBT["rows"][0], "outcome": "decline"}
    policy = Policy.model_validate(policy_with({**IN_DOUBT, "rows": [row]}), strict=False)
    found = check_policy(policy, Dictionary.parse(card_form.DICTIONARY))
    assert "declines_in_doubt" in {finding.code for finding in found}


def test_columns_of_doubt_are_null_where_nothing_was_scored():
    plan = plan_with(policy_with(IN_DOUBT))
    (document,) = card_form.generated_forms(1, seed=8).documents()
    unread = {**document, "request": {}}
    assert plan.decide_columns([unread, document]) == [
        plan.decide_bytes(unread), plan.decide_bytes(document),
    ]  # fmt: skip
