"""Gates of publication: changed by two people, applied to every backtest, excepted by authority."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max

from events.actor import Actor
from events.services import event_record
from scoring.enums import AnswerStatus
from scoring.models import Product
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from underwriting.decisioning.gates import GateResult, GateSettings, GatesRefused
from underwriting.enums import GateExceptionReason
from underwriting.models import Backtest, GateException, GateOutcome, PolicyGates
from underwriting.selectors.gates import (
    GatesInForce,
    gates_asked_for,
    gates_in_force,
    gates_said,
    outcomes_of,
)
from underwriting.selectors.policies import own_work
from underwriting.services.policy_moves import (
    DRAFT,
    PUBLISH,
    permitted,
    refuse_no_words,
    refuse_without,
    version_locked,
)

PROPOSE = "underwriting.propose_gates"
ANSWER = "underwriting.answer_gates"
GRANT = "underwriting.grant_gate_exception"


def gates_propose(
    *,
    organization_id: UUID,
    actor: Actor,
    product_id: UUID,
    settings: Mapping[str, Any],
    reason: str,
) -> PolicyGates:
    """Ask for other gates of a product; somebody else puts them in force.

    Invalid names what is wrong in the settings; Conflict while another change is open.
    """
    words = refuse_no_words(reason)
    parsed = _parsed(settings)
    with enter(organization_id):
        refuse_without(organization_id, actor, PROPOSE)
        product = _product(organization_id, product_id)
        if gates_asked_for(organization_id, product_id):
            raise Conflict("a change of these gates is open", code="gates_open")
        newest = PolicyGates.objects.filter(
            organization_id=organization_id, product_id=product_id
        ).aggregate(newest=Max("number"))["newest"]
        gates = PolicyGates(
            organization_id=organization_id,
            product=product,
            number=int(newest or 0) + 1,
            settings=parsed.document(),
            reason=words,
            asked_by_id=actor.id,
            asked_at=now(organization_id),
        )
        gates.save(force_insert=True)
        _told(gates, actor, "gates.proposed", product=str(product_id), number=gates.number)
    return gates


def gates_answer(
    *, organization_id: UUID, actor: Actor, gates_id: UUID, agree: bool
) -> PolicyGates:
    """Put proposed gates in force, or refuse them; never by who proposed them."""
    with enter(organization_id):
        refuse_without(organization_id, actor, ANSWER)
        gates = (
            PolicyGates.objects.select_for_update()
            .filter(organization_id=organization_id, id=gates_id)
            .first()
        )
        if gates is None:
            raise NotFound("no such change of gates")
        _answered(gates, actor, agree=agree)
        kind = "gates.changed" if agree else "gates.refused"
        _told(gates, actor, kind, product=str(gates.product_id), number=gates.number)
    return gates


def gate_exception_ask(
    *,
    organization_id: UUID,
    actor: Actor,
    policy_version_id: UUID,
    gate: str,
    reason: str,
    words: str,
    mitigants: str,
    expires_at: datetime,
) -> GateException:
    """Ask that one document may begin although a gate blocks it, until a day.

    Invalid where something is not said, or the day is past or further off than the gates allow.
    """
    _refuse_unsaid(reason, words=words, mitigants=mitigants)
    with enter(organization_id):
        if not _may_ask(organization_id, actor):
            raise Forbidden("you may not ask for this", code="permission")
        version = version_locked(organization_id, policy_version_id)
        _refuse_day(organization_id, version.product_id, expires_at)
        asked = GateException(
            organization_id=organization_id,
            policy_version=version,
            content_hash=version.content_hash,
            gate=gate,
            reason=reason,
            words=words.strip(),
            mitigants=mitigants.strip(),
            expires_at=expires_at,
            asked_by_id=actor.id,
            asked_at=now(organization_id),
        )
        if GateException.objects.filter(
            organization_id=organization_id,
            policy_version=version,
            content_hash=version.content_hash,
            gate=gate,
            status=AnswerStatus.OPEN,
        ).exists():
            raise Conflict("this is asked for already", code="exception_open")
        asked.save(force_insert=True)
        _told(asked, actor, "gate_exception.asked", **_about(asked))
    return asked


def _refuse_unsaid(reason: str, **said: str) -> None:
    wrong = [
        FieldError(f"/{name}", "required", "say it in words")
        for name, given in said.items()
        if not given.strip()
    ]
    if reason not in GateExceptionReason.values:
        wrong.append(FieldError("/reason", "unknown", "no such reason"))
    if wrong:
        raise Invalid(wrong)


def gate_exception_answer(
    *, organization_id: UUID, actor: Actor, exception_id: UUID, agree: bool
) -> GateException:
    """Grant or refuse one, by authority; never by who asked or who worked on the policy."""
    with enter(organization_id):
        refuse_without(organization_id, actor, GRANT)
        asked = (
            GateException.objects.select_for_update(of=("self",))
            .select_related("policy_version")
            .filter(organization_id=organization_id, id=exception_id)
            .first()
        )
        if asked is None:
            raise NotFound("no such request")
        if agree and own_work(asked.policy_version, actor.id):
            raise Forbidden("nobody excepts their own work", code="same_person")
        _answered(asked, actor, agree=agree)
        kind = "gate_exception.granted" if agree else "gate_exception.refused"
        _told(asked, actor, kind, **_about(asked))
    return asked


def gates_judge(backtest: Backtest, gates: GatesInForce) -> list[GateOutcome]:
    """What the gates say of a finished backtest, kept; inside the caller's `enter`. Repeatable."""
    there = outcomes_of(backtest, gates.number)
    if there:
        return there
    results = gates_said(backtest, gates)
    rows = [_outcome(backtest, gates.number, result) for result in results]
    for row in rows:
        row.save(force_insert=True)
    return rows


