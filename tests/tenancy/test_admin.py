"""The base of the tenants' admin pages: read-only, one organization, nothing counted or logged."""

import pytest
from django.contrib.admin import AdminSite
from django.test import RequestFactory

from events.models import Event
from tenancy.admin import TenantAdmin, UncountedPaginator
from tenancy.context import organization_named
from tenancy.enter import enter
from tenancy.models import Organization

request = RequestFactory().get("/")


@pytest.fixture
def page():
    return TenantAdmin(Organization, AdminSite())


def test_nothing_is_added_changed_or_deleted_here(page):
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)


def test_it_names_the_organization_itself(hanse):
    with organization_named(hanse.id):
        events = TenantAdmin(Event, AdminSite()).get_queryset(request)
    assert hanse.id in [condition.rhs for condition in events.query.where.children]


def test_without_an_organization_it_shows_nothing(page, hanse):
    with enter(hanse.id):
        assert page.get_queryset(request).count() == 1
    assert page.get_queryset(request).count() == 0


def test_pages_are_counted_to_a_bound(hanse, django_assert_num_queries):
    with enter(hanse.id), django_assert_num_queries(1) as asked:
        assert UncountedPaginator(Organization.objects.order_by("slug"), 20).count == 1
    assert "LIMIT 1000" in asked.captured_queries[0]["sql"]
