"""The client against a running server, with a test key."""

from collections.abc import Iterator
from typing import Any

import pytest

from assay import Assay
from tenancy.models import Organization
from tests.cast_accounts import key_of


@pytest.fixture
def assay(live_server: Any, twin: Organization) -> Iterator[Assay]:
    """Somebody's program with a test key of Hanse's."""
    with Assay(key_of(twin)[1], base_url=live_server.url) as client:
        yield client
