"""The end of a validation is announced in time, once, to those who can do something about it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from accounts.models import User
from events.models import Event
from scoring.models import ModelVersion, Product
from scoring.services.validity import validity_warn
from scoring.tasks import validity_due
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_scoring import expert_version, in_days_valid


def warn(organization: Organization, version: ModelVersion) -> int | None:
    return validity_warn(organization_id=organization.id, model_version_id=version.id)


@pytest.mark.parametrize(("left", "announced"), [(90, None), (60, 60), (31, 60), (29, 30), (3, 7)])
def test_the_end_is_announced_in_time(
    personal_loan: Product, hanse: Organization, left: int, announced: int | None
) -> None:
    version = in_days_valid(expert_version(hanse.id), left)
    assert warn(hanse, version) == announced
    assert warn(hanse, version) is None


def test_those_who_can_validate_anew_are_told(
    personal_loan: Product, hanse: Organization, anna: User, rita: User, uma: User
) -> None:
    in_days_valid(expert_version(hanse.id), 20)
    assert validity_due() == 1
    assert {message.to[0] for message in mail.outbox} == {anna.email, rita.email}
    assert "/admin/scoring/modelversion/" in mail.outbox[0].body
    with enter(hanse.id):
        told = Event.objects.get(type="model.validation_ends")
    assert json.loads(told.data)["days"] == 30


def test_a_new_validation_is_announced_anew(personal_loan: Product, hanse: Organization) -> None:
    version = in_days_valid(expert_version(hanse.id), 5)
    assert warn(hanse, version) == 7
    assert warn(hanse, in_days_valid(version, 6)) == 7
    version = in_days_valid(version, 300)
    assert warn(hanse, version) is None
    assert version.valid_until is not None
    assert version.valid_until > datetime.now(UTC) + timedelta(days=299)
