"""A draft of the demo lender's policy, and the analyst who writes it."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from events.actor import Actor
from scoring.models import Product
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_scoring import demo_document
from tests.desk.conftest import SignIn
from underwriting.models import PolicyVersion
from underwriting.services.policies import policy_draft


@pytest.fixture
def draft(hanse: Organization, personal_loan: Product, rita: User) -> PolicyVersion:
    """The demo lender's policy, not yet handed in."""
    return policy_draft(
        organization_id=hanse.id, actor=Actor.user(str(rita.pk)), product_id=personal_loan.id,
        document=demo_document("hanse_kredit", "policy"),
    )  # fmt: skip


@pytest.fixture
def desk(sign_in: SignIn, rita: User) -> Client:
    return sign_in(rita)


def saved(draft: PolicyVersion) -> Any:
    with enter(draft.organization_id, read_only=True):
        found = PolicyVersion.objects.get(organization_id=draft.organization_id, id=draft.id)
    return json.loads(found.document)
