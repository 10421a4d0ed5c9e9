"""Organizations, their twins and the twins' clocks."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, ProgrammingError, transaction

from tenancy import clock
from tenancy.enter import enter
from tenancy.errors import Conflict, Invalid, RefusedWrite
from tenancy.models import Organization
from tenancy.services import organization_advance_clock, organization_create


def create(**changes):
    given = {
        "slug": "new-lender",
        "name": "New Lender",
        "country": "DE",
        "default_language": "de",
        "languages": ["de"],
        "regulation_pack": "eu-2026-11-20",
    }
    return organization_create(**{**given, **changes})


def test_an_address_is_taken_once(hanse):
    with pytest.raises(Conflict, match="taken"):
        create(slug="hanse-kredit")


def test_one_twin_only(hanse_twin, hanse):
    with pytest.raises(Conflict, match="twin"):
        create(mode="test", twin_of=hanse)


def test_the_default_language_is_one_of_its_languages(db):
    with pytest.raises(Invalid) as refused:
        create(default_language="fr")
    assert refused.value.errors[0].pointer == "/default_language"


@pytest.mark.parametrize("wrong", [{"mode": "demo"}, {"country": "de"}])
def test_the_database_holds_what_an_organization_is(db, wrong):
    with pytest.raises(DatabaseError):
        create(**wrong)


def test_a_live_twin_is_refused_by_the_database(hanse):
    with pytest.raises(DatabaseError, match="organization_twin_is_test"):
        create(mode="live", twin_of=hanse)


@pytest.mark.parametrize("change", [{"slug": "other"}, {"mode": "test"}, {"country": "FR"}])
def test_what_an_organization_is_never_changes(hanse, change):
    with pytest.raises(RefusedWrite), enter(hanse.id):
        Organization.objects.update(**change)


def test_an_organization_is_never_removed(hanse):
    with pytest.raises(RefusedWrite), enter(hanse.id):
        Organization.objects.all()._raw_delete("default")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Organization.objects.all()._raw_delete("default")


def test_a_live_clock_is_the_worlds(hanse):
    with enter(hanse.id):
        assert abs(clock.now(hanse.id) - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_twins_clock_moves_on_and_the_live_one_does_not(hanse, hanse_twin):
    organization_advance_clock(organization_id=hanse_twin.id, by=timedelta(days=31))
    with enter(hanse_twin.id):
        ahead = clock.now(hanse_twin.id)
    with enter(hanse.id):
        assert ahead - clock.now(hanse.id) > timedelta(days=30, hours=23)


def test_a_live_clock_cannot_be_moved(hanse):
    with pytest.raises(Conflict):
        organization_advance_clock(organization_id=hanse.id, by=timedelta(days=1))
    with pytest.raises(DatabaseError, match="clock"), enter(hanse.id):
        Organization.objects.update(clock_offset=timedelta(days=1))


def test_time_does_not_run_backwards(hanse_twin):
    with pytest.raises(Invalid):
        organization_advance_clock(organization_id=hanse_twin.id, by=timedelta(days=-1))


def test_a_live_clock_costs_no_statement_the_second_time(hanse, django_assert_num_queries):
    with enter(hanse.id):
        clock.now(hanse.id)
        with django_assert_num_queries(0):
            clock.now(hanse.id)
