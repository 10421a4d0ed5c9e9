"""Prepared statements in one journey: answers in order, Django's errors, the tenant's walls."""

import pytest
from django.db import DataError, OperationalError, connection

from tenancy.backend import journeys
from tenancy.enter import enter
from tenancy.errors import RefusedWrite
from tenancy.ids import new_id
from tenancy.models import Organization
from tenancy.statements import Statement, ask, ask_together, later

COUNT = "SELECT count(*) FROM tenancy_organization WHERE id = %(id)s"


def test_answers_come_in_order(hanse: Organization) -> None:
    with enter(hanse.id, read_only=True):
        answers = ask_together(
            Statement("SELECT %s::int + %s", [1, 70_000]),
            Statement(COUNT, {"id": hanse.id}),
            Statement("SELECT generate_series(1, 3)"),
        )
    assert [each.rows for each in answers] == [[(70_001,)], [(1,)], [(1,), (2,), (3,)]]
    assert answers[2].touched == 3


def test_another_lender_is_not_seen(hanse: Organization, aurora: Organization) -> None:
    with enter(aurora.id, read_only=True):
        assert ask("SELECT id FROM underwriting_application") == []
        assert ask(COUNT, {"id": hanse.id}) == [(0,)]


def test_the_first_error_is_raised_and_what_follows_has_not_run(hanse: Organization) -> None:
    with pytest.raises(DataError), enter(hanse.id):
        ask_together(
            Statement("CREATE TEMPORARY TABLE seen (n int) ON COMMIT DROP"),
            Statement("SELECT 1 / %s", [0]),
            Statement("INSERT INTO seen VALUES (1)"),
        )
    with enter(hanse.id):
        assert ask("SELECT to_regclass('seen') IS NULL") == [(True,)]


def test_a_number_of_any_size_is_the_same_statement(hanse: Organization) -> None:
    with enter(hanse.id):
        for number in (1, 40_000, 2**40):
            assert ask("SELECT %s::bigint AS same", [number]) == [(number,)]
        prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%AS same'"
        assert ask(prepared) == [(1,)]


def test_what_is_prepared_is_counted(hanse: Organization, django_assert_num_queries) -> None:
    with enter(hanse.id), django_assert_num_queries(2):
        ask_together(Statement("SELECT 1"), Statement("SELECT 2"))


def test_plans_are_made_once(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("force_generic_plan",)


def test_what_waits_comes_before_what_is_asked(hanse: Organization) -> None:
    with enter(hanse.id):
        later(Statement("CREATE TEMPORARY TABLE waited (n int) ON COMMIT DROP"))
        later(Statement("INSERT INTO waited VALUES (%s)", [7]))
        with connection.cursor() as cursor:
            cursor.execute("SELECT n FROM waited")
            assert cursor.fetchone() == (7,)


def queued_and_failed() -> None:
    later(Statement("SELECT 1 / 0"))
    raise ZeroDivisionError


def test_what_waits_is_forgotten_with_its_transaction(hanse: Organization) -> None:
    with pytest.raises(ZeroDivisionError), enter(hanse.id):
        queued_and_failed()
    with enter(hanse.id, read_only=True):
        assert ask("SELECT 1") == [(1,)]


def test_a_write_refused_at_the_commit_is_told_as_refused(
    transactional_db: None, hanse: Organization, aurora: Organization
) -> None:
    statement = "INSERT INTO events_checkpoint (id, organization_id, sequence, hash, at,"
    values = " public_key, signature) VALUES (%s, %s, 1, %s, now(), %s, %s)"
    digest = "0" * 64
    with pytest.raises(RefusedWrite), enter(hanse.id):
        later(Statement(statement + values, [new_id(), aurora.id, digest, digest, "0" * 128]))


def test_places_without_names_and_percent_signs(hanse: Organization) -> None:
    with enter(hanse.id, read_only=True):
        assert ask("SELECT 'a%%b' || %s::text", ["%s"]) == [("a%b%s",)]
        named = "SELECT %(b)s::text || %(a)s::text || %(b)s::text"
        assert ask(named, {"a": "A", "b": "B", "unused": 1}) == [("BAB",)]


def test_what_was_prepared_before_a_failure_is_used_and_prepared_again(
    hanse: Organization,
) -> None:
    """A failure leaves the connection knowing what it has prepared and what it has not."""
    for _ in range(2):
        with pytest.raises(DataError), enter(hanse.id):
            ask_together(
                Statement("SELECT 'before a failure'"),
                Statement("SELECT 1 / %s", [0]),
                Statement("SELECT 'behind a failure'"),
            )
        with enter(hanse.id, read_only=True):
            assert ask("SELECT 'before a failure'") == [("before a failure",)]
            assert ask("SELECT 'behind a failure'") == [("behind a failure",)]


def test_a_value_that_cannot_be_sent_leaves_the_connection_as_it_was(hanse: Organization) -> None:
    with enter(hanse.id, read_only=True):
        before = ask("SELECT pg_backend_pid()")
    with pytest.raises(DataError), enter(hanse.id):
        ask_together(Statement("SELECT 1"), Statement("SELECT %s::text", ["a\x00b"]))
    with enter(hanse.id, read_only=True):
        assert ask("SELECT pg_backend_pid()") == before


def test_a_connection_forgets_what_it_cannot_keep(
    hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journeys, "MOST_PREPARED", 3)
    with enter(hanse.id, read_only=True):
        for number in range(8):
            assert ask(f"SELECT {number}") == [(number,)]
        ((kept,),) = ask("SELECT count(*) FROM pg_prepared_statements")
    assert kept <= 4


def test_more_than_a_socket_holds_goes_and_comes(hanse: Organization) -> None:
    """While it is sent, answers come back: neither side waits for the other for ever."""
    large = b"\x01" * 3_000_000
    with enter(hanse.id, read_only=True):
        echo = Statement("SELECT %s::bytea || %s::bytea", [large, large])
        answers = ask_together(*[echo] * 4)
    assert [bytes(each.rows[0][0]) for each in answers] == [large + large] * 4


def test_a_journey_that_is_interrupted_closes_its_connection(
    transactional_db: None, hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half an answer is left on the wire: whoever came next would take it for its own."""

    class Interrupted(BaseException):
        pass

    def interrupted(_: object) -> None:
        raise Interrupted

    with enter(hanse.id, read_only=True):
        ((before,),) = ask("SELECT pg_backend_pid()")
    with monkeypatch.context() as patch:
        patch.setattr(journeys.Journeys, "_received", interrupted)
        with pytest.raises(Interrupted), enter(hanse.id):
            ask("SELECT 'taken for another answer'")
    with enter(hanse.id, read_only=True):
        ((after,),) = ask("SELECT pg_backend_pid()")
    assert after != before


def test_a_server_that_ends_the_session_is_an_error_and_the_next_one_works(
    transactional_db: None, hanse: Organization
) -> None:
    """In the middle of a journey: nothing waits for answers that will not come."""
    with enter(hanse.id, read_only=True):
        ((pid,),) = ask("SELECT pg_backend_pid()")
    with pytest.raises(OperationalError), enter(hanse.id, read_only=True):
        ask_together(
            Statement("SELECT 1"),
            Statement("SELECT pg_terminate_backend(%s::int)", [pid]),
            Statement("SELECT pg_sleep(30)"),
        )
    with enter(hanse.id, read_only=True):
        assert ask("SELECT pg_backend_pid()") != [(pid,)]
