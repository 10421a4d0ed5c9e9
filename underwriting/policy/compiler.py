"""From the document to the syntax tree: names resolved, values typed, every mistake located."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import get_args

from underwriting.policy.dates import in_force
from underwriting.policy.document import Parameter, Reference, Row, RuleSet
from underwriting.policy.findings import Finding, PolicyRefused
from underwriting.policy.inputs import AS_OF, Input
from underwriting.policy.literals import LiteralRefused, Typed, typed_literal
from underwriting.policy.texts import folded
from underwriting.policy.tree import (
    Between,
    Compare,
    ComparePair,
    Comparison,
    Condition,
    Member,
    Presence,
    RowNode,
    SetNode,
    TextMatch,
    TextOperator,
)

ORDERED = frozenset({"number", "date"})
TEXT_OPERATORS = frozenset(get_args(TextOperator))
EQUALITIES = frozenset({"eq", "ne"})


class _Wrong(Exception):
    """One cell is wrong."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Compiler:
    """Compiles rule sets against known inputs; what is wrong gathers in `findings`.

    `barred` says of inputs that exist but may not be read why not, as (code, message).
    """

    def __init__(
        self,
        inputs: Mapping[str, Input],
        parameters: Mapping[str, Parameter] | None = None,
        barred: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        self.inputs = inputs
        self.barred = barred or {}
        self.parameters = parameters or {}
        self.findings: list[Finding] = []
        self.parameter_uses: dict[str, list[Input]] = {}

    def sets(self, rule_sets: Sequence[RuleSet]) -> tuple[SetNode, ...]:
        """Tree nodes of the sets; a row with a mistake keeps its right conditions only."""
        return tuple(self._set(index, rule_set) for index, rule_set in enumerate(rule_sets))

    def _set(self, index: int, rule_set: RuleSet) -> SetNode:
        rows = tuple(
            self._row(f"/rule_sets/{index}/rows/{number}", rule_set, row)
            for number, row in enumerate(rule_set.rows)
        )
        return SetNode(rule_set.name, rule_set.scope, rule_set.hit, rows)

    def _row(self, pointer: str, rule_set: RuleSet, row: Row) -> RowNode:
        conditions: list[Condition] = self._in_force(pointer, rule_set, row)
        for name, cell in row.when.items():
            for op, operand in cell.items():
                try:
                    conditions.append(self._condition(rule_set, name, op, operand))
                except _Wrong as wrong:
                    where = f"{pointer}/when/{name}/{op}"
                    place = (rule_set.name, row.id, name)
                    self.findings.append(Finding("error", wrong.code, where, str(wrong), *place))
        missing = row.missing or rule_set.missing
        return RowNode(row.id, tuple(conditions), row.outcome, row.reason, missing, row.severity)

    def _in_force(self, pointer: str, rule_set: RuleSet, row: Row) -> list[Condition]:
        """The days on which the row holds, as its first condition; none where it always does."""
        for part in (rule_set, row):
            days = in_force(part)
            if days is not None and days[0] > days[1]:
                message = "the last day in force comes before the first"
                found = Finding("error", "dates", f"{pointer}/to", message, rule_set.name, row.id)
                self.findings.append(found)
        days = in_force(rule_set, row)
        return [] if days is None else [Between(AS_OF, *days)]

    def _condition(self, rule_set: RuleSet, name: str, op: str, operand: object) -> Condition:
        item = self._input(rule_set, name)
        if op in ("missing", "known"):
            if operand is not True:
                raise _Wrong("operand", f"{op} takes true")
            return Presence(item, known=op == "known")
        if isinstance(operand, Reference):
            return self._pair(rule_set, item, op, operand)
        if op in TEXT_OPERATORS:
            return TextMatch(item, _text_operator(item, op), self._parts(item, operand))
        if op in ("in", "not_in"):
            return Member(item, frozenset(self._values(item, operand)), op == "in")
        if op == "between":
            return self._between(item, operand)
        return Compare(item, _comparison(item, op), self._value(item, operand))

    def _input(self, rule_set: RuleSet, name: str) -> Input:
        item = self.inputs.get(name)
        if item is None:
            raise _Wrong(*self.barred.get(name, ("unknown_input", f"{name} is no known input")))
        if item.scope == "party" and rule_set.scope == "application":
            message = f"{name} belongs to each party; this set looks at the application"
            raise _Wrong("scope", message)
        return item

    def _pair(self, rule_set: RuleSet, item: Input, op: str, operand: Reference) -> Condition:
        other = self._input(rule_set, operand.field)
        if (item.kind, item.scale) != (other.kind, other.scale):
            raise _Wrong("type", f"{item.name} and {other.name} are of different types or scales")
        if item.unit and other.unit and item.unit != other.unit:
            raise _Wrong("unit", f"{item.name} is in {item.unit}, {other.name} in {other.unit}")
        return ComparePair(item, _comparison(item, op), other)

    def _between(self, item: Input, operand: object) -> Condition:
        values = self._values(item, operand)
        if item.kind not in ORDERED or len(values) != 2:
            raise _Wrong("operand", "between takes two values of a number or date")
        low, high = int(values[0]), int(values[1])
        if low > high:
            raise _Wrong("operand", "between's first value is above its second")
        return Between(item, low, high)

    def _parts(self, item: Input, operand: object) -> tuple[str, ...]:
        """What a text may start with, end with or contain, folded as the text will be."""
        given = operand if isinstance(operand, tuple) else (operand,)
        text = replace(item, type="text", categories=None)
        parts = tuple(sorted({folded(str(self._value(text, part))) for part in given}))
        if not parts or "" in parts:
            raise _Wrong("operand", "takes texts of at least one character")
        return parts

    def _values(self, item: Input, operand: object) -> list[Typed]:
        if not isinstance(operand, tuple) or not operand:
            raise _Wrong("operand", "takes a list of values")
        return [self._value(item, value) for value in operand]

    def _value(self, item: Input, operand: object) -> Typed:
        if isinstance(operand, tuple):
            raise _Wrong("operand", "takes one value")
        if isinstance(operand, str) and operand.startswith("$"):
            operand = self._parameter(item, operand[1:])
        try:
            return typed_literal(item, operand)
        except LiteralRefused as refused:
            raise _Wrong("type", str(refused)) from refused

    def _parameter(self, item: Input, name: str) -> object:
        parameter = self.parameters.get(name)
        if parameter is None:
            raise _Wrong("unknown_parameter", f"no parameter ${name}")
        self.parameter_uses.setdefault(name, []).append(item)
        if parameter.unit and item.unit and parameter.unit != item.unit:
            message = f"${name} is in {parameter.unit}, {item.name} in {item.unit}"
            raise _Wrong("unit", message)
        return parameter.value


def _comparison(item: Input, op: str) -> Comparison:
    for comparison in get_args(Comparison):
        if op == comparison and (item.kind in ORDERED or op in EQUALITIES):
            found: Comparison = comparison
            return found
    raise _Wrong("operator", f"{op} cannot be asked of {item.name}, a {item.type}")


def _text_operator(item: Input, op: str) -> TextOperator:
    for operator in get_args(TextOperator):
        if op == operator and item.kind in ("text", "category"):
            found: TextOperator = operator
            return found
    raise _Wrong("operator", f"{op} cannot be asked of {item.name}, a {item.type}")


def compiled_sets(
    rule_sets: Sequence[RuleSet],
    inputs: Mapping[str, Input],
    parameters: Mapping[str, Parameter] | None = None,
) -> tuple[SetNode, ...]:
    """The sets' tree, or PolicyRefused with everything that is wrong in them."""
    compiler = Compiler(inputs, parameters)
    nodes = compiler.sets(rule_sets)
    if compiler.findings:
        raise PolicyRefused.of(compiler.findings)
    return nodes
