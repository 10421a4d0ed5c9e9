"""Static checks of a policy: what is surely wrong, and what its author should look at again.

Every finding names rule set and row. Errors keep a policy from being submitted.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from ml.dictionary import Dictionary
from underwriting.decisioning.catalogue import BUILT_IN
from underwriting.decisioning.product import Product
from underwriting.decisioning.rules import RESERVED, check_fields, rule_inputs
from underwriting.policy.affordability_checks import affordability_findings
from underwriting.policy.band_checks import band_findings
from underwriting.policy.boxes import Steps
from underwriting.policy.compiler import Compiler
from underwriting.policy.contradictions import contradictions
from underwriting.policy.counter_offer_checks import counter_offer_findings
from underwriting.policy.document import MissingRule, Policy, Row
from underwriting.policy.field_checks import field_findings
from underwriting.policy.findings import Finding, PolicyRefused, Severity
from underwriting.policy.inputs import DOUBTS
from underwriting.policy.parameter_checks import parameter_findings
from underwriting.policy.paths import path_findings
from underwriting.policy.set_checks import Place, set_findings
from underwriting.policy.table_checks import table_findings
from underwriting.policy.tree import RowNode, SetNode
from underwriting.regulation import Pack
from underwriting.regulation.pack import forbidden_phrase

ADVERSE = ("decline", "counter_offer")


def check_policy(
    policy: Policy,
    dictionary: Dictionary,
    product: Product | bytes | None = None,
    pack: Pack | None = None,
    languages: Sequence[str] | None = None,
    proxies: Collection[str] = (),
) -> list[Finding]:
    """Everything found, errors first; without product or pack what needs them is left out.

    `proxies` are fields that the lender listed as standing for a prohibited basis. The work is
    bounded whatever the policy: what there is no time for is reported as not examined.
    """
    given = Product.parse(product) if isinstance(product, bytes) else product
    barred = barred_inputs(dictionary)
    inputs = rule_inputs(policy, dictionary, given)
    compiler = Compiler(inputs, policy.parameters, barred)
    nodes = compiler.sets(policy.rule_sets)
    found = [
        *compiler.findings,
        *field_findings(policy, nodes, dictionary, barred, proxies),
        *table_findings(policy, inputs, given, pack),
        *affordability_findings(policy, dictionary, given, barred),
        *_names(policy),
        *parameter_findings(policy, compiler.parameter_uses),
        *_rows(policy, nodes, dictionary),
        *_regions(nodes, compiler.findings),
        *_texts(policy, dictionary, pack, languages or dictionary.languages),
        *band_findings(policy, given, pack),
        *_reference(policy, dictionary),
        *path_findings(policy.paths, dictionary),
        *_product(policy, dictionary, given, pack),
    ]
    return sorted(found, key=lambda finding: finding.severity)


def barred_inputs(dictionary: Dictionary) -> dict[str, tuple[str, str]]:
    """Entries of the dictionary that rules may not read, with the reason."""
    barred = {}
    for name, entry in dictionary.entries.items():
        basis = getattr(entry, "prohibited_basis", None)
        if basis:
            barred[name] = ("prohibited_basis", f"{name} is a prohibited basis ({basis})")
        elif getattr(entry, "known", None) == "decision":
            barred[name] = ("known_too_late", f"{name} is known only after the decision")
        elif "policy" not in entry.uses:
            barred[name] = ("use", f"the dictionary does not allow {name} in a policy")
    return barred


def _names(policy: Policy) -> Iterator[Finding]:
    for index, rule_set in enumerate(policy.rule_sets):
        if rule_set.name in RESERVED:
            message = f"{rule_set.name} is the name of a built-in rule set"
            yield Finding("error", "reserved", f"/rule_sets/{index}", message, rule_set.name)
    if not policy.tests:
        yield Finding("warning", "no_tests", "/tests", "the policy has no test cases")


def _rows(policy: Policy, nodes: Sequence[SetNode], dictionary: Dictionary) -> Iterator[Finding]:
    known = {*policy.reasons, *dictionary.reasons(), *BUILT_IN}
    for index, (rule_set, node) in enumerate(zip(policy.rule_sets, nodes, strict=True)):
        for number, (row, compiled) in enumerate(zip(rule_set.rows, node.rows, strict=True)):
            where = f"/rule_sets/{index}/rows/{number}"
            missing = row.missing or rule_set.missing
            for severity, code, member, message in _row(policy, row, compiled, missing, known):
                pointer = f"{where}/{member}"
                yield Finding(severity, code, pointer, message, rule_set.name, row.id)


def _row(
    policy: Policy, row: Row, compiled: RowNode, missing: MissingRule, known: set[str]
) -> Iterator[tuple[Severity, str, str, str]]:
    if row.reason is not None and row.reason not in known:
        yield "error", "unknown_reason", "reason", f"no reason {row.reason} in policy or dictionary"
    if row.reason is None and not compiled.reads_model:
        if row.outcome in ADVERSE:
            yield "error", "no_reason", "reason", f"a {row.outcome} must say why"
        elif row.outcome == "refer":
            yield "warning", "no_reason", "reason", "a referral without a reason tells nobody why"
    if missing == "decline" and row.reason is None:
        yield "error", "no_reason", "reason", "declining for a missing value must say why"
    if row.outcome in ADVERSE and not compiled.reads.isdisjoint(DOUBTS):
        yield (
            "error",
            "declines_in_doubt",
            "outcome",
            "a model's doubt about its score may refer, not decide",
        )
    if missing == "decline" and any(name.startswith("model.") for name in compiled.reads):
        yield (
            "error",
            "missing_score",
            "missing",
            "an application without a score cannot be declined for it",
        )
    if row.outcome == "counter_offer" and policy.counter_offer is None:
        yield (
            "warning",
            "no_counter_offer",
            "outcome",
            "the policy makes no counter-offers; this declines",
        )


def _regions(nodes: Sequence[SetNode], mistakes: Sequence[Finding]) -> Iterator[Finding]:
    """What follows from the values that rows answer to; rows with a mistake are left out."""
    wrong = {(finding.rule_set, finding.row) for finding in mistakes}
    places = [
        Place(
            index,
            node,
            frozenset(n for n, row in enumerate(node.rows) if (node.name, row.id) not in wrong),
        )
        for index, node in enumerate(nodes)
    ]
    steps = Steps()
    for place in places:
        yield from set_findings(place, steps)
    yield from contradictions(places, steps)


def _texts(
    policy: Policy, dictionary: Dictionary, pack: Pack | None, languages: Sequence[str]
) -> Iterator[Finding]:
    used = {row.reason for rule_set in policy.rule_sets for row in rule_set.rows}
    for code in sorted(set(policy.reasons) - used):
        yield Finding("warning", "unused_reason", f"/reasons/{code}", f"{code} is not used")
    own = {code: reason.text for code, reason in policy.reasons.items()}
    for code, texts in sorted(own.items()):
        yield from _text(f"/reasons/{code}", code, texts, languages, pack)
    for code, texts in sorted(dictionary.reasons().items()):
        if code not in own:
            yield from _text("", code, texts, languages, pack)


def _text(
    where: str, code: str, texts: Mapping[str, str], languages: Sequence[str], pack: Pack | None
) -> Iterator[Finding]:
    for language in languages:
        text = texts.get(language, "").strip()
        place = f"{where}/text/{language}" if where else ""
        if not text:
            message = f"{code} has no text in {language}"
            yield Finding("error", "reason_text", place, message)
        elif pack is not None and (phrase := forbidden_phrase(pack, language, text)):
            message = f'{code} in {language}: "{phrase}" is no specific reason (R3)'
            yield Finding("error", "forbidden_phrase", place, message)


def _product(
    policy: Policy, dictionary: Dictionary, product: Product | None, pack: Pack | None
) -> Iterator[Finding]:
    if pack is not None:
        field = dictionary.entries.get(pack.capacity_field)
        if field is None or field.type != "boolean":
            message = f"the dictionary has no yes/no field {pack.capacity_field} (R28)"
            yield Finding("error", "capacity", "", message)
    if product is None:
        return
    try:
        check_fields(dictionary, product)
    except PolicyRefused as refused:
        for where, message in refused.problems:
            yield Finding("error", "product", where, f"product{where}: {message}")
    yield from _exploration(policy, product)
    if policy.counter_offer is not None:
        yield from counter_offer_findings(policy.counter_offer, product)


def _reference(policy: Policy, dictionary: Dictionary) -> Iterator[Finding]:
    """What the approved near the cut-off had is about fields of this dictionary, or of none."""
    points = {} if policy.reference is None else policy.reference.points
    for name in sorted(set(points) - set(dictionary.entries)):
        message = f"the dictionary has no {name}"
        yield Finding("error", "reference", f"/reference/points/{name}", message)


def _exploration(policy: Policy, product: Product) -> Iterator[Finding]:
    """A budget must be an amount of the product's currency, or it would limit nothing."""
    if policy.exploration is None:
        return
    where = "/exploration/max_amount"
    try:
        most = product.minor(policy.exploration.max_amount)
    except ValueError:
        message = f"{policy.exploration.max_amount} is no amount of the product's currency"
        yield Finding("error", "exploration", where, message)
        return
    if most < product.lowest:
        message = "below the product's least amount: nobody could ever be approved by lot"
        yield Finding("error", "exploration", where, message)
