"""Checks of what a policy reads: listed proxies, bureau reports, look-ups of fields that are not.

Whatever is on a prohibited basis or known too late cannot be read at all; the dictionary refuses to
derive anything from it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import get_args

from ml.dictionary import Derived, Dictionary
from ml.dictionary.derivations import derivations
from underwriting.policy.document import Policy
from underwriting.policy.findings import Finding
from underwriting.policy.lookups import LIST, VELOCITY, ListedBy, ListLookup
from underwriting.policy.tree import Condition, SetNode, names_of

Barred = Mapping[str, tuple[str, str]]
NEVER = ("prohibited_basis", "known_too_late")
"""Why a field may not be looked up either; one that rules may not read by itself still may."""


def field_findings(
    policy: Policy,
    nodes: Sequence[SetNode],
    dictionary: Dictionary,
    barred: Barred,
    proxies: Collection[str],
) -> Iterator[Finding]:
    """What is wrong with the fields that rules, tables and look-ups read."""
    told = _origins(dictionary, proxies)
    bureau = {field.name: {field.name} for field in dictionary.fields if field.known == "bureau"}
    reported = _origins(dictionary, bureau)
    yield from _cells(nodes, told, reported)
    for number, table in enumerate(policy.tables or ()):
        if table.by in told:
            where, message = f"/tables/{number}/by", _proxy(table.by, told[table.by])
            yield Finding("error", "proxy", where, message)
    yield from _lookups(policy, dictionary, barred, told)
    yield from _unused(policy, nodes)


def _origins(dictionary: Dictionary, names: Collection[str]) -> dict[str, str]:
    """Every entry that is one of the names or is derived from one, with that name."""
    found = {name: name for name in names if name in dictionary.entries}
    for derivation in derivations(dictionary.fields, dictionary.derived, dictionary.groups):
        read = sorted(name for _, name in derivation.tree.reads() if name in found)
        if read:
            found.setdefault(derivation.derived.name, found[read[0]])
    return found


def _cells(
    nodes: Sequence[SetNode], told: Mapping[str, str], reported: Mapping[str, str]
) -> Iterator[Finding]:
    """Every cell that reads a listed proxy, or a bureau's report with nothing said for without."""
    for index, node in enumerate(nodes):
        for number, row in enumerate(node.rows):
            for name in sorted({n for condition in row.conditions for n in names_of(condition)}):
                column = _asked_in(row.conditions, name)
                where = f"/rule_sets/{index}/rows/{number}/when/{column}"
                place = (node.name, row.id, column)
                if name in told:
                    yield Finding("error", "proxy", where, _proxy(name, told[name]), *place)
                if name in reported and row.missing == "miss":
                    message = f"{name} comes from a bureau report: without one this row says no"
                    yield Finding("warning", "without_report", where, message, *place)


def _asked_in(conditions: Sequence[Condition], name: str) -> str:
    """The column of the cell that reads the input: its own, or the one compared with it."""
    for condition in conditions:
        if name in names_of(condition):
            return condition.input.name
    return name


def _proxy(name: str, origin: str) -> str:
    how = "is" if name == origin else f"is derived from {origin},"
    return f"{name} {how} on the lender's list of proxies for a prohibited basis"


def _lookups(
    policy: Policy, dictionary: Dictionary, barred: Barred, told: Mapping[str, str]
) -> Iterator[Finding]:
    for name, lookup in sorted((policy.lookups or {}).items()):
        where = f"/lookups/{name}"
        if not isinstance(lookup, ListLookup):
            continue
        entry = dictionary.entries.get(lookup.of)
        code, message = barred.get(lookup.of, ("", ""))
        if code in NEVER:
            yield Finding("error", code, f"{where}/of", message)
        elif entry is None and lookup.of not in get_args(ListedBy):
            message = f"the dictionary has no {lookup.of} to look up"
            yield Finding("error", "lookup_field", f"{where}/of", message)
        elif isinstance(entry, Derived):
            message = f"{lookup.of} is derived: only what was stated can be looked up"
            yield Finding("error", "lookup_field", f"{where}/of", message)
        if lookup.of in told:
            message = _proxy(lookup.of, told[lookup.of])
            yield Finding("error", "proxy", f"{where}/of", message)


def _unused(policy: Policy, nodes: Sequence[SetNode]) -> Iterator[Finding]:
    """Look-ups that cost time at every decision and that no rule reads."""
    read = {name for node in nodes for row in node.rows for name in row.reads}
    for name, lookup in sorted((policy.lookups or {}).items()):
        full = f"{LIST if isinstance(lookup, ListLookup) else VELOCITY}.{name}"
        if full not in read:
            yield Finding("warning", "unused_lookup", f"/lookups/{name}", f"{full} is not read")
