"""A file tells its sender how it ended: once, signed, and nothing of it to anybody else."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from standardwebhooks.webhooks import Webhook

from accounts.models import Partner as Sender
from events.actor import SYSTEM
from events.models import WebhookEndpoint
from events.services.endpoints import endpoint_create, endpoint_disable
from events.services.pump import endpoint_pump
from tenancy.models import Organization
from tests.api.conftest import Partner
from tests.api.test_batches import form, send
from tests.cast_accounts import RawKey
from tests.events.receivers import Receiver, receiving
from underwriting.models import PolicyVersion
from underwriting.services import batch_working

__all__ = ["form"]


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.ASSAY_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    with receiving() as started:
        yield started


def listening(
    hanse: Organization, receiver: Receiver, partner: Sender | None, *types: str
) -> tuple[WebhookEndpoint, str]:
    return endpoint_create(
        organization_id=hanse.id,
        actor=SYSTEM,
        url=receiver.url,
        types=types or ["*"],
        version="2026-11-01",
        partner_id=partner.id if partner else None,
    )


def pumped(endpoint: WebhookEndpoint) -> None:
    assert not endpoint_pump(organization_id=endpoint.organization_id, endpoint_id=endpoint.id)


def test_a_partner_hears_how_its_file_ended(
    hanse: Organization,
    broker: Sender,
    broker_key: RawKey,
    policy: PolicyVersion,
    form: dict[str, Any],
    receiver: Receiver,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sender = Partner(broker_key[1])
    theirs, secret = listening(hanse, receiver, broker)
    with receiving() as lender:
        ours, _ = listening(hanse, lender, None, "batch.*")
        with django_capture_on_commit_callbacks(execute=True):
            batch = send(sender, form).json()["id"]
        assert sender.get(f"/v1/batches/{batch}").json()["status"] == "done"
        pumped(theirs)
        pumped(ours)
        assert lender.types == ["batch.completed"]
    endpoint_disable(organization_id=hanse.id, actor=SYSTEM, endpoint_id=ours.id)
    assert receiver.types == ["batch.completed"]  # decided as columns: no row tells of itself
    (got,) = receiver.got
    assert got.message["data"]["batch"] == batch
    assert Webhook(secret).verify(got.body, got.headers) == got.message

    stopped = send(sender, form, key="k-2", file=SimpleUploadedFile("a.ndjson", b"{}\n{}")).json()
    assert sender.post(f"/v1/batches/{stopped['id']}/cancel", b"").status_code == 200
    pumped(theirs)
    assert receiver.types[1:] == ["batch.cancelled"]

    def broken(**_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(batch_working, "chunk_decide", broken)
    monkeypatch.setattr(batch_working, "MOST_ATTEMPTS", 1)
    with django_capture_on_commit_callbacks(execute=True):
        failed = send(sender, form, key="k-3", metadata="{}").json()["id"]
    assert sender.get(f"/v1/batches/{failed}").json()["status"] == "failed"
    pumped(theirs)
    assert receiver.types[2:] == ["batch.failed"]
    assert receiver.got[-1].message["data"]["batch"] == failed


def test_another_partners_file_is_not_told_of(
    hanse: Organization,
    broker: Sender,
    partner: Partner,
    form: dict[str, Any],
    receiver: Receiver,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    theirs, _ = listening(hanse, receiver, broker)
    with django_capture_on_commit_callbacks(execute=True):
        assert send(partner, form).status_code == 202
    pumped(theirs)
    assert receiver.got == []
