"""What docs/backtests.md claims of a million rows is what `make backtest-proof` measured."""

import json
from typing import Any

import pytest

from tests.proof import backtest
from tests.proof.backtest import RESULT


@pytest.fixture(scope="module")
def proof() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RESULT.read_text("utf-8"))
    return found


def test_a_million_rows_and_thirty_rules_fifty_times_faster(proof: dict[str, Any]) -> None:
    found = proof["side_by_side"]
    assert (found["rows"], found["differing"]) == (1_000_000, 0)
    assert found["rules"] >= 30
    assert found["times_faster_cpu"] >= 50


def test_in_less_than_two_gigabytes(proof: dict[str, Any]) -> None:
    assert proof["alone"]["rows"] == 1_000_000
    assert proof["alone"]["peak_mib"] < 2_000


def test_the_search_for_counter_offers_gives_the_same_rows(proof: dict[str, Any]) -> None:
    found = proof["searching"]
    assert found["differing"] == 0
    assert found["outcomes"]["counter_offer"] > 1_000


def test_the_measured_policy_is_the_one_in_the_repository(proof: dict[str, Any]) -> None:
    for searches, name in ((False, "side_by_side"), (True, "searching")):
        assert backtest.rules_of(backtest.policy(searches=searches)) == proof[name]["rules"]
