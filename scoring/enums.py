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
    """Where a version stands in its life. Since when it is in charge, championships say."""

    DRAFT = "draft", _("Draft")
    VALIDATED = "validated", _("Validated")
    CHALLENGER = "challenger", _("Challenger")
    CHAMPION = "champion", _("In charge")
    RETIRED = "retired", _("Retired")


class Move(models.TextChoices):
    """What may be asked for about a model."""

    VALIDATE = "validate", _("Validate")
    CHALLENGE = "challenge", _("Score in shadow")
    PROMOTE = "promote", _("Put in charge")
    DEMOTE = "demote", _("Take out of charge")
    RETIRE = "retire", _("Retire")
    CORRECT = "correct", _("Correct the record of who was in charge")


ANSWERED_BY_ONE = (Move.VALIDATE, Move.CHALLENGE, Move.RETIRE, Move.CORRECT)


class Tier(models.IntegerChoices):
    """How much depends on a model, and so how closely it is looked after."""

    HIGH = 1, _("1: decides about people or much money")
    MIDDLE = 2, _("2: supports decisions that people take")
    LOW = 3, _("3: informs")


class DocumentKind(models.TextChoices):
    CARD = "card", _("Model card")
    PACK = "pack", _("Validation pack")


class Edition(models.TextChoices):
    """What a reader may see: fairness stands in the compliance edition alone."""

    GENERAL = "general", _("General edition")
    COMPLIANCE = "compliance", _("Compliance edition")


class Verdict(models.TextChoices):
    """What the decision made of a score; underwriting pushes it down."""

    APPROVE = "approve", _("Approve")
    COUNTER_OFFER = "counter_offer", _("Counter Offer")
    REFER = "refer", _("Refer")
    DECLINE = "decline", _("Decline")


class ScorePurpose(models.TextChoices):
    """What a score without an application may be for; more may come, none that settles credit."""

    MONITORING = "monitoring", _("Monitoring")
    PORTFOLIO_REVIEW = "portfolio_review", _("Review of a portfolio")
    PROVISIONING = "provisioning", _("Provisions for losses")
    STRESS_TEST = "stress_test", _("Stress test")
    VALIDATION = "validation", _("Validation of a model")
    MIGRATION = "migration", _("Migration from another system")
    RESEARCH = "research", _("Research")
    TESTING = "testing", _("Testing")


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
