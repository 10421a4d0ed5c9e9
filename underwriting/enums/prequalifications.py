"""Prequalifications: what they are, and what they may say."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PrequalificationStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    MADE = "made", _("Made")


class Likelihood(models.TextChoices):
    """What the same model and policy would make of it; never a decision."""

    LIKELY = "likely", _("Likely")
    UNLIKELY = "unlikely", _("Unlikely")
    NEEDS_REVIEW = "needs_review", _("Needs review")
