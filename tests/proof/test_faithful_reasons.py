"""Reasons are faithful over the demo lenders' whole history (docs/policy.md, Regulation B)."""

from collections import Counter
from functools import cache

import pytest

from config.demo.lenders import BANCO_AURORA, HANSE_KREDIT, LENDERS, DemoLender
from tests.proof.faithful import Told, complaints, silent_paths
from tests.proof.history import adverse, demo_inputs, demo_plan, learnt_plan

both = pytest.mark.parametrize("lender", LENDERS, ids=lambda lender: lender.slug)
SAMPLE, WHOLE = 100, 4_000


def unfaithful(told: list[Told]) -> Counter[str]:
    return Counter(complaint for each in told for complaint in complaints(each))


@cache
def sampled(lender: DemoLender) -> list[Told]:
    return list(adverse(demo_plan(lender), demo_inputs(lender, SAMPLE)))


@both
def test_every_adverse_decision_says_why_and_that_is_so(lender: DemoLender) -> None:
    told = sampled(lender)
    assert len(told) > 15
    assert unfaithful(told) == {}


@both
def test_every_way_through_policy_and_model_has_a_reason(lender: DemoLender) -> None:
    assert list(silent_paths(demo_plan(lender))) == []


def altered(told: Told, **reason: object) -> Told:
    """The same decision with its last reason told otherwise."""
    *others, last = told.document["reasons"]
    document = {**told.document, "reasons": [*others, {**last, **reason}]}
    return Told(told.plan, told.inputs, document)


def by_model(lender: DemoLender) -> Told:
    return next(
        each for each in sampled(lender) if each.document["reasons"][-1]["source"] == "model"
    )


LIES = [
    ({"reasons": []}, "0 reasons"),
    ({"reasons": [{"code": "INCOME_TOO_LOW", "source": "policy", "party": None, "field": None}]},
     "no rule that decided says so"),
    ({"reasons": [{"code": "X", "source": "model", "party": 0, "field": "savings"}]},
     "has no text"),
]  # fmt: skip


@pytest.mark.parametrize(("lie", "complaint"), LIES)
def test_a_decision_that_says_otherwise_is_complained_of(
    lie: dict[str, object], complaint: str
) -> None:
    told = by_model(HANSE_KREDIT)
    said = list(complaints(Told(told.plan, told.inputs, {**told.document, **lie})))
    assert any(complaint in each for each in said), said


def test_a_reason_whose_value_is_the_best_is_complained_of() -> None:
    """Each feature that lost nothing, told as the reason, is found out."""
    caught = 0
    for told in sampled(HANSE_KREDIT)[:3]:
        for position in told.deciding if told.found.scores else ():
            score = told.found.scores[position]
            for name, lost in score.contributions:
                entry = told.plan.dictionary.entries[name]
                if lost < 0 or entry.reason is None or entry.scope != "party":
                    continue
                lie = {
                    "code": entry.reason.code,
                    "source": "model",
                    "party": position,
                    "field": name,
                }
                said = complaints(Told(told.plan, told.inputs, {**told.document, "reasons": [lie]}))
                caught += any("gives more points" in each or "nearer" in each for each in said)
    assert caught > 5


@pytest.mark.exhaustive
@pytest.mark.parametrize("model", [None, "woe", "glass_box"])
def test_the_whole_history_of_hanse_kredit(model: str | None, record_property) -> None:
    plan = demo_plan(HANSE_KREDIT) if model is None else learnt_plan(HANSE_KREDIT, model)
    told = list(adverse(plan, demo_inputs(HANSE_KREDIT, WHOLE)))
    record_property("adverse", len(told))
    assert len(told) > 800
    assert unfaithful(told) == {}
    assert list(silent_paths(plan)) == []


@pytest.mark.exhaustive
def test_the_whole_history_of_banco_aurora(record_property) -> None:
    told = list(adverse(demo_plan(BANCO_AURORA), demo_inputs(BANCO_AURORA, WHOLE)))
    record_property("adverse", len(told))
    assert len(told) > 800
    assert unfaithful(told) == {}
