"""A cast made from memory is the cast that the services made."""

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from tenancy.enter import enter
from tests import cast, cast_accounts, cast_scoring, cast_underwriting

ITS_OWN_TIME = {"at", "hash", "previous_hash"}
NUMBERED = {"account_emailaddress"}


def build(fixture: Any, **given: Any) -> Any:
    return fixture._get_wrapped_function()(**given)


def whole_cast(hire: Any) -> list[Any]:
    hanse = build(cast.hanse, db=None)
    loan = build(cast_scoring.personal_loan, hanse=hanse)
    rita, anna = (
        build(each, hanse=hanse, hire=hire) for each in (cast_accounts.rita, cast_accounts.anna)
    )
    policy = build(cast_underwriting.policy, hanse=hanse, personal_loan=loan, rita=rita, anna=anna)
    broker = build(cast_accounts.broker, hanse=hanse)
    key, raw = build(cast_accounts.broker_key, hanse=hanse, broker=broker)
    challenger = build(cast_scoring.challenger, personal_loan=loan, hanse=hanse)
    return [hanse, loan, rita, anna, policy, broker, key, challenger, raw]


def rows_of(organization: Any) -> dict[str, list[str]]:
    """Every row that the application role sees, in Hanse's name; what the database times aside."""
    with enter(organization.id, read_only=True), connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace AND has_table_privilege(oid, 'SELECT')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            aside = {"id"} if table in NUMBERED else set()
            aside |= ITS_OWN_TIME if table == "events_event" else set()
            aside |= {"created_at"} if table == "tenancy_organization" else set()
            aside |= {"hash"} if table == "events_chainhead" else set()
            cursor.execute(f"SELECT to_jsonb(t) - %s::text[] FROM {table} AS t", [sorted(aside)])  # noqa: S608
            found[table] = sorted(str(row) for row in cursor.fetchall())
    return found


def test_a_remembered_cast_has_the_rows_that_the_services_made(db, hire, monkeypatch):
    monkeypatch.setattr("tests.remembered._made", {})
    monkeypatch.setattr("tests.remembered._known", set())
    before = transaction.savepoint()
    made = whole_cast(hire)
    by_services = rows_of(made[0])
    transaction.savepoint_rollback(before)
    with monkeypatch.context() as patch:
        patch.setattr("tests.remembered._moved", lambda moment, made, now: moment)
        from_memory = whole_cast(hire)
    assert from_memory == made
    assert rows_of(made[0]) == by_services
    assert sum(map(len, by_services.values())) > 50
    transaction.savepoint_rollback(before)
    a_while_later = whole_cast(hire)
    assert made[0].created_at < a_while_later[0].created_at <= timezone.now()
    assert {name: len(rows) for name, rows in rows_of(made[0]).items()} == {
        name: len(rows) for name, rows in by_services.items()
    }


def test_a_test_may_change_what_it_was_given(hanse):
    hanse.name = "Something else"


def test_and_the_next_one_finds_it_as_it_was(hanse):
    assert hanse.name == "Hanse Kredit"
