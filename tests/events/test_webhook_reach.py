"""Webhooks: who hears, what is sent again, what wakes a sender, and what is kept of it."""

from datetime import UTC, datetime
from uuid import uuid4

import celery
import pytest

from accounts.services.partners import partner_deactivate
from events.actor import SYSTEM
from events.models import Event, WebhookAttempt
from events.services import fan_out as fan_out_module
from events.services.endpoints import (
    endpoint_delete,
    endpoint_disable,
    endpoint_enable,
    webhook_test,
)
from events.services.fan_out import endpoint_fan_out
from events.services.replays import deliveries_replay, delivery_replay
from events.services.turns import AT_ONCE, deliveries_turn
from events.tasks import cut_webhook_logs, sweep_webhooks, wake_webhooks
from events.webhook_functions import OLD_LOGS
from events.webhooks.schedule import LOG_DAYS
from tenancy.enter import enter
from tenancy.errors import Conflict
from tenancy.ids import public_id
from tenancy.selectors import work_pending
from tests.events.receivers import receiving, status
from tests.events.webhooks import (
    deliveries,
    fresh,
    happen,
    later,
    listen,
    pump,
)

pytestmark = pytest.mark.usefixtures("loopback")


def test_two_at_once_take_different_messages_and_no_more_than_allowed(hanse, receiver):
    endpoint, _ = listen(hanse, receiver)
    for _ in range(20):
        happen(hanse)
    place = {"organization_id": hanse.id, "endpoint_id": endpoint.id}
    endpoint_fan_out(**place)
    first, second, third = (deliveries_turn(**place, most=5) for _ in range(3))
    ids = [each.delivery_id for each in (*first, *second, *third)]
    assert (len(first), len(second), len(third)) == (5, 3, 0)
    assert len(set(ids)) == AT_ONCE


def test_a_partner_hears_of_its_own(hanse, broker, receiver, submit):
    endpoint, _ = listen(hanse, receiver, partner=broker)
    theirs = submit(partner_id=broker.id).application
    submit(external_id="ours")
    happen(hanse, "application.withdrawn")
    happen(hanse, "batch.completed")
    pump(endpoint)
    assert [got.message["data"]["application"] for got in receiver.got] == [
        public_id("app", theirs.id)
    ]


def test_a_partner_whose_work_has_ended_hears_nothing_more(hanse, broker, receiver, submit):
    endpoint, _ = listen(hanse, receiver, partner=broker)
    ours, _ = listen(hanse, receiver, "offer.*")
    submit(partner_id=broker.id)
    partner_deactivate(organization_id=hanse.id, actor=SYSTEM, partner_id=broker.id)
    pump(endpoint)
    assert receiver.got == []
    assert [fresh(each).status for each in (endpoint, ours)] == ["disabled", "enabled"]


def test_a_trial_goes_to_one_endpoint_whatever_it_listens_to(hanse, receiver):
    endpoint, _ = listen(hanse, receiver, "offer.*")
    with receiving() as elsewhere:
        other, _ = listen(hanse, elsewhere)
        webhook_test(organization_id=hanse.id, actor=SYSTEM, endpoint_id=endpoint.id)
        for each in (endpoint, other):
            pump(each)
        assert elsewhere.got == []
    assert receiver.types == ["webhook.test"]


def test_a_deleted_endpoint_gets_nothing_and_keeps_no_secret(hanse, receiver):
    endpoint, _ = listen(hanse, receiver)
    happen(hanse)
    place = {"organization_id": hanse.id, "endpoint_id": endpoint.id}
    endpoint_fan_out(**place)
    endpoint_delete(**place, actor=SYSTEM)
    pump(endpoint)
    assert receiver.got == []
    found = fresh(endpoint)
    assert (found.sealed_secret, found.contact) == (None, "")
    assert deliveries(endpoint)[0].status == "cancelled"
    assert work_pending("webhooks", 10) == []


def test_a_time_is_sent_again_in_order_under_the_same_ids(hanse, receiver):
    endpoint, _ = listen(hanse, receiver)
    begun = datetime.now(UTC)
    subject = uuid4()
    events = [
        happen(hanse, kind, subject)
        for kind in ("application.submitted", "offer.accepted", "application.withdrawn")
    ]
    pump(endpoint)
    place = {"organization_id": hanse.id, "actor": SYSTEM, "endpoint_id": endpoint.id}
    whole = {"since": begun, "until": datetime.now(UTC)}
    assert deliveries_replay(**place, **whole) == 0
    assert deliveries_replay(**place, **whole, types=["offer.*"], missed_only=False) == 1
    assert deliveries_replay(**place, **whole, missed_only=False) == 3
    since = {"since": events[1].at, "until": events[2].at}
    assert deliveries_replay(**place, **since, missed_only=False) == 1
    receiver.got.clear()
    pump(endpoint)
    ids = [public_id("evt", event.id) for event in events]
    assert sorted(got.id for got in receiver.got) == sorted([*ids, ids[1], ids[1]])
    lanes = {}
    for each in deliveries(endpoint):
        lanes.setdefault(each.lane, []).append(each)
    whole_lane = next(rows for rows in lanes.values() if len(rows) == 3 and rows[0].replayed)
    with enter(hanse.id, read_only=True):
        tried = WebhookAttempt.objects.filter(delivery__in=whole_lane).order_by("started_at")
        assert [each.delivery.sequence for each in tried] == [e.sequence for e in events]


