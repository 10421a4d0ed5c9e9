"""Evaluating what somebody could expect: the same plan as an application's, over nobody's debts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from ml.values import scaled_text
from tenancy.canonical import canonical
from tenancy.errors import DomainError
from underwriting.decisioning.inputs import inputs_document
from underwriting.decisioning.pinned import Hashes
from underwriting.decisioning.plan import FAULTS, Plan
from underwriting.enums import UNCOMPUTED, HoldCode, Likelihood, Outcome
from underwriting.models.decision import LONGEST_NOTICE
from underwriting.regulation import pack
from underwriting.retention import retained
from underwriting.selectors.lookups import Answers
from underwriting.selectors.prequalifications import ProductRules
from underwriting.services.evaluation import document_of
from underwriting.services.plans import engine_hash, pins_keep, plan_for
from underwriting.verdicts import HOLD, PERSONA, computed_from, principal

log = structlog.get_logger(__name__)

LIKELIHOOD = {
    Outcome.APPROVE: Likelihood.LIKELY,
    Outcome.COUNTER_OFFER: Likelihood.LIKELY,
    Outcome.DECLINE: Likelihood.UNLIKELY,
    Outcome.REFER: Likelihood.NEEDS_REVIEW,
}
STEPS = 8
"""Amounts that are tried between the least and the most that the product lends."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the rules would make of it: the document, its inputs, and the range of an offer."""

    document: Mapping[str, Any]
    inputs: bytes
    terms: Mapping[str, Any] | None
    valid_days: int | None

    @property
    def likelihood(self) -> Likelihood:
        return LIKELIHOOD[Outcome(self.document["outcome"])]

    @property
    def reasons(self) -> Sequence[Mapping[str, Any]]:
        """Principal reasons, where somebody would get nothing or less than was asked."""
        adverse = (Outcome.DECLINE.value, Outcome.COUNTER_OFFER.value)
        found = principal(self.document["reasons"])
        return found if self.document["outcome"] in adverse else ()

    def columns(self, rules: ProductRules, asked_at: datetime, at: datetime) -> dict[str, Any]:
        """What is stored of it, with its times: a denial is kept as long as an application's."""
        law, pins = pack(rules.pack_id), self.document["pins"]
        expires = at + timedelta(days=self.valid_days or law.offer_valid_days)
        unlikely = self.likelihood == Likelihood.UNLIKELY
        notice = asked_at + min(timedelta(days=law.notice_due_days), LONGEST_NOTICE)
        kept = retained(at, law.retention_months) if unlikely else expires
        return {
            "outcome": self.likelihood,
            "reason_codes": [each["code"] for each in self.reasons],
            "terms": self.terms,
            "document": canonical(dict(self.document)).decode(),
            **{f"{name}_hash": found for name, found in pins.items()},
            "made_at": at,
            "expires_at": expires,
            "notice_due_at": notice if unlikely else None,
            "facts_until": max(kept, expires),
        }


def foreseen(
    organization_id: UUID,
    rules: ProductRules,
    *,
    request: Mapping[str, Any],
    parties: Sequence[Mapping[str, Any]],
    lookups: Answers | None,
    hold: HoldCode | None = None,
    persona: str | None = None,
) -> Foreseen:
    """Evaluate it as an application of somebody who owes nothing and has applied for nothing.

    Outside any transaction. `parties` have role, liability and facts; `hold` is what inquiries came
    to, `persona` the outcome that a name asks for in a test twin. With no model or policy to be had
    it needs a person, as an application would.
    """
    pins_keep(organization_id, rules.pack_id)
    code = rules.hold or hold
    inputs = _inputs(rules, request, parties, lookups)
    plan = None
    if code not in UNCOMPUTED:
        try:
            plan = plan_for(organization_id, Hashes(**_pins(rules)))
        except (*FAULTS, DomainError):
            log.exception("prequalification.not_computable")
            code = HoldCode.DECIDING_FAILED
    if code is not None:
        inputs[HOLD] = code.value
    if plan is not None and persona is not None:
        inputs[PERSONA] = persona
    document = document_of(plan, inputs, _pins(rules))
    return Foreseen(
        document=document,
        inputs=canonical(inputs),
        terms=_range(plan, computed_from(inputs), document) if plan is not None else None,
        valid_days=plan.product.offer_valid_days if plan else None,
    )


