"""What may be known before a tenant is entered, and no more."""

from uuid import uuid4

import pytest
from django.db import connection

from tenancy.context import organization_named
from tenancy.enter import enter
from tenancy.errors import NoTenant, NotFound
from tenancy.selectors import organization_by_id, organization_by_slug, organization_current


def test_an_organization_is_found_by_its_address_and_by_id(hanse):
    found = organization_by_slug("hanse-kredit")
    assert found == organization_by_id(hanse.id)
    assert (found.id, found.name, found.languages) == (hanse.id, "Hanse Kredit", ("de", "en"))
    assert not found.is_test


def test_an_unknown_one_is_not_found(db):
    with pytest.raises(NotFound):
        organization_by_slug("nobody")
    with pytest.raises(NotFound):
        organization_by_id(uuid4())


def test_its_own_row_is_read_inside_only(hanse, aurora):
    with enter(hanse.id):
        assert organization_current().slug == "hanse-kredit"
    with organization_named(hanse.id), pytest.raises(NotFound):
        organization_current()
    with pytest.raises(NoTenant):
        organization_current()


def test_look_up_functions_run_as_the_look_up_role_with_a_fixed_search_path(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, rolname, prosecdef, proconfig, has_function_privilege('public',"
            " p.oid, 'EXECUTE') FROM pg_proc p JOIN pg_roles r ON r.oid = proowner"
            " WHERE pronamespace = 'lookup'::regnamespace"
        )
        functions = cursor.fetchall()
    assert len(functions) >= 4
    for name, owner, definer, config, everybody in functions:
        assert (owner, definer, everybody) == ("assay_lookup", True, False), name
        assert config[0].startswith("search_path=pg_catalog"), name
        assert config[0].endswith("pg_temp"), name


def test_every_other_definer_function_is_the_owners_and_fixes_its_search_path(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, rolname, proconfig FROM pg_proc p JOIN pg_roles r ON r.oid = proowner"
            " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
        for name, owner, config in cursor.fetchall():
            assert owner == "assay_owner", name
            assert config[0].startswith("search_path=pg_catalog"), name
