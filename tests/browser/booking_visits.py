"""Bookings that do not match: the list, one to be settled, one that waits for a second person."""

import pytest

from accounts.models import User
from tenancy.models import Organization
from tests.browser.visits import Visit
from tests.cast_underwriting import Submit
from tests.underwriting.test_bookings import opened, settle
from underwriting.models import BookingCase

__all__ = ["booking_case_page", "booking_cases_page", "booking_second_page", "mismatched"]

CASES = "/admin/underwriting/bookingcase/"


@pytest.fixture
def mismatched(hanse: Organization, submit: Submit) -> BookingCase:
    """A part drawn at a lower rate, above Uma's limit."""
    return opened(hanse, submit, asked="6000.00", amount=-25_000, rate_ppm=-1_000)


@pytest.fixture
def booking_cases_page(mismatched: BookingCase, uma: User) -> Visit:
    return Visit(CASES, uma)


@pytest.fixture
def booking_case_page(mismatched: BookingCase, uma: User) -> Visit:
    return Visit(f"{CASES}{mismatched.id}/change/", uma)


@pytest.fixture
def booking_second_page(mismatched: BookingCase, uma: User, sven: User) -> Visit:
    settle(mismatched, uma, "book", "PARTLY_DRAWN")
    return Visit(f"{CASES}{mismatched.id}/change/", sven)
