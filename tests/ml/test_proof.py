"""The committed figures of `make proof` (docs/proof/glass_box.json) carry the claims made."""

import json

import pytest

from tests.proof.glass_box import DATA, RESULT, claims

FIGURES = json.loads(RESULT.read_text())["data"]


@pytest.mark.parametrize("name", DATA)
def test_the_claims_follow_from_the_figures(name):
    assert FIGURES[name]["claims"] == claims(FIGURES[name])


@pytest.mark.parametrize("name", DATA)
def test_every_claim_holds(name):
    assert len(FIGURES[name]["claims"]) == 4
    assert all(FIGURES[name]["claims"].values())


@pytest.mark.parametrize("name", DATA)
def test_pairs_are_few(name):
    assert max(map(len, FIGURES[name]["families"]["glass_box"]["pairs"])) <= 12
