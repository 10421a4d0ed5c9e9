"""A person's verdict turned into the decision that supersedes the one they looked at."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from events.actor import Actor
from scoring.models import ScoringRun
from scoring.services.runs import run_conclude
from tenancy.canonical import canonical, content_hash
from tenancy.clock import now
from tenancy.errors import Conflict, DomainError, FieldError, Invalid
from tenancy.ids import new_id
from underwriting.decisioning.pinned import Hashes
from underwriting.decisioning.plan import FAULTS, Plan
from underwriting.enums import DecisionKind, OfferKind, Outcome, OverrideCode
from underwriting.messages import message
from underwriting.models import Application, Condition, Decision, Party, Review
from underwriting.regulation import Pack
from underwriting.selectors.exposures import applicants_locked, exposure_of
from underwriting.services.consequences import Recorded, consequences_write, decision_event
from underwriting.services.duties import duties_close
from underwriting.services.offers import offers_close
from underwriting.services.plans import catalogue_of, pinned_body, plan_for
from underwriting.services.policy_exceptions import exception_record
from underwriting.services.statuses import status_change
from underwriting.transitions import status_after
from underwriting.verdicts import MOST_REASONS, Verdict, computed_from, overruled

log = structlog.get_logger(__name__)

PINS = ("dictionary", "product", "model", "policy", "pack", "engine")


@dataclass(frozen=True, slots=True)
class Overruled:
    """A verdict that holds: its document, priced, and the amount that limits are about."""

    decision: Decision
    verdict: Verdict
    document: Mapping[str, Any]
    amount: int
    catalogue_id: UUID
    pack: Pack
    valid_days: int | None
    currency: str
    limit: int | None
    """What one customer may owe in all, in minor units."""


def hashes_of_decision(decision: Decision) -> Hashes | None:
    """What the decision's plan is compiled from; None when it had no model or policy."""
    pins = {name: getattr(decision, f"{name}_hash") for name in PINS}
    return None if None in pins.values() else Hashes(**pins)


