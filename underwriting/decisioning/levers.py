"""The facts of one application that could be moved, and the values each could be moved to.

Values that nothing can tell apart are tried once, by the nearest of them: between two edges (a
cell's constant, a bin's end) a fact that only cells and bins read gives the same answers. A fact
that is computed with (an income in a ratio) keeps every step of its grid.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ml.dictionary import Dictionary, Field
from ml.dictionary.actionable import Level, levels
from ml.dictionary.derivations import derivations
from ml.guard import Guarded
from ml.model import Model
from ml.points_table import PointsTable
from ml.values import Value
from underwriting.decisioning.inputs import Facts
from underwriting.decisioning.product import Product
from underwriting.policy.document import Policy
from underwriting.policy.inputs import DOUBTS
from underwriting.policy.paths import Paths
from underwriting.policy.tree import Between, Compare, Condition, Member, Program, names_of

COMPUTED = ("model.", "price.", "limit.", "affordability.")
"""Beginnings of inputs that follow from facts: taken to depend on every one of them."""
RULES_ALONE = {"rule_sets", "reasons", "tests", "reference"}


class Lever(NamedTuple):
    """One fact that can be moved: levels nearest first. `party` None: it is the request's."""

    party: int | None
    field: str
    kind: str
    current: int | bool | str
    levels: tuple[Level, ...]


