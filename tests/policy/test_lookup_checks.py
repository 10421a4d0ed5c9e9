"""Look-ups that could never answer are found before the policy is handed in."""

from typing import Any

import pytest

from ml.dictionary import Dictionary
from tests.cast_scoring import demo_document
from underwriting.policy.document import Policy
from underwriting.policy.lookup_checks import LONGEST_WINDOW_DAYS, lookup_findings

LISTS = {"phones": "phone", "trades": "text"}
DICTIONARY = Dictionary.parse(demo_document("hanse_kredit", "dictionary"))


def codes(lookup: dict[str, Any]) -> list[str]:
    document = demo_document("hanse_kredit", "policy") | {"lookups": {"asked": lookup}}
    return [finding.code for finding in lookup_findings(Policy.parse(document), DICTIONARY, LISTS)]


@pytest.mark.parametrize(
    ("lookup", "found"),
    [
        ({"list": "phones", "of": "phone"}, []),
        ({"list": "trades", "of": "purpose"}, []),
        ({"list": "nowhere", "of": "phone"}, ["list_unknown"]),
        ({"list": "phones", "of": "device"}, ["list_holds"]),
        ({"list": "phones", "of": "purpose"}, ["list_holds"]),
        ({"list": "trades", "of": "colour"}, ["lookup_field"]),
        ({"count": "applications", "by": "device", "days": LONGEST_WINDOW_DAYS}, []),
        ({"count": "applications", "by": "device", "days": 367}, ["lookup_window"]),
    ],
)
def test_a_lookup_that_cannot_answer_is_an_error(lookup: dict[str, Any], found: list[str]) -> None:
    assert codes(lookup) == found
