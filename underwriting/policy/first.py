"""A lender's first policy: below a PD cut-off approve, above it let a person decide.

The least that decides: one price, no rules beyond what every plan has built in (of age, amount
within the product, no second request in flight). Nobody is declined by it for their score.
"""

from typing import Any

from ml.dictionary import Dictionary, Field
from underwriting.decisioning.product import Product

WHOLE = 1_000_000
BAND = "A"


def first_policy(
    product: Product, dictionary: Dictionary, *, name: str, cut_off_ppm: int, rate_ppm: int
) -> dict[str, Any]:
    """The document, with its test cases. A PD of the cut-off itself is approved.

    `rate_ppm` is the yearly rate.

    ValueError where the cut-off is no share of the loans.
    """
    if not 0 < cut_off_ppm < WHOLE:
        raise ValueError("the cut-off lies between 0 and 100 %")
    return {
        "schema": "assay.policy/1",
        "name": name[:100],
        "bands": [{"name": BAND, "max_pd_ppm": WHOLE, "rate_ppm": rate_ppm}],
        "referral": {"from_pd_ppm": cut_off_ppm + 1, "to_pd_ppm": WHOLE},
        "tests": _tests(product, dictionary, cut_off_ppm),
    }


def _tests(product: Product, dictionary: Dictionary, cut_off_ppm: int) -> list[dict[str, Any]]:
    """What it says on either side of the cut-off, and to somebody not of age."""
    asked = {**_facts(dictionary, "request"), product.amount.field: product.amount.min}
    facts = _facts(dictionary, "party")
    if product.term is not None:
        asked[product.term.field] = product.term.values[0]
    cases = (
        ("at the cut-off is approved", True, cut_off_ppm, "approve"),
        ("above the cut-off goes to a person", True, cut_off_ppm + 1, "refer"),
        ("a minor is declined", False, cut_off_ppm, "decline"),
    )
    return [
        {
            "name": name,
            "request": asked,
            "parties": [{**facts, "of_age": of_age}],
            "model": {"points": 600, "pd_ppm": pd_ppm},
            "expect": {"outcome": outcome},
        }
        for name, of_age, pd_ppm, outcome in cases
    ]


def _facts(dictionary: Dictionary, scope: str) -> dict[str, Any]:
    """Some value for every field that must be there."""
    return {
        field.name: _some(field) for field in dictionary.decision_fields(scope) if field.required
    }


def _some(field: Field) -> Any:
    if field.type == "boolean":
        return True
    if field.type == "category":
        return field.values[0].value
    if field.type == "date":
        return str(field.min or "2020-01-01")
    if field.type == "text":
        return "-"
    least = field.max if field.min is None else field.min
    return int(least or 0) if field.type == "integer" else str(least or "0")
