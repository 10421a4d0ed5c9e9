"""Whatever the rules and whatever the facts: closure and columns answer alike."""

import json

import numpy as np
from hypothesis import given, settings

from ml.columns import Column, Frame
from tests.policy import rule_strategies
from underwriting.policy.closure import compile_rows
from underwriting.policy.columns import compile_columns
from underwriting.policy.compiler import compiled_sets
from underwriting.policy.document import RuleSet
from underwriting.policy.tree import program_of
from underwriting.policy.verdict import set_result, verdict_of


def program(documents):
    sets = [RuleSet.model_validate_json(json.dumps(document)) for document in documents]
    return program_of(compiled_sets(sets, rule_strategies.INPUTS))


def typed(item, value):
    """What a reader of columns makes of a value: of another type, it is missing."""
    if type(value) is not item.exact or (item.exact is int and not -(2**63) <= value < 2**63):
        return None
    return value


def frame(inputs, facts):
    columns = {
        item.name: Column.of([typed(item, each.get(item.name)) for each in facts], kind=item.kind)
        for item in inputs
    }
    return Frame(columns, len(facts))


def by_columns(made, applications):
    owners = [i for i, (_, parties) in enumerate(applications) for _ in parties]
    members = [{**facts, **party} for facts, parties in applications for party in parties]
    codes = compile_columns(made)(
        frame(rule_strategies.APPLICATION, [facts for facts, _ in applications]),
        frame([*rule_strategies.APPLICATION, *rule_strategies.PARTY], members),
    )
    found = []
    for index in range(len(applications)):
        rows = np.flatnonzero(np.array(owners) == index)
        results = []
        for node, matrix in zip(made.sets, codes, strict=True):
            if node.scope == "party":
                for position, row in enumerate(rows):
                    results.append(set_result(node, position, tuple(matrix[row].tolist())))
            else:
                results.append(set_result(node, None, tuple(matrix[index].tolist())))
        found.append(verdict_of(results))
    return found


@settings(max_examples=100, deadline=None)
@given(rule_strategies.ALL_SETS, rule_strategies.APPLICATIONS)
def test_closure_and_columns_give_the_same_verdict_and_trace(documents, applications):
    made = program(documents)
    evaluate = compile_rows(made)
    by_rows = [
        verdict_of(evaluate(facts, [{**facts, **party} for party in parties]))
        for facts, parties in applications
    ]
    assert by_columns(made, applications) == by_rows


@settings(max_examples=30, deadline=None)
@given(rule_strategies.ALL_SETS, rule_strategies.APPLICATIONS)
def test_a_further_rule_set_never_softens_an_outcome(documents, applications):
    order = ["approve", "counter_offer", "refer", "decline"]
    whole, less = compile_rows(program(documents)), compile_rows(program(documents[:-1]))
    for facts, parties in applications:
        members = [{**facts, **party} for party in parties]
        with_all = verdict_of(whole(facts, members)).outcome
        without_last = verdict_of(less(facts, members)).outcome
        assert order.index(with_all) >= order.index(without_last)
