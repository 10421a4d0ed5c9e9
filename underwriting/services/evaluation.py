"""Evaluating an application: everything read at once, then computed outside any transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from tenancy.canonical import canonical
from tenancy.clock import now
from tenancy.errors import DomainError
from tenancy.statements import Statement, ask_named
from tenancy.vault import salted_hash
from underwriting.decisioning.eligibility import STAGE
from underwriting.decisioning.inputs import ELIGIBILITY, PPM, inputs_document
from underwriting.decisioning.pinned import Hashes
from underwriting.decisioning.plan import FAULTS, Plan
from underwriting.decisioning.promises import KEPT, OTHER_FACTS, known_to
from underwriting.enums import DISCREET, HoldCode, Match, Outcome
from underwriting.models import Application
from underwriting.regulation import Pack, pack
from underwriting.selectors.exposures import (
    Exposure,
    exposure_asked,
    exposure_of,
    exposure_together,
)
from underwriting.selectors.lookups import Answers, lookups_answered, lookups_declared
from underwriting.selectors.pulls import PullsRead, pulls_read
from underwriting.selectors.terms import InForce, in_force_asked, in_force_read
from underwriting.services.personas import as_persona
from underwriting.services.plans import (
    catalogue_for,
    engine_hash,
    persona_catalogue_for,
    pins_keep,
    plan_at_hand,
    plan_for,
)
from underwriting.services.promises import Promise, promise_kept, promise_read
from underwriting.verdicts import (
    HOLD,
    PERSONA,
    PROMISE,
    computed_from,
    held,
    noted,
    uncomputed,
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PartyCase:
    role: str
    liability: str
    match: str
    customer_id: UUID
    salt: bytes
    facts: str


@dataclass(frozen=True, slots=True)
class Case:
    """One application as it stood when it was read: what decides, who, and what they owe."""

    organization_id: UUID
    rules: InForce
    parties: tuple[PartyCase, ...]
    exposure: Exposure
    at: datetime
    lookups: Answers | None = None
    """What the policy in force asks of lists and counters, answered; None where it asks nothing."""
    pulls: PullsRead | None = None
    """What others said of the parties; None where the product asks nobody."""
    knocked_out: bool = False
    """Declined on what is free to know: then nobody is asked, and nothing else is evaluated."""
    explores: bool = True
    """Whether a lot may be drawn; no longer, once the month's budget is spent."""
    promise: Promise | None = None
    """What these customers were told would be enough, while that binds the lender."""
    keeps: bool = False
    """Whether the promised versions decide. The decline that came with the promise then does not
    count as one, or no promise could be kept within a cooling-off period."""

    @property
    def application_id(self) -> UUID:
        return self.rules.application_id

    @property
    def customer_ids(self) -> list[UUID]:
        return [party.customer_id for party in self.parties]

    @property
    def pack(self) -> Pack:
        return pack(self.rules.pack_id)

    def with_exposure(self, exposure: Exposure) -> "Case":
        return replace(self, exposure=exposure, knocked_out=False)

    def at_eligibility(self) -> "Case":
        return replace(self, knocked_out=True)

    def without_exploration(self) -> "Case":
        return replace(self, explores=False)

    def without_promise(self) -> "Case":
        return replace(self, promise=None)

    def as_promised(self, promise: Promise) -> "Case":
        """The same application under the versions that made the promise."""
        rules = promise.rules(self.rules)
        lookups = promise.lookups
        return replace(self, rules=rules, lookups=lookups, explores=False, keeps=True)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A decision document with the bytes it came from; `plan` is None where none could be had."""

    document: Mapping[str, Any]
    inputs: bytes
    inputs_hash: str
    plan: Plan | None
    catalogue_id: UUID | None
    model_version_id: UUID | None = None
    honours: UUID | None = None
    """The path whose promise this decision keeps."""


_PARTIES = """
SELECT p.role, p.liability, p.match, p.customer_id, c.salt, f.document
FROM underwriting_factset f
JOIN underwriting_party p ON p.organization_id = f.organization_id AND p.id = f.party_id
JOIN underwriting_customer c ON c.organization_id = p.organization_id AND c.id = p.customer_id
WHERE f.organization_id = %(organization)s AND f.application_id = %(application)s
    AND NOT EXISTS (SELECT 1 FROM underwriting_factset n
        WHERE n.organization_id = f.organization_id AND n.supersedes_id = f.id)
