"""The one way in: what it sets, what it leaves behind, and what raw SQL can do without it."""

from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import RequestFactory

from tenancy.context import current_organization_id, organization_named
from tenancy.enter import enter, entered_organization, reading
from tenancy.errors import NoTenant, RefusedWrite
from tenancy.models import Organization


def slugs() -> list[str]:
    return list(Organization.objects.order_by("slug").values_list("slug", flat=True))


def run(statement: str, *parameters: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def test_inside_there_is_one_lender_and_outside_none(hanse, aurora):
    assert slugs() == []
    with enter(hanse.id):
        assert slugs() == ["hanse-kredit"]
    with enter(aurora.id):
        assert slugs() == ["banco-aurora"]
    assert slugs() == []


def test_a_stranger_sees_nothing(hanse):
    with enter(uuid4()):
        assert slugs() == []


def test_without_a_tenant_raw_sql_changes_nothing(hanse):
    assert run("UPDATE tenancy_organization SET name = 'Mine'") == 0
    with enter(hanse.id):
        assert Organization.objects.get().name == "Hanse Kredit"


def test_another_tenants_row_cannot_be_changed(hanse, aurora):
    with enter(aurora.id):
        changed = run("UPDATE tenancy_organization SET name = 'Mine' WHERE id = %s", hanse.id)
        assert changed == 0


def test_a_row_for_another_tenant_is_refused(hanse, aurora):
    insert = "INSERT INTO events_checkpoint SELECT %s, 1, %s, now(), %s, %s, %s"
    values = (uuid4(), "0" * 64, "0" * 64, "0" * 128, hanse.id)
    with pytest.raises(RefusedWrite), enter(aurora.id):
        run(insert, *values)
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        run(insert, *values)


def test_it_refuses_to_nest(hanse, aurora):
    with enter(hanse.id), pytest.raises(RuntimeError, match="durable"), enter(aurora.id):
        pass


def test_it_names_the_organization_and_forgets_it(hanse):
    with enter(hanse.id):
        assert current_organization_id() == hanse.id
    assert current_organization_id() is None


def test_an_error_inside_rolls_back_and_leaves_no_tenant(hanse):
    with pytest.raises(ZeroDivisionError), enter(hanse.id):
        _ = Organization.objects.update(name="Half done") / 0
    assert entered_organization() is None
    with enter(hanse.id):
        assert Organization.objects.get().name == "Hanse Kredit"


def test_inside_a_transaction_that_goes_on_the_setting_does_not_leak(hanse):
    """As in every test here: pytest's own transaction stays open around `enter`."""
    assert connection.in_atomic_block
    with enter(hanse.id):
        assert entered_organization() == str(hanse.id)
    assert entered_organization() is None


@pytest.mark.django_db(transaction=True)
def test_after_its_transaction_the_same_connection_is_nobodys(hanse):
    with enter(hanse.id):
        pid = connection.connection.info.backend_pid
    assert connection.connection.info.backend_pid == pid
    assert entered_organization() is None
    assert slugs() == []


@pytest.mark.django_db(transaction=True)
def test_reading_only_is_held_by_the_database(hanse):
    with pytest.raises(Exception, match="read-only transaction"), enter(hanse.id, read_only=True):
        Organization.objects.update(name="Mine")


@pytest.mark.django_db(transaction=True)
def test_entering_costs_one_statement(hanse, django_assert_num_queries):
    with django_assert_num_queries(3), enter(hanse.id, read_only=True):  # BEGIN, set, COMMIT
        pass


class TestReading:
    request = RequestFactory().get("/")

    def test_a_template_renders_inside_the_tenant(self, hanse):
        template = engines["django"].from_string("{% for o in all %}{{ o.slug }}{% endfor %}")
        view = reading(lambda request: TemplateResponse(
            request, template, {"all": Organization.objects.all()}
        ))  # fmt: skip
        with organization_named(hanse.id):
            assert view(self.request).content == b"hanse-kredit"

    def test_without_an_organization_it_refuses(self, db):
        with pytest.raises(NoTenant):
            reading(lambda request: HttpResponse())(self.request)

    def test_a_stream_would_read_too_late(self, hanse):
        with organization_named(hanse.id), pytest.raises(TypeError, match="streaming"):
            reading(lambda request: StreamingHttpResponse([]))(self.request)
