"""The client against a running server, with a test key; every answer is held to the document."""

from collections.abc import Iterator
from typing import Any

import pytest

from assay import Assay
from tenancy.models import Organization
from tests.cast_accounts import key_of
from tests.clients.conformity import Conformity


@pytest.fixture(scope="session")
def conformity() -> Conformity:
    return Conformity()


@pytest.fixture
def assay(live_server: Any, twin: Organization, conformity: Conformity) -> Iterator[Assay]:
    """Somebody's program with a test key of Hanse's."""
    with Assay(key_of(twin)[1], base_url=live_server.url) as client:
        hooks = client.generated.get_httpx_client().event_hooks
        hooks["response"].insert(0, conformity)
        client.generated.get_httpx_client().event_hooks = hooks
        yield client
