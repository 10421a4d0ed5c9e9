"""A partner at the front door: an HTTP client that sends JSON with a key."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tenancy.models import Organization
from tests.bodies import Body, loan
from tests.cast_accounts import RawKey
from underwriting.models import PolicyVersion

Api = Callable[..., Any]


class Partner:
    """Somebody with a key; every answer is JSON."""

    def __init__(self, raw: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {raw}"}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=self.headers | headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(
            path, data, content_type="application/json", headers=self.headers | headers
        )

    def apply(self, body: Any, *, wait: bool = True, key: str | None = None) -> Any:
        """Send an application, each time under a key of its own unless one is named."""
        headers = {"Prefer": "wait=5"} if wait else {}
        headers["Idempotency-Key"] = key or uuid4().hex
        return self.post("/v1/applications", body, **headers)


@pytest.fixture
def partner(hanse_key: RawKey, policy: PolicyVersion) -> Partner:
    """Hanse's own system."""
    return Partner(hanse_key[1])


@pytest.fixture
def body(hanse: Organization, policy: PolicyVersion) -> Body:
    return loan(hanse)
