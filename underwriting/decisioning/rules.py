"""The rules every plan has beside the lender's: capacity, the product's bounds, price and limits.

They are rule sets like any other, compiled with the lender's into one program, so that both
back-ends, the trace and the reasons treat them alike.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ml.dictionary import Dictionary
from ml.dictionary.derivations import derivations
from underwriting.decisioning.catalogue import UNDER_AGE
from underwriting.decisioning.down_payments import FINANCED, SHARE, down_payment_inputs
from underwriting.decisioning.down_payments import INPUTS as DOWN_PAYMENT
from underwriting.decisioning.product import DownPayment, Product
from underwriting.policy.affordability import INPUTS as AFFORDABILITY
from underwriting.policy.affordability import affordability_inputs
from underwriting.policy.compiler import compiled_sets
from underwriting.policy.document import Band, Policy, Row, RuleSet
from underwriting.policy.findings import PolicyRefused
from underwriting.policy.inputs import DOUBTS, Input, built_in_inputs, dictionary_inputs
from underwriting.policy.lookups import lookup_inputs
from underwriting.policy.tables import TableLine
from underwriting.policy.tree import Program, program_of
from underwriting.policy.verdict import INCOMPLETE_FACTS as INCOMPLETE
from underwriting.regulation import Pack

Cells = Mapping[str, Mapping[str, Any]]

CAPACITY, PRODUCT, RISK = "capacity", "product", "risk"
RESERVED = frozenset({CAPACITY, PRODUCT, RISK})


def plan_program(policy: Policy, dictionary: Dictionary, product: Product, pack: Pack) -> Program:
    """The lender's rule sets between the built-in ones; PolicyRefused where they do not compile."""
    own = rule_inputs(policy, dictionary, product)
    check_fields(dictionary, product)
    lawful = own | dictionary_inputs(dictionary, ("policy", "capacity"))
    before = [*capacity_sets(dictionary, pack), product_set(product)]
    return program_of(
        (
            *compiled_sets(before, lawful),
            *compiled_sets(policy.rule_sets, own, policy.parameters),
            *compiled_sets([risk_set(policy, product, pack)], lawful),
        )
    )


def rule_inputs(
    policy: Policy, dictionary: Dictionary, product: Product | None
) -> dict[str, Input]:
    """Everything a lender's rule may read."""
    currency = product.currency if product else None
    units = product.minor_units if product else 2
    bands = [band.name for band in policy.bands]
    built_in = built_in_inputs(currency, units, bands)
    if product is not None and product.down_payment is not None:
        built_in |= down_payment_inputs(currency, units)
    if policy.affordability is not None:
        built_in |= affordability_inputs(currency, units)
    return dictionary_inputs(dictionary) | built_in | lookup_inputs(policy.lookups or {})


def capacity_sets(dictionary: Dictionary, pack: Pack) -> list[RuleSet]:
    """R28: legal capacity, by the fact the pack permits and never by age itself."""
    entry = dictionary.entries.get(pack.capacity_field)
    if entry is None or entry.type != "boolean":
        return []
    reason = entry.reason.code if entry.reason else UNDER_AGE
    row = _row("under_age", {entry.name: {"eq": False}}, "decline", reason, severity=100)
    return [RuleSet(name=CAPACITY, scope="party", hit="collect", rows=(row,))]


def product_set(product: Product) -> RuleSet:
    """What the product allows, whoever asks."""
    amount = product.amount
    rows = [
        _row("amount_below", {amount.field: {"lt": amount.min}}, "decline", "PRODUCT_AMOUNT"),
        _row("amount_above", {amount.field: {"gt": amount.max}}, "decline", "PRODUCT_AMOUNT"),
        _row(
            "parties",
            {"context.parties": {"gt": product.max_parties}},
            "refer",
            "TOO_MANY_PARTIES",
        ),
    ]
    if product.term is not None:
        terms = {product.term.field: {"not_in": list(product.term.values)}}
        rows.append(_row("term", terms, "decline", "PRODUCT_TERM"))
    if product.down_payment is not None:
        rows += _down_payment_rows(amount.field, product.down_payment)
    if product.limit is not None:
        over = {amount.field: {"gt": {"field": "limit.customer"}}}
        rows.append(_row("customer_limit", over, "decline", "CUSTOMER_LIMIT"))
    return RuleSet(name=PRODUCT, hit="collect", rows=tuple(rows))


def _down_payment_rows(amount: str, rule: DownPayment) -> list[Row]:
    """The least share is paid down, and the amount is what the price leaves."""
    share = {SHARE: {"lt": rule.min_share_ppm}}
    left: Cells = {amount: {"ne": {"field": FINANCED}}}
    return [
        _row("down_payment", share, "decline", "DOWN_PAYMENT"),
        _row("financed", left, "refer", "AMOUNT_DISAGREES"),
    ]