ORDER BY p.position
"""


def case_read(organization_id: UUID, application_id: UUID) -> Case:
    """Everything a decision needs, in three statements, and two more where the policy looks up
    lists and counters. Inside the caller's `enter`."""
    at = now(organization_id)
    place = {"organization": organization_id, "application": application_id}
    found = ask_named({
        "rules": in_force_asked(organization_id, application_id, at),
        "parties": Statement(_PARTIES, place),
    })  # fmt: skip
    rules = in_force_read(application_id, found["rules"])
    parties = tuple(
        PartyCase(role, liability, match, customer_id, bytes(salt or b""), facts or "{}")
        for role, liability, match, customer_id, salt, facts in found["parties"]
    )
    exposure = exposure_of(
        organization_id=organization_id,
        application_id=application_id,
        customer_ids=[party.customer_id for party in parties],
        currency=rules.currency,
        at=at,
    )
    return _case(organization_id, rules, parties, exposure, at)


def case_begun(application: Application, parties: Sequence[PartyCase], at: datetime) -> Case:
    """The same of an application whose rows this transaction has just made, in one journey and
    without reading them back. Inside the caller's `enter`.

    Who came first with this application owes nothing and was never declined: nobody asks.
    """
    organization_id = application.organization_id
    asked = {"rules": in_force_asked(organization_id, application.id, at)}
    known = [party.customer_id for party in parties if party.match == Match.EXACT]
    if known:
        asked["exposure"] = exposure_asked(
            organization_id=organization_id,
            application_id=application.id,
            customer_ids=known,
            currency=application.currency,
            at=at,
        )
    found = ask_named(asked)
    rules = in_force_read(application.id, found["rules"])
    exposure = exposure_together(found.get("exposure", ()))
    return _case(organization_id, rules, tuple(parties), exposure, at)


def _case(
    organization_id: UUID,
    rules: InForce,
    parties: tuple[PartyCase, ...],
    exposure: Exposure,
    at: datetime,
) -> Case:
    """With what the policy looks up, what others said, and what was promised."""
    lookups = _looked_up(organization_id, rules, parties, at)
    pulls = _pulled(organization_id, rules, parties) if rules.pulls else None
    case = Case(organization_id, rules, parties, exposure, at, lookups, pulls)
    if rules.promised is None or rules.persona is not None:
        return case
    return _with_promise(case, rules.promised)


def _with_promise(case: Case, path_id: UUID) -> Case:
    promise = promise_read(case.organization_id, path_id, case.customer_ids)
    if promise is None:
        return case
    rules = promise.rules(case.rules)
    lookups = _looked_up(case.organization_id, rules, case.parties, case.at)
    return replace(case, promise=replace(promise, lookups=lookups))


def _pulled(organization_id: UUID, rules: InForce, parties: Sequence[PartyCase]) -> PullsRead:
    return pulls_read(
        organization_id=organization_id,
        application_id=rules.application_id,
        product_id=rules.product_id,
        parties=[party.liability for party in parties],
    )


def _looked_up(
    organization_id: UUID, rules: InForce, parties: Sequence[PartyCase], at: datetime
) -> Answers | None:
    asked = lookups_declared(organization_id, rules.policy_hash)
    if not asked:
        return None
    return lookups_answered(
        organization_id=organization_id,
        application_id=rules.application_id,
        asked=asked,
        facts=[json.loads(text) for text in (rules.request or "{}", *(p.facts for p in parties))],
        at=at,
    )


