"""The pages of monitoring, of a model whose applicants have begun to ask for longer terms."""

import pytest

from accounts.models import User
from scoring.models import ModelVersion
from tests.browser.visits import Visit
from tests.desk.test_monitoring import OVERVIEW, watched

__all__ = ["monitoring_actions", "monitoring_evolution", "monitoring_field",
           "monitoring_page", "watched", "whatif_page"]  # fmt: skip


@pytest.fixture
def monitoring_page(watched: ModelVersion, rita: User) -> Visit:
    return Visit(OVERVIEW, rita)


@pytest.fixture
def monitoring_field(watched: ModelVersion, rita: User) -> Visit:
    """One field, then and now."""
    return Visit(f"{OVERVIEW}model/{watched.id}/distributions/?field=term_months", rita)


@pytest.fixture
def monitoring_evolution(watched: ModelVersion, rita: User) -> Visit:
    return Visit(f"{OVERVIEW}model/{watched.id}/evolution/", rita)


@pytest.fixture
def monitoring_actions(watched: ModelVersion, anna: User) -> Visit:
    return Visit(f"{OVERVIEW}model/{watched.id}/actions/", anna)


@pytest.fixture
def whatif_page(watched: ModelVersion, rita: User) -> Visit:
    return Visit(f"/admin/underwriting/application/what-if/{watched.product_id}/", rita)