def risk_set(policy: Policy, product: Product, pack: Pack) -> RuleSet:
    """What follows from the PD: no band beyond the last, band limits, caps, referral."""
    last = max(band.max_pd_ppm for band in policy.bands)
    rows = [_row("beyond_last_band", {"model.pd_ppm": {"gt": last}}, "decline", None)]
    amount = product.amount.field
    lines = [line for table in policy.tables or () for line in table.lines]
    limits: list[Band | TableLine] = [*policy.bands, *lines]
    if any(each.max_amount for each in limits):
        over: Cells = {amount: {"gt": {"field": "limit.band"}}, "limit.band": {"known": True}}
        rows.append(_row("band_amount", over, "decline", "BAND_LIMIT"))
    limited = any(each.max_term_months for each in limits)
    if product.term is not None and limited:
        field = product.term.field
        over = {
            field: {"gt": {"field": "limit.band_term"}},
            "limit.band_term": {"known": True},
        }
        rows.append(_row("band_term", over, "decline", "BAND_LIMIT"))
    rows += [
        _row(f"price_by_{name}"[:63], {name: {"missing": True}}, "refer", INCOMPLETE)
        for name in sorted({table.by for table in policy.tables or ()})
    ]
    caps = [cap for cap in (product.rate_cap_ppm, pack.rate_cap_ppm) if cap is not None]
    if caps:
        above = {"price.rate_ppm": {"gt": min(caps)}}
        rows.append(_row("rate_cap", above, "refer", "RATE_CAP", missing="miss"))
    if policy.referral is not None:
        band = [policy.referral.from_pd_ppm, policy.referral.to_pd_ppm]
        within = {"model.pd_ppm": {"between": band}}
        rows.append(_row("referral", within, "refer", "REFERRAL_BAND"))
    return RuleSet(name=RISK, hit="collect", rows=tuple(rows))


def check_fields(dictionary: Dictionary, product: Product) -> None:
    """Refuse a product that names fields which the dictionary has not, or of another type."""
    problems = []
    asked = dictionary.entries.get(product.amount.field)
    if asked is None or asked.type != "money" or asked.digits != product.minor_units:
        problems.append(("/amount/field", "must be a money field in the currency's minor units"))
    if product.term is not None:
        term = dictionary.entries.get(product.term.field)
        if term is None or term.type != "integer":
            problems.append(("/term/field", "must be a whole number of months"))
    for name, where in _down_payment_fields(product):
        money = dictionary.entries.get(name)
        right = money is not None and (money.scope, money.type) == ("request", "money")
        if money is None or not right or money.digits != product.minor_units:
            message = "must be a money field of the request in the currency's minor units"
            problems.append((where, message))
    if product.charges.upfront(product.lowest) >= product.lowest:
        problems.append(("/fees", "would take the whole of the lowest amount"))
    if problems:
        raise PolicyRefused(problems)


def _down_payment_fields(product: Product) -> list[tuple[str, str]]:
    """The fields that state down payment and price, and where the product names them."""
    rule = product.down_payment
    if rule is None:
        return []
    return [(rule.field, "/down_payment/field"), (rule.price, "/down_payment/price")]


def dependents(
    dictionary: Dictionary, product: Product, features: tuple[str, ...], policy: Policy
) -> frozenset[str]:
    """Inputs that change when another amount, term or down payment is asked for."""
    term = () if product.term is None else (product.term.field,)
    found = {product.amount.field, *term, *(name for name, _ in _down_payment_fields(product))}
    for derivation in derivations(dictionary.fields, dictionary.derived, dictionary.groups):
        if not found.isdisjoint(name for _, name in derivation.tree.reads()):
            found.add(derivation.derived.name)
    priced = not found.isdisjoint(table.by for table in policy.tables or ())
    if not found.isdisjoint(features):
        found |= {"model.points", "model.pd_ppm", *DOUBTS, "price.band"}
        priced = True
    if priced:
        found |= {"price.rate_ppm", "limit.band", "limit.band_term"}
    return frozenset(found | {"price.instalment", *AFFORDABILITY, *DOWN_PAYMENT})


def hard_rows(program: Program, dependent: frozenset[str]) -> frozenset[tuple[str, str]]:
    """(set, row) of rules that answer the same whatever amount or term is asked for.

    Under FIRST a row also depends on those before it, which may come to hit instead.
    """
    hard = set()
    for node in program.sets:
        settled = True
        for row in node.rows:
            own = row.reads.isdisjoint(dependent)
            settled = settled and own
            if settled if node.hit == "first" else own:
                hard.add((node.name, row.id))
    return frozenset(hard)


def soft_program(program: Program, hard: frozenset[tuple[str, str]]) -> Program:
    """The rules that another amount or term may change; under FIRST with all around them.

    Where no hard rule fired for what was asked, none fires for any other point of the grid.
    """
    kept = []
    for node in program.sets:
        soft = tuple(row for row in node.rows if (node.name, row.id) not in hard)
        if soft:
            kept.append(replace(node, rows=soft if node.hit == "collect" else node.rows))
    return program_of(kept)


def _row(
    name: str,
    when: Cells,
    outcome: str,
    reason: str | None,
    **settings: Any,
) -> Row:
    document = {"id": name, "when": when, "outcome": outcome, "reason": reason, **settings}
    return Row.model_validate(document, strict=False)
