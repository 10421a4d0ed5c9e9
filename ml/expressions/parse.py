"""Text to typed tree. What is not on the whitelist is refused, with the place."""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ml.expressions.tree import BOOLEAN, DATE, INTEGER, Node, Type
from ml.values import within_limit

MAX_NODES = 200
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


def parse(text: str, environment: Environment) -> Node:
    """The typed tree; ExpressionError names the column and the reason."""
    text = text.strip()
    try:
        body = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"not an expression: {error}") from error
    if sum(1 for _ in ast.walk(body)) > MAX_NODES:
        raise ExpressionError(f"more than {MAX_NODES} parts")
    return _Parser(replace(environment, text=text)).node(body, root=True)


class _Parser:
    def __init__(self, environment: Environment) -> None:
        self.names = environment.names
        self.environment = environment
        self.functions: Mapping[str, Callable[[ast.Call], Node]] = {
            "if_else": self._if_else,
            "coalesce": self._coalesce,
            "is_missing": self._is_missing,
            "abs": self._abs,
            "round_to": self._round_to,
            "month": self._date_part,
            "year": self._date_part,
            "days_between": self._between,
            "months_between": self._between,
        }

    def node(self, tree: ast.expr, *, root: bool = False) -> Node:
        match tree:
            case ast.Constant():
                return self._constant(tree)
            case ast.Name():
                return self._name(tree)
            case ast.BinOp():
                return self._arithmetic(tree, root=root)
            case ast.UnaryOp():
                return self._unary(tree)
            case ast.BoolOp():
                return self._logic(tree)
            case ast.Compare():
                return self._comparison(tree)
            case ast.Call():
                return self._call(tree)
        raise _refused(tree, f"{type(tree).__name__} is not part of the language")

    def _constant(self, tree: ast.Constant) -> Node:
        value = tree.value
        if isinstance(value, bool):
            return Node("constant", BOOLEAN, value=value)
        if isinstance(value, int):
            if within_limit(value) is None:
                raise _refused(tree, "a constant is at most 2**62")
            return Node("constant", INTEGER, value=value)
        if isinstance(value, float):
            return _decimal_constant(tree, self.environment.text)
        if isinstance(value, str):
            return Node("constant", Type("category"), value=value)
        raise _refused(tree, "only numbers, booleans and texts are constants")

    def _name(self, tree: ast.Name) -> Node:
        if tree.id in ("true", "false"):
            return Node("constant", BOOLEAN, value=tree.id == "true")
        if tree.id not in self.names:
            raise _refused(tree, f"{tree.id} cannot be read here")
        return Node("field", self.names[tree.id], name=tree.id)

    def _arithmetic(self, tree: ast.BinOp, *, root: bool) -> Node:
        op = ARITHMETIC.get(type(tree.op))
        if op is None:
            raise _refused(tree, f"{type(tree.op).__name__} is not part of the language")
        left, right = self.node(tree.left), self.node(tree.right)
        if op == "subtract" and left.type == right.type == DATE:
            return Node("days_between", INTEGER, (right, left))
        _demand(tree, (left, right), "number")
        return Node(
            op, Type("number", self._scale(tree, op, left, right, root=root)), (left, right)
        )

    def _scale(self, tree: ast.BinOp, op: str, left: Node, right: Node, *, root: bool) -> int:
        if op == "divide":
            declared = self.environment.scale
            return declared if root else max(declared, DIVISION_SCALE)
        if op == "multiply":
            scale = left.type.scale + right.type.scale
            if scale > MAX_SCALE:
                raise _refused(tree, f"the product has {scale} decimals, more than {MAX_SCALE}")
            return scale
        return max(left.type.scale, right.type.scale)

    def _unary(self, tree: ast.UnaryOp) -> Node:
        inner = self.node(tree.operand)
        if isinstance(tree.op, ast.Not):
            _demand(tree, (inner,), "boolean")
            return Node("not", BOOLEAN, (inner,))
        if isinstance(tree.op, ast.USub):
            _demand(tree, (inner,), "number")
            return Node("negate", inner.type, (inner,))
        raise _refused(tree, f"{type(tree.op).__name__} is not part of the language")

    def _logic(self, tree: ast.BoolOp) -> Node:
        parts = tuple(self.node(value) for value in tree.values)
        _demand(tree, parts, "boolean")
        return Node("and" if isinstance(tree.op, ast.And) else "or", BOOLEAN, parts)

    def _comparison(self, tree: ast.Compare) -> Node:
        if len(tree.ops) != 1:
            raise _refused(tree, "write one comparison at a time")
        left, op = self.node(tree.left), tree.ops[0]
        if isinstance(op, ast.In | ast.NotIn):
            return self._membership(tree, left, negated=isinstance(op, ast.NotIn))
        name = COMPARISON.get(type(op))
        if name is None:
            raise _refused(tree, f"{type(op).__name__} is not part of the language")
        right = self.node(tree.comparators[0])
        if left.type.kind != right.type.kind:
            raise _refused(tree, f"a {left.type.kind} and a {right.type.kind} do not compare")
        if left.type.kind in ("boolean", "category") and name not in ("eq", "ne"):
            raise _refused(tree, f"a {left.type.kind} has no order")
        if left.type.kind == "text":
            raise _refused(tree, "texts are not compared")
        return Node(name, BOOLEAN, (left, right))

    def _membership(self, tree: ast.Compare, left: Node, *, negated: bool) -> Node:
        listed = tree.comparators[0]
        if not isinstance(listed, ast.Tuple | ast.List) or left.type.kind != "category":
            raise _refused(tree, "`in` takes a category and a list of texts")
        items = [self.node(item) for item in listed.elts]
        if any(item.op != "constant" or item.type.kind != "category" for item in items):
            raise _refused(tree, "the list holds texts only")
        found = Node("in", BOOLEAN, (left,), choices=tuple(item.value for item in items))
        return Node("not", BOOLEAN, (found,)) if negated else found

    def _call(self, tree: ast.Call) -> Node:
        if not isinstance(tree.func, ast.Name):
            raise _refused(tree, "only the listed functions can be called")
        name = tree.func.id
        if name in AGGREGATES and (gathered := self._gathered(tree)):
            return self._aggregate(tree, name, *gathered)
        if tree.keywords:
            raise _refused(tree, f"{name} takes no named arguments")
        if name in ("min", "max"):
            return self._extreme(tree, name)
        if name not in self.functions:
            raise _refused(tree, f"there is no function {name}")
        return self.functions[name](tree)

    def _gathered(self, tree: ast.Call) -> tuple[str, ast.expr | None] | None:
        """The rows gathered over and the expression inside, None for an ordinary call."""
        if len(tree.args) != 1:
            return None
        argument = tree.args[0]
        if isinstance(argument, ast.Name) and argument.id in self.environment.inner:
            return argument.id, None
        owners = {
            node.value.id
            for node in ast.walk(argument)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
        if len(owners) != 1:
            return None
        owner = owners.pop()
        if owner not in self.environment.inner:
            raise _refused(tree, f"{owner} cannot be gathered over here")
        return owner, argument

    def _aggregate(self, tree: ast.Call, name: str, over: str, inner: ast.expr | None) -> Node:
        window = self._window(tree, over)
        if inner is None:
            if name != "count":
                raise _refused(tree, f"{name} needs a field, such as {name}({over}.amount)")
            return Node("count", INTEGER, window, name=over)
        within = _Parser(
            replace(self.environment, names=self.environment.inner[over], inner={}),
        ).node(_unqualified(inner, over))
        kinds = {"sum": "number", "any": "boolean", "all": "boolean", "count": "boolean"}
        _demand(tree, (within,), kinds.get(name, within.type.kind))
        if name in ("min", "max") and within.type.kind not in ("number", "date"):
            raise _refused(tree, f"{name} takes numbers or dates")
        found = {"any": BOOLEAN, "all": BOOLEAN, "count": INTEGER}.get(name, within.type)
        return Node(f"{name}_of", found, (within, *window), name=over)

    def _window(self, tree: ast.Call, over: str) -> tuple[Node, ...]:
        """`days=90`: only rows dated within so many days before the decision's day."""
        if not tree.keywords:
            return ()
        keyword = tree.keywords[0]
        dated = self.environment.dates.get(over)
        days = keyword.value
        if len(tree.keywords) > 1 or keyword.arg != "days" or dated is None:
            raise _refused(tree, "only days=N is possible, over a group that has a date")
        if not isinstance(days, ast.Constant) or type(days.value) is not int:
            raise _refused(tree, "days is a whole number")
        if not 1 <= days.value <= MAX_DAYS:
            raise _refused(tree, f"days is a whole number from 1 to {MAX_DAYS}")
        return (Node("window", DATE, name=dated, value=days.value),)

    def _extreme(self, tree: ast.Call, name: str) -> Node:
        parts = tuple(self.node(argument) for argument in tree.args)
        if len(parts) < 2:
            raise _refused(tree, f"{name} takes two values or more")
        kind = "date" if parts[0].type.kind == "date" else "number"
        _demand(tree, parts, kind)
        return Node(name, _common(parts), parts)

    def _if_else(self, tree: ast.Call) -> Node:
        parts = self._arguments(tree, 3)
        _demand(tree, parts[:1], "boolean")
        return Node("if_else", self._alike(tree, parts[1:]), parts)

    def _coalesce(self, tree: ast.Call) -> Node:
        parts = tuple(self.node(argument) for argument in tree.args)
        if len(parts) < 2:
            raise _refused(tree, "coalesce takes two values or more")
        return Node("coalesce", self._alike(tree, parts), parts)

    def _alike(self, tree: ast.Call, parts: Sequence[Node]) -> Type:
        kind = parts[0].type.kind
        if kind not in ("number", "boolean", "date"):
            raise _refused(tree, f"a {kind} cannot be computed")
        _demand(tree, parts, kind)
        return _common(parts)

    def _is_missing(self, tree: ast.Call) -> Node:
        return Node("is_missing", BOOLEAN, self._arguments(tree, 1))

    def _abs(self, tree: ast.Call) -> Node:
        parts = self._arguments(tree, 1)
        _demand(tree, parts, "number")
        return Node("abs", parts[0].type, parts)

    def _round_to(self, tree: ast.Call) -> Node:
        value, digits = self._arguments(tree, 2)
        _demand(tree, (value, digits), "number")
        if digits.op != "constant" or not isinstance(digits.value, int) or digits.type.scale:
            raise _refused(tree, "round_to takes a value and a number of decimals")
        if not 0 <= digits.value <= MAX_SCALE:
            raise _refused(tree, f"0 to {MAX_SCALE} decimals are possible")
        return Node("round_to", Type("number", digits.value), (value,))

    def _date_part(self, tree: ast.Call) -> Node:
        parts = self._arguments(tree, 1)
        _demand(tree, parts, "date")
        return Node(_called(tree), INTEGER, parts)

    def _between(self, tree: ast.Call) -> Node:
        parts = self._arguments(tree, 2)
        _demand(tree, parts, "date")
        return Node(_called(tree), INTEGER, parts)

    def _arguments(self, tree: ast.Call, count: int) -> tuple[Node, ...]:
        if len(tree.args) != count:
            raise _refused(tree, f"{_called(tree)} takes {count} values")
        return tuple(self.node(argument) for argument in tree.args)


def _called(tree: ast.Call) -> str:
    return tree.func.id if isinstance(tree.func, ast.Name) else ""


def _common(parts: Sequence[Node]) -> Type:
    return replace(parts[0].type, scale=max(part.type.scale for part in parts))


def _decimal_constant(tree: ast.Constant, text: str) -> Node:
    """The constant as written: `0.10` is ten hundredths; the float Python read is not used."""
    whole, point, decimals = (ast.get_source_segment(text, tree) or "").partition(".")
    if not point or not (whole + decimals).isdecimal():
        raise _refused(tree, "write a constant in digits, such as 0.25")
    if len(decimals) > MAX_SCALE:
        raise _refused(tree, f"a constant has at most {MAX_SCALE} decimals")
    value = int(whole + decimals)
    if within_limit(value) is None:
        raise _refused(tree, "a constant is at most 2**62")
    return Node("constant", Type("number", len(decimals)), value=value)


class _Unqualified(ast.NodeTransformer):
    def __init__(self, owner: str) -> None:
        self.owner = owner

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id == self.owner:
            return ast.copy_location(ast.Name(node.attr, ast.Load()), node)
        return node


def _unqualified(tree: ast.expr, owner: str) -> ast.expr:
    """`party.income > 0` as the party itself would write it: `income > 0`."""
    found: ast.expr = _Unqualified(owner).visit(tree)
    return found


def _demand(tree: ast.AST, parts: Sequence[Node], kind: str) -> None:
    for part in parts:
        if part.type.kind != kind:
            raise _refused(tree, f"a {kind} is needed, not a {part.type.kind}")


def _refused(tree: ast.AST, reason: str) -> ExpressionError:
    return ExpressionError(f"column {getattr(tree, 'col_offset', 0) + 1}: {reason}")
