"""What faithful reasons are, as questions to a plan about one of its adverse decisions.

Facts are moved one at a time where the rules and the model read them, derived ones too, so that
each question is about the very thing that a reason names. Nothing here knows why the engine chose
its reasons: only whether they hold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ml.guard import Guarded
from ml.points_table import PointsTable
from ml.values import Value
from underwriting.decisioning.catalogue import reason_catalogue
from underwriting.decisioning.combination import combined_row, deciding_parties
from underwriting.decisioning.evaluation import Evaluated
from underwriting.decisioning.inputs import InputsReader
from underwriting.decisioning.plan import Plan
from underwriting.policy.tree import Between, Compare, ComparePair, Member, Presence, RowNode
from underwriting.policy.verdict import Fired, Verdict, verdict_of
from underwriting.regulation.pack import forbidden_phrase

ADVERSE = ("decline", "counter_offer")


@dataclass
class Told:
    """One decided application: `document` is what was said, `found` what led to it."""

    plan: Plan
    inputs: Mapping[str, Any]
    document: Mapping[str, Any]

    @cached_property
    def facts(self):
        reader = InputsReader(self.plan.dictionary, self.plan.product.minor_units)
        return reader.read(self.inputs)

    @cached_property
    def found(self) -> Evaluated:
        return self.plan.evaluator.row(self.facts)

    @cached_property
    def verdict(self) -> Verdict:
        return verdict_of(self.found.results)

    @cached_property
    def decisive(self) -> list[Fired]:
        return [each for each in self.verdict.fired if each.outcome == self.verdict.outcome]

    @cached_property
    def deciding(self) -> tuple[int, ...]:
        """The parties whose scores made the application's."""
        points = [score.points for score in self.found.scores]
        return deciding_parties(self.plan.product.pd_combination, points, self.facts.liable)

    def cited(self, source: str) -> list[Mapping[str, Any]]:
        return [each for each in self.document["reasons"] if each["source"] == source]

    def points_with(self, changes: Mapping[tuple[int, str], Value]) -> int:
        """The application's points had these parties these values."""
        each = []
        for index, party in enumerate(self.found.parties):
            own = {name: value for (of, name), value in changes.items() if of == index}
            each.append(self.plan.model.score_row({**party, **own}).points)
        return combined_row(self.plan.product.pd_combination, each, self.facts.liable)

    def fired_with(self, party: int | None, values: Mapping[str, Value]) -> set[tuple[str, str]]:
        """(set, row) of what would fire if these inputs of a party, or of all, had these values."""
        application, members = self.seen
        application = {**application, **values}
        members = [
            {**member, **values} if party in (None, index) else member
            for index, member in enumerate(members)
        ]
        results = self.plan.evaluator._rows(application, members)
        fired = verdict_of(results).fired
        return {(each.rule_set, each.row) for each in fired if each.outcome == self.verdict.outcome}

    @cached_property
    def seen(self) -> tuple[dict[str, Value], list[dict[str, Value]]]:
        """Every input of the rules: the application's, and each party's."""
        application = dict(self.found.application)
        shared = {name: value for name, value in application.items() if "." in name}
        members = [{**shared, **party} for party in self.found.parties]
        for member, score in zip(members, self.found.scores, strict=False):
            member["model.points"], member["model.pd_ppm"] = score.points, score.pd_ppm
        return application, members


def row_of(plan: Plan, fired: Fired) -> RowNode:
    return next(
        row
        for node in plan.evaluator.program.sets
        if node.name == fired.rule_set
        for row in node.rows
        if row.id == fired.row
    )


def worth(plan: Plan, name: str) -> list[Value]:
    """One value of every bin of a feature, so that its whole range is among them."""
    model = plan.model.model if isinstance(plan.model, Guarded) else plan.model
    assert isinstance(model, PointsTable)
    feature = next(each for each in model.document.features if each.name == name)
    listed: list[Value] = list(feature.listed)
    cuts = [part.upto for part in feature.ranges if part.upto is not None]
    if feature.kind == "number":
        return [*listed, *(cut - 1 for cut in cuts), *cuts[-1:], *([] if cuts else [0])]
    entry = plan.dictionary.entries[name]
    values: list[Value] = [each.value for each in getattr(entry, "values", ())]
    return [*dict.fromkeys([*listed, *values])]


