"""Policies: drafted and checked by one person, published by another; then they never change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from accounts.selectors.memberships import authority
from events.actor import Actor
from events.services import event_record
from scoring.models import Product
from scoring.selectors.products import product_version_in_force
from scoring.selectors.twins import twin_id
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from tenancy.selectors import organization_current
from underwriting.enums import PolicyStatus
from underwriting.models import PolicyVersion
from underwriting.policy.cases import run_test_cases
from underwriting.policy.checks import check_policy
from underwriting.policy.document import Policy
from underwriting.policy.findings import PolicyRefused
from underwriting.regulation import pack
from underwriting.selectors.policies import policy_by_id
from underwriting.selectors.terms import dictionary
from underwriting.services.consents import consent_texts_publish

DRAFT = "underwriting.draft_policy"
PUBLISH = "underwriting.publish_policy"


def policy_draft(
    *, organization_id: UUID, actor: Actor, product_id: UUID, document: bytes | Mapping[str, Any]
) -> PolicyVersion:
    """A new draft; Invalid names every place of the document that is wrong."""
    policy = _parsed(document)
    with enter(organization_id):
        _refuse_without(organization_id, actor, DRAFT)
        product = (
            Product.objects.select_for_update()
            .filter(organization_id=organization_id, id=product_id)
            .first()
        )
        if product is None:
            raise NotFound("no such product")
        version = PolicyVersion(
            organization_id=organization_id,
            product=product,
            number=_next_number(organization_id, product_id),
            document=policy.canonical().decode(),
            content_hash=policy.content_hash,
            author_id=actor.id,
            created_at=now(organization_id),
        )
        version.save(force_insert=True)
        _record(version, actor, "policy.drafted")
    return version


def policy_check(*, organization_id: UUID, actor: Actor, policy_version_id: UUID) -> PolicyVersion:
    """Run the static checks and the policy's own test cases; with an error it stays a draft."""
    with enter(organization_id):
        version = policy_by_id(organization_id, policy_version_id)
        if version.status not in (PolicyStatus.DRAFT, PolicyStatus.CHECKED):
            raise Conflict("only a draft is checked", code="status")
        findings = _findings(organization_id, version)
        failed = any(finding["severity"] == "error" for finding in findings)
        version.findings = findings
        version.status = PolicyStatus.DRAFT if failed else PolicyStatus.CHECKED
        version.checked_at = now(organization_id)
        version.save(update_fields=["findings", "status", "checked_at"])
        _record(version, actor, "policy.checked", errors=failed, findings=len(findings))
    return version


def policy_submit(*, organization_id: UUID, actor: Actor, policy_version_id: UUID) -> PolicyVersion:
    """Hand a checked policy to whoever publishes it; its document is frozen from here on."""
    with enter(organization_id):
        _refuse_without(organization_id, actor, DRAFT)
        version = _moved(
            organization_id,
            policy_version_id,
            PolicyStatus.CHECKED,
            status=PolicyStatus.SUBMITTED,
            submitted_at=now(organization_id),
        )
        _record(version, actor, "policy.submitted")
    return version


def policy_publish(
    *,
    organization_id: UUID,
    actor: Actor,
    policy_version_id: UUID,
    effective_from: datetime | None = None,
) -> PolicyVersion:
    """Put a submitted policy in force, by another person than its author; the twin gets it too."""
    with enter(organization_id):
        _refuse_without(organization_id, actor, PUBLISH)
        version = policy_by_id(organization_id, policy_version_id)
        if version.author_id == actor.id:
            raise Forbidden("somebody else publishes it", code="same_person")
        at = now(organization_id)
        start = max(effective_from or at, at)
        _end_before(version, start)
        version = _moved(
            organization_id,
            policy_version_id,
            PolicyStatus.SUBMITTED,
            status=PolicyStatus.PUBLISHED,
            approver_id=actor.id,
            published_at=at,
            effective_from=start,
        )
        _record(version, actor, "policy.published")
    consent_texts_publish(organization_id=organization_id, actor=actor)
    policy_copy_to_twin(organization_id=organization_id, actor=actor, version=version)
    return version


def policy_install(
    *,
    organization_id: UUID,
    author: Actor,
    approver: Actor,
    product_id: UUID,
    document: bytes | Mapping[str, Any],
) -> PolicyVersion:
    """All four steps with two people, for set-ups; Invalid when the checks find an error."""
    version = policy_draft(
        organization_id=organization_id, actor=author, product_id=product_id, document=document
    )
    step: dict[str, Any] = {"organization_id": organization_id, "policy_version_id": version.id}
    checked = policy_check(actor=author, **step)
    if checked.status != PolicyStatus.CHECKED:
        raise Invalid(
            [
                FieldError(finding["pointer"], finding["code"], finding["message"])
                for finding in checked.findings
                if finding["severity"] == "error"
            ]
        )
    policy_submit(actor=author, **step)
    return policy_publish(actor=approver, **step)


