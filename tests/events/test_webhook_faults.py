"""A receiver that fails three times in ten, and workers that die in mid-flight: nothing is lost.

Time is the test twin's, so nobody waits; whoever dies does so where it hurts most, after the
receiver has the message and before anybody has written that down. The same with real processes is
in `tests/faults/test_webhooks.py`.
"""

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from itertools import count, cycle
from random import Random
from uuid import UUID, uuid4

import pytest
from django.db import connection

from events.actor import SYSTEM
from events.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from events.services import event_record
from events.services.endpoints import endpoint_create
from events.services.fan_out import endpoint_fan_out
from events.services.pump import endpoint_pump
from events.services.turns import AT_ONCE, deliveries_turn
from events.webhooks.receivers import Rules
from events.webhooks.sending import Answer, Outgoing, send
from tenancy.enter import enter
from tenancy.ids import public_id
from tenancy.models import Organization
from tenancy.services import organization_advance_clock
from tests.events.receivers import Receiver, receiving, status

SUBJECTS, EACH = 10, 3
KINDS = ("application.submitted", "offer.accepted", "application.withdrawn")


class Died(BaseException):
    """A worker's end: no handler takes it for an error."""


class MortalSender:
    """Sends, and dies with every so-many-th message, once the receiver has it."""

    def __init__(self, dies_at: Iterator[bool]) -> None:
        self.dies_at = dies_at

    def __call__(self, outgoing: Outgoing, rules: Rules) -> Answer:
        answer = send(outgoing, rules)
        if next(self.dies_at):
            raise Died
        return answer


@pytest.fixture
def flaky(settings) -> Iterator[Receiver]:
    """It fails 30 % of the time, by chance that is the same every time."""
    settings.ASSAY_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    chance = Random(20261121)

    def respond(handler: BaseHTTPRequestHandler, number: int) -> None:
        status(503 if chance.random() < 0.3 else 204)(handler, number)

    with receiving(respond) as receiver:
        yield receiver


def happenings(organization: Organization) -> dict[UUID, list[str]]:
    """Events about a dozen applications, mixed; the ids of their messages by subject, in order."""
    subjects = [uuid4() for _ in range(SUBJECTS)]
    expected: dict[UUID, list[str]] = defaultdict(list)
    with enter(organization.id):
        for kind, subject in zip(cycle(KINDS), subjects * EACH, strict=False):
            event = event_record(
                organization_id=organization.id,
                actor=SYSTEM,
                type=kind,
                subject=("application", subject),
                data={},
            )
            expected[subject].append(public_id("evt", event.id))
    return expected


def listening(organization: Organization, receiver: Receiver) -> WebhookEndpoint:
    made, _ = endpoint_create(
        organization_id=organization.id,
        actor=SYSTEM,
        url=receiver.url,
        types=["*"],
        version="2026-11-01",
    )
    return made


def worked_off(endpoint: WebhookEndpoint, dies_at: Iterator[bool]) -> int:
    """Work until nothing is open, time passing in between; how many workers died of it."""
    organization_id, died = endpoint.organization_id, 0
    sender = MortalSender(dies_at)
    for _ in range(100):
        try:
            endpoint_pump(organization_id=organization_id, endpoint_id=endpoint.id, sender=sender)
        except Died:
            died += 1
        with enter(organization_id, read_only=True):
            waiting = WebhookDelivery.objects.filter(due_at__isnull=False).exists()
            behind = WebhookEndpoint.objects.get().cursor < Event.objects.count()
        if not waiting and not behind:
            return died
        organization_advance_clock(organization_id=organization_id, by=timedelta(hours=2))
    raise AssertionError("it never ends")


def nothing_lost_nothing_out_of_order(receiver: Receiver, expected: dict[UUID, list[str]]) -> None:
    """Each subject's messages came in order of their first coming, and none came after a later."""
    came: dict[str, list[str]] = defaultdict(list)
    for got in receiver.got:
        came[got.message["data"]["application"]].append(got.id)
    assert set(came) == {public_id("app", subject) for subject in expected}
    for subject, ids in expected.items():
        seen = came[public_id("app", subject)]
        assert list(dict.fromkeys(seen)) == ids
        places = [ids.index(each) for each in seen]
        assert places == sorted(places), "a message came again after a later one"


