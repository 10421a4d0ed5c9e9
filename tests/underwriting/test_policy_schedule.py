"""Policies that begin later: in order, taken back before they begin, told apart by time."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from scoring.models import Product
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid
from tenancy.models import Organization
from tests.cast_scoring import lender_with_product
from tests.cast_underwriting import Submit, decide
from tests.underwriting.test_policy_change import Change
from underwriting.models import PolicyVersion
from underwriting.selectors.in_force import in_force_at
from underwriting.selectors.policies import policy_in_force
from underwriting.services.policies import PublicationRefused
from underwriting.services.policy_endings import policy_cancel, policy_end, policy_retire
from underwriting.tasks import end_policies

DAY = timedelta(days=1)


@pytest.fixture
def change(personal_loan: Product, rita: User, anna: User) -> Change:
    return Change(personal_loan, rita, anna)


def number_at(change: Change, days: float) -> int | None:
    with enter(change.organization_id, read_only=True):
        found = policy_in_force(
            change.organization_id, change.product.id, timezone.now() + days * DAY
        )
    return found.number if found else None


def test_several_are_scheduled_in_order_and_one_is_taken_back(
    change: Change, hanse: Organization
) -> None:
    now = timezone.now()
    first = change.published("First")
    second = change.published("Second", now + 2 * DAY)
    change.published("Third", now + 4 * DAY)
    assert [number_at(change, days) for days in (0, 1, 3, 5)] == [1, 1, 2, 3]
    assert change.status(first) == "published"
    with pytest.raises(PublicationRefused) as refusal:
        change.published("Between", now + 3 * DAY)
    assert refusal.value.code == "later_scheduled"
    of: dict[str, Any] = change.of(second, change.anna)
    with pytest.raises(Invalid):
        policy_cancel(**of, note="")
    with pytest.raises(Forbidden):
        policy_cancel(**change.of(second), note="mine")
    assert policy_cancel(**of, note="the market turned").status == "retired"
    assert [number_at(change, days) for days in (0, 1, 3, 5)] == [1, 1, 1, 3]
    with pytest.raises(Conflict):
        policy_cancel(**change.of(first, change.anna), note="too late")


def test_what_has_begun_is_retired_and_people_decide(change: Change) -> None:
    version = change.published("First")
    with pytest.raises(Forbidden):
        policy_retire(**change.of(version), note="mine")
    policy_retire(**change.of(version, change.anna), note="wrong rates")
    assert number_at(change, 0) is None
    with pytest.raises(Conflict):
        policy_retire(**change.of(version, change.anna), note="again")
    assert policy_retire(**change.of(change.drafted("Idea")), note="no").status == "retired"


def test_the_twin_begins_and_takes_back_at_the_same_time(
    change: Change, hanse: Organization, hanse_twin: Organization
) -> None:
    lender_with_product(hanse_twin.id)
    change.published("First")
    second = change.published("Second", timezone.now() + 2 * DAY)
    with enter(hanse_twin.id, read_only=True):
        copies = list(PolicyVersion.objects.order_by("number"))
    assert copies[1].effective_from == second.effective_from
    assert copies[0].effective_to == second.effective_from
    policy_cancel(**change.of(second, change.anna), note="not yet")
    with enter(hanse_twin.id, read_only=True):
        copies = list(PolicyVersion.objects.order_by("number"))
    assert (copies[0].effective_to, copies[1].status) == (None, "retired")


def test_a_replaced_policy_says_that_it_has_ended(
    change: Change, hanse: Organization, hanse_twin: Organization
) -> None:
    """The twin's clock is pushed past its successor's beginning: found among all, said once."""
    lender_with_product(hanse_twin.id)
    first = change.published("First")
    change.published("Second", timezone.now() + 2 * DAY)
    assert end_policies() == 0
    with enter(hanse_twin.id):
        Organization.objects.filter(id=hanse_twin.id).update(clock_offset=3 * DAY)
    assert end_policies() == 1
    with enter(hanse_twin.id, read_only=True):
        copies = list(PolicyVersion.objects.order_by("number"))
    assert [copy.status for copy in copies] == ["retired", "published"]
    assert change.status(first) == "published"
    assert not policy_end(organization_id=hanse_twin.id, policy_version_id=copies[0].id)


def test_one_query_tells_what_decided_then_and_as_known_then(
    change: Change, hanse: Organization, submit: Submit
) -> None:
    """Held to the decisions themselves, which pin what decided them."""
    decisions = [decide(submit())]
    known = timezone.now()
    with enter(hanse.id):
        first = PolicyVersion.objects.get()
    policy_retire(**change.of(first, change.anna), note="wrong rates")
    after = timezone.now()
    with enter(hanse.id, read_only=True):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            then = in_force_at(hanse.id, change.product.id, decisions[0].decided_at)
        assert len(queries) == 1
        gone = in_force_at(hanse.id, change.product.id, after)
        believed = in_force_at(hanse.id, change.product.id, after, known)
        before = in_force_at(hanse.id, change.product.id, known - 9 * DAY)
    made = decisions[0]
    assert (then.policy_hash, then.model_hash, then.product_hash, then.dictionary_hash) == (
        made.policy_hash, made.model_hash, made.product_hash, made.dictionary_hash,
    )  # fmt: skip
    assert then.pack_hash == made.pack_hash
    assert (gone.policy_hash, gone.model_hash) == (None, made.model_hash)
    assert believed.policy_number == 1
    assert (before.policy_number, before.model_number) == (None, None)
