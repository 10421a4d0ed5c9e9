"""A small safe language for derived fields: `(obligations + instalment) / income`.

Parsed by Python's own parser, checked against a whitelist, turned into our own typed tree, and
compiled twice: to a closure over a row and to numpy over columns. Both give the same values.
"""

from ml.expressions.parse import parse
from ml.expressions.syntax import Environment, ExpressionError
from ml.expressions.tree import Node

__all__ = ["Environment", "ExpressionError", "Node", "parse"]
