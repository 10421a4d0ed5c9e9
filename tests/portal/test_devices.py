"""A browser is known again only where the lender's policy asks for it, and by that lender alone."""

import pytest

from accounts.models import User
from events.actor import Actor
from scoring.models import Product
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_scoring import demo_document
from tests.cast_underwriting import policy_ready
from tests.portal.conftest import Applicant, sent
from underwriting.models import ApplicationMark
from underwriting.portal.devices import COOKIE
from underwriting.services.policies import policy_install

ASKED = {"device": {"count": "applications", "by": "device", "days": 7}}


@pytest.fixture
def policy(hanse: Organization, personal_loan: Product, rita: User, anna: User) -> None:
    """Hanse counts applications from one browser."""
    document = demo_document("hanse_kredit", "policy") | {"lookups": ASKED}
    policy_install(
        organization_id=hanse.id,
        author=Actor.user(rita.pk),
        approver=Actor.user(anna.pk),
        product_id=personal_loan.id,
        document=document,
    )


def devices(hanse: Organization) -> list[int | None]:
    with enter(hanse.id, read_only=True):
        rows = ApplicationMark.objects.filter(kind="device").order_by("ordinal")
        return list(rows.values_list("ordinal", flat=True))


def test_one_browser_is_counted_as_one(hanse: Organization, policy: None) -> None:
    """The cookie comes when somebody hands in, not before, and goes to this lender's pages only."""
    first = Applicant()
    first.fill()
    assert COOKIE not in first.client.cookies
    sent(first)
    cookie = first.client.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (
        "/apply/hanse-kredit/",
        True,
        "Lax",
    )
    first.get("restart/")
    first.fill()
    sent(first)
    assert devices(hanse) == [1, 2]
    assert first.client.cookies[COOKIE].value == cookie.value
    other = Applicant()
    other.fill()
    sent(other)
    assert devices(hanse) == [1, 1, 2]


def test_no_policy_asks_and_no_cookie_comes(
    hanse: Organization, personal_loan: Product, rita: User, anna: User
) -> None:
    policy_ready(hanse, personal_loan, rita, anna)
    applicant = Applicant()
    applicant.fill()
    sent(applicant)
    assert COOKIE not in applicant.client.cookies
    assert devices(hanse) == []
