"""Visits to the pages about models: one model whole, what waits for an answer, the lists."""

import pytest

from accounts.models import User
from scoring.enums import DocumentKind, Edition, Move
from scoring.models import ModelVersion
from scoring.services.packs import document_make
from scoring.services.requests import move_request
from tests.browser.visits import Visit
from tests.cast_scoring import ANALYST
from tests.scoring.evidence_examples import with_evidence


@pytest.fixture
def asked(challenger: ModelVersion) -> ModelVersion:
    """A model in shadow with evidence, a pack, and a promotion that waits for two people."""
    about = {"organization_id": challenger.organization_id, "model_version_id": challenger.id}
    with_evidence(challenger)
    document_make(**about, actor=ANALYST, kind=DocumentKind.PACK, edition=Edition.GENERAL)
    move_request(**about, actor=ANALYST, move=Move.PROMOTE, reason="in shadow it has proved better")
    return challenger


@pytest.fixture
def model_page(asked: ModelVersion, alice: User) -> Visit:
    return Visit(f"/admin/scoring/modelversion/{asked.id}/change/", alice)


@pytest.fixture
def today_page(asked: ModelVersion, anna: User) -> Visit:
    return Visit("/admin/", anna)


@pytest.fixture
def answer_page(asked: ModelVersion, anna: User) -> Visit:
    return Visit("/admin/scoring/modelrequest/", anna)


@pytest.fixture
def inventory_page(asked: ModelVersion, rita: User) -> Visit:
    return Visit("/admin/scoring/inventoryentry/", rita)


@pytest.fixture
def championships_page(asked: ModelVersion, rita: User) -> Visit:
    return Visit("/admin/scoring/championship/?known=all", rita)


@pytest.fixture
def inventory_form(asked: ModelVersion, rita: User) -> Visit:
    return Visit(f"/admin/scoring/modelversion/{asked.id}/inventory/", rita)
