"""The fixed cast: two lenders that must never see each other, and the first one's test twin."""

import pytest

from tenancy.models import Organization
from tenancy.services import organization_create
from tests.remembered import remembered


@pytest.fixture
@remembered
def hanse(db: None) -> Organization:
    """Hanse Kredit, a German lender: the one whose work the tests do."""
    return organization_create(
        slug="hanse-kredit",
        name="Hanse Kredit",
        country="DE",
        default_language="de",
        languages=["de", "en"],
        regulation_pack="eu-2026-11-20",
    )


@pytest.fixture
@remembered
def aurora(db: None) -> Organization:
    """Banco Aurora, a Brazilian lender: the one that must see and reach nothing of Hanse's."""
    return organization_create(
        slug="banco-aurora",
        name="Banco Aurora",
        country="BR",
        default_language="pt",
        languages=["pt", "es", "en"],
        regulation_pack="br-2026-11",
    )


@pytest.fixture
def hanse_twin(hanse: Organization) -> Organization:
    """Hanse Kredit's test twin: another tenant, with its own clock."""
    return organization_create(
        slug="hanse-kredit-test",
        name="Hanse Kredit (test)",
        country="DE",
        default_language="de",
        languages=["de", "en"],
        regulation_pack="eu-2026-11-20",
        mode="test",
        twin_of=hanse,
    )
