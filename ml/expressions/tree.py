"""The typed tree of an expression. Each node knows its kind and, for numbers, its scale."""

from collections.abc import Iterator
from dataclasses import dataclass

from ml.values import Value


@dataclass(frozen=True, slots=True)
class Type:
    """What a node evaluates to: number (with decimals), boolean, date, category or text."""

    kind: str
    scale: int = 0


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

    def names(self) -> set[str]:
        """Every field read, inside aggregates too."""
        return {node.name for node in self.walk() if node.op == "field"}
