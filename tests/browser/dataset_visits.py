"""The pages of data sets, as the people see them whose work they are."""

import pytest

from accounts.models import User
from scoring.models import Dataset
from tests.browser.visits import Visit
from tests.desk.test_datasets import dataset, leaking

__all__ = ["dataset", "dataset_page", "exploration_page", "explored_field_page", "leaking",
           "proxies_page"]  # fmt: skip


@pytest.fixture
def dataset_page(leaking: Dataset, rita: User) -> Visit:
    """One with a leak, as an analyst sees it."""
    return Visit(f"/admin/scoring/dataset/{leaking.id}/change/", rita)


@pytest.fixture
def exploration_page(dataset: Dataset, rita: User) -> Visit:
    return Visit(f"/admin/scoring/dataset/{dataset.id}/exploration/", rita)


@pytest.fixture
def explored_field_page(dataset: Dataset, rita: User) -> Visit:
    return Visit(f"/admin/scoring/dataset/{dataset.id}/exploration/field/housing/", rita)


@pytest.fixture
def proxies_page(dataset: Dataset, carla: User) -> Visit:
    return Visit(f"/admin/scoring/dataset/{dataset.id}/proxies/", carla)