def test_a_replay_makes_what_was_never_made(hanse, receiver):
    """Skipped while it was off, and asked for later: from the events, not from the log."""
    endpoint, _ = listen(hanse, receiver)
    begun = datetime.now(UTC)
    place = {"organization_id": hanse.id, "actor": SYSTEM, "endpoint_id": endpoint.id}
    endpoint_disable(**place)
    happen(hanse)
    with pytest.raises(Conflict):
        deliveries_replay(**place, since=begun, until=datetime.now(UTC))
    endpoint_enable(**place, skip_missed=True)
    assert deliveries_replay(**place, since=begun, until=datetime.now(UTC)) == 1
    pump(endpoint)
    assert receiver.types == ["application.submitted"]


def test_a_waiting_replay_holds_up_nothing(hanse, receiver):
    endpoint, _ = listen(hanse, receiver)
    subject = uuid4()
    happen(hanse, "application.submitted", subject)
    pump(endpoint)
    (first,) = deliveries(endpoint)
    receiver.respond = status(500)
    delivery_replay(organization_id=hanse.id, actor=SYSTEM, delivery_id=first.id)
    pump(endpoint)
    receiver.respond = None
    happen(hanse, "application.withdrawn", subject)
    pump(endpoint)
    assert receiver.types[-1] == "application.withdrawn"


def test_one_event_costs_a_request_one_message(hanse, receiver, monkeypatch,
                                               django_capture_on_commit_callbacks):  # fmt: skip
    """And where nobody listens, or the event is nobody's outside, not even that."""
    sent = []
    monkeypatch.setattr(celery.canvas.Signature, "apply_async", lambda self: sent.append(self.task))
    with django_capture_on_commit_callbacks(execute=True):
        happen(hanse)
    assert sent == []
    listen(hanse, receiver)
    with django_capture_on_commit_callbacks(execute=True):
        happen(hanse)
        happen(hanse, "list.made")
    assert sent == ["events.tasks.wake_webhooks"]
    with django_capture_on_commit_callbacks(execute=True) as called:
        happen(hanse, "policy.published")
    assert called == []


def test_a_wake_brings_it_to_every_endpoint_and_a_sweep_what_was_lost(hanse, aurora, receiver):
    with receiving() as second, receiving() as other:
        for at in (receiver, second):
            listen(hanse, at)
        listen(aurora, other)
        happen(hanse)
        wake_webhooks(organization_id=hanse.id)
        assert [len(each.got) for each in (receiver, second, other)] == [1, 1, 0]
        happen(hanse)
        happen(aurora)
        assert sweep_webhooks() == 3
        assert [len(each.got) for each in (receiver, second, other)] == [2, 2, 1]
        assert sweep_webhooks() == 0


def test_no_more_is_made_than_an_endpoint_can_hold(hanse, receiver, monkeypatch):
    """What an endpoint does not take waits in the chain, not in a table."""
    monkeypatch.setattr(fan_out_module, "MOST_WAITING", 3)
    monkeypatch.setattr(fan_out_module, "READ_AT_ONCE", 3)
    endpoint, _ = listen(hanse, receiver)
    for _ in range(7):
        happen(hanse)
    place = {"organization_id": hanse.id, "endpoint_id": endpoint.id}
    for _ in range(4):
        endpoint_fan_out(**place)
    assert 3 <= len(deliveries(endpoint)) < 6
    pump(endpoint)
    assert len({got.id for got in receiver.got}) == 7


def test_the_log_is_cut_where_it_is_old_and_closed(hanse_twin, receiver):
    endpoint, _ = listen(hanse_twin, receiver)
    happen(hanse_twin)
    pump(endpoint)
    later(hanse_twin, days=29)
    assert cut_webhook_logs() == 0
    receiver.respond = status(500)
    happen(hanse_twin)
    pump(endpoint)
    later(hanse_twin, days=2)
    assert cut_webhook_logs() == 1
    assert [each.status for each in deliveries(endpoint)] == ["pending"]


def test_the_log_is_kept_as_long_as_it_says():
    assert f"interval '{LOG_DAYS} days'" in OLD_LOGS


def test_no_secret_stands_in_logs_reprs_or_events(hanse, receiver, caplog, capfd):
    endpoint, secret = listen(hanse, receiver)
    happen(hanse)
    place = {"organization_id": hanse.id, "endpoint_id": endpoint.id}
    endpoint_fan_out(**place)
    (taken,) = deliveries_turn(**place)
    assert taken.secrets == (secret,)
    with enter(hanse.id, read_only=True):
        events = " ".join(event.data for event in Event.objects.all())
    said = repr(taken) + repr(endpoint) + events + caplog.text + "".join(capfd.readouterr())
    assert secret not in said
    assert receiver.url not in repr(taken)
