"""What would get somebody approved: the smallest change to facts they can act on.

Every fact has a grid of values it could be moved to (`ml.dictionary.actionable`, the product's
amounts and terms). Of all ways to move at most so many facts at once, the one with the fewest
changes is taken, then the one with the smallest sum of distances, each relative to the present
value; of equals the first in the dictionary's order. That is exact on the grid: ways are tried in
the order of that cost, and the first that every rule lets pass is decided by the whole plan, as an
application of its own, before it is told to anybody.

The cost is that of a counterfactual explanation (Wachter, Mittelstadt, Russell 2018) with the
sparsest first; that only facts somebody can act on are moved, and on a grid, is from Ustun,
Spangher, Liu, *Actionable Recourse in Linear Classification* (2019).
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ml.columns import Batch, Column, Frame
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.eligibility import at_eligibility
from underwriting.decisioning.evaluation import Asked
from underwriting.decisioning.inputs import Facts, InputsReader
from underwriting.decisioning.levers import Lever, Levers, depends
from underwriting.decisioning.rules import hard_rows, soft_program
from underwriting.policy.paths import Paths
from underwriting.policy.verdict import verdict_of

if TYPE_CHECKING:
    from underwriting.decisioning.plan import Plan

SCHEMA: Final = "assay.path/1"
ADVERSE = ("decline", "counter_offer")
FOUND, NONE, WITHHELD = "found", "none", "withheld"
MOST_TRIED = 20_000
"""Ways of one number of changes that are tried, cheapest first."""
MOST_DECIDED = 16
"""Ways that pass every rule and are then decided by the whole plan."""
FIRST_ROUND, GROWTH, MOST_ROWS = 128, 8, 8_192
UNSPOKEN = ("check.", "list.", "velocity.")
"""What fraud, sanctions, lists and counters said: whoever failed it is told of no way around."""

Ints = npt.NDArray[np.int64]


class Ways(NamedTuple):
    """n ways to move so many facts: which lever and which of its levels, each of shape (n, k)."""

    levers: Ints
    levels: Ints
    costs: Ints


class Pathfinder:
    """Looks for paths under one plan, whose policy says how."""

    def __init__(self, plan: "Plan", settings: Paths) -> None:
        self._plan = plan
        self._settings = settings
        self._reader = InputsReader(plan.dictionary, plan.product.minor_units)
        program = plan.evaluator.program
        self._levers = Levers(
            plan.dictionary, plan.product, plan.policy, plan.model, program, settings
        )
        reads = {name for node in program.sets for row in node.rows for name in row.reads}
        reach = self._levers.reach
        hard = hard_rows(program, frozenset(name for name in reads if depends(name, reach)))
        self._hard = hard
        self._unspoken = frozenset(
            (node.name, row.id)
            for node in program.sets
            for row in node.rows
            if any(name.startswith(UNSPOKEN) for name in row.reads)
        )
        self._asked = Asked.of(soft_program(program, hard))

    def find(self, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
        """The path document of declined or counter-offered inputs; None for any other outcome.

        `status`: found, none (nothing on the grid is enough, nothing could be, or bureaus were
        not asked yet, so that nobody can know), or withheld (a check of fraud or sanctions, a list
        or a counter had a say).
        """
        facts = self._reader.read(inputs)
        before = self._plan.decide(inputs)
        if before["outcome"] not in ADVERSE:
            return None
        if at_eligibility(inputs):
            return self._document(NONE, 0, complete=False)
        fired = verdict_of(self._plan.evaluator.row(facts).results).fired
        rows = {(each.rule_set, each.row) for each in fired}
        if not rows.isdisjoint(self._unspoken):
            return self._document(WITHHELD, 0, complete=False)
        if facts.unknown or not rows.isdisjoint(self._hard):
            return self._document(NONE, 0, complete=True)
        levers = self._levers.of(facts, asking=before["outcome"] == "decline")
        return self._searched(inputs, facts, levers)

    def _searched(
        self, inputs: Mapping[str, Any], facts: Facts, levers: Sequence[Lever]
    ) -> dict[str, Any]:
        given = Applications.of(self._plan.dictionary, [facts])
        tried, decided, complete = 0, 0, True
        for count in range(1, min(self._settings.most_changes, len(levers)) + 1):
            ways, all_of_them = cheapest(levers, count, MOST_TRIED)
            complete &= all_of_them
            start, size = 0, FIRST_ROUND
            while start < len(ways.costs):
                part = Ways(*(each[start : start + size] for each in ways))
                tried += len(part.costs)
                for row in np.flatnonzero(self._passes(given, levers, part)).tolist():
                    found = self._decided(inputs, levers, part, row)
                    if found is not None:
                        return found | {"tried": tried, "complete": complete}
                    decided += 1
                    if decided >= MOST_DECIDED:
                        return self._document(NONE, tried, complete=False)
                start, size = start + size, min(size * GROWTH, MOST_ROWS)
        return self._document(NONE, tried, complete=complete)

    def _passes(
        self, given: Applications, levers: Sequence[Lever], ways: Ways
    ) -> npt.NDArray[np.bool_]:
        """Which ways no rule objects to that moving facts could change."""
        moved = moved_applications(given, levers, ways)
        return self._plan.evaluator.approves(moved, self._asked)[0]

    def _decided(
        self, inputs: Mapping[str, Any], levers: Sequence[Lever], ways: Ways, row: int
    ) -> dict[str, Any] | None:
        """The document of one way, None where the whole plan does not approve it after all."""
        moves = [
            (levers[lever], level)
            for lever, level in zip(
                ways.levers[row].tolist(), ways.levels[row].tolist(), strict=True
            )
        ]
        changes = [self._change(lever, level) for lever, level in moves]
        decision = self._plan.decide(changed_inputs(inputs, changes))
        if decision["outcome"] != "approve":
            return None
        return self._document(FOUND, 0, complete=True) | {
            "changes": changes,
            "cost_ppm": int(ways.costs[row]),
            "points": decision["points"],
            "pd_ppm": decision["pd_ppm"],
            "offer": decision["offer"],
        }

    def _change(self, lever: Lever, level: int) -> dict[str, Any]:
        human = self._plan.dictionary.reader(lever.field).human
        wanted = lever.levels[level].value
        way = "other"
        if lever.kind == "number":
            way = "lower" if int(wanted) < int(lever.current) else "higher"
        return {
            "party": lever.party,
            "field": lever.field,
            "from": human(lever.current),
            "to": human(wanted),
            "way": way,
        }

    def _document(self, status: str, tried: int, *, complete: bool) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "status": status,
            "changes": [],
            "cost_ppm": None,
            "points": None,
            "pd_ppm": None,
            "offer": None,
            "tried": tried,
            "complete": complete,
            "honoured_days": self._settings.honoured_days,
            "pins": self._plan.hashes._asdict(),
        }


def changed_inputs(
    inputs: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The inputs as they would be with a path's changes made."""
    made = deepcopy(dict(inputs))
    for change in changes:
        party = change["party"]
        facts = made["request"] if party is None else made["parties"][party]["facts"]
        facts[change["field"]] = change["to"]
    return made