def _outcome(backtest: Backtest, number: int, result: GateResult) -> GateOutcome:
    return GateOutcome(
        organization_id=backtest.organization_id,
        backtest=backtest,
        gates_number=number,
        made_at=now(backtest.organization_id),
        **{**result._asdict(), "gate": result.gate.value, "verdict": result.verdict.value},
    )


def _parsed(settings: Mapping[str, Any]) -> GateSettings:
    try:
        return GateSettings.parse(settings)
    except GatesRefused as refused:
        raise Invalid(
            [FieldError(where, "gates", words) for where, words in refused.problems]
        ) from refused


def _product(organization_id: UUID, product_id: UUID) -> Product:
    """Held until the transaction ends: numbers follow one another."""
    found = (
        Product.objects.select_for_update()
        .filter(organization_id=organization_id, id=product_id)
        .first()
    )
    if found is None:
        raise NotFound("no such product")
    return found


def _may_ask(organization_id: UUID, actor: Actor) -> bool:
    return any(permitted(organization_id, actor, each) for each in (DRAFT, PUBLISH))


def _refuse_day(organization_id: UUID, product_id: UUID, expires_at: datetime) -> None:
    at = now(organization_id)
    most = gates_in_force(organization_id, product_id).settings.exception_days
    if not at < expires_at <= at + timedelta(days=most):
        words = f"a day within the next {most} days"
        raise Invalid([FieldError("/expires_at", "day", words, {"days": most})])


def _answered(row: PolicyGates | GateException, actor: Actor, *, agree: bool) -> None:
    if row.status != AnswerStatus.OPEN:
        raise Conflict("it is answered already", code="answered")
    if row.asked_by_id == actor.id:
        raise Forbidden("somebody else answers", code="same_person")
    row.status = AnswerStatus.APPROVED if agree else AnswerStatus.REFUSED
    row.answered_by_id = actor.id
    row.answered_at = now(row.organization_id)
    row.save(update_fields=["status", "answered_by_id", "answered_at"])


def _about(asked: GateException) -> dict[str, Any]:
    return {
        "policy_version": str(asked.policy_version_id),
        "content": asked.content_hash,
        "gate": asked.gate,
        "reason": asked.reason,
        "expires_at": asked.expires_at.isoformat(),
    }


def _told(row: PolicyGates | GateException, actor: Actor, kind: str, **data: Any) -> None:
    subject = kind.partition(".")[0]
    event_record(
        organization_id=row.organization_id,
        actor=actor,
        type=kind,
        subject=("policy_gates" if subject == "gates" else subject, row.id),
        data=data,
    )