def _inputs(
    rules: ProductRules,
    request: Mapping[str, Any],
    parties: Sequence[Mapping[str, Any]],
    lookups: Answers | None,
) -> dict[str, Any]:
    nothing = scaled_text(0, rules.terms.terms.minor_units)
    return inputs_document(
        request=request,
        parties=parties,
        as_of=rules.terms.at.date().isoformat(),
        exposure=nothing,
        open_offers=nothing,
        in_flight=0,
        lookups=lookups,
    )


def _pins(rules: ProductRules) -> dict[str, Any]:
    return {
        "dictionary": rules.terms.dictionary_hash,
        "product": rules.product_hash,
        "model": rules.model_hash,
        "policy": rules.policy_hash,
        "pack": pack(rules.pack_id).content_hash,
        "engine": engine_hash(),
    }


def _range(
    plan: Plan, inputs: Mapping[str, Any], document: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The amounts around the offer that the same rules approve, with their prices; None without
    an offer. Where a purchase is financed, or on a lone point, the offer is the range."""
    offer = document["offer"]
    if offer is None:
        return None
    found = {offer["amount"]: offer}
    if plan.prices.down_payments is None:
        tried = sorted({*_amounts(plan, offer["amount"])} | {offer["amount"]})
        offers = dict(zip(tried, _offers(plan, inputs, tried, offer), strict=True))
        found |= _around(tried, offers, offer["amount"])
    each = list(found.values())
    return {
        "term_months": offer["term_months"],
        "currency": offer["currency"],
        **{
            name: {"from": min(o[name] for o in each), "to": max(o[name] for o in each)}
            for name in ("amount", "rate_ppm", "instalment", "cost_ppm")
            if all(o[name] is not None for o in each)
        },
    }


def _amounts(plan: Plan, offered: int) -> list[int]:
    """Evenly between the least and the most, in whole steps of the currency."""
    low, high = (
        plan.product.minor(plan.product.amount.min),
        plan.product.minor(plan.product.amount.max),
    )
    unit = 10**plan.product.minor_units
    points = {low + (high - low) * step // STEPS // unit * unit for step in range(STEPS + 1)}
    return [point for point in points if low <= point <= high and point != offered]


def _offers(
    plan: Plan, inputs: Mapping[str, Any], amounts: Sequence[int], offer: Mapping[str, Any]
) -> list[Mapping[str, Any] | None]:
    """The offer at each amount, at the offer's own term; None where it is not approved."""
    request = dict(inputs["request"])
    if plan.product.term is not None:
        request[plan.product.term.field] = offer["term_months"]
    asked = [
        {
            **inputs,
            "request": {
                **request,
                plan.product.amount.field: scaled_text(amount, plan.product.minor_units),
            },
        }
        for amount in amounts
    ]
    documents = [json.loads(body) for body in plan.decide_columns(asked)]
    return [each["offer"] if each["outcome"] == Outcome.APPROVE else None for each in documents]


def _around(
    amounts: Sequence[int], offers: Mapping[int, Mapping[str, Any] | None], offered: int
) -> dict[int, Mapping[str, Any]]:
    """The unbroken run of approved amounts that the offer stands in."""
    at, found = amounts.index(offered), {}
    for way in (range(at - 1, -1, -1), range(at + 1, len(amounts))):
        for index in way:
            offer = offers[amounts[index]]
            if offer is None:
                break
            found[amounts[index]] = offer
    return found
