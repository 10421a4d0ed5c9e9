"""Why a policy cannot be published, before anybody tries: every reason, with its figures.

Call inside `enter`. The database refuses the same things; here they come as words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.selectors.memberships import authority
from tenancy.clock import now
from tenancy.errors import NotFound
from tenancy.selectors import organization_current
from underwriting.consent_texts import built_in
from underwriting.enums import UNDER_WAY, BacktestStatus, Obstacle, PolicyStatus
from underwriting.models import Backtest, ConsentText, PolicyVersion
from underwriting.regulation import pack
from underwriting.selectors.gates import (
    backtest_done,
    backtest_newest,
    excepted_gates,
    gates_in_force,
    gates_said,
    needs_backtest,
)
from underwriting.selectors.policies import own_work, policy_in_force
from underwriting.selectors.policy_checks import policy_findings

PUBLISH = "underwriting.publish_policy"
A_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Obstruction:
    """One reason, and what it is about: findings, a gate with its figures, purposes, a day."""

    code: Obstacle
    detail: Mapping[str, Any] = field(default_factory=dict)


def obstacles(
    version: PolicyVersion, person: str, effective_from: datetime | None = None
) -> list[Obstruction]:
    """Everything that keeps this person from publishing the version from that moment on."""
    at = now(version.organization_id)
    start = effective_from or at
    return [
        *_of_the_person(version, person),
        *_of_the_time(version, start, at),
        *_of_the_checks(version),
        *_of_the_texts(version.organization_id),
        *_of_the_backtest(version, max(start, at), at),
    ]


def trial_obstacles(version: PolicyVersion, person: str) -> list[Obstruction]:
    """Everything that keeps this person from letting the version decide for some from now on."""
    at = now(version.organization_id)
    return [
        *_of_the_person(version, person),
        *_of_the_checks(version),
        *_of_the_texts(version.organization_id),
        *_of_the_backtest(version, at, at),
    ]


def _of_the_person(version: PolicyVersion, person: str) -> Iterator[Obstruction]:
    allowed = authority(version.organization_id, person) if person.isdigit() else None
    if allowed is None or PUBLISH not in allowed.permissions:
        yield Obstruction(Obstacle.PERMISSION)
    if own_work(version, person):
        yield Obstruction(Obstacle.SAME_PERSON)
    if version.status != PolicyStatus.SUBMITTED:
        yield Obstruction(Obstacle.STATUS, {"status": version.status})


def _of_the_time(version: PolicyVersion, start: datetime, at: datetime) -> Iterator[Obstruction]:
    if start < at - A_MOMENT:
        yield Obstruction(Obstacle.PAST, {"now": at})
    later = (
        PolicyVersion.objects.filter(
            organization_id=version.organization_id,
            product_id=version.product_id,
            status=PolicyStatus.PUBLISHED,
            effective_from__gte=max(start, at),
        )
        .order_by("effective_from")
        .first()
    )
    if later is not None:
        yield Obstruction(
            Obstacle.LATER_SCHEDULED,
            {"number": later.number, "effective_from": later.effective_from},
        )


def _of_the_checks(version: PolicyVersion) -> Iterator[Obstruction]:
    """Made again, against the product, dictionary and law of this moment."""
    try:
        found = policy_findings(version.organization_id, version)
    except NotFound:
        yield Obstruction(Obstacle.PRODUCT_MISSING)
        return
    wrong = [finding for finding in found if finding["severity"] == "error"]
    if wrong:
        yield Obstruction(Obstacle.CHECKS_FAIL, {"findings": wrong})


def _of_the_texts(organization_id: UUID) -> Iterator[Obstruction]:
    """Publishing writes the built-in texts; a purpose without one needs the lender's own."""
    organization = organization_current()
    there = set(
        ConsentText.objects.filter(organization_id=organization_id).values_list(
            "purpose", "language"
        )
    )
    missing = [
        f"{purpose} ({language})"
        for purpose in pack(organization.regulation_pack).consents
        for language in organization.languages
        if (purpose, language) not in there
        and built_in(purpose, language, organization.name) is None
    ]
    if missing:
        yield Obstruction(Obstacle.CONSENT_MISSING, {"texts": missing})


def _of_the_backtest(
    version: PolicyVersion, start: datetime, at: datetime
) -> Iterator[Obstruction]:
    if not needs_backtest(version):
        return
    done = backtest_done(version)
    if done is None:
        yield _without(backtest_newest(version))
        return
    gates = gates_in_force(version.organization_id, version.product_id)
    present = policy_in_force(version.organization_id, version.product_id, at)
    if done.against_hash != (present.content_hash if present else None):
        yield Obstruction(Obstacle.BACKTEST_STALE)
    days = gates.settings.backtest_days
    if done.made_at is None or done.made_at < at - timedelta(days=days):
        yield Obstruction(Obstacle.BACKTEST_OLD, {"days": days})
    excepted = excepted_gates(version, start)
    for said in gates_said(done, gates):
        if said.blocks and said.gate not in excepted:
            yield Obstruction(Obstacle.GATE, {"gate": said})


def _without(newest: Backtest | None) -> Obstruction:
    if newest is None:
        return Obstruction(Obstacle.BACKTEST_MISSING)
    if newest.status in UNDER_WAY:
        return Obstruction(Obstacle.BACKTEST_RUNNING, {"progress_ppm": newest.progress_ppm})
    failed = newest.status == BacktestStatus.FAILED
    return Obstruction(Obstacle.BACKTEST_FAILED, {"error": newest.error if failed else ""})
