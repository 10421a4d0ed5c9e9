"""Whether a later application does what a path said: then the lender is bound to what it told."""

from collections.abc import Mapping
from typing import Any

from ml.dictionary import Dictionary, Field
from ml.values import Value
from underwriting.decisioning.inputs import Facts, InputsReader, decisive_facts
from underwriting.decisioning.plan import Plan
from underwriting.policy.document import RowOutcome

NOT_REACHED, ASKED_OTHERWISE, OTHER_FACTS = "facts_not_reached", "asked_otherwise", "other_facts"
BETTER_NOW, KEPT = "better_now", "kept"
SAFEGUARDS = (
    "check.",
    "list.",
    "velocity.",
    "context.exposure",
    "context.open_offers",
    "context.in_flight",
    "limit.customer",
)
"""Beginnings of inputs whose rules hold as they are today, whatever was promised."""
HARMLESS: tuple[RowOutcome, ...] = ("continue", "approve")


def known_to(dictionary: Dictionary, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs with only those facts that this dictionary knows: it may be an earlier one."""
    return {
        **inputs,
        "request": decisive_facts(dictionary, "request", inputs["request"]),
        "parties": [
            {**party, "facts": decisive_facts(dictionary, "party", party["facts"])}
            for party in inputs["parties"]
        ],
    }


def not_as_promised(plan: Plan, path: Mapping[str, Any], inputs: Mapping[str, Any]) -> str | None:
    """Why an application is not the one that a path spoke of; None where it is.

    Every changed fact is where the path put it or further the same way; no more is asked for than
    was promised, and for the same term.
    """
    product, promised = plan.product, path["offer"]
    facts = InputsReader(plan.dictionary, product.minor_units).read(inputs)
    if any(not _reached(plan.dictionary, change, facts) for change in path["changes"]):
        return NOT_REACHED
    amount = facts.request.get(product.amount.field)
    term = None if product.term is None else facts.request.get(product.term.field)
    if not isinstance(amount, int) or amount > promised["amount"]:
        return ASKED_OTHERWISE
    return None if term == promised["term_months"] else ASKED_OTHERWISE


def safeguarded(plan: Plan, document: Mapping[str, Any]) -> bool:
    """Whether a rule on checks, lists, counters or exposure objects under the versions of today."""
    guarding = {
        (node.name, row.id)
        for node in plan.evaluator.program.sets
        for row in node.rows
        if row.outcome not in HARMLESS and any(name.startswith(SAFEGUARDS) for name in row.reads)
    }
    return any(
        (step["set"], row["row"]) in guarding and row["result"] != "miss"
        for step in document["trace"]
        for row in step["rows"]
    )


def _reached(dictionary: Dictionary, change: Mapping[str, Any], facts: Facts) -> bool:
    party, name = change["party"], change["field"]
    if party is not None and party >= len(facts.parties):
        return False
    given = (facts.request if party is None else facts.parties[party]).get(name)
    wanted = dictionary.reader(name).typed(change["to"])
    if given is None or type(given) is not type(wanted):
        return False
    field = dictionary.entries[name]
    return given == wanted or (isinstance(field, Field) and _beyond(field, change, given, wanted))


def _beyond(field: Field, change: Mapping[str, Any], given: Value, wanted: Value) -> bool:
    """Whether a value lies further along than was asked, the way that was meant."""
    if isinstance(given, int) and isinstance(wanted, int) and field.kind == "number":
        return given < wanted if change["way"] == "lower" else given > wanted
    order: list[Value] = [category.value for category in field.values]
    if field.changeable == "either" or given not in order or wanted not in order:
        return False
    lower = field.changeable == "lower"
    return (order.index(given) < order.index(wanted)) == lower
