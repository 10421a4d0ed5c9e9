"""A plan: everything pinned, compiled once, that turns inputs into a decision document.

    plan = plan_of(hashes, load)
    document = plan.decide(inputs)

The document is the same bytes from the row path (`decide`) and the column path
(`decide_columns`), in every process, under every supported Python. It holds no id, no clock
reading, no door and no fact's value.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from ml.canonical import content_hash
from ml.dictionary import Dictionary
from ml.model import Model, Score, load_model
from ml.reference import Reference
from ml.values import Value
from underwriting.decisioning import documents
from underwriting.decisioning.affordability import Means
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.backtest import Backtester, Parts
from underwriting.decisioning.columns_path import ColumnPath
from underwriting.decisioning.decided import Decided, decided_of
from underwriting.decisioning.doubts import PartyDoubts, party_doubts
from underwriting.decisioning.eligibility import Eligibility, at_eligibility
from underwriting.decisioning.evaluation import Evaluated, Evaluator
from underwriting.decisioning.exploration import Explorer
from underwriting.decisioning.inputs import Facts, InputsReader, InputsRefused
from underwriting.decisioning.losses import Losses
from underwriting.decisioning.paths import Pathfinder
from underwriting.decisioning.pinned import AlteredPin, Hashes, Pinned
from underwriting.decisioning.prices import Prices, Terms
from underwriting.decisioning.product import Product
from underwriting.decisioning.rules import dependents, hard_rows, plan_program, soft_program
from underwriting.decisioning.settlement import Case, Settler
from underwriting.decisioning.solver import Candidate, Solver
from underwriting.policy.document import Policy
from underwriting.policy.verdict import verdict_of
from underwriting.regulation import Pack

__all__ = ["AlteredPin", "Hashes", "InputsRefused", "Pinned", "Plan", "compile_plan", "plan_of"]

Load = Callable[[str, str], bytes]
FAULTS = (ArithmeticError, LookupError, TypeError, ValueError)
"""What a fault in evaluating raises: it refers the application and never decides it."""

MOST_PLANS = 256
_known: dict[Hashes, "Plan"] = {}


class Judged(NamedTuple):
    """One application as its plan sees it, before anything is offered or explained."""

    evaluated: Evaluated
    case: Case


class Plan:
    """Compiled from parsed parts; see `compile_plan` for the usual way."""

    def __init__(
        self,
        hashes: Hashes,
        dictionary: Dictionary,
        product: Product,
        model: Model,
        policy: Policy,
        pack: Pack,
    ) -> None:
        self.hashes = hashes
        self.dictionary = dictionary
        self.product = product
        self.model = model
        self.policy = policy
        self.pack = pack
        self.prices = Prices(policy, product, pack, dictionary)
        program = plan_program(policy, dictionary, product, pack)
        hard = hard_rows(program, dependents(dictionary, product, model.features, policy))
        self.evaluator = Evaluator(
            dictionary,
            model,
            self.prices,
            product.pd_combination,
            program,
            soft_program(program, hard),
            self._means(),
        )
        settings = policy.counter_offer
        self._settler = Settler(
            dictionary,
            self.prices,
            settings,
            hard,
            pack.adverse_reasons_max,
            _reference(policy, model),
        )
        self._solver = (
            Solver(dictionary, self.evaluator, self.prices, settings) if settings else None
        )
        self._reader = InputsReader(dictionary, product.minor_units)
        self._pins = hashes._asdict()
        explores = policy.exploration
        self._explorer = Explorer(explores, self.evaluator, self.prices) if explores else None
        self._eligibility = Eligibility(dictionary, self.evaluator, self._settler, self.prices)
        self._columns = ColumnPath(
            self.evaluator, self._settler, self._solver, self.prices, self._pins, self._explorer
        )
        self._backtester = Backtester(self._parts())

    @cached_property
    def _pathfinder(self) -> Pathfinder | None:
        settings = self.policy.paths
        return None if settings is None else Pathfinder(self, settings)

    def decide(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The decision document of these inputs.

        Raises InputsRefused for inputs that may not exist (wrong shape, a prohibited basis).
        Missing or mistyped facts, and any fault in evaluating, refer the application.
        """
        facts = self._reader.read(inputs)
        if at_eligibility(inputs):
            return self._knocked_out(facts) or documents.not_evaluated(facts.roles, self._pins)
        return self._decided_safely(facts)

    def judged(self, inputs: Mapping[str, Any]) -> Judged:
        """Scores, PD, price and the rules' verdict with its trace: `decide` up to settling.

        Raises InputsRefused as `decide` does, and one of FAULTS where it would refer for one.
        """
        return self._judged(self._reader.read(inputs))

    def knocked_out(self, inputs: Mapping[str, Any]) -> bool:
        """Whether what costs nothing to know declines these inputs (`decisioning.eligibility`)."""
        return self._knocked_out(self._reader.read(inputs)) is not None

    def decide_bytes(self, inputs: Mapping[str, Any]) -> bytes:
        """Canonical bytes of `decide`: what is stored and compared."""
        return documents.to_bytes(self.decide(inputs))

    def decide_columns(self, given: Sequence[Mapping[str, Any]] | Applications) -> list[bytes]:
        """Canonical bytes per application, evaluated as columns; equal to `decide_bytes`.

        Takes inputs documents, or applications that were read as columns already. A fault in the
        columns is met by deciding inputs one by one; with columns alone it is raised.
        """
        if isinstance(given, Applications):
            return self._columns.decide(given)
        if any(at_eligibility(inputs) for inputs in given):
            return [self.decide_bytes(inputs) for inputs in given]
        facts = [self._reader.read(inputs) for inputs in given]
        if not facts:
            return []
        try:
            return self._columns.decide(Applications.of(self.dictionary, facts))
        except FAULTS:
            return [self.decide_bytes(inputs) for inputs in given]

    def documents(self, given: Applications) -> list[dict[str, Any]]:
        """The documents of applications that were read as columns; equal to those of `decide`.

        A fault in the columns is met by deciding them one by one. A document's trace is shared:
        copy before changing it.
        """
        try:
            return self._columns.documents(given)
        except FAULTS:
            return [self._decided_safely(given.facts(row)) for row in range(given.rows)]

    def outcomes(self, given: Applications) -> Decided:
        """What `decide` says of n applications, as columns and without documents.

        A fault in the columns is met by deciding them one by one.
        """
        try:
            return self._backtester.decide(given)
        except FAULTS:
            found = [self._decided_safely(given.facts(row)) for row in range(given.rows)]
            return decided_of(found, tuple(band.name for band in self.prices.bands))

    def path(self, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
        """What would get declined or counter-offered inputs approved (`decisioning.paths`).

        None where the policy looks for none, or the outcome is another. Raises InputsRefused as
        `decide` does.
        """
        return None if self._pathfinder is None else self._pathfinder.find(inputs)

    def offer(
        self,
        document: Mapping[str, Any],
        inputs: Mapping[str, Any],
        *,
        amount: str,
        term_months: int | None,
    ) -> dict[str, Any] | None:
        """The offer of a person's verdict, in the shape of a decision document's.

        None where the product or a rate cap forbids it. A band's limits do not bind a person;
        an application unscored or beyond the last band has the price of the last. Tables price
        these terms and the facts of the decision's inputs.
        """
        facts = self._reader.read(inputs)
        try:
            terms = self._by_person(self.product.minor(amount), term_months, facts)
        except ValueError:
            return None
        asked = facts._replace(request={**facts.request, **self.prices.fields(terms)})
        rate = self.evaluator.rate(asked, document["pd_ppm"])
        return self.prices.offer_by_person(terms, document["pd_ppm"], rate)

    def facts(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """What the rules saw, in human form, derived values and price included; for a person."""
        read = self._reader.read(inputs)
        found = self.evaluator.row(read)
        return documents.facts_shown(self.dictionary, read, found, self.product.minor_units)

    def parties(self, inputs: Mapping[str, Any]) -> list[tuple[Mapping[str, Value], Score]]:
        """Each party's typed values, derived ones included, with its score.

        None of them where a fact could not be read: then nobody is scored.
        """
        found = self.evaluator.row(self._reader.read(inputs))
        return list(zip(found.parties, found.scores, strict=False))

    def doubts(self, inputs: Mapping[str, Any]) -> list[PartyDoubts]:
        """What the model doubts about each party, whether a rule asks or not; for a person."""
        return party_doubts(self.model, self.parties(inputs))

    def _means(self) -> Means | None:
        settings = self.policy.affordability
        return Means(settings, self.dictionary, self.prices, self.pack) if settings else None

    def _decided_safely(self, facts: Facts) -> dict[str, Any]:
        try:
            return self._decided(facts)
        except FAULTS:
            return documents.not_evaluated(facts.roles, self._pins)

    def _parts(self) -> Parts:
        reference, most = _reference(self.policy, self.model), self.pack.adverse_reasons_max
        return Parts(
            self.dictionary,
            self.evaluator,
            self._settler,
            self._solver,
            self._explorer,
            self.prices,
            Losses(self.dictionary, self.model.features, most, reference),
            reference,
            most,
        )

    def _judged(self, facts: Facts) -> Judged:
        found = self.evaluator.row(facts)
        case = Case(
            verdict_of(found.results),
            facts.unknown,
            facts.liable,
            found.scores,
            found.pd_ppm,
            self._asked(facts),
            found.rate_ppm,
        )
        return Judged(found, case)

    def _decided(self, facts: Facts) -> dict[str, Any]:
        found, case = self._judged(facts)
        settled = self._settler.settle(case, self._candidate(facts, found, case))
        if self._explorer is not None:
            settled = self._explorer.settled(settled, facts, case.asked, case.pd_ppm)
        return documents.document(
            settled,
            roles=facts.roles,
            scores=found.scores,
            points=found.points,
            pd_ppm=found.pd_ppm,
            band=self.prices.band(found.pd_ppm),
            trace=case.verdict.trace,
            pins=self._pins,
        )

    def _knocked_out(self, facts: Facts) -> dict[str, Any] | None:
        try:
            found = self._eligibility.knocked_out(facts, self._asked(facts))
        except FAULTS:
            return None
        if found is None:
            return None
        return documents.document(
            found.settled,
            roles=facts.roles,
            scores=(),
            points=None,
            pd_ppm=None,
            band=None,
            trace=found.trace,
            pins=self._pins,
        )

    def _candidate(self, facts: Facts, found: Evaluated, case: Case) -> Candidate | None:
        if self._solver is None or case.asked is None or not self._settler.rescuable(case):
            return None
        return self._solver.solve_row(facts, found, case.asked)

    def _asked(self, facts: Facts) -> Terms | None:
        """What was asked for, None where it cannot be said."""
        amount = facts.request.get(self.product.amount.field)
        if not isinstance(amount, int):
            return None
        paid = self._paid_down(facts)
        if self.product.term is None:
            return Terms(amount, None, paid)
        term = facts.request.get(self.product.term.field)
        return Terms(amount, term, paid) if isinstance(term, int) else None

    def _paid_down(self, facts: Facts) -> int | None:
        stated = self.prices.down_payments and self.prices.down_payments.stated(facts.request)
        return stated[0] if stated else None

    def _by_person(self, amount: int, term: int | None, facts: Facts) -> Terms:
        """A person's terms: at the price that was stated, so another amount is paid down."""
        if self.prices.down_payments is None:
            return Terms(amount, term)
        stated = self.prices.down_payments.stated(facts.request)
        return Terms(amount, term, stated[1] - amount if stated else None)


def compile_plan(pinned: Pinned) -> Plan:
    """The plan of these bytes; compiled once per process and set of hashes.

    Raises what the parts raise when they cannot be read: DictionaryError, ValidationError,
    ArtifactRefused, PolicyRefused.
    """
    parts = dict(zip(Pinned._fields, pinned, strict=True))
    return plan_of(pinned.hashes, lambda kind, _: parts[kind])


def plan_of(hashes: Hashes, load: Load) -> Plan:
    """The plan of these hashes; `load(kind, content_hash)` is called only for one not yet known.

    Raises AlteredPin where loaded bytes are not those that the hash names.
    """
    plan = _known.get(hashes)
    if plan is None:
        parts = (_loaded(load, kind, expected) for kind, expected in hashes._asdict().items())
        plan = _compiled(hashes, Pinned(*parts))
        while len(_known) >= MOST_PLANS:
            _known.pop(next(iter(_known)))
        _known[hashes] = plan
    return plan


def _loaded(load: Load, kind: str, expected: str) -> bytes:
    data = load(kind, expected)
    if (found := content_hash(data)) != expected:
        raise AlteredPin(kind, expected, found)
    return data


def _compiled(hashes: Hashes, pinned: Pinned) -> Plan:
    dictionary = Dictionary.parse(pinned.dictionary)
    return Plan(
        hashes,
        dictionary,
        Product.parse(pinned.product),
        load_model(pinned.model, dictionary_hash=dictionary.content_hash),
        Policy.parse(pinned.policy),
        Pack.parse(pinned.pack),
    )


def _reference(policy: Policy, model: Model) -> Reference | None:
    """Against whom reasons are measured; None where the policy names nobody, or another model's."""
    stated = policy.reference
    if stated is None or stated.model != model.content_hash:
        return None
    return Reference.parse(stated.model_dump())
