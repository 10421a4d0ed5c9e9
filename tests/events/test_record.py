"""Writing events: numbered without gaps, chained, and never by any other way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from events.actor import SYSTEM, Actor
from events.models import ChainHead, Event
from events.selectors import events_about, events_after, verify_chain
from events.services import event_record
from events.verify import genesis_hash
from tenancy.context import request_named
from tenancy.enter import enter
from tenancy.errors import RefusedWrite
from tenancy.roles import OWNER
from tenancy.services import organization_advance_clock
from tenancy.statements import ask_together


def record(organization_id: UUID, number: int = 0, subject: UUID | None = None) -> Event:
    return event_record(
        organization_id=organization_id,
        actor=SYSTEM,
        type="thing.happened",
        subject=("thing", subject or uuid4()),
        data={"number": number},
    )


def test_a_chain_begins_with_its_organization(hanse):
    with enter(hanse.id):
        head = ChainHead.objects.get()
    assert (head.sequence, head.hash) == (0, genesis_hash(str(hanse.id)))


def test_events_are_numbered_and_each_names_the_one_before(hanse):
    with enter(hanse.id):
        first, second = record(hanse.id), record(hanse.id)
        assert list(Event.objects.all()) == [first, second]
        assert ChainHead.objects.get().hash == second.hash
    assert (first.sequence, second.sequence) == (1, 2)
    assert first.previous_hash == genesis_hash(str(hanse.id))
    assert second.previous_hash == first.hash


def test_what_is_returned_is_what_is_stored(hanse):
    actor = Actor.user(7)
    subject = uuid4()
    with enter(hanse.id):
        made = event_record(
            organization_id=hanse.id,
            actor=actor,
            type="decision.recorded",
            subject=("decision", subject),
            data={"outcome": "declined", "reasons": ["D_INCOME"], "pd_ppm": 12},
        )
        stored = Event.objects.get()
    for field in Event._meta.get_fields():
        assert getattr(stored, field.attname) == getattr(made, field.attname)
    assert stored.data == '{"outcome":"declined","pd_ppm":12,"reasons":["D_INCOME"]}'


def test_recording_is_one_statement(hanse, django_assert_num_queries):
    with enter(hanse.id):
        ask_together()
        with django_assert_num_queries(1):
            record(hanse.id)
            ask_together()


def test_two_lenders_chains_have_nothing_in_common(hanse, aurora):
    with enter(hanse.id):
        record(hanse.id)
    with enter(aurora.id):
        made = record(aurora.id)
    assert made.sequence == 1


def test_no_event_is_written_into_another_lenders_chain(hanse, aurora):
    with pytest.raises(DatabaseError, match="no chain head"), enter(aurora.id):
        record(hanse.id)
    with pytest.raises(DatabaseError, match="no chain head"), transaction.atomic():
        record(hanse.id)
    assert verify_chain(hanse.id).sequence == 0


def test_an_event_is_undone_with_its_transaction(hanse):
    def recorded_and_broken() -> None:
        with enter(hanse.id):
            record(hanse.id)
            ask_together()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        recorded_and_broken()
    with enter(hanse.id):
        made = record(hanse.id)
    assert made.sequence == 1


@pytest.mark.parametrize(
    "data",
    [{"name": "Ada Lovelace"}, {"to": "ada@example.org"}, {"a": {"b": ["x" * 201]}}],
)
def test_words_about_a_person_are_refused(hanse, data):
    with pytest.raises(ValueError, match="not an identifier"), enter(hanse.id):
        event_record(
            organization_id=hanse.id,
            actor=SYSTEM,
            type="thing.happened",
            subject=("thing", uuid4()),
            data=data,
        )


def test_a_float_has_no_canonical_form(hanse):
    with pytest.raises(TypeError), enter(hanse.id):
        event_record(
            organization_id=hanse.id,
            actor=SYSTEM,
            type="thing.happened",
            subject=("thing", uuid4()),
            data={"pd": 0.5},
        )


@pytest.mark.parametrize("kind", ["Thing Happened", "happened", "thing."])
def test_a_type_is_dotted_words(hanse, kind):
    with pytest.raises(DatabaseError, match="event_type_is_dotted"), enter(hanse.id):
        event_record(
            organization_id=hanse.id, actor=SYSTEM, type=kind, subject=("thing", uuid4()), data={}
        )


def test_a_timeline_is_read_by_subject_and_an_outbox_by_number(hanse):
    subject = uuid4()
    with enter(hanse.id):
        events = [record(hanse.id, n, subject if n % 2 else None) for n in range(4)]
        assert list(events_about(hanse.id, subject)) == [events[1], events[3]]
        assert list(events_after(hanse.id, 2)) == events[2:]


def test_a_twins_events_happen_in_its_own_time(hanse, hanse_twin):
    with enter(hanse_twin.id):
        before = record(hanse_twin.id)
    organization_advance_clock(organization_id=hanse_twin.id, by=timedelta(days=31))
    with enter(hanse_twin.id):
        after = record(hanse_twin.id)
    assert after.at - before.at >= timedelta(days=31)


class TestRawSql:
    """What the application's own role can do to the record: read its tenant's, and append."""

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE events_event SET data = '{}'",
            "DELETE FROM events_event",
            "TRUNCATE events_event",
            "INSERT INTO events_event SELECT * FROM events_event",
            "UPDATE events_chainhead SET sequence = 0",
            "DELETE FROM events_chainhead",
            "UPDATE events_checkpoint SET hash = ''",
            "DELETE FROM events_checkpoint",
            "ALTER TABLE events_event DISABLE TRIGGER ALL",
            "ALTER TABLE events_event DISABLE ROW LEVEL SECURITY",
            "SET session_replication_role = replica",
            "DROP TRIGGER begin_chain ON tenancy_organization",
        ],
    )
    def test_is_refused(self, hanse, statement):
        with enter(hanse.id):
            record(hanse.id)
        with pytest.raises(RefusedWrite), enter(hanse.id), connection.cursor() as cursor:
            cursor.execute(statement)
        assert verify_chain(hanse.id).broken is None

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE events_event SET data = '{}'",
            "DELETE FROM events_event",
            "TRUNCATE events_event CASCADE",
            "DELETE FROM events_checkpoint",
        ],
    )
    def test_is_refused_to_the_owner_too(self, database_roles, hanse, statement):
        with database_roles.acting_as(OWNER):
            refused = pytest.raises(DatabaseError, match="is refused")
            with refused, enter(hanse.id), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_reads_no_events_without_a_tenant(self, hanse, aurora):
        with enter(hanse.id):
            record(hanse.id)
        assert Event.objects.count() == 0
        with enter(aurora.id):
            assert Event.objects.count() == 0

    def test_the_head_cannot_be_locked_by_reading(self, hanse):
        """SELECT FOR UPDATE needs a right to update, so nobody can hold up a lender's chain."""
        with pytest.raises(RefusedWrite), enter(hanse.id):
            ChainHead.objects.select_for_update().get()


