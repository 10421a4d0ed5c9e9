"""The end of a model's validation: announced sixty, thirty and seven days before.

After it the model decides nothing (`underwriting.selectors.terms.in_force`); whoever may validate
it anew is told while there is time.
"""

from collections.abc import Iterable
from datetime import datetime
from math import ceil
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from accounts.models import Membership
from accounts.permissions import permissions_of
from events.actor import SYSTEM
from events.services import event_record
from scoring.models import ModelVersion, ValidityWarning
from scoring.selectors.models import model_version_by_id
from tenancy.clock import now
from tenancy.enter import enter

DAYS_BEFORE = (60, 30, 7)
TOLD = frozenset({"scoring.request_model_move", "scoring.answer_model_move"})
SECONDS_A_DAY = 86_400


def validity_warn(*, organization_id: UUID, model_version_id: UUID) -> int | None:
    """Announce the end once for each number of days; which it was, None where nothing is due."""
    with enter(organization_id):
        version = model_version_by_id(organization_id, model_version_id)
        days = _announced(version, now(organization_id))
        if days is None:
            return None
        people = list(_people(organization_id))
        event_record(
            organization_id=organization_id,
            actor=SYSTEM,
            type="model.validation_ends",
            subject=("model", version.id),
            data={"days": days, "number": version.number},
        )
    for email, language in people:
        _written(version, days, email, language)
    return days


def _announced(version: ModelVersion, moment: datetime) -> int | None:
    if version.valid_until is None:
        return None
    left = ceil((version.valid_until - moment).total_seconds() / SECONDS_A_DAY)
    due = [days for days in DAYS_BEFORE if left <= days]
    if not due:
        return None
    _, made = ValidityWarning.objects.get_or_create(
        organization_id=version.organization_id,
        model_version=version,
        valid_until=version.valid_until,
        days=due[-1],
        defaults={"warned_at": moment},
    )
    return due[-1] if made else None


def _people(organization_id: UUID) -> Iterable[tuple[str, str]]:
    members = Membership.objects.filter(
        organization_id=organization_id, active=True
    ).select_related("user")
    for member in members:
        if permissions_of(member.role) & TOLD:
            yield member.user.email, member.user.language


def _written(version: ModelVersion, days: int, email: str, language: str) -> None:
    page = reverse("admin:scoring_modelversion_change", args=[version.id])
    with override(language):
        subject = gettext("The validation of a model ends within %(days)s days") % {"days": days}
        text = render_to_string(
            "admin/scoring/modelversion/validity.txt",
            {"version": version, "link": settings.ASSAY_BASE_URL.rstrip("/") + page},
        )
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [email])
