"""The words scoring's rows may hold; the database checks each of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Disposition(models.TextChoices):
    """What became of a past application. Only a booked loan has an outcome."""

    BOOKED = "booked", _("Booked")
    NOT_TAKEN = "not_taken", _("Not Taken")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Outcome(models.TextChoices):
    """How a booked loan went. A loan too young to say is censored, never good."""

    GOOD = "good", _("Good")
    BAD = "bad", _("Bad")
    INDETERMINATE = "indeterminate", _("Indeterminate")
    CENSORED = "censored", _("Censored")


class TrainingStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE_TRAINING = (TrainingStatus.QUEUED, TrainingStatus.RUNNING)


class ModelStatus(models.TextChoices):
    """A version's standing. Who is in charge is not a status: championships say it, with dates."""

    DRAFT = "draft", _("Draft")
    CHALLENGER = "challenger", _("Challenger")
    VALIDATED = "validated", _("Validated")
    RETIRED = "retired", _("Retired")


class PromotionStatus(models.TextChoices):
    OPEN = "open", _("Open")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class Verdict(models.TextChoices):
    """What the decision made of a score; underwriting pushes it down."""

    APPROVE = "approve", _("Approve")
    COUNTER_OFFER = "counter_offer", _("Counter Offer")
    REFER = "refer", _("Refer")
    DECLINE = "decline", _("Decline")
