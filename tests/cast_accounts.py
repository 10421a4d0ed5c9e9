"""The people: Hanse's staff, an outsider from Aurora, a broker, and keys."""

from collections.abc import Callable

import pytest
from django.core.cache import cache

from accounts.enums import Role, Scope
from accounts.models import ApiKey, Partner, User
from accounts.models.api_key import MOST_PER_MINUTE
from accounts.services.api_keys import api_key_create
from accounts.services.memberships import membership_grant
from accounts.services.partners import partner_create
from accounts.services.users import user_create
from events.actor import SYSTEM
from tenancy.models import Organization
from tests.remembered import remembered

SMALL_LIMIT = 500_000
LARGE_LIMIT = 5_000_000
PASSWORD = "correct horse battery staple"

Hire = Callable[..., User]
RawKey = tuple[ApiKey, str]


@pytest.fixture(autouse=True)
def first_attempt() -> None:
    """Sign-ins are counted and limited; each test starts afresh."""
    cache.clear()


@pytest.fixture
def hire(db: None) -> Hire:
    """Make somebody a member of a lender."""

    def hired(
        organization: Organization, first_name: str, role: str, approval_limit: int | None = None
    ) -> User:
        user = user_create(
            email=f"{first_name.lower()}@{organization.slug}.example",
            password=PASSWORD,
            name=first_name,
        )
        membership_grant(
            organization_id=organization.id,
            actor=SYSTEM,
            user=user,
            role=role,
            approval_limit=approval_limit,
        )
        return user

    return hired


@pytest.fixture
@remembered
def alice(hanse: Organization, hire: Hire) -> User:
    """Owns Hanse."""
    return hire(hanse, "Alice", Role.OWNER)


@pytest.fixture
@remembered
def uma(hanse: Organization, hire: Hire) -> User:
    """Underwrites at Hanse, up to 5,000.00."""
    return hire(hanse, "Uma", Role.UNDERWRITER, SMALL_LIMIT)


@pytest.fixture
@remembered
def sven(hanse: Organization, hire: Hire) -> User:
    """Senior underwriter at Hanse, up to 50,000.00."""
    return hire(hanse, "Sven", Role.SENIOR_UNDERWRITER, LARGE_LIMIT)


@pytest.fixture
@remembered
def rita(hanse: Organization, hire: Hire) -> User:
    """Analyses risk at Hanse."""
    return hire(hanse, "Rita", Role.RISK_ANALYST)


@pytest.fixture
@remembered
def anna(hanse: Organization, hire: Hire) -> User:
    """Approves what Rita proposes."""
    return hire(hanse, "Anna", Role.APPROVER)


@pytest.fixture
@remembered
def carla(hanse: Organization, hire: Hire) -> User:
    """Compliance at Hanse."""
    return hire(hanse, "Carla", Role.COMPLIANCE)


@pytest.fixture
@remembered
def otto(aurora: Organization, hire: Hire) -> User:
    """The outsider: senior underwriter, but of Aurora."""
    return hire(aurora, "Otto", Role.SENIOR_UNDERWRITER, LARGE_LIMIT)


@pytest.fixture
@remembered
def broker(hanse: Organization) -> Partner:
    return partner_create(
        organization_id=hanse.id, actor=SYSTEM, slug="nord-broker", name="Nord Broker"
    )


def key_of(organization: Organization, partner: Partner | None = None) -> RawKey:
    """A key with every scope, and a rate that no test or benchmark meets unasked."""
    return api_key_create(
        organization_id=organization.id,
        actor=SYSTEM,
        name="system",
        scopes=list(Scope.values),
        partner=partner,
        rate_per_minute=MOST_PER_MINUTE,
        burst=MOST_PER_MINUTE,
    )


@pytest.fixture
@remembered
def hanse_key(hanse: Organization) -> RawKey:
    """Hanse's own system."""
    return key_of(hanse)


@pytest.fixture
@remembered
def broker_key(hanse: Organization, broker: Partner) -> RawKey:
    """The broker's: it sees the broker's applications only."""
    return key_of(hanse, broker)


@pytest.fixture
@remembered
def aurora_key(aurora: Organization) -> RawKey:
    return key_of(aurora)
