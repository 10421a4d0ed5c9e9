"""A file nobody prepared on the desk: the page that sends one, and a draft's grid."""

import io

import pytest

from accounts.models import User
from events.actor import Actor
from scoring.models import DictionaryDraft
from scoring.services.uploads import upload_profile, upload_receive
from tenancy.models import Organization
from tests.browser.visits import Visit
from tests.ml.ugly import ugly_rows


@pytest.fixture
def draft_form(hanse: Organization, rita: User) -> Visit:
    """Where a file is sent."""
    return Visit("/admin/scoring/dictionarydraft/new/", rita)


@pytest.fixture
def drafted(hanse: Organization, rita: User) -> DictionaryDraft:
    """Three hundred loans of eighteen columns, read."""
    rows = (";".join(cell.replace(";", ",") for cell in row) for row in ugly_rows(300, 18))
    draft = upload_receive(
        organization_id=hanse.id, actor=Actor.user(str(rita.pk)), name="préstamos 2024.csv",
        stream=io.BytesIO("\n".join(rows).encode("latin-1")), product_slug="consumo",
        product_names={"de": "Konsum", "en": "Consumer loan"}, currency="EUR", background=False,
    )  # fmt: skip
    assert draft.upload_id is not None
    upload_profile(organization_id=hanse.id, upload_id=draft.upload_id)
    return draft


@pytest.fixture
def draft_page(drafted: DictionaryDraft, rita: User) -> Visit:
    """Its columns, to be looked through."""
    return Visit(f"/admin/scoring/dictionarydraft/{drafted.id}/change/", rita)
