"""Static checks of a policy's affordability settings: fields, types, units, amounts."""

from collections.abc import Iterator, Mapping

from ml.dictionary import Dictionary
from underwriting.decisioning.product import Product
from underwriting.policy.affordability import INPUTS, Affordability
from underwriting.policy.document import Policy
from underwriting.policy.findings import Finding
from underwriting.policy.inputs import Input, dictionary_inputs

WHERE = "/affordability"
Barred = Mapping[str, tuple[str, str]]


def affordability_findings(
    policy: Policy, dictionary: Dictionary, product: Product | None, barred: Barred
) -> Iterator[Finding]:
    """What is wrong with the settings; with none, a rule that reads the results is wrong itself."""
    settings = policy.affordability
    if settings is None:
        return
    yield from field_findings(settings, dictionary, product, barred)
    if product is not None:
        yield from _amounts(settings, product)
        if product.term is None and settings.assumed_term_months is None:
            message = "the product has no term: say at which one a limit is tested"
            yield _error("affordability_term", f"{WHERE}/assumed_term_months", message)
    read = {name for rule_set in policy.rule_sets for row in rule_set.rows for name in row.when}
    if read.isdisjoint(INPUTS):
        yield Finding("warning", "affordability_unread", WHERE, "no rule reads what this computes")


def field_findings(
    settings: Affordability, dictionary: Dictionary, product: Product | None, barred: Barred
) -> Iterator[Finding]:
    """Fields that are unknown, barred, not a party's, or of another type or unit."""
    known = dictionary_inputs(dictionary)
    shared = settings.household.shared
    wanted = [
        *((name, "money") for name in settings.money_fields),
        *((name, "integer") for name in settings.count_fields),
        *([(shared, "boolean")] if shared else []),
    ]
    for name, kind in wanted:
        item = known.get(name)
        if item is None:
            code, message = barred.get(name, ("unknown_input", f"{name} is no known input"))
            yield _error(code, WHERE, message)
        elif item.scope != "party":
            yield _error("scope", WHERE, f"{name} is the application's; each party states its own")
        else:
            yield from _typed(item, kind, product)


def _typed(item: Input, kind: str, product: Product | None) -> Iterator[Finding]:
    if item.type != kind:
        yield _error("type", WHERE, f"{item.name} is a {item.type}, not {kind}")
    elif kind == "money" and product is not None:
        if item.scale != product.minor_units:
            yield _error("type", WHERE, f"{item.name} is not in the currency's minor units")
        if item.unit and item.unit != product.currency:
            message = f"{item.name} is in {item.unit}, the product in {product.currency}"
            yield _error("unit", WHERE, message)


def _amounts(settings: Affordability, product: Product) -> Iterator[Finding]:
    household = settings.household
    table = [money for row in household.minimum for money in row]
    for money in (*table, household.more_adult, household.more_dependant):
        try:
            product.minor(money)
        except ValueError:
            message = f"{money!r} is no amount of the product's currency"
            yield _error("affordability_minimum", f"{WHERE}/household", message)


def _error(code: str, where: str, message: str) -> Finding:
    return Finding("error", code, where, message)
