"""The words scoring's rows may hold; the database checks each of them."""

from django.db import models


class Disposition(models.TextChoices):
    """What became of a past application. Only a booked loan has an outcome."""

    BOOKED = "booked"
    NOT_TAKEN = "not_taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Outcome(models.TextChoices):
    """How a booked loan went. A loan too young to say is censored, never good."""

    GOOD = "good"
    BAD = "bad"
    INDETERMINATE = "indeterminate"
    CENSORED = "censored"


class TrainingStatus(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE_TRAINING = (TrainingStatus.QUEUED, TrainingStatus.RUNNING)


class ModelStatus(models.TextChoices):
    """A version's standing. Who is in charge is not a status: championships say it, with dates."""

    DRAFT = "draft"
    CHALLENGER = "challenger"
    VALIDATED = "validated"
    RETIRED = "retired"


class PromotionStatus(models.TextChoices):
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"


class Verdict(models.TextChoices):
    """What the decision made of a score; underwriting pushes it down."""

    APPROVE = "approve"
    COUNTER_OFFER = "counter_offer"
    REFER = "refer"
    DECLINE = "decline"
