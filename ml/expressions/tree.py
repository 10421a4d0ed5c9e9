"""The typed tree of an expression. Each node knows its kind and, for numbers, its scale."""

from collections.abc import Iterator
from dataclasses import dataclass

from ml.values import Value


@dataclass(frozen=True, slots=True)
class Type:
    """What a node evaluates to: number (with decimals), boolean, date, category or text."""

    kind: str
    scale: int = 0


AGGREGATE_OPS = frozenset({"count", "count_of", "sum_of", "min_of", "max_of", "any_of", "all_of"})
BOOLEAN = Type("boolean")
INTEGER = Type("number")
DATE = Type("date")


@dataclass(frozen=True, slots=True)
class Node:
    """`op` over `parts`; `name` and `value` belong to the ops that need them."""

    op: str
    type: Type
    parts: tuple["Node", ...] = ()
    name: str = ""
    value: Value = None
    choices: tuple[Value, ...] = ()

    def walk(self) -> Iterator["Node"]:
        """This node and everything under it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def reads(self, owner: str = "") -> set[tuple[str, str]]:
        """Every (owner, field) read: inside an aggregate the owner is what it gathers over."""
        if self.op in ("field", "window"):
            return {(owner, self.name)}
        inside = self.name if self.op in AGGREGATE_OPS else owner
        return {read for part in self.parts for read in part.reads(inside)}