def policy_copy_to_twin(
    *, organization_id: UUID, actor: Actor, version: PolicyVersion
) -> PolicyVersion | None:
    """The same rules in the test twin, when the product is there. A transaction of its own."""
    twin = twin_id(organization_id)
    if twin is None:
        return None
    with enter(organization_id, read_only=True):
        slug = Product.objects.values_list("slug", flat=True).get(
            organization_id=organization_id, id=version.product_id
        )
    with enter(twin):
        product = Product.objects.filter(organization_id=twin, slug=slug).first()
        if product is None:
            return None
        at = now(twin)
        copy = PolicyVersion(
            organization_id=twin,
            product=product,
            number=_next_number(twin, product.id),
            status=PolicyStatus.PUBLISHED,
            document=version.document,
            content_hash=version.content_hash,
            findings=version.findings,
            author_id=version.author_id,
            approver_id=version.approver_id,
            created_at=at,
            checked_at=at,
            submitted_at=at,
            published_at=at,
            effective_from=at,
        )
        _end_before(copy, at)
        copy.save(force_insert=True)
        _record(copy, actor, "policy.published")
    consent_texts_publish(organization_id=twin, actor=actor)
    return copy


def _parsed(document: bytes | Mapping[str, Any]) -> Policy:
    try:
        return Policy.parse(document)
    except PolicyRefused as refused:
        raise Invalid(
            [FieldError(pointer, "policy", text) for pointer, text in refused.problems]
        ) from refused


def _findings(organization_id: UUID, version: PolicyVersion) -> list[dict[str, Any]]:
    """Everything wrong or doubtful: the static checks, then each test case that fails."""
    product = product_version_in_force(organization_id, version.product_id, now(organization_id))
    fields = dictionary(organization_id, product.dictionary_version.content_hash)
    organization = organization_current()
    rules = pack(organization.regulation_pack)
    policy = Policy.parse(version.document)
    given = product.document.encode()
    found = [
        finding._asdict()
        for finding in check_policy(
            policy, fields, product=given, pack=rules, languages=tuple(organization.languages)
        )
    ]
    if any(finding["severity"] == "error" for finding in found):
        return found
    return found + [
        {
            "severity": "error",
            "code": "test_failed",
            "pointer": "/tests",
            "message": f"{case.name}: expected {case.expected}, found {case.found}",
            "rule_set": None,
            "row": None,
        }
        for case in run_test_cases(policy, fields, given, rules)
        if not case.passed
    ]


def _refuse_without(organization_id: UUID, actor: Actor, permission: str) -> None:
    allowed = authority(organization_id, actor.id) if actor.kind == "user" else None
    if allowed is None or permission not in allowed.permissions:
        raise Forbidden("you may not do this with policies", code="permission")


def _next_number(organization_id: UUID, product_id: UUID) -> int:
    newest = PolicyVersion.objects.filter(
        organization_id=organization_id, product_id=product_id
    ).aggregate(newest=Max("number"))["newest"]
    return int(newest or 0) + 1


def _end_before(version: PolicyVersion, start: datetime) -> None:
    """The policy in force so far ends where the new one begins."""
    published = PolicyVersion.objects.filter(
        organization_id=version.organization_id,
        product_id=version.product_id,
        status=PolicyStatus.PUBLISHED,
    )
    if published.filter(effective_from__gte=start).exists():
        raise Conflict("a policy for a later time is published already", code="effective_from")
    published.filter(effective_to__isnull=True).update(
        status=PolicyStatus.RETIRED, effective_to=start
    )


def _moved(
    organization_id: UUID, policy_version_id: UUID, was: PolicyStatus, **fields: Any
) -> PolicyVersion:
    moved = PolicyVersion.objects.filter(
        organization_id=organization_id, id=policy_version_id, status=was
    ).update(**fields)
    version = policy_by_id(organization_id, policy_version_id)
    if not moved:
        raise Conflict(f"a policy that is {version.status} cannot become this", code="status")
    return version


def _record(version: PolicyVersion, actor: Actor, kind: str, **data: Any) -> None:
    event_record(
        organization_id=version.organization_id,
        actor=actor,
        type=kind,
        subject=("policy_version", version.id),
        data={
            "product": str(version.product_id),
            "number": version.number,
            "content": version.content_hash,
            **data,
        },
    )
