"""Webhooks delivered a second to one receiver, against the same receiver posted to in a loop.

Ours is made from the event chain, signed, sent in the order of each subject, and written down.
The baseline posts the same number of small bodies over one connection and keeps nothing.
"""

import http.client
import time
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

from django.test import override_settings

from events.actor import SYSTEM
from events.services import event_record
from events.services.endpoints import endpoint_create
from events.services.pump import endpoint_pump
from tenancy.enter import enter
from tests.benchmarks.bench import Bench
from tests.benchmarks.frame import Figure, interleaved
from tests.benchmarks.lender import organizations_opened
from tests.events.receivers import receiving

EVENTS = 500
LOOPBACK = ["127.0.0.0/8"]


def webhook_drain(bench: Bench) -> Iterator[Figure]:
    many = bench.scaled(EVENTS)
    (organization_id,) = organizations_opened(1)
    with receiving() as receiver, override_settings(ASSAY_WEBHOOK_NETWORKS=LOOPBACK):
        endpoint, _secret = endpoint_create(
            organization_id=organization_id,
            actor=SYSTEM,
            url=receiver.url,
            types=["*"],
            version="2026-11-01",
            partner_id=None,
        )

        def ours() -> float:
            for _ in range(many):
                with enter(organization_id):
                    event_record(
                        organization_id=organization_id,
                        actor=SYSTEM,
                        type="application.submitted",
                        subject=("application", uuid4()),
                        data={},
                    )
            started = time.perf_counter()
            endpoint_pump(organization_id=organization_id, endpoint_id=endpoint.id, seconds=120)
            return many / (time.perf_counter() - started)

        rounds = interleaved(ours, lambda: _posted(receiver.url, many), bench.rounds)
    yield Figure("webhook_drain", "deliveries/s", "posting in a loop, keeping nothing", rounds)


def _posted(url: str, many: int) -> float:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    started = time.perf_counter()
    for _ in range(many):
        connection.request("POST", parts.path or "/", b"{}", {"Content-Type": "application/json"})
        connection.getresponse().read()
    connection.close()
    return many / (time.perf_counter() - started)
