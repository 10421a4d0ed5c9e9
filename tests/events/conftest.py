"""A receiver on this machine, for tests that deliver to one."""

from collections.abc import Iterator

import pytest

from tests.events.receivers import Receiver, receiving


@pytest.fixture
def loopback(settings) -> None:
    """Webhooks may go to this machine."""
    settings.ASSAY_WEBHOOK_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def receiver(loopback) -> Iterator[Receiver]:
    with receiving() as started:
        yield started
