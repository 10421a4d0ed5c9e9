"""Columns without documents decide as the online engine does; bytes give the same columns back."""

import json
from datetime import date
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.columns import Column, Frame
from ml.dictionary import Dictionary
from ml.frame_bytes import FramesRefused, frames_from_bytes, frames_to_bytes
from tests.decisioning import card_form
from tests.decisioning.cast import DICTIONARY, changed, entry, field, plan
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.decided import OUTCOMES, as_decided, decided_of, joined
from underwriting.decisioning.past import past_facts
from underwriting.decisioning.patterns import patterns_of
from underwriting.decisioning.snapshot import Part, fitted, part_read, refs_of
from underwriting.decisioning.snapshot import joined as parts_joined

PRIMARY = {**card_form.PARTS, "product": {**card_form.PRODUCT, "pd_combination": "primary"}}
WORST = {**card_form.PARTS, "product": {**card_form.PRODUCT, "pd_combination": "worst"}}
PROFIT = {**card_form.PARTS, "policy": card_form.PROFIT_POLICY}


def part_of(given):
    return Part(refs_of([UUID(int=at * 3**70) for at in range(given.rows)]), given)


@pytest.mark.parametrize("parts", [card_form.PARTS, PRIMARY, WORST, PROFIT])
def test_every_row_is_decided_as_online(parts):
    made = plan(**parts)
    forms = card_form.generated_forms(400)
    online = [as_decided(made.decide(document)) for document in forms.documents()]
    found = made.outcomes(forms.applications(made.dictionary))
    assert [found.row(at) for at in range(found.rows)] == online
    assert {each["outcome"] for each in online} == set(OUTCOMES)


@pytest.mark.exhaustive
@pytest.mark.data
def test_every_real_form_is_decided_as_online():
    if not card_form.FILE.exists():
        pytest.skip(f"needs {card_form.FILE} (set ASSAY_DATA to the shared data sets)")
    made = plan(**card_form.PARTS)
    forms = card_form.forms_of_the_file()
    found = made.outcomes(forms.applications(made.dictionary))
    differing = [
        at
        for at, document in enumerate(forms.documents())
        if as_decided(made.decide(document)) != found.row(at)
    ]
    assert differing == []


def test_what_was_read_from_bytes_is_decided_the_same():
    made = plan(**card_form.PARTS)
    given = card_form.generated_forms(300).applications(made.dictionary)
    part = part_of(given)
    again = part_read(part.to_bytes())
    assert again.uuids == part.uuids
    assert [again.applications.facts(at) for at in range(given.rows)] == [
        given.facts(at) for at in range(given.rows)
    ]
    whole, halves = made.outcomes(given), np.array_split(np.arange(given.rows), 2)
    split = joined([made.outcomes(again.take(rows).applications) for rows in halves])
    assert [split.row(at) for at in range(split.rows)] == [
        whole.row(at) for at in range(whole.rows)
    ]
    together = parts_joined([again.take(rows) for rows in halves])
    assert together.to_bytes() == part.to_bytes()


def test_a_fault_is_met_row_by_row(monkeypatch):
    made = plan(**card_form.PARTS)
    forms = card_form.generated_forms(40)

    def fails(given):
        raise ArithmeticError

    monkeypatch.setattr(made._backtester, "decide", fails)
    found = made.outcomes(forms.applications(made.dictionary))
    online = [as_decided(made.decide(document)) for document in forms.documents()]
    assert [found.row(at) for at in range(found.rows)] == online


def test_documents_give_the_columns_they_came_from():
    made = plan(**card_form.PARTS)
    documents = [made.decide(each) for each in card_form.generated_forms(60).documents()]
    found = decided_of(documents, tuple(band.name for band in made.prices.bands))
    assert [found.row(at) for at in range(found.rows)] == [as_decided(d) for d in documents]


def test_the_rule_that_weighed_most_is_named():
    made = plan(**card_form.PARTS)
    forms = card_form.generated_forms(200)
    found = made.outcomes(forms.applications(made.dictionary))
    for at, document in enumerate(forms.documents()):
        decision = made.decide(document)
        if decision["outcome"] == "decline" and found.rule[at] >= 0:
            rule_set, row = found.rules[found.rule[at]]
            traced = [
                each["row"] for step in decision["trace"] if step["set"] == rule_set
                for each in step["rows"] if each["result"] != "miss"
            ]  # fmt: skip
            assert row in traced


def test_another_dictionary_reads_what_both_have():
    """A field that only the new one has is missing; one that changed its scale is too."""
    old = Dictionary.parse(DICTIONARY)
    fields = [
        field("income", "party", "money", unit="EUR", scale=3, min="0.000", risk="lower")
        if each["name"] == "income" else each
        for each in DICTIONARY["fields"]
    ]  # fmt: skip
    further = field("cars", "party", "integer", required=False)
    new = Dictionary.parse(changed(DICTIONARY, fields=[*fields, further], derived=[
        entry("monthly_principal", "request", "money", scale=2,
              expression="amount / term_months"),
    ]))  # fmt: skip
    inputs = {
        "request": {"amount": "1000.00", "term_months": 12, "purpose": "car"},
        "parties": [{"role": "borrower", "facts": {"income": "10.00", "debts": "1.00"}}],
        "as_of": date(2026, 11, 21),
    }
    given = Applications.of(old, [past_facts(old, inputs)])
    found = fitted(given, old, new).batch.parties.row(0)
    assert (found["debts"], found["income"], found["cars"]) == (100, None, None)
    assert fitted(given, old, old) is given


def test_history_need_not_say_what_no_model_uses():
    """An imported applicant may lack what only rules read; online that would be unread."""
    fields = Dictionary.parse(DICTIONARY)
    inputs = {
        "request": {"amount": "1000.00", "term_months": 12, "purpose": "car", "late": "x"},
        "parties": [{"role": "borrower", "facts": {"income": "10.00", "sex": "f"}}],
        "as_of": date(2026, 11, 21),
    }
    facts = past_facts(fields, inputs)
    assert facts.unknown == ()
    assert facts.parties[0]["of_age"] is None
    assert "sex" not in facts.parties[0]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(-(2**62), 2**62)), min_size=3, max_size=3),
    st.lists(st.one_of(st.none(), st.sampled_from(["a", "ä", ""])), min_size=3, max_size=3),
    st.lists(st.one_of(st.none(), st.booleans()), min_size=3, max_size=3),
    st.lists(st.one_of(st.none(), st.text(max_size=5)), min_size=3, max_size=3),
)
def test_columns_come_back_from_bytes(numbers, names, flags, texts):
    columns = {"number": numbers, "category": names, "boolean": flags, "text": texts}
    frame = Frame({kind: Column.of(each, kind=kind) for kind, each in columns.items()}, 3)
    found = frames_from_bytes(frames_to_bytes({"x": frame, "none": Frame({}, 2)}))
    assert found["x"].rows_as_values() == frame.rows_as_values()
    assert found["none"].rows == 2


def test_other_bytes_are_refused():
    with pytest.raises(FramesRefused):
        frames_from_bytes(json.dumps({"parts": []}).encode())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(-3, 2**40), min_size=4, max_size=4), min_size=1, max_size=9))
def test_patterns_are_the_distinct_rows(rows):
    columns = np.array(rows, np.int64).T
    found = patterns_of(list(columns), len(rows))
    assert len(found.first) == len(set(map(tuple, rows)))
    assert [tuple(rows[at]) for at in found.first[found.of]] == list(map(tuple, rows))