def priced(
    plan: Plan, document: Mapping[str, Any], verdict: Verdict, inputs: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The verdict's offer, priced by the plan of the decision it follows; None where it cannot be.

    An approval takes the requested amount and term. Pure: replay prices again by the same line.
    """
    if verdict.outcome == Outcome.DECLINE:
        return None
    amount, term = verdict.amount or "", verdict.term_months
    kind = OfferKind.COUNTER_OFFER
    if verdict.outcome == Outcome.APPROVE:
        kind = OfferKind.APPROVAL
        amount = inputs["request"][plan.product.amount.field]
        term = inputs["request"][plan.product.term.field] if plan.product.term else None
    try:
        offer = plan.offer(document, inputs, amount=amount, term_months=term)
    except ValueError:
        return None
    return None if offer is None else {**offer, "kind": kind.value}


def overrule_prepare(
    decision: Decision, verdict: Verdict, language: str, wrong: Sequence[FieldError] = ()
) -> Overruled:
    """Check a verdict and price it. Outside any transaction; Invalid names what is wrong.

    `wrong` is what the caller has found already.
    """
    plan = _plan(decision)
    catalogue_id, codes = catalogue_of(decision, plan)
    errors = [*_errors(decision, verdict, codes, language), *wrong]
    offer = None
    if plan is not None and decision.inputs is not None:
        inputs = computed_from(json.loads(decision.inputs))
        offer = priced(plan, decision.document_data, verdict, inputs)
    if offer is None and verdict.outcome != Outcome.DECLINE:
        text = message("terms_not_possible", language)
        errors.append(FieldError("/amount", "terms_not_possible", text))
    if errors:
        raise Invalid(errors)
    return Overruled(
        decision=decision,
        verdict=verdict,
        document=overruled(decision.document_data, verdict, offer),
        amount=offer["amount"] if offer else 0,
        catalogue_id=catalogue_id,
        pack=Pack.parse(pinned_body(decision.organization_id, "pack", decision.pack_hash)),
        valid_days=plan.product.offer_valid_days if plan else None,
        currency=plan.product.currency if plan else "",
        limit=plan.product.limit if plan else None,
    )


def overrule_within_limit(review: Review, prepared: Overruled) -> None:
    """Conflict (`customer_limit`) where the verdict would take a customer over the limit.

    Inside the caller's `enter`, everybody locked. Whoever means it says POLICY_EXCEPTION.
    """
    excepted = OverrideCode.POLICY_EXCEPTION in prepared.verdict.override_codes
    if prepared.limit is None or not prepared.amount or excepted:
        return
    own = {"organization_id": review.organization_id, "application_id": review.application_id}
    people = Party.objects.filter(**own).values_list("customer_id", flat=True)
    found = exposure_of(
        **own,
        customer_ids=list(people),
        currency=prepared.currency,
        at=now(review.organization_id),
    )
    if found.exposure + found.open_offers + prepared.amount > prepared.limit:
        raise Conflict("this takes the customer over the limit", code="customer_limit")


def _plan(decision: Decision) -> Plan | None:
    """The plan that the decision rested on; None when it had none, or none that still works."""
    hashes = hashes_of_decision(decision)
    if hashes is None:
        return None
    try:
        return plan_for(decision.organization_id, hashes)
    except (*FAULTS, DomainError):
        log.exception("overrule.no_plan", decision=str(decision.id))
        return None


def overrule_record(*, review: Review, prepared: Overruled, actor: Actor, policy: str) -> Decision:
    """Write the superseding decision, settle the review, event last. Inside the caller's `enter`.

    The application is locked. Conflict when another decision is in force by now. `policy` is what
    policy made of it: what is softer is kept as an exception.
    """
    organization_id, application_id = review.organization_id, review.application_id
    at = now(organization_id)
    base = prepared.decision
    yielded = Decision.objects.filter(
        organization_id=organization_id, id=base.id, in_force=True
    ).update(in_force=False)
    if not yielded:
        raise Conflict("another decision is in force", code="not_open")
    offers_close(organization_id=organization_id, application_id=application_id, at=at)
    duties_close(organization_id, application_id, at)
    made = Recorded.under(
        document=prepared.document,
        pack=prepared.pack,
        completed_at=base.application_completed_at,
        at=at,
        valid_days=prepared.valid_days,
    )
    decision = _decision(prepared, made, actor)
    decision.save(force_insert=True)
    consequences_write(decision, made)
    _conditions(decision, prepared.verdict)
    status_change(
        organization_id=organization_id,
        application_id=application_id,
        to=status_after(made.outcome, conditions=bool(prepared.verdict.conditions)),
        decided_at=at,
    )
    review.settled_decision = decision
    review.save(
        update_fields=[
            "status",
            "settled_at",
            "settled_decision",
            "verdict",
            "verdict_by",
            "second_by",
        ]
    )
    exception_record(review, decision, policy, prepared.verdict)
    _conclude(decision, made.outcome)
    decision_event(decision, actor, made.reasons)
    return decision


def review_locked(organization_id: UUID, review_id: UUID) -> Review | None:
    """The review with its decision; its applicants and application are locked first, as the
    house's order has it."""
    of = {"organization_id": organization_id}
    applicants_locked(
        organization_id, Review.objects.filter(**of, id=review_id).values("application_id")
    )
    application_id = (
        Review.objects.filter(**of, id=review_id).values_list("application_id", flat=True).first()
    )
    if application_id is None:
        return None
    application = Application.objects.select_for_update().get(**of, id=application_id)
    review = Review.objects.select_related("decision").get(**of, id=review_id)
    review.application = application
    return review


def _errors(
    decision: Decision, verdict: Verdict, codes: frozenset[str], language: str
) -> list[FieldError]:
    errors = []
    adverse = verdict.outcome in (Outcome.DECLINE, Outcome.COUNTER_OFFER)
    given = len(set(verdict.reasons))
    if adverse and not 1 <= given <= MOST_REASONS:
        errors.append(_error("/reasons", "reason_count", language))
    errors += [
        _error(f"/reasons/{index}", "reason_unknown", language)
        for index, code in enumerate(verdict.reasons)
        if code not in codes
    ]
    errors += [
        _error(f"/override_codes/{index}", "override_unknown", language)
        for index, code in enumerate(verdict.override_codes)
        if code not in OverrideCode.values
    ]
    if _departs(decision, verdict) and not verdict.override_codes:
        errors.append(_error("/override_codes", "override_needed", language))
    return errors


def _departs(decision: Decision, verdict: Verdict) -> bool:
    """Whether the verdict departs from what was computed; settling a referral does not."""
    computed = decision.outcome
    last = decision.document_data["trace"][-1] if decision.document_data["trace"] else {}
    if last.get("instead_of"):
        computed = last["instead_of"]
    return computed not in (Outcome.REFER, verdict.outcome)


def _error(pointer: str, code: str, language: str) -> FieldError:
    return FieldError(pointer, code, message(code, language))


def _decision(prepared: Overruled, made: Recorded, actor: Actor) -> Decision:
    base = prepared.decision
    body = canonical(dict(prepared.document))
    return Decision(
        id=new_id(),
        organization_id=base.organization_id,
        application_id=base.application_id,
        number=base.number + 1,
        kind=DecisionKind.REVIEW,
        supersedes=base,
        outcome=made.outcome,
        scoring_run_id=base.scoring_run_id,
        catalogue_id=prepared.catalogue_id,
        points=base.points,
        pd_ppm=base.pd_ppm,
        document=body.decode(),
        document_hash=content_hash(body),
        inputs=base.inputs,
        inputs_hash=base.inputs_hash,
        verdict=prepared.verdict.text(),
        **{f"{name}_hash": getattr(base, f"{name}_hash") for name in PINS},
        application_completed_at=base.application_completed_at,
        decided_at=made.at,
        decided_by_kind=actor.kind,
        decided_by_id=actor.id,
        notice_due_at=made.notice_due_at,
        expires_at=made.expires_at,
    )


def _conditions(decision: Decision, verdict: Verdict) -> None:
    Condition.objects.bulk_create(
        Condition(
            organization_id=decision.organization_id,
            application_id=decision.application_id,
            decision=decision,
            code=code,
            text=text,
        )
        for code, text in verdict.conditions
    )


def _conclude(decision: Decision, outcome: Outcome) -> None:
    """Tell scoring what became of a score that was referred."""
    organization_id, run_id = decision.organization_id, decision.scoring_run_id
    if run_id is None:
        return
    if ScoringRun.objects.filter(
        organization_id=organization_id, id=run_id, concluded_at__isnull=True
    ).exists():
        run_conclude(organization_id=organization_id, scoring_run_id=run_id, verdict=outcome.value)
