"""Every past loan of a demo lender: a backtest's columns say what the online engine says."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from config.demo.lenders import HANSE_KREDIT
from scoring.imports.rows import GoodRow
from tests.proof.history import learnt_plan, past_rows
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.decided import as_decided
from underwriting.decisioning.inputs import decisive_facts, inputs_document
from underwriting.decisioning.past import past_facts
from underwriting.decisioning.plan import Plan

TODAY = date(2026, 11, 21)


@pytest.mark.exhaustive
def test_every_german_loan_is_decided_as_online() -> None:
    plan = learnt_plan(HANSE_KREDIT, "woe")
    past = [_past(row) for row in past_rows(HANSE_KREDIT)]
    given = Applications.of(plan.dictionary, [past_facts(plan.dictionary, each) for each in past])
    found = plan.outcomes(given)
    online = [as_decided(plan.decide(_online(plan, each))) for each in past]
    assert [found.row(at) for at in range(found.rows)] == online
    outcomes = Counter(each["outcome"] for each in online)
    assert outcomes.total() == 1_000
    assert min(outcomes[name] for name in ("approve", "counter_offer", "refer", "decline")) > 50


def _past(row: GoodRow) -> dict[str, Any]:
    """As a snapshot has it: an import does not say who was of age, so everybody was."""
    parties = [
        {**party, "facts": {**party["facts"], "of_age": True}} for party in json.loads(row.parties)
    ]
    return {"request": json.loads(row.request), "parties": parties, "as_of": TODAY}


def _online(plan: Plan, past: Mapping[str, Any]) -> dict[str, Any]:
    """The same application at the front door, by somebody who owes nothing here."""
    return inputs_document(
        request=decisive_facts(plan.dictionary, "request", past["request"]),
        parties=[
            {
                "role": party["role"],
                "liability": party["liability"],
                "facts": decisive_facts(plan.dictionary, "party", party["facts"])
                | {"of_age": True},
            }
            for party in past["parties"]
        ],
        as_of=past["as_of"].isoformat(),
        exposure="0.00",
        open_offers="0.00",
        in_flight=0,
    )