def knocked_out(case: Case) -> bool:
    """Whether what costs nothing to know declines the case. Outside any transaction.

    A test persona's is never: it goes the whole way to the outcome its name asks for.
    """
    if case.rules.persona is not None or uncomputable(case, failed=False) is not None:
        return False
    pins_keep(case.organization_id, case.rules.pack_id)
    try:
        plan = plan_for(case.organization_id, hashes_of(case))
        return plan.knocked_out(_inputs(replace(case, pulls=None)))
    except (*FAULTS, DomainError):
        log.exception("decision.not_computable", application=str(case.application_id))
        return False


def evaluate(case: Case, *, failed: bool = False) -> Evaluation:
    """Compute the decision document. Outside any transaction; the same case gives the same bytes.

    With no model or policy in charge, when they cannot be used, or after too many failures, it
    fails closed: to a person. A promise that the application fulfils is kept by the versions that
    made it; the document says so, and why not where it is not.
    """
    found = _by_versions_in_force(case, failed=failed)
    if case.promise is None or found.plan is None:
        return found
    why = OTHER_FACTS
    try:
        pinned = case.as_promised(case.promise)
        plan = plan_for(case.organization_id, hashes_of(pinned))
        if uncomputable(pinned, failed=False) is None:
            why = promise_kept(case.promise, plan, _inputs(pinned), found.plan, found.document)
        if why == KEPT:
            kept = _evaluated(pinned, _hold(pinned, plan), plan, case.promise.note(KEPT))
            approved = kept.document["outcome"] == Outcome.APPROVE
            return replace(kept, honours=case.promise.path_id if approved else None)
    except (*FAULTS, DomainError):
        log.exception("decision.promise_not_computable", application=str(case.application_id))
    return _evaluated(case, _hold(case, found.plan), found.plan, case.promise.note(why))


def evaluate_at_hand(case: Case) -> Evaluation | None:
    """The same where nothing need be read, asked or drawn for it, so that it may run inside the
    caller's `enter`; None where `evaluate` must do it outside."""
    if case.pulls is not None or case.promise is not None or case.rules.persona is not None:
        return None
    if uncomputable(case, failed=False) is not None:
        return None
    plan = plan_at_hand(case.organization_id, hashes_of(case))
    if plan is None:
        return None
    try:
        return _evaluated(case, _hold(case, plan), plan)
    except (*FAULTS, DomainError):
        return None


def _by_versions_in_force(case: Case, *, failed: bool) -> Evaluation:
    """By the versions of today."""
    pins_keep(case.organization_id, case.rules.pack_id)
    code = uncomputable(case, failed=failed)
    if code is None:
        try:
            plan = plan_for(case.organization_id, hashes_of(case))
            return _evaluated(case, _hold(case, plan), plan)
        except (*FAULTS, DomainError):
            log.exception("decision.not_computable", application=str(case.application_id))
            code = HoldCode.DECIDING_FAILED
    return _evaluated(case, code, None)


def _evaluated(
    case: Case, code: HoldCode | None, plan: Plan | None, note: Mapping[str, str] | None = None
) -> Evaluation:
    inputs = dict(_inputs(case))
    if plan is not None and case.keeps:
        inputs = known_to(plan.dictionary, inputs)
    if note is not None:
        inputs[PROMISE] = dict(note)
    if plan is not None and case.rules.persona is not None:
        inputs[PERSONA] = case.rules.persona
    elif plan is not None and plan.policy.exploration is not None and case.explores:
        inputs["context"] = {
            **inputs["context"],
            "draw_ppm": lot_drawn(case.parties[0].salt, case.application_id),
        }
    if case.knocked_out:
        inputs[STAGE] = ELIGIBILITY
    if code is not None:
        inputs[HOLD] = code.value
    body = canonical(inputs)
    return Evaluation(
        document=document_of(plan, inputs, pins_of(case)),
        inputs=body,
        inputs_hash=keyed_hash(case.parties[0].salt, body),
        plan=plan,
        catalogue_id=_catalogue(case, plan) if plan else None,
        model_version_id=case.rules.model_version_id,
    )


