"""What the language is made of: its operators, its limits, and how it refuses everything else."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ml.expressions.tree import Node, Type
from ml.values import within_limit

MAX_SCALE = 9
DIVISION_SCALE = 6
MAX_DAYS = 36_600

ARITHMETIC: Mapping[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
}
COMPARISON: Mapping[type[ast.cmpop], str] = {
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Eq: "eq",
    ast.NotEq: "ne",
}
AGGREGATES = ("sum", "min", "max", "any", "all", "count")


class ExpressionError(ValueError):
    """An expression that cannot be used; says what and where."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Which names an expression may read, and their types.

    `inner` are the rows it may gather over: "party" or a group's name, to that row's names.
    `scale` is the declared scale of the result: what a division at the root is rounded to.
    `dates` names the date of each group's rows; `text` is the expression, kept by `parse`.
    """

    names: Mapping[str, Type]
    inner: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)
    scale: int = 0
    dates: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


def common(parts: Sequence[Node]) -> Type:
    return replace(parts[0].type, scale=max(part.type.scale for part in parts))


def decimal_constant(tree: ast.Constant, text: str) -> Node:
    """The constant as written: `0.10` is ten hundredths; the float Python read is not used."""
    whole, point, decimals = (ast.get_source_segment(text, tree) or "").partition(".")
    if not point or not (whole + decimals).isdecimal():
        raise refused(tree, "write a constant in digits, such as 0.25")
    if len(decimals) > MAX_SCALE:
        raise refused(tree, f"a constant has at most {MAX_SCALE} decimals")
    value = int(whole + decimals)
    if within_limit(value) is None:
        raise refused(tree, "a constant is at most 2**62")
    return Node("constant", Type("number", len(decimals)), value=value)


class _Unqualified(ast.NodeTransformer):
    def __init__(self, owner: str) -> None:
        self.owner = owner

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id == self.owner:
            return ast.copy_location(ast.Name(node.attr, ast.Load()), node)
        return node


def unqualified(tree: ast.expr, owner: str) -> ast.expr:
    """`party.income > 0` as the party itself would write it: `income > 0`."""
    found: ast.expr = _Unqualified(owner).visit(tree)
    return found


def demand(tree: ast.AST, parts: Sequence[Node], kind: str) -> None:
    for part in parts:
        if part.type.kind != kind:
            raise refused(tree, f"a {kind} is needed, not a {part.type.kind}")


def refused(tree: ast.AST, reason: str) -> ExpressionError:
    return ExpressionError(f"column {getattr(tree, 'col_offset', 0) + 1}: {reason}")
