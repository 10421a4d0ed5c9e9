"""Seals, and what the database's own owner could do between and behind them."""

from io import StringIO
from uuid import uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from events import verify as verifier
from events.actor import SYSTEM
from events.errors import BrokenChain
from events.models import Checkpoint, Event
from events.selectors import verify_chain
from events.selectors.chain import event_line
from events.services import chain_export, event_record, seal_chain
from events.signing import public_key
from events.tasks import seal_chains
from tenancy.enter import enter
from tenancy.roles import APPLICATION, OPERATOR, OWNER
from tenancy.selectors import work_pending

TRIGGERS_OF = """SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgenabled = 'A' AND c.relname = ANY(%s)"""
"""All that stand there, whoever put them: each room has its own on the events."""


def record(organization, count: int = 3) -> None:
    with enter(organization.id):
        for number in range(count):
            event_record(
                organization_id=organization.id,
                actor=SYSTEM,
                type="thing.happened",
                subject=("thing", uuid4()),
                data={"number": number},
            )


def test_a_seal_holds_the_head(hanse):
    record(hanse)
    checkpoint = seal_chain(hanse.id)
    assert (checkpoint.sequence, checkpoint.public_key) == (3, public_key())
    report = verify_chain(hanse.id)
    assert (report.sequence, report.checkpoints, report.broken) == (3, 1, None)


def test_nothing_new_is_not_sealed_again(hanse):
    assert seal_chain(hanse.id) is None
    record(hanse)
    seal_chain(hanse.id)
    assert seal_chain(hanse.id) is None
    with enter(hanse.id):
        assert Checkpoint.objects.count() == 1


def test_one_seal_per_number(hanse):
    record(hanse)
    checkpoint = seal_chain(hanse.id)
    checkpoint.id = uuid4()
    with pytest.raises(IntegrityError, match="checkpoint_once"), enter(hanse.id):
        checkpoint.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_the_task_seals_every_chain_that_grew(hanse, aurora):
    record(hanse)
    assert work_pending("seal", 10) == [(hanse.id, hanse.id)]
    assert seal_chains() == 1
    assert seal_chains() == 0
    record(aurora)
    assert seal_chains() == 1
    assert verify_chain(hanse.id).checkpoints == verify_chain(aurora.id).checkpoints == 1


class TestTheOwner:
    """Whoever owns the tables can switch triggers off: the chain and its seals tell."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def tamper(self, database_roles):
        tables = ("events_event", "events_chainhead", "events_checkpoint")

        def run(statement: str, *parameters: object) -> None:
            with psycopg.connect(database_roles.url(OWNER)) as owner:
                triggers = owner.execute(TRIGGERS_OF, [list(tables)]).fetchall()
                for table in tables:
                    owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
                    owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                owner.execute(statement, parameters)
                for table in tables:
                    owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
                for table, trigger in triggers:
                    owner.execute(f'ALTER TABLE {table} ENABLE ALWAYS TRIGGER "{trigger}"')

        return run

    def test_edits(self, hanse, tamper):
        record(hanse)
        tamper("UPDATE events_event SET data = '{}' WHERE sequence = 2")
        assert verify_chain(hanse.id).broken == "event 2 is not what was hashed"

    def test_is_not_given_a_signature_for_it(self, hanse, tamper):
        record(hanse)
        seal_chain(hanse.id)
        record(hanse)
        tamper("UPDATE events_event SET data = '{}' WHERE sequence = 5")
        with pytest.raises(BrokenChain, match="event 5"):
            seal_chain(hanse.id)

    def test_cuts_the_tail_and_moves_the_head_back(self, hanse, tamper):
        record(hanse, 4)
        seal_chain(hanse.id)
        tamper("DELETE FROM events_event WHERE sequence > 2")
        assert "head says 4" in verify_chain(hanse.id).broken
        tamper(
            "UPDATE events_chainhead SET sequence = 2,"
            " hash = (SELECT hash FROM events_event WHERE sequence = 2)"
        )
        assert verify_chain(hanse.id).broken == "sealed up to 4, but the chain ends at 2"

    def test_edits_and_relinks(self, hanse, tamper):
        record(hanse, 2)
        seal_chain(hanse.id)
        forged = self.forged_last_event(hanse)
        tamper("UPDATE events_event SET data = '{}', hash = %s WHERE sequence = 2", forged)
        tamper("UPDATE events_chainhead SET hash = %s", forged)
        assert verify_chain(hanse.id).broken == "event 2 differs from the one that was sealed"

    def forged_last_event(self, organization) -> str:
        with enter(organization.id):
            line = event_line(Event.objects.order_by("sequence").last())
        return verifier.event_hash(str(organization.id), {**line, "data": "{}"})

    def test_removes_the_seals_as_well(self, hanse, tamper):
        """Then only a witness outside tells: the log of seals, or an earlier export's head."""
        record(hanse, 2)
        sealed = seal_chain(hanse.id)
        forged = self.forged_last_event(hanse)
        tamper("DELETE FROM events_checkpoint")
        tamper("UPDATE events_event SET data = '{}', hash = %s WHERE sequence = 2", forged)
        tamper("UPDATE events_chainhead SET hash = %s", forged)
        assert verify_chain(hanse.id).broken is None
        file = StringIO()
        chain_export(hanse.id, file)
        with pytest.raises(verifier.Broken, match="event 2 differs"):
            verifier.verify(file.getvalue().splitlines(), seen={2: sealed.hash})


class TestCommands:
    def output(self, *arguments: str) -> str:
        out = StringIO()
        call_command(*arguments, stdout=out, no_color=True)
        return out.getvalue()

    def test_verify_one(self, hanse):
        record(hanse)
        said = self.output("verify_events", "--organization", "hanse-kredit")
        assert said == "hanse-kredit: holds (3 events, 0 checkpoints)\n"

    def test_verify_all_needs_the_operator(self, hanse):
        with pytest.raises(CommandError, match="DATABASE_OPERATOR_URL"):
            self.output("verify_events")

    def test_verify_all_finds_the_operator_by_itself(
        self, transactional_db, hanse, database_roles, monkeypatch, settings
    ):
        settings.OPERATOR_DATABASE = "config.environment.operator_database"
        monkeypatch.setenv("DATABASE_OPERATOR_URL", database_roles.url(OPERATOR))
        with database_roles.acting_as(APPLICATION):
            assert self.output("verify_events").startswith("hanse-kredit: holds")
            assert connection.settings_dict["USER"] == OPERATOR

    def test_verify_all(self, hanse, aurora, as_operator):
        said = self.output("verify_events")
        assert said.splitlines() == [
            "banco-aurora: holds (0 events, 0 checkpoints)",
            "hanse-kredit: holds (0 events, 0 checkpoints)",
        ]

    def test_an_unknown_lender_is_named(self, db):
        with pytest.raises(CommandError, match="'nobody'"):
            self.output("verify_events", "--organization", "nobody")

    def test_a_broken_chain_fails_the_command(self, hanse, monkeypatch):
        record(hanse)
        monkeypatch.setattr("events.verify.event_hash", lambda *_: "0" * 64)
        with pytest.raises(CommandError, match="1 chain broken"):
            self.output("verify_events", "--organization", "hanse-kredit")

    def test_export_seals_and_writes_what_verifies(self, hanse, tmp_path):
        record(hanse)
        file = tmp_path / "events.ndjson"
        said = self.output("export_events", "--organization", "hanse-kredit", str(file))
        assert said.startswith("3 events")
        with file.open() as lines:
            chain = verifier.verify(lines, [public_key()])
        assert (chain.sequence, chain.keys) == (3, {public_key()})