def _catalogue(case: Case, plan: Plan) -> UUID:
    published = catalogue_for if case.rules.persona is None else persona_catalogue_for
    return published(case.organization_id, plan)


def document_of(
    plan: Plan | None, inputs: Mapping[str, Any], pins: Mapping[str, str | None]
) -> dict[str, Any]:
    """The document of inputs, noted, held and forced where they say so. Pure: replay does the
    same."""
    code = HoldCode(inputs[HOLD]) if HOLD in inputs else None
    if plan is None:
        return uncomputed(code or HoldCode.DECIDING_FAILED, pins)
    computed = computed_from(inputs)
    document = noted(plan.decide(computed), inputs.get(PROMISE))
    document = held(document, code) if code else document
    persona = inputs.get(PERSONA)
    return document if persona is None else as_persona(plan, document, computed, Outcome(persona))


def keyed_hash(salt: bytes, body: bytes) -> str:
    """A fingerprint that loses its meaning with the customer's salt."""
    return f"hmac-sha256:{salted_hash(salt, body).hex()}"


def hashes_of(case: Case) -> Hashes:
    return Hashes(**{kind: found or "" for kind, found in pins_of(case).items()})


def pins_of(case: Case) -> dict[str, str | None]:
    """What the decision names, in the document's own words."""
    return {
        "dictionary": case.rules.dictionary_hash,
        "product": case.rules.product_hash,
        "model": case.rules.model_hash,
        "policy": case.rules.policy_hash,
        "pack": case.pack.content_hash,
        "engine": engine_hash(),
    }


def uncomputable(case: Case, *, failed: bool) -> HoldCode | None:
    """Why no plan can be had; a model made for another dictionary is no model here, and one whose
    validation has ended decides nothing (12 CFR 1002.2(p), revalidation)."""
    rules = case.rules
    if rules.policy_hash is None:
        return HoldCode.POLICY_MISSING
    if rules.model_hash is None or rules.model_dictionary_hash != rules.dictionary_hash:
        return HoldCode.MODEL_MISSING
    if rules.model_valid_until is None or rules.model_valid_until <= case.at:
        return HoldCode.MODEL_EXPIRED
    return HoldCode.DECIDING_FAILED if failed else None


def _hold(case: Case, plan: Plan) -> HoldCode | None:
    asked = case.pulls.hold() if case.pulls is not None and not case.knocked_out else None
    if case.rules.suspect or asked in DISCREET:
        return HoldCode.PERSON_LOOKS
    if case.rules.refer_all:
        return HoldCode.REFER_ALL
    if asked is not None:
        return asked
    if case.exposure.elsewhere and plan.product.customer_limit is not None:
        return HoldCode.OTHER_CURRENCY
    if any(party.match == Match.POSSIBLE for party in case.parties):
        return HoldCode.IDENTITY_MATCH
    return None


def lot_drawn(salt: bytes, application_id: UUID) -> int:
    """The lot of an application: the same however often it is evaluated, known to nobody."""
    drawn = salted_hash(salt, b"exploration" + application_id.bytes)
    return int.from_bytes(drawn[:8]) % PPM


def _inputs(case: Case) -> Mapping[str, Any]:
    context = case.exposure.document(case.rules.minor_units, case.at)
    return inputs_document(
        request=json.loads(case.rules.request or "{}"),
        parties=[
            {"role": party.role, "liability": party.liability, "facts": json.loads(party.facts)}
            for party in case.parties
        ],
        as_of=context["as_of"],
        exposure=context["exposure"],
        open_offers=context["open_offers"],
        in_flight=context["in_flight"],
        lookups=case.lookups,
        days_since_decline=None if case.keeps else context["days_since_decline"],
        checks=None if case.pulls is None or case.knocked_out else case.pulls.checks,
    )
