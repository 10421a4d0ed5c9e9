"""Policies: four eyes, then nothing changes; one in force at a time; the twin has it too."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import User
from events.actor import Actor
from scoring.models import Product
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid, RefusedWrite
from tenancy.ids import new_id
from tenancy.models import Organization
from tests.cast_scoring import demo_document, lender_with_product
from tests.cast_underwriting import policy_ready
from underwriting.models import PolicyVersion
from underwriting.selectors.policies import policy_in_force
from underwriting.services.policies import (
    policy_check,
    policy_draft,
    policy_publish,
    policy_submit,
)


def drafted(hanse: Organization, product: Product, author: User, **changed: Any) -> PolicyVersion:
    return policy_draft(
        organization_id=hanse.id,
        actor=Actor.user(author.pk),
        product_id=product.id,
        document={**demo_document("hanse_kredit", "policy"), **changed},
    )


def submitted(hanse: Organization, product: Product, author: User) -> PolicyVersion:
    version = drafted(hanse, product, author)
    who: dict[str, Any] = {"organization_id": hanse.id, "actor": Actor.user(author.pk)}
    policy_check(**who, policy_version_id=version.id)
    return policy_submit(**who, policy_version_id=version.id)


def test_another_person_publishes(
    hanse: Organization, personal_loan: Product, rita: User, anna: User
) -> None:
    version = submitted(hanse, personal_loan, rita)
    with pytest.raises(Forbidden):
        policy_publish(
            organization_id=hanse.id, actor=Actor.user(rita.pk), policy_version_id=version.id
        )
    published = policy_publish(
        organization_id=hanse.id, actor=Actor.user(anna.pk), policy_version_id=version.id
    )
    assert published.status == "published"
    with pytest.raises(Conflict):
        policy_publish(
            organization_id=hanse.id, actor=Actor.user(anna.pk), policy_version_id=version.id
        )


def test_a_new_policy_ends_the_old_one_and_time_tells_them_apart(
    hanse: Organization, personal_loan: Product, rita: User, anna: User
) -> None:
    first = policy_ready(hanse, personal_loan, rita, anna)
    second = policy_ready(hanse, personal_loan, rita, anna)
    with enter(hanse.id, read_only=True):
        assert first.effective_from is not None
        then = policy_in_force(hanse.id, personal_loan.id, first.effective_from)
        now = policy_in_force(hanse.id, personal_loan.id, timezone.now())
        before = policy_in_force(
            hanse.id, personal_loan.id, first.effective_from - timedelta(days=1)
        )
    assert (then and then.id, now and now.id, before) == (first.id, second.id, None)


def test_an_error_keeps_it_a_draft(hanse: Organization, personal_loan: Product, rita: User) -> None:
    wrong = [
        {
            "name": "odd",
            "rows": [{"id": "a", "when": {"shoe_size": {"gt": 3}}, "outcome": "decline"}],
        }
    ]
    version = drafted(hanse, personal_loan, rita, rule_sets=wrong)
    checked = policy_check(
        organization_id=hanse.id, actor=Actor.user(rita.pk), policy_version_id=version.id
    )
    assert checked.status == "draft"
    assert any(finding["severity"] == "error" for finding in checked.findings)
    with pytest.raises(Conflict):
        policy_submit(
            organization_id=hanse.id, actor=Actor.user(rita.pk), policy_version_id=version.id
        )


def test_nonsense_is_refused_by_place(
    hanse: Organization, personal_loan: Product, rita: User
) -> None:
    with pytest.raises(Invalid) as refusal:
        drafted(hanse, personal_loan, rita, bands=[])
    assert refusal.value.errors[0].pointer == "/bands"


def test_the_twin_gets_the_policy(
    hanse: Organization, hanse_twin: Organization, personal_loan: Product, rita: User, anna: User
) -> None:
    twins = lender_with_product(hanse_twin.id)
    policy_ready(hanse, personal_loan, rita, anna)
    with enter(hanse_twin.id, read_only=True):
        copy = policy_in_force(hanse_twin.id, twins.id, timezone.now())
    assert copy is not None
    assert copy.status == "published"


def test_the_application_has_no_right_to_move_one(
    hanse: Organization, policy: PolicyVersion
) -> None:
    changes: list[dict[str, Any]] = [
        {"status": "draft"},
        {"author_id": "9"},
        {"approver_id": "9"},
        {"effective_from": timezone.now()},
        {"effective_to": timezone.now()},
    ]
    for change in changes:
        with pytest.raises(RefusedWrite), enter(hanse.id):
            PolicyVersion.objects.update(**change)
    with pytest.raises(RefusedWrite), enter(hanse.id):
        PolicyVersion.objects.all()._raw_delete("default")


def test_a_published_document_never_changes(hanse: Organization, policy: PolicyVersion) -> None:
    changes: list[dict[str, Any]] = [
        {"document": "{}"},
        {"content_hash": "sha256:" + "0" * 64},
        {"findings": []},
    ]
    for change in changes:
        with pytest.raises(IntegrityError, match="never change"), enter(hanse.id):
            PolicyVersion.objects.update(**change)


def test_none_is_inserted_published(hanse: Organization, policy: PolicyVersion) -> None:
    policy.id, policy.number = new_id(), 9
    with pytest.raises(IntegrityError, match="policy_begins_as_a_draft"), enter(hanse.id):
        policy.save(force_insert=True)
