"""Text to typed tree. What is not on the whitelist is refused, with the place."""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ml.expressions.syntax import (
    AGGREGATES,
    ARITHMETIC,
    COMPARISON,
    DIVISION_SCALE,
    MAX_DAYS,
    MAX_SCALE,
    Environment,
    ExpressionError,
    common,
    decimal_constant,
    demand,
    refused,
    unqualified,
)
from ml.expressions.tree import BOOLEAN, DATE, INTEGER, Node, Type
from ml.values import within_limit

MAX_NODES = 200


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
        raise refused(tree, f"{type(tree).__name__} is not part of the language")

    def _constant(self, tree: ast.Constant) -> Node:
        value = tree.value
        if isinstance(value, bool):
            return Node("constant", BOOLEAN, value=value)
        if isinstance(value, int):
            if within_limit(value) is None:
                raise refused(tree, "a constant is at most 2**62")
            return Node("constant", INTEGER, value=value)
        if isinstance(value, float):
            return decimal_constant(tree, self.environment.text)
        if isinstance(value, str):
            return Node("constant", Type("category"), value=value)
        raise refused(tree, "only numbers, booleans and texts are constants")

    def _name(self, tree: ast.Name) -> Node:
        if tree.id in ("true", "false"):
            return Node("constant", BOOLEAN, value=tree.id == "true")
        if tree.id not in self.names:
            raise refused(tree, f"{tree.id} cannot be read here")
        return Node("field", self.names[tree.id], name=tree.id)

    def _arithmetic(self, tree: ast.BinOp, *, root: bool) -> Node:
        op = ARITHMETIC.get(type(tree.op))
        if op is None:
            raise refused(tree, f"{type(tree.op).__name__} is not part of the language")
        left, right = self.node(tree.left), self.node(tree.right)
        if op == "subtract" and left.type == right.type == DATE:
            return Node("days_between", INTEGER, (right, left))
        demand(tree, (left, right), "number")
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
                raise refused(tree, f"the product has {scale} decimals, more than {MAX_SCALE}")
            return scale
        return max(left.type.scale, right.type.scale)

    def _unary(self, tree: ast.UnaryOp) -> Node:
        inner = self.node(tree.operand)
        if isinstance(tree.op, ast.Not):
            demand(tree, (inner,), "boolean")
            return Node("not", BOOLEAN, (inner,))
        if isinstance(tree.op, ast.USub):
            demand(tree, (inner,), "number")
            return Node("negate", inner.type, (inner,))
        raise refused(tree, f"{type(tree.op).__name__} is not part of the language")

    def _logic(self, tree: ast.BoolOp) -> Node:
        parts = tuple(self.node(value) for value in tree.values)
        demand(tree, parts, "boolean")
        return Node("and" if isinstance(tree.op, ast.And) else "or", BOOLEAN, parts)

    def _comparison(self, tree: ast.Compare) -> Node:
        if len(tree.ops) != 1:
            raise refused(tree, "write one comparison at a time")
        left, op = self.node(tree.left), tree.ops[0]
        if isinstance(op, ast.In | ast.NotIn):
            return self._membership(tree, left, negated=isinstance(op, ast.NotIn))
        name = COMPARISON.get(type(op))
        if name is None:
            raise refused(tree, f"{type(op).__name__} is not part of the language")
        right = self.node(tree.comparators[0])
        if left.type.kind != right.type.kind:
            raise refused(tree, f"a {left.type.kind} and a {right.type.kind} do not compare")
        if left.type.kind in ("boolean", "category") and name not in ("eq", "ne"):
            raise refused(tree, f"a {left.type.kind} has no order")
        if left.type.kind == "text":
            raise refused(tree, "texts are not compared")
        return Node(name, BOOLEAN, (left, right))

    def _membership(self, tree: ast.Compare, left: Node, *, negated: bool) -> Node:
        listed = tree.comparators[0]
        if not isinstance(listed, ast.Tuple | ast.List) or left.type.kind != "category":
            raise refused(tree, "`in` takes a category and a list of texts")
        items = [self.node(item) for item in listed.elts]
        if any(item.op != "constant" or item.type.kind != "category" for item in items):
            raise refused(tree, "the list holds texts only")
        found = Node("in", BOOLEAN, (left,), choices=tuple(item.value for item in items))
        return Node("not", BOOLEAN, (found,)) if negated else found

    def _call(self, tree: ast.Call) -> Node:
        if not isinstance(tree.func, ast.Name):
            raise refused(tree, "only the listed functions can be called")
        name = tree.func.id
        if name in AGGREGATES and (gathered := self._gathered(tree)):
            return self._aggregate(tree, name, *gathered)
        if tree.keywords:
            raise refused(tree, f"{name} takes no named arguments")
        if name in ("min", "max"):
            return self._extreme(tree, name)
        if name not in self.functions:
            raise refused(tree, f"there is no function {name}")
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
            raise refused(tree, f"{owner} cannot be gathered over here")
        return owner, argument

    def _aggregate(self, tree: ast.Call, name: str, over: str, inner: ast.expr | None) -> Node:
        window = self._window(tree, over)
        if inner is None:
            if name != "count":
                raise refused(tree, f"{name} needs a field, such as {name}({over}.amount)")
            return Node("count", INTEGER, window, name=over)
        within = _Parser(
            replace(self.environment, names=self.environment.inner[over], inner={}),
        ).node(unqualified(inner, over))
        kinds = {"sum": "number", "any": "boolean", "all": "boolean", "count": "boolean"}
        demand(tree, (within,), kinds.get(name, within.type.kind))
        if name in ("min", "max") and within.type.kind not in ("number", "date"):
            raise refused(tree, f"{name} takes numbers or dates")
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
            raise refused(tree, "only days=N is possible, over a group that has a date")
        if not isinstance(days, ast.Constant) or type(days.value) is not int:
            raise refused(tree, "days is a whole number")
        if not 1 <= days.value <= MAX_DAYS:
            raise refused(tree, f"days is a whole number from 1 to {MAX_DAYS}")
        return (Node("window", DATE, name=dated, value=days.value),)

    def _extreme(self, tree: ast.Call, name: str) -> Node:
        parts = tuple(self.node(argument) for argument in tree.args)
        if len(parts) < 2:
            raise refused(tree, f"{name} takes two values or more")
        kind = "date" if parts[0].type.kind == "date" else "number"
        demand(tree, parts, kind)
        return Node(name, common(parts), parts)

    def _if_else(self, tree: ast.Call) -> Node:
        parts = self._arguments(tree, 3)
        demand(tree, parts[:1], "boolean")
        return Node("if_else", self._alike(tree, parts[1:]), parts)

    def _coalesce(self, tree: ast.Call) -> Node:
        parts = tuple(self.node(argument) for argument in tree.args)
        if len(parts) < 2:
            raise refused(tree, "coalesce takes two values or more")
        return Node("coalesce", self._alike(tree, parts), parts)

    def _alike(self, tree: ast.Call, parts: Sequence[Node]) -> Type:
        kind = parts[0].type.kind
        if kind not in ("number", "boolean", "date"):
            raise refused(tree, f"a {kind} cannot be computed")
        demand(tree, parts, kind)
        return common(parts)

    def _is_missing(self, tree: ast.Call) -> Node:
        return Node("is_missing", BOOLEAN, self._arguments(tree, 1))

    def _abs(self, tree: ast.Call) -> Node:
        parts = self._arguments(tree, 1)
        demand(tree, parts, "number")
        return Node("abs", parts[0].type, parts)

    def _round_to(self, tree: ast.Call) -> Node:
        value, digits = self._arguments(tree, 2)
        demand(tree, (value, digits), "number")
        if digits.op != "constant" or not isinstance(digits.value, int) or digits.type.scale:
            raise refused(tree, "round_to takes a value and a number of decimals")
        if not 0 <= digits.value <= MAX_SCALE:
            raise refused(tree, f"0 to {MAX_SCALE} decimals are possible")
        return Node("round_to", Type("number", digits.value), (value,))

    def _date_part(self, tree: ast.Call) -> Node:
        parts = self._arguments(tree, 1)
        demand(tree, parts, "date")
        return Node(_called(tree), INTEGER, parts)

    def _between(self, tree: ast.Call) -> Node:
        parts = self._arguments(tree, 2)
        demand(tree, parts, "date")
        return Node(_called(tree), INTEGER, parts)

    def _arguments(self, tree: ast.Call, count: int) -> tuple[Node, ...]:
        if len(tree.args) != count:
            raise refused(tree, f"{_called(tree)} takes {count} values")
        return tuple(self.node(argument) for argument in tree.args)


def _called(tree: ast.Call) -> str:
    return tree.func.id if isinstance(tree.func, ast.Name) else ""
