"""Derived fields: their expressions parsed in the right environment, in an order that works."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ml.dictionary.entries import Derived, Entry, Field, Group
from ml.expressions import Environment, ExpressionError, Node, parse
from ml.expressions.tree import DATE, Type

STAGES = ("request", "party", "application")
"""Request-level values first, then each party's, then what gathers over the parties."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """A derived field with its tree."""

    derived: Derived
    tree: Node


def type_of(entry: Entry) -> Type:
    """What evaluators take an entry to be."""
    return Type(entry.kind, entry.digits)


def derivations(
    fields: Sequence[Field], derived: Sequence[Derived], groups: Sequence[Group]
) -> tuple[Derivation, ...]:
    """All of them, stage by stage, in the document's order; ExpressionError for the first bad."""
    ordered = sorted(derived, key=lambda entry: STAGES.index(entry.scope))
    known: dict[str, Entry] = {field.name: field for field in fields}
    scopes: dict[str, str] = {field.name: field.scope for field in fields}
    found = []
    for entry in ordered:
        tree = _tree(entry, known, scopes, groups)
        found.append(Derivation(entry, tree))
        known[entry.name] = entry
        scopes[entry.name] = entry.scope
    return tuple(found)


def derivation_problems(
    fields: Sequence[Field], derived: Sequence[Derived], groups: Sequence[Group]
) -> list[tuple[str, str]]:
    """What is wrong with the derived fields, the first expression that fails included."""
    try:
        found = derivations(fields, derived, groups)
    except ExpressionError as error:
        return [(str(error.args[1]) if len(error.args) > 1 else "", str(error.args[0]))]
    stated = {("", field.name): field for field in fields}
    stated |= {(group.name, field.name): field for group in groups for field in group.fields}
    tainted: dict[str, set[str]] = {}
    problems = []
    for derivation in found:
        entry = derivation.derived
        taints = _taints(derivation, stated, tainted)
        tainted[entry.name] = taints
        allowed = {"monitoring"} if "late" in taints else {"capacity", "monitoring"}
        if taints and not set(entry.uses) <= allowed:
            words = " and ".join(sorted(taints))
            problems.append((entry.name, f"it reads {words} facts: it may not decide"))
    return problems


def _tree(
    entry: Derived,
    known: Mapping[str, Entry],
    scopes: Mapping[str, str],
    groups: Sequence[Group],
) -> Node:
    visible = {"request": {"request"}, "party": {"request", "party"}}.get(
        entry.scope, {"request", "application"}
    )
    names = {name: type_of(e) for name, e in known.items() if scopes[name] in visible}
    environment = Environment(
        {**names, "as_of": DATE},
        inner=_inner(entry, known, scopes, groups),
        scale=entry.digits,
        dates={g.name: f.name for g in groups for f in g.fields if f.type == "date"},
    )
    try:
        tree = parse(entry.expression, environment)
    except ExpressionError as error:
        raise ExpressionError(str(error), entry.name) from error
    if tree.type.kind != entry.kind or entry.kind not in ("number", "boolean", "date"):
        reason = f"the expression gives a {tree.type.kind}, the field is a {entry.type}"
        raise ExpressionError(reason, entry.name)
    if tree.type.kind == "number" and tree.type.scale != entry.digits:
        tree = Node("round_to", type_of(entry), (tree,))
    return tree


def _inner(
    entry: Derived,
    known: Mapping[str, Entry],
    scopes: Mapping[str, str],
    groups: Sequence[Group],
) -> Mapping[str, Mapping[str, Type]]:
    """An application gathers over its parties, a party over its groups."""
    if entry.scope == "application":
        return {"party": {n: type_of(e) for n, e in known.items() if scopes[n] == "party"}}
    if entry.scope == "party":
        return {group.name: {f.name: type_of(f) for f in group.fields} for group in groups}
    return {}


def _taints(
    derivation: Derivation,
    stated: Mapping[tuple[str, str], Field],
    tainted: Mapping[str, set[str]],
) -> set[str]:
    """What an expression inherits from the facts it reads, however indirectly."""
    found: set[str] = set()
    for owner, name in derivation.tree.reads():
        group = "" if owner == "party" else owner
        field = stated.get((group, name))
        found |= set() if group else tainted.get(name, set())
        if field is not None and field.prohibited_basis:
            found.add("protected")
        if field is not None and field.known == "decision":
            found.add("late")
    return found