def complaints(told: Told) -> Iterator[str]:
    """Everything that is not faithful in what one adverse decision says; nothing where all is."""
    reasons = told.document["reasons"]
    if not 1 <= len(reasons) <= 4:
        yield f"{len(reasons)} reasons"
    yield from _texts(told)
    yield from _knock_outs(told)
    for reason in told.cited("policy"):
        yield from _policy_reason(told, reason)
    model_reasons = told.cited("model")
    for reason in model_reasons:
        yield from _model_reason(told, reason)
    if model_reasons and not score_counts(told):
        yield "the model's reasons, where no score would have been approved"
    if not softer_without(told):
        yield "without what was cited the decision is no nearer to approval"


def _texts(told: Told) -> Iterator[str]:
    catalogue = reason_catalogue(told.plan.dictionary, told.plan.policy)
    for reason in told.document["reasons"]:
        texts = catalogue.get(reason["code"], {})
        for language in told.plan.dictionary.languages:
            text = texts.get(language, "")
            if not text.strip():
                yield f"{reason['code']} has no text in {language}"
            elif forbidden_phrase(told.plan.pack, language, text):
                yield f"{reason['code']} says what R3 forbids"


def _knock_outs(told: Told) -> Iterator[str]:
    """The strictest rule that needs no score is among the reasons, and all are while four do."""
    codes = [
        each.reason
        for each in sorted(told.decisive, key=lambda each: -each.severity)
        if each.reason
    ]
    wanted = list(dict.fromkeys(codes))[:4]
    cited = {each["code"] for each in told.cited("policy")}
    for code in wanted:
        if code not in cited:
            yield f"the rule's reason {code} is missing"


def _policy_reason(told: Told, reason: Mapping[str, Any]) -> Iterator[str]:
    code, party = reason["code"], reason["party"]
    behind = [each for each in told.decisive if (each.reason, each.party) == (code, party)]
    if not behind:
        yield f"{code} was cited, and no rule that decided says so"
    for fired in behind:
        if fired.field is not None and not could_miss(told, fired):
            yield f"{code}: no value of {fired.field} would have changed what {fired.row} says"


def could_miss(told: Told, fired: Fired) -> bool:
    """Whether another value of the cited field, all else as it is, would answer the rule."""
    row = row_of(told.plan, fired)
    key = (fired.rule_set, fired.row)
    return any(
        key not in told.fired_with(fired.party, {str(fired.field): value})
        for value in _others(told, row, str(fired.field), fired.party)
    )


def _others(told: Told, row: RowNode, name: str, party: int | None) -> Iterator[Value]:
    """Values on either side of every edge that the row has for an input."""
    application, members = told.seen
    values = application if party is None else members[party]
    entry = told.plan.dictionary.entries.get(name)
    for category in getattr(entry, "values", ()):
        yield category.value
    for condition in row.conditions:
        if name not in (
            condition.input.name,
            getattr(getattr(condition, "other", None), "name", ""),
        ):
            continue
        if isinstance(condition, Presence):
            yield from (None, 0, 1, True, False)
        elif isinstance(condition, Compare):
            yield from _around(condition.value)
        elif isinstance(condition, Between):
            yield from (condition.low - 1, condition.high + 1)
        elif isinstance(condition, Member):
            for value in condition.values:
                yield from _around(value)
        elif isinstance(condition, ComparePair):
            other = condition.other if condition.input.name == name else condition.input
            against = values.get(other.name)
            yield from _around(against)


def _around(value: Any) -> Iterator[Value]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value - 1, value, value + 1)