@pytest.mark.django_db(transaction=True)
def test_six_threads_leave_no_gap_and_an_unbroken_chain(hanse):
    def write() -> None:
        try:
            for number in range(25):
                with enter(hanse.id):
                    record(hanse.id, number)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        for written in [pool.submit(write) for _ in range(6)]:
            written.result()
    report = verify_chain(hanse.id)
    assert (report.sequence, report.broken) == (150, None)


@pytest.mark.django_db(transaction=True)
def test_a_missing_head_is_an_error_and_no_event(hanse, database_roles):
    with database_roles.acting_as(OWNER), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_chainhead NO FORCE ROW LEVEL SECURITY")
        cursor.execute("DELETE FROM events_chainhead")
        cursor.execute("ALTER TABLE events_chainhead FORCE ROW LEVEL SECURITY")
    with pytest.raises(DatabaseError, match="no chain head"), enter(hanse.id):
        record(hanse.id)
    assert verify_chain(hanse.id).broken == "the chain has no head"


def test_the_triggers_function_is_nobodys_to_call(hanse):
    with pytest.raises(ProgrammingError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("SELECT events_begin_chain()")


def test_an_event_names_the_request_that_caused_it(hanse):
    """Beside the hash: the chain verifies with requests named, and without."""
    with request_named("req_0123456789abcdef"), enter(hanse.id):
        event = record(hanse.id)
    with enter(hanse.id, read_only=True):
        stored = Event.objects.get(organization_id=hanse.id, id=event.id)
    assert stored.request_id == event.request_id == "req_0123456789abcdef"
    assert verify_chain(hanse.id).broken is None


def test_a_requests_id_that_is_none_is_refused(hanse):
    with pytest.raises(IntegrityError), request_named("a b"), enter(hanse.id):
        record(hanse.id)
