"""A policy's life: by steps, answered by others, scheduled in order; no way round by raw SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import User
from events.actor import Actor
from scoring.models import Product
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid, RefusedWrite
from tenancy.models import Organization
from tenancy.roles import OWNER
from tests.cast_scoring import demo_document
from underwriting.models import PolicyStep, PolicyVersion
from underwriting.selectors.policies import steps_of
from underwriting.services.policies import (
    policy_check,
    policy_copy,
    policy_draft,
    policy_draft_save,
    policy_publish,
    policy_return,
    policy_submit,
    policy_withdraw,
)

REFUSALS = (DatabaseError, RefusedWrite)


class Change:
    """A product's policy in the hands of Rita, who drafts, and Anna, who approves."""

    def __init__(self, product: Product, rita: User, anna: User) -> None:
        self.product, self.organization_id = product, product.organization_id
        self.rita, self.anna = Actor.user(rita.pk), Actor.user(anna.pk)

    def document(self, name: str = "Personal loan") -> dict[str, Any]:
        return {**demo_document("hanse_kredit", "policy"), "name": name}

    def drafted(self, name: str = "Personal loan") -> PolicyVersion:
        return policy_draft(
            organization_id=self.organization_id,
            actor=self.rita,
            product_id=self.product.id,
            document=self.document(name),
        )

    def of(self, version: PolicyVersion, actor: Actor | None = None) -> dict[str, Any]:
        return {
            "organization_id": self.organization_id,
            "actor": actor or self.rita,
            "policy_version_id": version.id,
        }

    def submitted(self, version: PolicyVersion | None = None) -> PolicyVersion:
        version = version or self.drafted()
        policy_check(**self.of(version))
        return policy_submit(**self.of(version))

    def published(self, name: str, begins: datetime | None = None) -> PolicyVersion:
        version = self.submitted(self.drafted(name))
        return policy_publish(**self.of(version, self.anna), effective_from=begins)

    def status(self, version: PolicyVersion) -> str:
        with enter(self.organization_id, read_only=True):
            return PolicyVersion.objects.values_list("status", flat=True).get(id=version.id)

    def save(self, version: PolicyVersion, name: str, **said: Any) -> PolicyVersion:
        given = {**self.of(version), "revision": version.revision, **said}
        return policy_draft_save(**given, document=self.document(name))


@pytest.fixture
def change(personal_loan: Product, rita: User, anna: User) -> Change:
    return Change(personal_loan, rita, anna)


@contextmanager
def refused(organization: Organization, rule: str = "") -> Iterator[Any]:
    with (
        pytest.raises(REFUSALS, match=rule or None),
        enter(organization.id),
        connection.cursor() as cursor,
    ):
        yield cursor


def test_a_draft_is_saved_over_what_was_read_and_over_nothing_newer(change: Change) -> None:
    version = change.drafted()
    saved = change.save(version, "Second")
    assert (saved.revision, saved.status) == (2, "draft")
    assert '"name":"Second"' in saved.document
    with pytest.raises(Conflict) as refusal:
        change.save(version, "Third", revision=1)
    assert refusal.value.code == "revision"
    assert change.save(saved, "Second").revision == 2
    policy_check(**change.of(version))
    assert change.save(saved, "Third").status == "draft"
    assert change.status(version) == "draft"
    change.submitted(version)
    with pytest.raises(Conflict) as refusal:
        change.save(version, "Fourth", revision=3)
    assert refusal.value.code == "status"


def test_whoever_changed_a_draft_does_not_publish_it(change: Change, otto: User) -> None:
    """Otto owns the lender; as a risk analyst's helper he may draft, as an owner not publish."""
    version = change.drafted()
    with enter(change.organization_id):
        step = PolicyStep(
            organization_id=change.organization_id,
            policy_version=version,
            number=2,
            kind="saved",
            revision=2,
            content_hash="sha256:" + "1" * 64,
            actor_kind="user",
            actor_id=change.anna.id,
            made_at=timezone.now(),
        )
        step.save(force_insert=True)
        PolicyVersion.objects.filter(id=version.id).update(
            document=version.document, content_hash="sha256:" + "1" * 64, revision=2
        )
    change.submitted(version)
    with pytest.raises(Forbidden) as refusal:
        policy_publish(**change.of(version, change.anna))
    assert refusal.value.code == "same_person"
    with pytest.raises(Forbidden):
        policy_return(**change.of(version, change.anna), note="mine")


def test_a_copy_does_not_hide_who_wrote_it(change: Change) -> None:
    """Rita drafts, another copies: Rita still cannot publish it; a published source is nobody's."""
    version = change.drafted()
    copy = policy_copy(**change.of(version))
    with connection.cursor() as cursor, enter(change.organization_id):
        cursor.execute(
            "SELECT underwriting_policy_own_work(%s, %s, %s)",
            [change.organization_id, copy.id, change.rita.id],
        )
    assert (copy.number, copy.status, copy.document) == (2, "draft", version.document)
    assert copy.copied_from_id == version.id


