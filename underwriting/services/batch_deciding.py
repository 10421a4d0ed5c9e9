"""The decisions of a chunk's rows, as `evaluate` makes each: computed outside any transaction."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import structlog

from tenancy.canonical import content_hash
from tenancy.errors import DomainError
from underwriting.decisioning import documents
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.batch_inputs import (
    Context,
    applications_of,
    inputs_text,
    party_text,
)
from underwriting.decisioning.context import ContextReader
from underwriting.decisioning.plan import FAULTS, Plan
from underwriting.enums import HoldCode
from underwriting.selectors.exposures import Exposure
from underwriting.selectors.terms import InForce
from underwriting.services.batch_people import Person, hashed
from underwriting.services.batch_reading import Columns, Sheet
from underwriting.services.batch_standing import Situation, exposure_of_row, suspect, uncertain
from underwriting.services.evaluation import Case, hashes_of, lot_drawn, pins_of, uncomputable
from underwriting.services.plans import catalogue_for, pins_keep, plan_for
from underwriting.verdicts import held, uncomputed

log = structlog.get_logger(__name__)

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of deciding, ready: its plan (None: none can be had, for `code`), and what is
    pinned."""

    rules: InForce
    plan: Plan | None
    code: HoldCode | None
    pins: Mapping[str, str | None]
    catalogue_id: UUID | None

    @property
    def explores(self) -> bool:
        return self.plan is not None and self.plan.policy.exploration is not None


class Made(NamedTuple):
    """One row's decision with the bytes it came from."""

    row: int
    application_id: UUID
    arm: int
    document: Document
    text: str
    document_hash: str
    inputs: str
    inputs_hash: str


@dataclass(frozen=True, slots=True)
class Decided:
    arms: list[Arm]
    made: list[Made]


def chunk_decided(
    organization_id: UUID,
    sheet: Sheet,
    columns: Columns,
    situation: Situation,
    without_lots: Collection[int] = (),
) -> Decided:
    """Every row's decision; rows `without_lots` are not approved by lot any more."""
    arms, of_row = _arms(organization_id, sheet, columns, situation)
    rows = _Rows(sheet, columns, situation)
    made: list[Made | None] = [None] * len(columns.rows)
    for place, arm in enumerate(arms):
        own = [row for row, which in enumerate(of_row) if which == place]
        for each in rows.decided(place, arm, own, frozenset(without_lots)):
            made[each.row] = each
    return Decided(arms, [each for each in made if each is not None])


