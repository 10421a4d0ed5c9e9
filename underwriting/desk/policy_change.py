"""The change request on a policy's page: where it stands, what its gates say, who did what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from scoring.enums import AnswerStatus
from tenancy.clock import now
from underwriting.decisioning.gates import GateCode, GateResult
from underwriting.desk.gate_words import (
    VERDICTS,
    gate_figure,
    gate_limit,
    gate_name,
    obstacle_words,
)
from underwriting.desk.people import actor_name, colleagues
from underwriting.desk.place import allowed
from underwriting.desk.words import moment
from underwriting.enums import (
    GateExceptionReason,
    Obstacle,
    PolicyMove,
    PolicyStatus,
)
from underwriting.models import GateException, PolicyStep, PolicyVersion
from underwriting.selectors.gates import (
    backtest_done,
    excepted_gates,
    exceptions_of,
    gates_in_force,
    gates_said,
    needs_backtest,
)
from underwriting.selectors.obstacles import obstacles
from underwriting.selectors.policies import own_work, steps_of

DRAFT, PUBLISH = "underwriting.draft_policy", "underwriting.publish_policy"
GRANT, PROTECTED = "underwriting.grant_gate_exception", "scoring.view_protected"
OPEN = (PolicyStatus.DRAFT, PolicyStatus.CHECKED)


def change_context(request: HttpRequest, version: PolicyVersion) -> dict[str, Any]:
    """Inside `enter`. Gates are judged anew for the page; publishing keeps what they say."""
    me, at = str(request.user.pk), now(version.organization_id)
    names = colleagues(version.organization_id)
    own = own_work(version, me)
    return {
        "standing": standing(version, at),
        "steps": [_step(step, names) for step in reversed(steps_of(version))],
        "buttons": _buttons(request, version, own=own, at=at),
        "obstacles": _obstacles(request, version, me),
        "gates": _gates(request, version, at),
        "needs_backtest": needs_backtest(version),
        "exceptions": [_exception(request, each, names, at) for each in exceptions_of(version)],
    }


def standing(version: PolicyVersion, at: datetime) -> tuple[str, str]:
    """Where a version stands at a moment, and its tone: a published one begins and ends."""
    begins, ends = version.effective_from, version.effective_to
    if version.status == PolicyStatus.PUBLISHED and begins is not None:
        if begins > at:
            return _("Begins on %(from)s") % {"from": moment(begins)}, "info"
        if ends is not None and ends <= at:
            return _("Ended"), ""
        return _("In force"), "good"
    if version.status == PolicyStatus.RETIRED and begins is not None and begins == ends:
        return _("Taken back before it began"), ""
    tones = {PolicyStatus.SUBMITTED: "warn"}
    status = PolicyStatus(version.status)
    return str(status.label), tones.get(status, "")


def _step(step: PolicyStep, names: Mapping[str, str]) -> dict[str, str]:
    return {
        "what": str(PolicyMove(step.kind).label),
        "who": actor_name(step.actor_kind, step.actor_id, names),
        "when": moment(step.made_at),
        "note": step.note,
    }


def _buttons(
    request: HttpRequest, version: PolicyVersion, *, own: bool, at: datetime
) -> list[dict[str, str]]:
    """What this person may do next, the likeliest first."""
    drafts, publishes = allowed(request, DRAFT), allowed(request, PUBLISH)
    submitted = version.status == PolicyStatus.SUBMITTED
    published = version.status == PolicyStatus.PUBLISHED
    scheduled = published and version.effective_from is not None and version.effective_from > at
    offered = [
        (drafts and version.status == PolicyStatus.CHECKED, "submit", _("Hand it in")),
        (drafts and version.status in OPEN, "check", _("Check it")),
        (publishes and submitted and not own, "publish", _("Publish this policy")),
        (publishes and submitted and not own, "return", _("Return it")),
        (drafts and submitted and own, "withdraw", _("Withdraw it")),
        (publishes and scheduled, "cancel", _("Take it back before it begins")),
        (publishes and published and not scheduled, "retire", _("Retire it")),
        (drafts and own and version.status in OPEN, "retire", _("Put it aside")),
        (drafts, "copy", _("Draft a new version from it")),
    ]
    buttons = [
        {"name": name, "words": words, "url": page_url(version, name)}
        for shown, name, words in offered
        if shown
    ]
    return [*buttons, *_trials(drafts=drafts, version=version)]


def _trials(*, drafts: bool, version: PolicyVersion) -> list[dict[str, str]]:
    """How it could be tried before it is published."""
    submitted = version.status == PolicyStatus.SUBMITTED
    checked = version.status == PolicyStatus.CHECKED
    offered = [
        (checked or submitted, "shadow", _("Run it in shadow")),
        (submitted, "split", _("Propose a split test")),
    ]
    return [
        {
            "name": name,
            "words": words,
            "url": reverse(f"admin:underwriting_policytrial_{name}", args=[version.id]),
        }
        for shown, name, words in offered
        if drafts and shown
    ]


def page_url(version: PolicyVersion, name: str) -> str:
    return reverse(f"admin:underwriting_policyversion_{name}", args=[version.id])


def _obstacles(request: HttpRequest, version: PolicyVersion, me: str) -> list[dict[str, Any]]:
    """Of a policy that waits for an approver; to others what concerns the policy alone."""
    if version.status != PolicyStatus.SUBMITTED:
        return []
    personal = () if allowed(request, PUBLISH) else (Obstacle.PERMISSION, Obstacle.SAME_PERSON)
    product = version.product
    return [
        obstacle_words(found, product.currency, product.minor_units)
        for found in obstacles(version, me)
        if found.code not in personal
    ]


def _gates(request: HttpRequest, version: PolicyVersion, at: datetime) -> list[dict[str, Any]]:
    done = backtest_done(version)
    if done is None:
        return []
    said = gates_said(done, gates_in_force(version.organization_id, version.product_id))
    excepted = excepted_gates(version, at)
    return [_gate(request, version, each, excepted.get(each.gate)) for each in said]


def _gate(
    request: HttpRequest, version: PolicyVersion, said: GateResult, leave: GateException | None
) -> dict[str, Any]:
    currency, digits = version.product.currency, version.product.minor_units
    hidden = said.gate == GateCode.ADVERSE_IMPACT and not allowed(request, PROTECTED)
    label, tone = VERDICTS[said.verdict]
    may_ask = allowed(request, DRAFT) or allowed(request, PUBLISH)
    asks = said.blocks and leave is None and version.status == PolicyStatus.SUBMITTED and may_ask
    return {
        "name": gate_name(said.gate),
        "verdict": label,
        "tone": tone,
        "value": _("for compliance only")
        if hidden
        else gate_figure(said.gate, said.value, currency, digits),
        "before": gate_figure(said.gate, said.before, currency, digits),
        "limit": gate_limit(said, currency, digits),
        "blocks": said.blocks and leave is None,
        "excepted": moment(leave.expires_at) if leave else "",
        "ask": reverse(
            "admin:underwriting_policyversion_except", args=[version.id, said.gate.value]
        )
        if asks
        else "",
    }


def _exception(
    request: HttpRequest, row: GateException, names: Mapping[str, str], at: datetime
) -> dict[str, Any]:
    mine = row.asked_by_id == str(request.user.pk)
    waits = row.status == AnswerStatus.OPEN and allowed(request, GRANT) and not mine
    ended = row.status == AnswerStatus.APPROVED and row.expires_at <= at
    return {
        "gate": gate_name(row.gate),
        "reason": GateExceptionReason(row.reason).label,
        "words": row.words,
        "mitigants": row.mitigants,
        "until": moment(row.expires_at),
        "state": _("ended") if ended else AnswerStatus(row.status).label,
        "tone": {"approved": "" if ended else "good", "open": "warn"}.get(row.status, ""),
        "asked_by": actor_name("user", row.asked_by_id, names),
        "answered_by": actor_name("user", row.answered_by_id, names) if row.answered_by_id else "",
        "answer": reverse("admin:underwriting_policyversion_exception", args=[row.id])
        if waits
        else "",
    }
