"""Tasks name their tenant and reach nothing without one."""

from uuid import UUID

import pytest
from celery import shared_task
from django.db import connection

from tenancy.context import current_organization_id, current_request_id, request_named
from tenancy.enter import enter
from tenancy.errors import NoTenant
from tenancy.models import Organization
from tenancy.tasks import REQUEST, TenantTask, enqueue

seen: list[tuple[UUID | None, list[str], object]] = []


@shared_task(name="tests.tenancy.look_around", base=TenantTask)
def look_around(*, organization_id: UUID, row_id: str = "") -> None:
    with enter(organization_id):
        slugs = list(Organization.objects.values_list("slug", flat=True))
    seen.append((current_organization_id(), slugs, row_id))


@shared_task(name="tests.tenancy.whose_request", base=TenantTask)
def whose_request(*, organization_id: UUID) -> None:
    seen.append((organization_id, [], current_request_id()))


@shared_task(name="tests.tenancy.look_without_a_tenant")
def look_without_a_tenant() -> tuple[int, int]:
    return Organization.objects.count(), Organization.objects.update(name="Mine")


@pytest.fixture(autouse=True)
def nothing_seen():
    seen.clear()


def test_a_task_is_named_for_its_tenant(hanse, aurora):
    look_around.apply(kwargs={"organization_id": str(hanse.id)})
    assert seen == [(hanse.id, ["hanse-kredit"], "")]
    assert current_organization_id() is None


def test_a_tenants_task_without_a_tenant_does_nothing(hanse):
    with pytest.raises(NoTenant):
        look_around.apply(throw=True)
    assert seen == []


def test_any_other_task_sees_and_changes_no_lenders_row(hanse):
    assert look_without_a_tenant.apply().get(disable_sync_subtasks=False) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_task_is_sent_when_the_transaction_has_committed(hanse):
    with enter(hanse.id):
        enqueue("tests.tenancy.look_around", organization_id=hanse.id, row_id=hanse.id)
        assert seen == []
    assert seen == [(hanse.id, ["hanse-kredit"], str(hanse.id))]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_by_a_transaction_that_failed(hanse):
    with pytest.raises(ZeroDivisionError), enter(hanse.id):
        _ = 1 / bool(enqueue("tests.tenancy.look_around", organization_id=hanse.id))
    assert seen == []


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_does_not_fail_what_was_committed(hanse, monkeypatch):
    def down(*args: object, **kwargs: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("celery.canvas.Signature.apply_async", down)
    with enter(hanse.id):
        Organization.objects.update(name="Committed")
        enqueue("tests.tenancy.look_around", organization_id=hanse.id)
    with enter(hanse.id):
        assert Organization.objects.get().name == "Committed"
    assert not connection.in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_a_task_goes_on_with_the_request_that_asked_for_it(hanse):
    with request_named("req_0123456789"), enter(hanse.id):
        enqueue("tests.tenancy.whose_request", organization_id=hanse.id)
    assert seen == [(hanse.id, [], "req_0123456789")]
    assert current_request_id() is None


def test_a_worker_finds_the_request_among_the_messages_headers(db):
    """Where a task runs in a worker its message's own headers stand in the request itself."""
    whose_request.push_request(**{REQUEST: "req_0123456789"})
    try:
        whose_request(organization_id=str(UUID(int=1)))
    finally:
        whose_request.pop_request()
    assert seen == [(UUID(int=1), [], "req_0123456789")]
