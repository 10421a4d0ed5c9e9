"""Which values of an input satisfy conditions, where that can be said: for the static checks."""

from collections.abc import Iterable
from dataclasses import dataclass

from ml.values import LIMIT
from underwriting.policy.inputs import Input
from underwriting.policy.literals import Typed
from underwriting.policy.texts import matches
from underwriting.policy.tree import (
    Between,
    Compare,
    Condition,
    Member,
    Presence,
    RowNode,
    TextMatch,
)


@dataclass(frozen=True, slots=True)
class Domain:
    """Values of one input: an interval of numbers, or a set of others (None: any text).

    `missing` and `known` say whether a missing value, or any known one, belongs to it. `exact` is
    False where the true set is smaller than what is said here.
    """

    low: int = -LIMIT
    high: int = LIMIT
    values: frozenset[Typed] | None = None
    missing: bool = False
    known: bool = True
    exact: bool = True

    @property
    def empty(self) -> bool:
        no_known = not self.known or self.low > self.high or self.values == frozenset()
        return no_known and not self.missing

    def within(self, other: "Domain") -> bool:
        """Whether every value here surely belongs to the other, which must be exact."""
        if not other.exact or (self.missing and not other.missing):
            return False
        if not self.known:
            return True
        if not other.known or self.low < other.low or self.high > other.high:
            return False
        if other.values is None:
            return True
        return self.values is not None and self.values <= other.values

    def both(self, other: "Domain") -> "Domain":
        """What belongs to this and the other."""
        values = self.values if other.values is None else other.values
        if self.values is not None and other.values is not None:
            values = self.values & other.values
        return Domain(
            max(self.low, other.low),
            min(self.high, other.high),
            values,
            self.missing and other.missing,
            self.known and other.known,
            self.exact and other.exact,
        )


def row_domains(row: RowNode) -> dict[str, Domain]:
    """The values each input may have where the row hits; an input compared with another is open."""
    found: dict[str, Domain] = {}
    for condition in row.conditions:
        name = condition.input.name
        domain = domain_of(condition)
        found[name] = found[name].both(domain) if name in found else domain
    return found


def impossible(row: RowNode) -> bool:
    """Whether no values could ever make the row hit."""
    return any(domain.empty for domain in row_domains(row).values())


def shadowed_by(row: RowNode, earlier: Iterable[RowNode]) -> RowNode | None:
    """The earlier row that hits whenever this one would, so that FIRST never reaches it."""
    own = row_domains(row)
    for other in earlier:
        wider = row_domains(other)
        if all(name in own and own[name].within(domain) for name, domain in wider.items()):
            return other
    return None


def domain_of(condition: Condition) -> Domain:
    """What the condition admits, or more than that (then not exact)."""
    item = condition.input
    if isinstance(condition, Presence):
        full = _all_values(item)
        if condition.known:
            return full
        return Domain(values=full.values, missing=True, known=False)
    if isinstance(condition, Between):
        return Domain(condition.low, condition.high)
    if isinstance(condition, Member):
        return _members(item, condition.values, inside=condition.inside)
    if isinstance(condition, Compare):
        return _compared(item, condition)
    every = _all_values(item).values
    if isinstance(condition, TextMatch) and every is not None:
        names = (name for name in every if isinstance(name, str))
        return Domain(
            values=frozenset(n for n in names if matches(condition.op, n, condition.parts))
        )
    return Domain(values=every, exact=False)


def _compared(item: Input, condition: Compare) -> Domain:
    op, value = condition.op, condition.value
    if item.kind not in ("number", "date"):
        return _members(item, frozenset({value}), inside=op == "eq")
    number = int(value)
    if op == "ne":
        return Domain(exact=False)
    low = {"eq": number, "ge": number, "gt": number + 1}.get(op, -LIMIT)
    high = {"eq": number, "le": number, "lt": number - 1}.get(op, LIMIT)
    return Domain(low, high)


def _members(item: Input, values: frozenset[Typed], *, inside: bool) -> Domain:
    if item.kind in ("number", "date"):
        numbers = [int(value) for value in values]
        if not inside:
            return Domain(exact=False)
        return Domain(min(numbers), max(numbers), exact=len(set(numbers)) == 1)
    if inside:
        return Domain(values=values)
    every = _all_values(item).values
    return Domain(exact=False) if every is None else Domain(values=every - values)


def _all_values(item: Input) -> Domain:
    if item.kind == "boolean":
        return Domain(values=frozenset({True, False}))
    return Domain(values=item.categories)
