"""One dictionary, two paths, the same bytes: by row, by column, and in another process."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.decisioning import card_form
from tests.decisioning.cast import plan

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("policy", [card_form.POLICY, card_form.PROFIT_POLICY])
def test_generated_forms_give_the_same_bytes_by_row_and_by_column(policy):
    made = plan(**{**card_form.PARTS, "policy": policy})
    forms = card_form.generated_forms(1_500)
    documents = forms.documents()
    by_row = [made.decide_bytes(document) for document in documents]
    assert made.decide_columns(forms.applications(made.dictionary)) == by_row
    assert made.decide_columns(documents) == by_row
    assert len(Counter(json.loads(each)["outcome"] for each in by_row)) == 4


@pytest.mark.exhaustive
@pytest.mark.data
def test_fifty_thousand_real_forms_give_the_same_bytes_by_row_and_by_column():
    if not card_form.FILE.exists():
        pytest.skip(f"needs {card_form.FILE} (set ASSAY_DATA to the shared data sets)")
    made = plan(**card_form.PARTS)
    forms = card_form.forms_of_the_file()
    assert forms.rows == 50_000
    by_column = made.decide_columns(forms.applications(made.dictionary))
    differing = [
        index
        for index, document in enumerate(forms.documents())
        if made.decide_bytes(document) != by_column[index]
    ]
    assert differing == []
    assert_every_kind_of_case(by_column)


def assert_every_kind_of_case(documents):
    """The proof covers what it claims: all outcomes, joint applications, incomplete ones."""
    found = [json.loads(document) for document in documents]
    outcomes = Counter(document["outcome"] for document in found)
    assert min(outcomes[o] for o in ("approve", "counter_offer", "refer", "decline")) > 100
    assert sum(len(document["parties"]) == 2 for document in found) > 5_000
    assert sum(document["points"] is None for document in found) > 100
    assert all(1 <= len(d["reasons"]) <= 4 for d in found if d["outcome"] != "approve")


AGAIN = """
import sys, json
from tests.decisioning import card_form
from tests.decisioning.cast import plan
made = plan(**card_form.PARTS)
for line in sys.stdin:
    sys.stdout.write(made.decide_bytes(json.loads(line)).decode() + "\\n")
"""


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_another_process_under_another_hash_seed_gives_the_same_bytes(seed):
    made = plan(**card_form.PARTS)
    documents = card_form.generated_forms(200, seed=3).documents()
    lines = "\n".join(json.dumps(document) for document in documents)
    answer = subprocess.run(
        [sys.executable, "-c", AGAIN],
        input=lines.encode(),
        capture_output=True,
        check=True,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(REPOSITORY)},
        timeout=120,
    )
    assert answer.stdout.splitlines() == [made.decide_bytes(each) for each in documents]