@pytest.mark.parametrize("every", [0, 13])
def test_nothing_is_lost_and_nothing_overtakes(
    hanse_twin: Organization, flaky: Receiver, every: int
) -> None:
    endpoint = listening(hanse_twin, flaky)
    expected = happenings(hanse_twin)
    dies_at = cycle([False] * (every - 1) + [True]) if every else cycle([False])

    died = worked_off(endpoint, dies_at)

    assert (died > 1) == bool(every)
    nothing_lost_nothing_out_of_order(flaky, expected)
    with enter(hanse_twin.id, read_only=True):
        assert WebhookDelivery.objects.count() == SUBJECTS * EACH
        assert not WebhookDelivery.objects.exclude(status="delivered").exists()
        answered = WebhookAttempt.objects.exclude(status_code=None).count()
        assert answered <= len(flaky.got)
        assert WebhookAttempt.objects.filter(status_code=503).count() > 5


def test_a_fault_of_our_own_costs_the_others_nothing(
    hanse_twin: Organization, flaky: Receiver
) -> None:
    """One attempt breaks in our own code: what else is under way is written down all the same."""
    flaky.respond = None
    endpoint = listening(hanse_twin, flaky)
    happenings(hanse_twin)
    sent = count()

    def breaks(outgoing: Outgoing, rules: Rules) -> Answer:
        if next(sent) == 3:
            raise RuntimeError
        return send(outgoing, rules)

    with pytest.raises(RuntimeError):
        endpoint_pump(organization_id=hanse_twin.id, endpoint_id=endpoint.id, sender=breaks)
    with enter(hanse_twin.id, read_only=True):
        delivered = WebhookDelivery.objects.filter(status="delivered").count()
    assert 0 < delivered == len(flaky.got) < AT_ONCE + 4


def test_a_crash_between_the_cursor_and_its_deliveries_leaves_neither(
    hanse_twin: Organization, flaky: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = listening(hanse_twin, flaky)
    happenings(hanse_twin)
    place = {"organization_id": hanse_twin.id, "endpoint_id": endpoint.id}

    def dies(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as broken:
        broken.setattr(WebhookDelivery.objects, "bulk_create", dies)
        with pytest.raises(Died):
            endpoint_fan_out(**place)
    with enter(hanse_twin.id, read_only=True):
        assert WebhookEndpoint.objects.get().cursor == endpoint.cursor
        assert WebhookDelivery.objects.count() == 0
    endpoint_fan_out(**place)
    with enter(hanse_twin.id, read_only=True):
        assert WebhookDelivery.objects.count() == SUBJECTS * EACH


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_double_and_reorder_nothing(
    hanse_twin: Organization, flaky: Receiver
) -> None:
    """Each in a connection of its own, all at the same endpoint."""
    endpoint = listening(hanse_twin, flaky)
    expected = happenings(hanse_twin)
    place = {"organization_id": hanse_twin.id, "endpoint_id": endpoint.id}

    def work() -> None:
        try:
            endpoint_pump(**place)
        finally:
            connection.close()

    for _ in range(40):
        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(work) for _ in range(4)]:
                done.result()
        with enter(hanse_twin.id, read_only=True):
            if not WebhookDelivery.objects.filter(due_at__isnull=False).exists():
                break
        organization_advance_clock(organization_id=hanse_twin.id, by=timedelta(hours=2))
    nothing_lost_nothing_out_of_order(flaky, expected)
    with enter(hanse_twin.id, read_only=True):
        rows = WebhookDelivery.objects.all()
        assert {each.status for each in rows} == {"delivered"}
        assert sum(each.attempts for each in rows) == len(flaky.got)
    assert deliveries_turn(**place) == []
