"""Webhooks from the event to the receiver: what arrives, to whom, in which order, how often."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from standardwebhooks.webhooks import Webhook

from events.actor import SYSTEM
from events.models import Event, WebhookAttempt
from events.services import fan_out as fan_out_module
from events.services import turns
from events.services.endpoints import (
    endpoint_create,
    endpoint_disable,
    endpoint_enable,
)
from events.services.fan_out import endpoint_fan_out
from events.services.outcomes import Done
from events.services.turns import AT_ONCE, deliveries_turn
from events.webhooks.schedule import MOST_ATTEMPTS
from events.webhooks.sending import Answer
from tenancy.enter import enter
from tenancy.ids import public_id
from tenancy.selectors import work_pending
from tests.events.receivers import receiving, status
from tests.events.webhooks import (
    VERSION,
    deliveries,
    fresh,
    fresh_in,
    happen,
    later,
    listen,
    now_of,
    pump,
)

pytestmark = pytest.mark.usefixtures("loopback")


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
