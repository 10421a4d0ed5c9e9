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


class EvidenceKind(models.TextChoices):
    """What is known about a model from the loans it was judged on."""

    CALIBRATION = "calibration", _("Calibration")
    CONFORMAL = "conformal", _("Conformal sets")
    DOMAIN = "domain", _("Training domain")
    PROFIT = "profit", _("Profit")
    FAIRNESS = "fairness", _("Fairness")
    REJECT_INFERENCE = "reject_inference", _("Reject inference")
    REASONS = "reasons", _("Reasons")
    STABILITY = "stability", _("Stability")
    BASELINE = "baseline", _("Baseline for monitoring")


class DatasetEvidenceKind(models.TextChoices):
    """What is known about a data set before anything learns from it."""

    PROFILE = "profile", _("Profile")
    EXPLORATION = "exploration", _("Exploration")
    LEAKAGE = "leakage", _("Leakage")
    PROXIES = "proxies", _("Proxies")


class AnswerStatus(models.TextChoices):
    OPEN = "open", _("Open")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class UploadStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    READING = "reading", _("Being read")
    READY = "ready", _("Read")
    IMPORTING = "importing", _("Being imported")
    IMPORTED = "imported", _("Imported")
    FAILED = "failed", _("Failed")


class DraftStatus(models.TextChoices):
    OPEN = "open", _("Open")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


class StepStatus(models.TextChoices):
    """A step of a training; `cached` took the result of an earlier run."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CACHED = "cached", _("Taken from an earlier run")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Skipped")


ENDED_STEPS = (StepStatus.DONE, StepStatus.CACHED, StepStatus.FAILED)


class TrialStatus(models.TextChoices):
    COMPLETE = "complete", _("Complete")
    PRUNED = "pruned", _("Given up early")
    FAILED = "failed", _("Failed")


class Level(models.TextChoices):
    """How a figure of monitoring stands against its limits."""

    OK = "ok", _("Fine")
    WARN = "warn", _("Watch")
    ALARM = "alarm", _("Alarm")
    INSUFFICIENT = "insufficient", _("Too few to say")


class AlertStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class SplitStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    RUNNING = "running", _("Running")
    ENDED = "ended", _("Ended")
    REFUSED = "refused", _("Refused")


class LookMethod(models.TextChoices):
    """How a challenger is compared: the same loans by both models, or a share of the applicants."""

    SHADOW = "shadow", _("Shadow")
    SPLIT = "split", _("Split test")
