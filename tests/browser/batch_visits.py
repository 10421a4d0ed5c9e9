"""Batches: the list, the form, one that runs with a part resting, one that is done."""

from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import User
from tenancy.models import Organization
from tests.browser.visits import Visit
from tests.underwriting.test_batches import Send, send
from underwriting.models import PolicyVersion
from underwriting.services import batch_working

__all__ = ["batch_done_page", "batch_form", "batch_running_page", "batches_page", "send"]

BATCHES = "/admin/underwriting/batch/"


@pytest.fixture
def batches_page(send: Send, uma: User) -> Visit:
    send()
    return Visit(BATCHES, uma)


@pytest.fixture
def batch_form(hanse: Organization, policy: PolicyVersion, settings: Settings, uma: User) -> Visit:
    return Visit(f"{BATCHES}new/", uma)


@pytest.fixture
def batch_done_page(send: Send, uma: User) -> Visit:
    return Visit(f"{BATCHES}{send().id}/change/", uma)


@pytest.fixture
def batch_running_page(send: Send, uma: User, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """The second of three parts has failed once and rests."""
    decide = batch_working.chunk_decide

    def fails(**asked: Any) -> Any:
        if asked["terms"].number == 2:
            raise ZeroDivisionError
        return decide(**asked)

    monkeypatch.setattr(batch_working, "chunk_decide", fails)
    return Visit(f"{BATCHES}{send().id}/change/", uma)
