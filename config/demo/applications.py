"""First applications at the demo lenders, decided and in part reviewed by their people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.enums import Role
from accounts.models import Membership, Partner
from config.demo.applicants import DemoApplication, demo_applications
from config.demo.lenders import DemoLender
from events.actor import SYSTEM, Actor
from tenancy.enter import enter
from tenancy.errors import DomainError
from tenancy.selectors import organization_by_slug
from underwriting.enums import Door, Outcome, OverrideCode
from underwriting.models import Decision, Review
from underwriting.selectors.consents import consent_texts
from underwriting.services.applications import application_submit
from underwriting.services.decisions import application_decide
from underwriting.services.offers import offer_accept
from underwriting.services.reviews import review_approve, review_decline, review_second

REVIEWED_OF_TEN = 5
"""Of ten referrals five are settled; the others wait in the queue."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who settles referrals at a lender."""

    underwriter: Actor
    senior: Actor


def applications_everywhere(counts: Mapping[DemoLender, int], *, seed: int) -> list[str]:
    """`applications_made` at all lenders at once: neither waits for anything of the other's."""
    with ThreadPoolExecutor(len(counts)) as pool:
        made = pool.map(lambda each: _made_in_thread(each[0], each[1], seed), counts.items())
        return list(made)


def _made_in_thread(lender: DemoLender, count: int, seed: int) -> str:
    try:
        return f"{lender.name}: {applications_made(lender, count, seed=seed)}"
    finally:
        connection.close()


def applications_made(lender: DemoLender, count: int, *, seed: int) -> str:
    """Submit and decide `count` invented applications; tells what became of them.

    A repeat with the same seed finds them there and changes nothing.
    """
    organization_id = organization_by_slug(lender.slug).id
    staff = _staff(organization_id)
    partner = _partner_id(organization_id, lender)
    consents = _consents(organization_id, lender)
    outcomes: Counter[str] = Counter()
    for number, application in enumerate(demo_applications(lender, count, seed)):
        decision = _decided(lender, organization_id, application, consents, partner)
        if decision is None:
            outcomes["there already"] += 1
            continue
        outcomes[decision.outcome] += 1
        outcomes["joint"] += len(application.parties) > 1
        outcomes["overridden"] += _followed(organization_id, decision, staff, number)
    return ", ".join(f"{many} {what}" for what, many in sorted(outcomes.items()) if many)


def _decided(
    lender: DemoLender,
    organization_id: UUID,
    application: DemoApplication,
    consents: Sequence[Mapping[str, str]],
    partner: UUID | None,
) -> Decision | None:
    """The first decision; None when the application was there before."""
    submitted = application_submit(
        organization_id=organization_id,
        actor=SYSTEM,
        door=Door.API if application.by_partner else Door.PORTAL,
        product_slug=lender.product_slug,
        request=application.request,
        parties=[{**party, "consents": list(consents)} for party in application.parties],
        language=lender.languages[0],
        external_id=application.external_id,
        partner_id=partner if application.by_partner else None,
        claim=True,
    )
    if submitted.replayed and submitted.claim is None:
        return None
    return application_decide(
        organization_id=organization_id,
        run_id=submitted.run.id,
        holder="demo",
        claim=submitted.claim,
    )


def _followed(organization_id: UUID, decision: Decision, staff: Staff, number: int) -> bool:
    """What people do next: settle a referral, accept an offer. Whether somebody overrode."""
    if decision.outcome == Outcome.REFER and number % 10 < REVIEWED_OF_TEN:
        return _reviewed(organization_id, decision, staff, approve=number % 2 == 0)
    if decision.outcome == Outcome.APPROVE and number % 3 == 0:
        offer_accept(
            organization_id=organization_id,
            actor=SYSTEM,
            application_id=decision.application_id,
        )
    return False


def _reviewed(organization_id: UUID, decision: Decision, staff: Staff, *, approve: bool) -> bool:
    with enter(organization_id, read_only=True):
        review = Review.objects.get(organization_id=organization_id, decision=decision)
    where: dict[str, Any] = {"organization_id": organization_id, "review_id": review.id}
    try:
        if approve:
            judged = review_approve(
                **where, actor=staff.underwriter, override_codes=[OverrideCode.INCOME_VERIFIED]
            )
        else:
            judged = review_decline(
                **where,
                actor=staff.underwriter,
                reasons=_reasons(decision),
                override_codes=[OverrideCode.CAPACITY_DOUBTED],
            )
        if judged.status == "second_person":
            review_second(**where, actor=staff.senior, agree=True)
    except DomainError:
        return False
    return True


def _reasons(decision: Decision) -> list[str]:
    """The decision's own reasons, at most four."""
    codes = dict.fromkeys(reason["code"] for reason in decision.document_data["reasons"])
    return list(codes)[:4]


def _staff(organization_id: UUID) -> Staff:
    with enter(organization_id, read_only=True):
        users = dict(
            Membership.objects.filter(organization_id=organization_id, active=True).values_list(
                "role", "user_id"
            )
        )
    return Staff(Actor.user(users[Role.UNDERWRITER]), Actor.user(users[Role.SENIOR_UNDERWRITER]))


def _partner_id(organization_id: UUID, lender: DemoLender) -> UUID | None:
    with enter(organization_id, read_only=True):
        return (
            Partner.objects.filter(organization_id=organization_id, slug=lender.partner[0])
            .values_list("id", flat=True)
            .first()
        )


def _consents(organization_id: UUID, lender: DemoLender) -> list[dict[str, str]]:
    with enter(organization_id, read_only=True):
        texts = consent_texts(organization_id=organization_id, language=lender.languages[0])
        return [{"purpose": text.purpose, "text_hash": text.content_hash} for text in texts]
