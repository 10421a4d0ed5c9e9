"""Principal reasons: merged per code, ranked by what they cost, only what counted against."""

import pytest

from ml.reasons import Reason, principal_reasons, reason_text
from tests.ml.loans import dictionary_of, entry

SHARED = {"code": "INCOME", "text": {"en": "Your income", "de": "Ihr Einkommen"}}


@pytest.fixture(scope="module")
def dictionary():
    return dictionary_of(
        [
            entry("amount", "money", scope="request"),
            entry("term", "integer", scope="request"),
            entry("income", "money", reason=SHARED),
            entry("income_years", "integer", reason=SHARED),
            entry("debts", "money"),
            entry("housing_cost", "money"),
        ]
    )


def test_reasons_are_ranked_by_points_lost(dictionary):
    found = principal_reasons(dictionary, [[("debts", -3), ("income", -9), ("housing_cost", 4)]])
    assert found == (Reason("INCOME", "income", 0, -9), Reason("DEBTS", "debts", 0, -3))


def test_ties_go_by_code(dictionary):
    found = principal_reasons(dictionary, [[("housing_cost", -3), ("debts", -3)]])
    assert [reason.code for reason in found] == ["DEBTS", "HOUSING_COST"]


def test_features_of_one_code_are_added_up(dictionary):
    found = principal_reasons(dictionary, [[("income", -3), ("debts", -5), ("income_years", -4)]])
    assert found[0] == Reason("INCOME", "income_years", 0, -7)


def test_a_code_that_gains_more_than_it_loses_is_no_reason(dictionary):
    assert not principal_reasons(dictionary, [[("income", -3), ("income_years", 3), ("debts", 0)]])


def test_a_party_is_named_for_its_own_facts(dictionary):
    found = principal_reasons(dictionary, [[("debts", -3)], [("debts", -8)]])
    assert found == (Reason("DEBTS", "debts", 1, -8), Reason("DEBTS", "debts", 0, -3))


def test_a_fact_of_the_request_is_one_reason_for_all(dictionary):
    found = principal_reasons(dictionary, [[("amount", -3)], [("amount", -4)]])
    assert found == (Reason("AMOUNT", "amount", None, -4),)


def test_at_most_the_limit(dictionary):
    every = [(name, -1) for name in ("amount", "term", "income", "debts", "housing_cost")]
    assert len(principal_reasons(dictionary, [every])) == 4
    assert len(principal_reasons(dictionary, [every], limit=2)) == 2


def test_text_in_the_language_asked_for_or_the_first(dictionary):
    assert reason_text(dictionary, "INCOME", "de") == "Ihr Einkommen"
    assert reason_text(dictionary, "INCOME", "pt") == "Your income"
    with pytest.raises(KeyError):
        reason_text(dictionary, "NOTHING", "en")
