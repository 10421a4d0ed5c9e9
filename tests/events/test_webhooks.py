"""Webhooks from the event to the receiver: what arrives, to whom, in which order, how often."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import celery
import pytest
from standardwebhooks.webhooks import Webhook

from accounts.services.partners import partner_deactivate
from events.actor import SYSTEM
from events.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from events.services import event_record, turns
from events.services import fan_out as fan_out_module
from events.services.endpoints import (
    endpoint_create,
    endpoint_delete,
    endpoint_disable,
    endpoint_enable,
    webhook_test,
)
from events.services.fan_out import endpoint_fan_out
from events.services.outcomes import Done
from events.services.pump import endpoint_pump
from events.services.replays import deliveries_replay, delivery_replay
from events.services.turns import AT_ONCE, deliveries_turn
from events.tasks import cut_webhook_logs, sweep_webhooks, wake_webhooks
from events.webhook_functions import OLD_LOGS
from events.webhooks.schedule import LOG_DAYS, MOST_ATTEMPTS
from events.webhooks.sending import Answer
from tenancy import clock
from tenancy.enter import enter
from tenancy.errors import Conflict
from tenancy.ids import public_id
from tenancy.models import Organization
from tenancy.selectors import work_pending
from tenancy.services import organization_advance_clock
from tests.events.receivers import Receiver, receiving, status

VERSION = "2026-11-01"


@pytest.fixture(autouse=True)
def loopback(settings) -> None:
    settings.ASSAY_WEBHOOK_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


def listen(organization: Organization, receiver: Receiver, *types: str, partner=None):
    """An endpoint at the receiver, and its secret."""
    return endpoint_create(
        organization_id=organization.id,
        actor=SYSTEM,
        url=receiver.url,
        types=types or ["*"],
        version=VERSION,
        partner_id=partner.id if partner else None,
    )


def happen(
    organization: Organization, kind: str = "application.submitted", subject: UUID | None = None,
    **data: object,
) -> Event:  # fmt: skip
    with enter(organization.id):
        return event_record(
            organization_id=organization.id,
            actor=SYSTEM,
            type=kind,
            subject=("application", subject or uuid4()),
            data=data,
        )


def pump(endpoint: WebhookEndpoint) -> None:
    assert not endpoint_pump(organization_id=endpoint.organization_id, endpoint_id=endpoint.id)


def deliveries(endpoint: WebhookEndpoint) -> list[WebhookDelivery]:
    with enter(endpoint.organization_id, read_only=True):
        return list(WebhookDelivery.objects.filter(endpoint=endpoint).order_by("id"))


def fresh(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    with enter(endpoint.organization_id, read_only=True):
        return WebhookEndpoint.objects.get(id=endpoint.id)


def fresh_in(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    return WebhookEndpoint.objects.get(id=endpoint.id)


def later(organization: Organization, **span: float) -> None:
    """Time passes, in a test twin."""
    organization_advance_clock(organization_id=organization.id, by=timedelta(**span))


def now_of(organization: Organization) -> datetime:
    with enter(organization.id, read_only=True):
        return clock.now(organization.id)


def test_a_message_is_signed_thin_and_named(hanse, receiver):
    endpoint, secret = listen(hanse, receiver)
    subject, decision = uuid4(), uuid4()
    event = happen(hanse, "decision.recorded", subject, outcome="approve", decision=str(decision))
    pump(endpoint)

    (got,) = receiver.got
    assert Webhook(secret).verify(got.body, got.headers) == {
        "type": "application.decided",
        "timestamp": event.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "data": {
            "application": public_id("app", subject),
            "decision": public_id("dec", decision),
            "request_id": None,
        },
    }
    assert got.id == public_id("evt", event.id)
    assert got.headers["assay-version"] == VERSION
    assert got.headers["user-agent"] == "Assay-Webhooks/1.0"
    (delivery,) = deliveries(endpoint)
    assert (delivery.status, delivery.attempts, delivery.due_at) == ("delivered", 1, None)


def test_types_and_groups_are_let_through(hanse, receiver):
    endpoint, _ = listen(hanse, receiver, "offer.*", "application.withdrawn")
    for kind in ("application.submitted", "application.withdrawn", "offer.accepted", "list.made"):
        happen(hanse, kind)
    pump(endpoint)
    assert sorted(receiver.types) == ["application.withdrawn", "offer.accepted"]
    with enter(hanse.id, read_only=True):
        assert fresh_in(endpoint).cursor == Event.objects.latest("sequence").sequence


def test_an_endpoint_hears_of_what_comes_after_it(hanse, receiver):
    happen(hanse)
    endpoint, _ = listen(hanse, receiver)
    pump(endpoint)
    assert receiver.got == []


def test_what_was_delivered_is_not_sent_twice(hanse, receiver):
    endpoint, _ = listen(hanse, receiver)
    happen(hanse)
    for _ in range(3):
        pump(endpoint)
    assert len(receiver.got) == 1


def test_two_at_once_share_the_cursor(hanse, receiver):
    """Whoever reads the same events second finds the cursor moved, and makes nothing."""
    endpoint, _ = listen(hanse, receiver)
    happen(hanse)
    place = {"organization_id": hanse.id, "endpoint_id": endpoint.id}
    assert endpoint_fan_out(**place) == fan_out_module.Read.ALL
    with enter(hanse.id):
        assert not fan_out_module._moved(endpoint, endpoint.cursor + 1)
    assert len(deliveries(endpoint)) == 1


def test_a_later_message_about_a_subject_waits_for_the_earlier(hanse_twin, receiver):
    endpoint, _ = listen(hanse_twin, receiver)
    one, other = uuid4(), uuid4()
    happen(hanse_twin, "application.submitted", one)
    happen(hanse_twin, "application.withdrawn", one)
    happen(hanse_twin, "application.submitted", other)

    def first_refused(handler, number):
        refused = receiver.got[number].message["data"]["application"] == public_id("app", one)
        status(503 if refused else 204)(handler, number)

    receiver.respond = first_refused
    pump(endpoint)
    assert sorted(receiver.types) == ["application.submitted"] * 2
    receiver.respond = None
    later(hanse_twin, minutes=1)
    pump(endpoint)
    about_one = [
        got for got in receiver.got if got.message["data"]["application"].endswith(one.hex)
    ]
    assert [got.message["type"] for got in about_one] == [
        "application.submitted",
        "application.submitted",
        "application.withdrawn",
    ]
    assert about_one[0].id == about_one[1].id


def test_after_ten_attempts_it_is_given_up_told_of_and_the_next_goes_on(
    hanse_twin, receiver, mailoutbox, hire, django_capture_on_commit_callbacks
):
    hire(hanse_twin, "Dora", "developer")
    endpoint, _ = listen(hanse_twin, receiver)
    subject = uuid4()
    first = happen(hanse_twin, "application.submitted", subject)
    happen(hanse_twin, "application.withdrawn", subject)
    receiver.respond = status(500)
    spans = []
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(MOST_ATTEMPTS):
            pump(endpoint)
            due = deliveries(endpoint)[0].due_at
            if due:
                spans.append(due - now_of(hanse_twin))
                later(hanse_twin, seconds=int(spans[-1].total_seconds()) + 1)
    given_up, waiting = deliveries(endpoint)
    assert (given_up.status, given_up.attempts, waiting.status) == ("given_up", 10, "pending")
    assert [got.id for got in receiver.got] == [public_id("evt", first.id)] * 10
    assert timedelta(hours=67) < sum(spans, timedelta()) < timedelta(hours=84)
    assert [mail.to for mail in mailoutbox] == [["dora@hanse-kredit-test.example"]]
    assert "given up" in mailoutbox[0].subject
    assert receiver.url in mailoutbox[0].body
    receiver.respond = None
    later(hanse_twin, minutes=20)
    pump(endpoint)
    assert deliveries(endpoint)[1].status == "delivered"
    with enter(hanse_twin.id, read_only=True):
        tried = WebhookAttempt.objects.filter(delivery=given_up).order_by("number")
        assert [each.number for each in tried] == list(range(1, 11))


def test_days_of_failing_switch_an_endpoint_off_and_nothing_is_lost(
    hanse_twin, receiver, mailoutbox, django_capture_on_commit_callbacks
):
    endpoint, _ = endpoint_create(
        organization_id=hanse_twin.id, actor=SYSTEM, url=receiver.url, types=["*"],
        version=VERSION, contact="it@lender.example",
    )  # fmt: skip
    receiver.respond = status(500)
    happen(hanse_twin)
    pump(endpoint)
    later(hanse_twin, days=5)
    with django_capture_on_commit_callbacks(execute=True):
        pump(endpoint)
    assert (fresh(endpoint).status, fresh(endpoint).disabled_for) == ("disabled", "failing")
    assert [mail.to for mail in mailoutbox] == [["it@lender.example"]]
    happen(hanse_twin)
    pump(endpoint)
    assert len(receiver.got) == 2

    receiver.respond = None
    endpoint_enable(organization_id=hanse_twin.id, actor=SYSTEM, endpoint_id=endpoint.id)
    pump(endpoint)
    assert [each.status for each in deliveries(endpoint)] == ["delivered", "delivered"]


def test_what_happened_meanwhile_may_be_skipped(hanse, receiver):
    endpoint, _ = listen(hanse, receiver)
    place = {"organization_id": hanse.id, "actor": SYSTEM, "endpoint_id": endpoint.id}
    endpoint_disable(**place)
    happen(hanse)
    endpoint_enable(**place, skip_missed=True)
    pump(endpoint)
    assert receiver.got == []


def test_410_switches_an_endpoint_off(hanse, receiver, mailoutbox, alice,
                                      django_capture_on_commit_callbacks):  # fmt: skip
    endpoint, _ = listen(hanse, receiver)
    receiver.respond = status(410)
    happen(hanse)
    with django_capture_on_commit_callbacks(execute=True):
        pump(endpoint)
    found = fresh(endpoint)
    assert (found.status, found.disabled_for) == ("disabled", "gone")
    assert [mail.to for mail in mailoutbox] == [[alice.email]]
    with enter(hanse.id, read_only=True):
        assert Event.objects.filter(type="webhook_endpoint.disabled").count() == 1


@pytest.mark.parametrize(
    ("header", "at_least"),
    [("120", timedelta(seconds=119)), ("999999999", timedelta(hours=23)), ("soon", timedelta(0))],
)
def test_a_receiver_may_ask_to_be_asked_later(hanse, receiver, header, at_least):
    endpoint, _ = listen(hanse, receiver)
    receiver.respond = status(429, Retry_After=header)
    happen(hanse)
    pump(endpoint)
    wait = deliveries(endpoint)[0].due_at - datetime.now(UTC)
    assert at_least < wait < timedelta(hours=24, seconds=1)


@pytest.mark.parametrize("code", [301, 302, 307, 308, 400, 404, 500])
def test_only_2xx_is_delivered_and_no_redirect_followed(hanse, receiver, code):
    with receiving() as elsewhere:
        receiver.respond = status(code, Location=elsewhere.url)
        endpoint, _ = listen(hanse, receiver)
        happen(hanse)
        pump(endpoint)
        assert (len(receiver.got), elsewhere.got) == (1, [])
    (delivery,) = deliveries(endpoint)
    assert (delivery.status, delivery.attempts) == ("pending", 1)


def test_a_dead_endpoint_is_asked_seldom_and_by_one_at_a_time(hanse_twin, receiver):
    endpoint, _ = listen(hanse_twin, receiver)
    receiver.respond = status(500)
    for _ in range(16):
        happen(hanse_twin)
    pump(endpoint)
    assert 5 <= len(receiver.got) < 5 + AT_ONCE
    before = len(receiver.got)
    pump(endpoint)
    assert len(receiver.got) == before
    assert work_pending("webhooks", 10) == []
    later(hanse_twin, minutes=20)
    assert work_pending("webhooks", 10) == [(hanse_twin.id, endpoint.id)]
    pump(endpoint)
    assert len(receiver.got) == before + 1
    receiver.respond = None
    later(hanse_twin, minutes=20)
    pump(endpoint)
    assert fresh(endpoint).failures == 0
    later(hanse_twin, hours=3)
    pump(endpoint)
    assert {each.status for each in deliveries(endpoint)} == {"delivered"}


def test_whoever_died_with_a_message_in_hand_is_taken_over_from(hanse_twin, receiver):
    endpoint, _ = listen(hanse_twin, receiver)
    subject = uuid4()
    happen(hanse_twin, "application.submitted", subject)
    happen(hanse_twin, "application.withdrawn", subject)
    place = {"organization_id": hanse_twin.id, "endpoint_id": endpoint.id}
    endpoint_fan_out(**place)
    (held,) = deliveries_turn(**place)
    pump(endpoint)
    assert receiver.got == []
    later(hanse_twin, seconds=61)
    pump(endpoint)
    assert receiver.types == ["application.submitted", "application.withdrawn"]

    late = Answer(started_at=datetime.now(UTC), ms=1, status=500)
    deliveries_turn(**place, done=[Done(held.delivery_id, 1, held.fence, {}, late)])
    assert [each.status for each in deliveries(endpoint)] == ["delivered", "delivered"]
    with enter(hanse_twin.id, read_only=True):
        tried = WebhookAttempt.objects.filter(delivery_id=held.delivery_id).order_by("number")
        assert [(each.number, each.status_code) for each in tried] == [(1, 500), (2, 204)]


def test_one_that_kills_whoever_takes_it_is_given_up(hanse_twin, receiver, monkeypatch):
    monkeypatch.setattr(turns, "MOST_TAKES", 3)
    endpoint, _ = listen(hanse_twin, receiver)
    happen(hanse_twin)
    place = {"organization_id": hanse_twin.id, "endpoint_id": endpoint.id}
    endpoint_fan_out(**place)
    for _ in range(3):
        assert len(deliveries_turn(**place)) == 1
        later(hanse_twin, minutes=2)
    assert deliveries_turn(**place) == []
    assert deliveries(endpoint)[0].status == "given_up"


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
