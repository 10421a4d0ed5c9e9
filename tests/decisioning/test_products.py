"""The product document: exact money, a bounded grid, fields that exist."""

import pytest
from pydantic import ValidationError

from tests.decisioning.cast import PRODUCT, changed, plan
from underwriting.decisioning.product import Product
from underwriting.policy.findings import PolicyRefused


def amounts(**members):
    return changed(PRODUCT, amount={**PRODUCT["amount"], **members})


def test_money_is_read_exactly():
    product = Product.parse(PRODUCT)
    assert (product.lowest, product.highest, product.limit) == (50_000, 2_000_000, 3_000_000)
    assert product.amounts[1] == 100_000


@pytest.mark.parametrize(
    "document",
    [
        amounts(min="0.00"),
        amounts(min="30000.00"),
        amounts(step="0.00"),
        amounts(step="0.01"),
        amounts(min="1.005"),
        amounts(min="-1.00"),
        changed(PRODUCT, term={"field": "term_months", "values": [6, 6]}),
        changed(PRODUCT, pd_combination="best"),
        changed(PRODUCT, surprise=1),
    ],
)
def test_what_cannot_be_offered_is_refused(document):
    with pytest.raises(ValidationError):
        Product.parse(document)


@pytest.mark.parametrize(
    "document",
    [
        amounts(field="income_tax"),
        amounts(field="term_months"),
        changed(PRODUCT, term={"field": "amount", "values": [6]}),
        changed(PRODUCT, fees={"origination": "600.00"}),
    ],
)
def test_a_product_must_fit_its_dictionary(document):
    with pytest.raises(PolicyRefused):
        plan(product=document)
