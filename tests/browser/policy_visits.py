"""The pages on which a policy is written, tried and compared."""

import pytest

from accounts.models import User
from tests.browser.visits import Visit
from tests.desk.policy_cast import draft
from tests.desk.policy_forms import BASE
from underwriting.models import PolicyVersion

__all__ = ["draft", "policy_cases_page", "policy_grid_page", "policy_settings_page"]


@pytest.fixture
def policy_grid_page(draft: PolicyVersion, rita: User) -> Visit:
    """A rule set of three rules and three columns."""
    return Visit(f"{BASE}/{draft.id}/edit/rules/2/", rita)


@pytest.fixture
def policy_settings_page(draft: PolicyVersion, rita: User) -> Visit:
    return Visit(f"{BASE}/{draft.id}/edit/settings/", rita)


@pytest.fixture
def policy_cases_page(draft: PolicyVersion, rita: User) -> Visit:
    """Results, what they reach, and the box."""
    return Visit(f"{BASE}/{draft.id}/cases/", rita)