def _model_reason(told: Told, reason: Mapping[str, Any]) -> Iterator[str]:
    code, name = reason["code"], reason["field"]
    entry = told.plan.dictionary.entries[name]
    if entry.reason is None or entry.reason.code != code:
        yield f"{code} names {name}, whose reason is another"
    parties = told.deciding if reason["party"] is None else (reason["party"],)
    if not set(parties) <= set(told.deciding):
        yield f"{code} is about a party whose score did not count"
        return
    before = told.points_with({})
    better = [
        value
        for value in worth(told.plan, name)
        if told.points_with({(party, name): value for party in parties}) > before
    ]
    if not better:
        yield f"{code}: no value of {name} gives more points than the one it has"
    elif entry.risk is not None and entry.kind == "number":
        current = told.found.parties[parties[0]].get(name)
        if isinstance(current, int) and not _any_further(better, current, entry.risk):
            yield f"{code}: {name} would have to move against its direction"


def _any_further(better: list[Value], current: int, risk: str) -> bool:
    """Whether some better value lies the way the reason's text says."""
    numbers = [value for value in better if type(value) is int]
    return any(value > current if risk == "lower" else value < current for value in numbers)


def score_counts(told: Told) -> bool:
    """Whether the best of all scores would have answered a rule that decided."""
    before = {(each.rule_set, each.row) for each in told.decisive if each.reads_model}
    return not before <= told.fired_with(None, priced_at(told, 0, 10**6))


def softer_without(told: Told) -> bool:
    """Whether setting right what was cited brings the decision nearer to approval.

    Cited rules are answered, cited features have the value that counts least for or against.
    """
    rules = {
        (each.rule_set, each.row)
        for each in told.decisive
        if any((each.reason, each.party) == (r["code"], r["party"]) for r in told.cited("policy"))
    }
    changes = {
        (party, reason["field"]): neutral(told, reason["field"], party)
        for reason in told.cited("model")
        for party in (told.deciding if reason["party"] is None else (reason["party"],))
    }
    decisive = {(each.rule_set, each.row) for each in told.decisive}
    if not changes:
        return len(decisive - rules) < len(decisive)
    points = told.points_with(changes)
    left = told.fired_with(None, priced_at(told, told.plan.model.pd_at(points), points)) - rules
    return points > told.points_with({}) or len(left) < len(decisive)


def priced_at(told: Told, pd_ppm: int, points: int) -> dict[str, Value]:
    """What rules would read of the score and the price at other points."""
    application, _ = told.seen
    price = told.plan.prices.row(dict(application), pd_ppm)
    return {**price, "model.points": points, "model.pd_ppm": pd_ppm}


def neutral(told: Told, name: str, party: int) -> Value:
    """The value of a feature that counts least for or against this party."""
    values = told.found.parties[party]

    def lost(value: Value) -> tuple[int, str]:
        score = told.plan.model.score_row({**values, name: value})
        return abs(dict(score.contributions)[name]), str(value)

    return min(worth(told.plan, name), key=lost)


def silent_paths(plan: Plan) -> Iterator[str]:
    """Rules that may turn somebody down, and bins below the best, for which no reason is there."""
    catalogue = reason_catalogue(plan.dictionary, plan.policy)
    languages = plan.dictionary.languages
    told = plan.dictionary.told

    def worded(code: str) -> bool:
        texts = catalogue.get(code, {})
        return all(texts.get(language, "").strip() for language in languages)

    for node in plan.evaluator.program.sets:
        for row in node.rows:
            if row.outcome not in ADVERSE and row.missing != "decline":
                continue
            if row.reason is None and not row.reads_model:
                yield f"{node.name}/{row.id}"
            if row.reason is not None and not worded(row.reason):
                yield f"{node.name}/{row.id}: {row.reason}"
    for name in plan.model.features:
        if len(set(_contributions(plan, name))) > 1 and (
            name not in told or not worded(told[name][0])
        ):
            yield name


def _contributions(plan: Plan, name: str) -> Iterator[int]:
    for value in worth(plan, name):
        yield dict(plan.model.score_row({name: value}).contributions)[name]
