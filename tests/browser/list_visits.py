"""The pages of lists: with a few entries on one, in each of their states."""

import pytest

from accounts.models import User
from events.actor import Actor
from tenancy.models import Organization
from tests.browser.visits import Visit
from tests.underwriting.test_lists import add, listed, remove
from underwriting.models import ReferenceList

__all__ = ["blocked", "entry_page", "file_page", "list_page", "lists_page", "making_page"]

LISTS = "/admin/underwriting/referencelist/"


@pytest.fixture
def blocked(hanse: Organization, carla: User, sven: User) -> ReferenceList:
    """Phones: one stands there, one was taken off; and an employer that waits to be confirmed."""
    phones = listed(hanse, "phone", sensitive=True)
    actor = Actor.user(carla.pk)
    words = "Two applications under two names, the same voice on the telephone."
    add(phones, "+49 40 123456", actor, label="Case 2026-114", words=words)
    gone = add(phones, "+49 40 654321", actor, label="Case 2026-117")
    remove(gone, Actor.user(sven.pk), words="a neighbour's number")
    trusted = listed(hanse, "employer", kind="allow")
    add(trusted, "Hafenlogistik Müller GmbH", actor, reason="TRUSTED", ends=None)
    return phones


@pytest.fixture
def lists_page(blocked: ReferenceList, carla: User) -> Visit:
    return Visit(LISTS, carla)


@pytest.fixture
def list_page(blocked: ReferenceList, sven: User) -> Visit:
    return Visit(f"{LISTS}{blocked.id}/change/", sven)


@pytest.fixture
def entry_page(blocked: ReferenceList, sven: User) -> Visit:
    return Visit(f"{LISTS}{blocked.id}/add/", sven)


@pytest.fixture
def file_page(blocked: ReferenceList, sven: User) -> Visit:
    return Visit(f"{LISTS}{blocked.id}/file/", sven)


@pytest.fixture
def making_page(blocked: ReferenceList, carla: User) -> Visit:
    return Visit(f"{LISTS}make/", carla)
