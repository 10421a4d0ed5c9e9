"""Makes a lender whose test twin is listened to, lets things happen, and says what became of them.

Run as a script beside a running platform, as `tests.faults.lender` is. It is the twin's clock that
moves on, so that nobody waits for retries.
"""

import json
import sys
from collections import defaultdict
from datetime import timedelta
from itertools import cycle
from typing import Any
from uuid import uuid4

import django

django.setup()

from accounts.services.organizations import organization_open  # noqa: E402 - Django comes first
from events.actor import SYSTEM  # noqa: E402
from events.models import Event, WebhookDelivery, WebhookEndpoint  # noqa: E402
from events.services import event_record  # noqa: E402
from events.services.endpoints import endpoint_create  # noqa: E402
from tenancy.enter import enter  # noqa: E402
from tenancy.ids import public_id  # noqa: E402
from tenancy.selectors import organization_by_slug  # noqa: E402
from tenancy.services import organization_advance_clock  # noqa: E402

SLUG = "hoerer"
SUBJECTS = 15
KINDS = ("application.submitted", "offer.accepted", "application.withdrawn")


def opened(url: str) -> dict[str, Any]:
    """A lender, and an endpoint at this address in its twin."""
    _live, twin = organization_open(
        actor=SYSTEM,
        slug=SLUG,
        name="Hörer",
        country="DE",
        default_language="de",
        languages=["de"],
        regulation_pack="eu-2026-11-20",
    )
    endpoint, secret = endpoint_create(
        organization_id=twin.id, actor=SYSTEM, url=url, types=["*"], version="2026-11-01"
    )
    return {"slug": twin.slug, "endpoint": str(endpoint.id), "secret": secret}


def happened(slug: str, count: str) -> dict[str, Any]:
    """So many events, each in a transaction of its own; message ids by subject, in order."""
    twin = organization_by_slug(slug)
    subjects = [uuid4() for _ in range(SUBJECTS)]
    expected: dict[str, list[str]] = defaultdict(list)
    for number, kind, subject in zip(
        range(int(count)), cycle(KINDS), cycle(subjects), strict=False
    ):
        with enter(twin.id):
            event = event_record(
                organization_id=twin.id,
                actor=SYSTEM,
                type=kind,
                subject=("application", subject),
                data={"number": number},
            )
        expected[public_id("app", subject)].append(public_id("evt", event.id))
    return expected


def advanced(slug: str, minutes: str) -> dict[str, Any]:
    """Whether all was read and how many deliveries stand how; then time passes."""
    twin = organization_by_slug(slug)
    with enter(twin.id, read_only=True):
        statuses = list(WebhookDelivery.objects.values_list("status", flat=True))
        behind = Event.objects.count() - WebhookEndpoint.objects.get().cursor
    organization_advance_clock(organization_id=twin.id, by=timedelta(minutes=int(minutes)))
    return {"behind": behind, **{each: statuses.count(each) for each in set(statuses)}}


if __name__ == "__main__":
    verbs = {"open": opened, "happen": happened, "advance": advanced}
    print(json.dumps(verbs[sys.argv[1]](*sys.argv[2:])))