def cheapest(levers: Sequence[Lever], count: int, most: int) -> tuple[Ways, bool]:
    """The cheapest ways to move `count` of the levers, in order; and whether that is all of them.

    A level that at least `most` cheaper ways of the same levers stand before is never needed.
    """
    parts = []
    whole = True
    for chosen in combinations(range(len(levers)), count):
        sums, levels, all_of_them = _together([levers[index] for index in chosen], most)
        owners = np.tile(np.array(chosen, np.int64), (len(sums), 1))
        parts.append(Ways(owners, levels, sums))
        whole &= all_of_them
    if not parts:
        return Ways(*(np.zeros((0, count), np.int64),) * 2, np.zeros(0, np.int64)), True
    ways = Ways(*(np.concatenate(each) for each in zip(*parts, strict=True)))
    order = np.argsort(ways.costs, kind="stable")
    kept = order[:most]
    return Ways(*(each[kept] for each in ways)), whole and len(kept) == len(order)


def _together(levers: Sequence[Lever], most: int) -> tuple[Ints, Ints, bool]:
    """Costs and levels, shape (n,) and (n, k), of moving exactly these levers."""
    costs = [np.array([level.distance_ppm for level in each.levels], np.int64) for each in levers]
    shape = tuple(len(each) for each in costs)
    whole = int(np.prod(shape))
    grid = np.indices(shape).reshape(len(levers), -1) if whole <= 8 * most else None
    if grid is None:
        ranks = [np.arange(size, dtype=np.int64) for size in shape]
        grid = np.array(_low_ranks(ranks, most), np.int64)
    sums = sum((costs[index][grid[index]] for index in range(len(levers))), np.zeros(1, np.int64))
    order = np.argsort(sums, kind="stable")[:most]
    return sums[order], grid.T[order], len(order) == whole