def test_a_submission_is_returned_with_words_or_withdrawn_by_its_own(change: Change) -> None:
    version = change.submitted()
    with pytest.raises(Invalid):
        policy_return(**change.of(version, change.anna), note=" ")
    returned = policy_return(**change.of(version, change.anna), note="The cap is too high.")
    assert returned.status == "draft"
    change.submitted(version)
    with pytest.raises(Forbidden):
        policy_withdraw(**change.of(version, change.anna))
    assert policy_withdraw(**change.of(version)).status == "draft"
    with enter(change.organization_id, read_only=True):
        kinds = [(step.kind, step.actor_id) for step in steps_of(version)]
    rita, anna = change.rita.id, change.anna.id
    assert kinds == [
        ("drafted", rita), ("checked", rita), ("submitted", rita), ("returned", anna),
        ("checked", rita), ("submitted", rita), ("withdrawn", rita),
    ]  # fmt: skip


LIFE = {
    "draft": {"saved", "checked", "retired"},
    "checked": {"saved", "checked", "submitted", "retired"},
    "submitted": {"returned", "withdrawn", "published", "retired"},
    "published": {"retired"},
    "scheduled": {"cancelled"},
    "retired": set(),
}


def stepped(version: PolicyVersion, kind: str, actor: str, **said: Any) -> bool:
    """Whether the database lets a step be taken; taken back either way."""
    saved = kind == "saved"
    step = PolicyStep(
        organization_id=version.organization_id,
        policy_version=version,
        **{
            "number": 99,
            "kind": kind,
            "revision": version.revision + saved,
            "content_hash": version.content_hash,
            "actor_kind": "user",
            "actor_id": said.pop("actor_id", actor),
            "made_at": timezone.now(),
            "note": "why",
            "effective_from": timezone.now() if kind == "published" else None,
            **said,
        },
    )
    try:
        with enter(version.organization_id), transaction.atomic():
            step.save(force_insert=True)
            transaction.set_rollback(True)
    except DatabaseError as error:
        if "policy_life" not in str(error):
            raise
        return False
    return True


def states(change: Change) -> Iterator[tuple[str, PolicyVersion]]:
    version = change.drafted()
    yield "draft", version
    policy_check(**change.of(version))
    yield "checked", version
    policy_submit(**change.of(version))
    yield "submitted", version
    policy_publish(**change.of(version, change.anna))
    yield "published", version
    change.published("Another")
    yield "retired", version
    yield "scheduled", change.published("Later", timezone.now() + timedelta(days=3))


def test_at_every_state_the_database_lets_pass_what_its_life_knows(change: Change) -> None:
    for state, version in states(change):
        for kind in ("saved", "checked", "submitted", "returned", "withdrawn", "published",
                     "cancelled", "retired", "ended"):  # fmt: skip
            by = change.rita.id if kind in ("saved", "withdrawn") else change.anna.id
            assert stepped(version, kind, by) == (kind in LIFE[state]), (state, kind)


def test_raw_sql_skips_nothing(change: Change, hanse: Organization) -> None:
    version = change.drafted()
    for statement in (
        "UPDATE underwriting_policyversion SET status = 'published'",
        "UPDATE underwriting_policyversion SET author_id = '9'",
        "UPDATE underwriting_policyversion SET copied_from_id = NULL",
        "DELETE FROM underwriting_policyversion",
        "UPDATE underwriting_policystep SET actor_id = '9'",
        "DELETE FROM underwriting_policystep",
    ):
        with refused(hanse) as cursor:
            cursor.execute(statement)
    with refused(hanse, "policy_edit_is_named") as cursor:
        cursor.execute("UPDATE underwriting_policyversion SET document = '{}', revision = 2")
    change.submitted(version)
    with refused(hanse, "never change") as cursor:
        cursor.execute("UPDATE underwriting_policyversion SET document = '{}', revision = 2")


def test_a_forged_step_publishes_nothing(change: Change, hanse: Organization) -> None:
    version = change.submitted()
    far = timezone.now() - timedelta(days=9)
    forgeries: tuple[tuple[str, dict[str, Any]], ...] = (
        ("policy_by_another", {"actor_id": change.rita.id}),
        ("policy_step_of_a_person", {"actor_kind": "system"}),
        ("policy_step_has_an_actor", {"actor_id": ""}),
        ("policy_step_of_this_revision", {"content_hash": "sha256:" + "0" * 64}),
        ("policy_step_says_from_when", {"effective_from": None}),
        ("policy_begins_from_now_on", {"effective_from": far}),
    )
    for rule, forged in forgeries:
        with pytest.raises(REFUSALS, match=rule):
            stepped(version, "published", change.anna.id, **forged)
    assert change.status(version) == "submitted"


@pytest.mark.django_db(transaction=True)
def test_the_owner_of_the_tables_moves_nothing_either(
    change: Change, hanse: Organization, database_roles: Any
) -> None:
    change.published("First")
    with database_roles.acting_as(OWNER):
        for rule, statement in (
            ("never change", "UPDATE underwriting_policyversion SET status = 'draft'"),
            ("never change", "UPDATE underwriting_policyversion SET author_id = '9'"),
            ("never deleted", "DELETE FROM underwriting_policyversion"),
            ("refused", "UPDATE underwriting_policystep SET actor_id = '9'"),
        ):
            with refused(hanse, rule) as cursor:
                cursor.execute(statement)