class Levers:
    """What can be moved under one plan; compiled once."""

    def __init__(
        self,
        dictionary: Dictionary,
        product: Product,
        policy: Policy,
        model: Model,
        program: Program,
        settings: Paths,
    ) -> None:
        self._dictionary = dictionary
        self._product = product
        self._asked = _asked_fields(product, settings)
        self._feeds = _feeds(dictionary)
        self._elsewhere = _named_elsewhere(policy, product)
        read = frozenset(name for node in program.sets for row in node.rows for name in row.reads)
        self._scored = frozenset(model.features)
        self._matters = read | self._scored | self._elsewhere
        self._edges = _Edges(program, model, self._open(model, program))
        usable = [*dictionary.decision_fields("request"), *dictionary.decision_fields("party")]
        self._fields = [
            field
            for field in usable
            if field.changeable and self._counts(field.name) and field.name not in self._asked
        ]

    @property
    def reach(self) -> frozenset[str]:
        """Every input that moving some fact may change, what is computed left aside."""
        named = {field.name for field in self._fields} | set(self._asked)
        return frozenset(found for name in named for found in self._feeds[name])

    def of(self, facts: Facts, *, asking: bool) -> list[Lever]:
        """The application's levers, in the dictionary's order; `asking`: the request's own too."""
        found = [lever for field in self._fields for lever in self._moved(field, facts)]
        if asking:
            found += [self._request(name, facts.request.get(name)) for name in self._asked]
        return [lever for lever in found if lever.levels]

    def _moved(self, field: Field, facts: Facts) -> Iterator[Lever]:
        reader = self._dictionary.reader(field.name)
        of_request = field.scope == "request"
        members: Sequence[tuple[int | None, Mapping[str, Value]]] = (
            [(None, facts.request)] if of_request else list(enumerate(facts.parties))
        )
        for party, values in members:
            current = values.get(field.name)
            reached = self._edges.told_apart(field.name, current, levels(field, reader, current))
            if reached and current is not None:
                yield Lever(party, field.name, field.kind, current, tuple(reached))

    def _request(self, name: str, current: Value) -> Lever:
        """Amounts below and terms beside the one asked for, on the product's grid."""
        if type(current) is not int:
            return Lever(None, name, "number", 0, ())
        amounts = self._product.amounts
        values: Sequence[int] = [amount for amount in amounts if amount < current]
        if self._product.term is not None and name == self._product.term.field:
            values = [term for term in self._product.term.values if term != current]
        near = sorted(values, key=lambda value: (abs(value - current), value))
        base = max(current, 1)
        ppm = [Level(value, abs(value - current) * 1_000_000 // base) for value in near]
        return Lever(None, name, "number", current, tuple(ppm))

    def _counts(self, name: str) -> bool:
        return not self._matters.isdisjoint(self._feeds[name])

    def _open(self, model: Model, program: Program) -> frozenset[str]:
        """Facts of which any step may matter: computed with, read elsewhere, or by what has no
        edges."""
        computed = {name for name, fed in self._feeds.items() if len(fed) > 1}
        paired = {
            name
            for node in program.sets
            for row in node.rows
            for condition in row.conditions
            if not isinstance(condition, Compare | Between | Member)
            for name in names_of(condition)
        }
        named = {item.name for item in (*program.application_inputs, *program.party_inputs)}
        edgeless = _table_of(model) is None or not named.isdisjoint(DOUBTS)
        return frozenset(
            computed | paired | self._elsewhere | (self._scored if edgeless else frozenset())
        )


class _Edges:
    """Where answers may change along one fact, for facts that only cells and bins read."""

    def __init__(self, program: Program, model: Model, left_open: frozenset[str]) -> None:
        self._open = left_open
        self._cuts: dict[str, set[int]] = {}
        for node in program.sets:
            for row in node.rows:
                for condition in row.conditions:
                    self._take(condition)
        table = _table_of(model)
        for feature in table.document.features if table else ():
            cuts = self._cuts.setdefault(feature.name, set())
            cuts.update(part.upto for part in feature.ranges if part.upto is not None)
            for value in feature.listed:
                if type(value) is int:
                    cuts.update((value, value + 1))

    def told_apart(self, name: str, current: Value, found: list[Level]) -> list[Level]:
        """The nearest level of every stretch that differs from the present value's."""
        if name in self._open or type(current) is not int:
            return found
        cuts = sorted(self._cuts.get(name, ()))
        seen = {bisect_right(cuts, current)}
        kept = []
        for level in found:
            stretch = bisect_right(cuts, int(level.value))
            if stretch not in seen:
                seen.add(stretch)
                kept.append(level)
        return kept

    def _take(self, condition: Condition) -> None:
        cuts = self._cuts.setdefault(condition.input.name, set())
        if isinstance(condition, Compare) and type(condition.value) is int:
            cuts.update((condition.value, condition.value + 1))
        if isinstance(condition, Between):
            cuts.update((condition.low, condition.high + 1))
        if isinstance(condition, Member):
            numbers = [value for value in condition.values if type(value) is int]
            cuts.update(edge for value in numbers for edge in (value, value + 1))


def depends(name: str, reach: frozenset[str]) -> bool:
    """Whether an input may change when facts are moved that reach those."""
    return name in reach or name.startswith(COMPUTED)


def _table_of(model: Model) -> PointsTable | None:
    inner = model.model if isinstance(model, Guarded) else model
    return inner if isinstance(inner, PointsTable) else None


def _asked_fields(product: Product, settings: Paths) -> tuple[str, ...]:
    named = {"amount": product.amount.field}
    if product.term is not None:
        named["term"] = product.term.field
    return tuple(named[what] for what in named if what in settings.request)


def _feeds(dictionary: Dictionary) -> dict[str, set[str]]:
    """By stated field: itself and every derived field that its value enters."""
    found = {field.name: {field.name} for field in dictionary.fields}
    for derivation in derivations(dictionary.fields, dictionary.derived, dictionary.groups):
        read = {name for _, name in derivation.tree.reads()}
        for fed in found.values():
            if not fed.isdisjoint(read):
                fed.add(derivation.derived.name)
    return found


def _named_elsewhere(policy: Policy, product: Product) -> frozenset[str]:
    """Every word of policy and product outside the rules: a field among them is read there."""
    dumped = policy.model_dump(mode="json", exclude=RULES_ALONE)
    return frozenset(_words([dumped, product.model_dump(mode="json")]))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (str(key) for key in value)
        for each in value.values():
            yield from _words(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _words(each)