class _Rows:
    """A chunk's rows, by the people in them."""

    def __init__(self, sheet: Sheet, columns: Columns, situation: Situation) -> None:
        self._sheet = sheet
        self._columns = columns
        self._situation = situation
        self._ids = situation.applications
        self._people: list[list[Person]] = [[] for _ in self._ids]
        self._texts: list[list[str]] = [[] for _ in self._ids]
        parties = columns.parties
        each = zip(parties.owners, situation.people, parties.roles, parties.liabilities,
                   parties.facts, strict=True)  # fmt: skip
        for owner, person, role, liability, facts in each:
            self._people[owner].append(person)
            self._texts[owner].append(party_text(role, liability, facts))
        self._requests = columns.rows.requests.texts()
        self._contexts: dict[Any, Context] = {}

    def decided(
        self, place: int, arm: Arm, own: Sequence[int], without_lots: frozenset[int]
    ) -> Iterator[Made]:
        exposures = [exposure_of_row(self._situation, self._people[row]) for row in own]
        contexts = [
            self._context(arm, row, exposure, lot=row not in without_lots)
            for row, exposure in zip(own, exposures, strict=True)
        ]
        found = self._documents(arm, own, contexts)
        for row, exposure, context, document in zip(own, exposures, contexts, found, strict=True):
            code = arm.code or self._hold(arm, row, exposure)
            holds = arm.plan is not None and code is not None
            stands = held(document, code) if holds and code else document
            yield self._made(place, row, context, stands, code)

    def _made(
        self, place: int, row: int, context: Context, document: Document, code: HoldCode | None
    ) -> Made:
        body = documents.to_bytes(document)
        hold = None if code is None else code.value
        inputs = inputs_text(context.document, self._texts[row], self._requests[row], hold)
        return Made(
            row=row,
            application_id=self._ids[row],
            arm=place,
            document=document,
            text=body.decode(),
            document_hash=content_hash(body),
            inputs=inputs,
            inputs_hash=hashed(self._people[row][0].salt, inputs),
        )

    def _documents(
        self, arm: Arm, own: Sequence[int], contexts: Sequence[Context]
    ) -> Sequence[Document]:
        if arm.plan is None:
            found = uncomputed(arm.code or HoldCode.DECIDING_FAILED, arm.pins)
            return [found] * len(own)
        return arm.plan.documents(self._applications(arm.plan, own, contexts))

    def _applications(
        self, plan: Plan, own: Sequence[int], contexts: Sequence[Context]
    ) -> Applications:
        columns = self._columns
        parties = columns.parties
        numbers = {row: place for place, row in enumerate(own)}
        kept = [party for party, owner in enumerate(parties.owners) if owner in numbers]
        asked = np.array(own, np.int64)
        lacking = {"request": columns.rows.requests.lacking(),
                   "party": columns.rows.people[0].facts.lacking()}  # fmt: skip
        return applications_of(
            plan.dictionary,
            columns.rows.requests.frame().take(asked),
            parties.frame.take(np.array(kept, np.int64)),
            owners=[numbers[parties.owners[party]] for party in kept],
            positions=[parties.positions[party] for party in kept],
            roles=[parties.roles[party] for party in kept],
            liabilities=[parties.liabilities[party] for party in kept],
            contexts=contexts,
            lacking=lacking,
        )

    def _context(self, arm: Arm, row: int, exposure: Exposure, *, lot: bool) -> Context:
        """The context's document and what it means; many rows have one and the same."""
        answers = self._situation.counted[arm.rules.policy_hash].answers[row]
        drawn = None
        if arm.explores and lot:
            drawn = lot_drawn(self._people[row][0].salt, self._ids[row])
        key = (arm.rules.minor_units, exposure, tuple((answers or {}).items()), drawn)
        if key not in self._contexts:
            self._contexts[key] = _context(arm.rules, exposure, answers, drawn, self._sheet)
        return self._contexts[key]

    def _hold(self, arm: Arm, row: int, exposure: Exposure) -> HoldCode | None:
        """As `evaluation` holds a computed decision; nobody else was asked."""
        people = self._people[row]
        if suspect(self._situation, people):
            return HoldCode.PERSON_LOOKS
        if arm.rules.refer_all:
            return HoldCode.REFER_ALL
        limited = arm.plan is not None and arm.plan.product.customer_limit is not None
        if exposure.elsewhere and limited:
            return HoldCode.OTHER_CURRENCY
        return HoldCode.IDENTITY_MATCH if uncertain(people) else None


def _context(
    rules: InForce,
    exposure: Exposure,
    answers: Mapping[str, Any] | None,
    drawn: int | None,
    sheet: Sheet,
) -> Context:
    said = dict(exposure.document(rules.minor_units, sheet.product.at))
    further = {"lookups": answers, "draw_ppm": drawn}
    said |= {name: value for name, value in further.items() if value is not None}
    if said["days_since_decline"] is None:
        del said["days_since_decline"]
    typed, _ = ContextReader(rules.minor_units).read(said)
    return Context(said, typed)


def _arms(
    organization_id: UUID, sheet: Sheet, columns: Columns, situation: Situation
) -> tuple[list[Arm], list[int]]:
    """The ways of deciding that rows meet, and which one each meets."""
    first = [
        person
        for person, position in zip(situation.people, columns.parties.positions, strict=True)
        if position == 0
    ]
    met = [situation.arms.of(person.customer_id) for person in first]
    ways = sorted(set(met))
    rules = [situation.arms.rules[model][policy] for model, policy in ways]
    places = {way: place for place, way in enumerate(ways)}
    return [_arm(organization_id, sheet, each) for each in rules], [places[way] for way in met]


def _arm(organization_id: UUID, sheet: Sheet, rules: InForce) -> Arm:
    """The plan of some rules, and why there is none where there is none."""
    case = Case(organization_id, rules, (), Exposure(0, 0, 0), sheet.product.at)
    pins_keep(organization_id, rules.pack_id)
    code, plan = uncomputable(case, failed=False), None
    if code is None:
        try:
            plan = plan_for(organization_id, hashes_of(case))
        except (*FAULTS, DomainError):
            log.exception("batch.not_computable", chunk=str(sheet.batch.chunk_id))
            code = HoldCode.DECIDING_FAILED
    catalogue = catalogue_for(organization_id, plan) if plan else None
    return Arm(rules, plan, code, pins_of(case), catalogue)