def _low_ranks(ranks: Sequence[Ints], most: int) -> list[Ints]:
    """Places in a grid of sorted sides whose product of ranks allows them among the cheapest."""
    found = [ranks[0][ranks[0] < most]]
    product = found[0] + 1
    for side in ranks[1:]:
        widths = np.minimum(most // product, len(side))
        rows = np.repeat(np.arange(len(product)), widths)
        starts = np.repeat(np.cumsum(widths) - widths, widths)
        own = np.arange(len(rows)) - starts
        found = [*(each[rows] for each in found), own]
        product = product[rows] * (own + 1)
    return found


def moved_applications(given: Applications, levers: Sequence[Lever], ways: Ways) -> Applications:
    """One application, once for each way, with that way's facts moved."""
    rows = len(ways.costs)
    every = given.take(np.zeros(rows, np.int64))
    batch = every.batch
    count = int(given.counts[0])
    request: dict[str, Column] = {}
    parties: dict[str, Column] = {}
    for index, lever in enumerate(levers):
        chosen = _chosen(ways, index)
        if lever.party is None:
            frame = batch.applications
            request[lever.field] = _moved(frame.columns[lever.field], lever, chosen, slice(None))
        else:
            column = parties.get(lever.field) or batch.parties.columns[lever.field]
            own = slice(lever.party, None, count)
            parties[lever.field] = _moved(column, lever, chosen, own)
    moved = Batch(
        batch.applications.joined(request),
        Frame({**batch.parties.columns, **parties}, batch.parties.rows),
        batch.party_application,
        batch.party_position,
        batch.groups,
    )
    return Applications(moved, every.roles, every.liable, every.unknown)


def _chosen(ways: Ways, lever: int) -> Ints:
    """Of each way the level of one lever, -1 where that one stays."""
    found: Ints = np.where(ways.levers == lever, ways.levels, -1).max(axis=1)
    return found


def _moved(column: Column, lever: Lever, chosen: Ints, own: slice) -> Column:
    """The column with one party's (or the request's) rows at their chosen levels."""
    values, categories = column.values.copy(), column.categories
    wanted: list[Any] = [level.value for level in lever.levels]
    if categories is not None:
        names = tuple(sorted({*categories, *wanted}))
        again = np.array([names.index(name) for name in categories] or [0], values.dtype)
        values = np.where(column.null, values, again[np.maximum(values, 0)])
        wanted, categories = [names.index(name) for name in wanted], names
    levels = np.array(wanted, values.dtype)
    values[own] = np.where(chosen >= 0, levels[np.maximum(chosen, 0)], values[own])
    return Column(values, column.null, categories)
