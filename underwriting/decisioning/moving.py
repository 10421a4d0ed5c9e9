"""One application at many amounts, terms and down payments: only what these move is computed again.

A search for a counter-offer asks the rules of hundreds of points, and all but a few facts are the
same in each. They are columns of one value here; derived fields, price, affordability and score
follow the points as in `Evaluator.approves`, whose answers these are. That one is asked itself
where several parties ask, a rule reads what the model doubts, or a moved field gathers over a
group.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame, repeated
from ml.dictionary import Dictionary
from ml.dictionary.derivations import derivations
from ml.expressions.columns import compile_columns as compile_expression
from ml.expressions.gathering import Inner
from ml.expressions.tree import AGGREGATE_OPS
from ml.model import Model
from ml.values import Value
from underwriting.decisioning.affordability_columns import MeansColumns
from underwriting.decisioning.applications import CONTEXT_KINDS, PREFIX_KINDS
from underwriting.decisioning.prices import Prices
from underwriting.policy.columns import compile_columns, fired_rows
from underwriting.policy.inputs import DOUBTS
from underwriting.policy.tree import Program

if TYPE_CHECKING:
    from underwriting.decisioning.evaluation import Evaluated

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
AS_OF, PARTIES = "as_of", "context.parties"


class Approved(NamedTuple):
    """n applications: which pass, and their PDs and rates."""

    passes: Mask
    pd_ppm: Ints
    rate_ppm: Ints


class Moving:
    """One plan's soft rules over the points of one application; made once."""

    def __init__(
        self,
        dictionary: Dictionary,
        model: Model,
        prices: Prices,
        soft: Program,
        means: MeansColumns | None,
    ) -> None:
        self._model, self._prices, self._soft, self._means = model, prices, soft, means
        self._rules = compile_columns(soft)
        moved = set(prices.stating)
        self._derived = []
        reads: set[str] = set()
        gathered: set[str] = set()
        for each in derivations(dictionary.fields, dictionary.derived, dictionary.groups):
            own = {name for _, name in each.tree.reads()}
            if not moved.isdisjoint(own):
                moved.add(each.derived.name)
                reads |= own
                gathered |= {n.name for n in each.tree.walk() if n.op in AGGREGATE_OPS}
                self._derived.append((each.derived.name, compile_expression(each.tree)))
        self._scored_anew = not moved.isdisjoint(model.features)
        asked = {item.name for item in (*soft.application_inputs, *soft.party_inputs)}
        read = reads | asked
        read |= {AS_OF, *prices.reads, *(model.features if self._scored_anew else ())}
        read.discard(PARTIES)
        self._kinds = {
            name: kind for name in read - moved if (kind := _kind(dictionary, name)) is not None
        }
        self.possible = (
            asked.isdisjoint(DOUBTS)
            and gathered <= {"party"}
            and (means is None or moved.isdisjoint(means.reads))
        )

    def approves(self, found: "Evaluated", points: Mapping[str, Column], rows: int) -> Approved:
        """Which points no soft rule objects to; `points` are the request's fields that state them.

        `found` is the application as it was asked for: one party, scored.
        """
        frame = Frame({**self._held(found, rows), **points}, rows)
        for name, function in self._derived:
            gathered = {"party": Inner(frame, np.arange(rows))}
            frame = frame.joined({name: function(frame, gathered)})
        scores = self._points(frame, found)
        pd_ppm = self._model.pd_at_columns(scores)
        known = np.zeros(rows, bool)
        price = self._prices.columns(frame, pd_ppm, ~known)
        rate = price["price.rate_ppm"]
        if self._means is not None and found.means is not None:
            price |= self._means.moved(found.means, frame, rate)
        own = {
            "model.points": Column(scores, known),
            "model.pd_ppm": Column(pd_ppm, known),
            PARTIES: Column(np.ones(rows, np.int64), known),
        }
        asked = frame.joined({**price, **own})
        fired = np.zeros(rows, bool)
        for node, codes in zip(self._soft.sets, self._rules(asked, asked), strict=True):
            fired |= fired_rows(node, codes)
        return Approved(~fired, pd_ppm, rate.values)

    def _points(self, frame: Frame, found: "Evaluated") -> Ints:
        if not self._scored_anew:
            return np.full(frame.rows, found.points, np.int64)
        features = {n: c for n in self._model.features if (c := frame.columns.get(n)) is not None}
        return self._model.points_columns(Frame(features, frame.rows))

    def _held(self, found: "Evaluated", rows: int) -> dict[str, Column]:
        """What stays as it is."""
        party, application = found.parties[0], found.application
        values: dict[str, tuple[Value, str]] = {}
        for name, kind in self._kinds.items():
            if name in application:
                values[name] = application[name], kind
            elif name in party:
                values[name] = party[name], kind
        return repeated(values, rows)


def _kind(dictionary: Dictionary, name: str) -> str | None:
    """What a column of that input holds; None for what follows from score and price."""
    entry = dictionary.entries.get(name)
    if entry is not None:
        return entry.kind
    if name == AS_OF:
        return "date"
    return CONTEXT_KINDS.get(name) or PREFIX_KINDS.get(name.partition(".")[0])
