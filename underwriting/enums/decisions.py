"""Runs, decisions, offers and what they oblige to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    RUNNING = "running", _("Running")
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Stage(models.TextChoices):
    ELIGIBILITY = "eligibility", _("Eligibility")
    PULLS = "pulls", _("Pulls")
    SCORE = "score", _("Score")
    POLICY = "policy", _("Policy")


class Outcome(models.TextChoices):
    APPROVE = "approve", _("Approve")
    COUNTER_OFFER = "counter_offer", _("Counter-offer")
    REFER = "refer", _("Refer")
    DECLINE = "decline", _("Decline")


class DecisionKind(models.TextChoices):
    AUTOMATIC = "automatic", _("Automatic")
    REVIEW = "review", _("By a person")


class ReasonSource(models.TextChoices):
    POLICY = "policy", _("Policy")
    MODEL = "model", _("Model")
    PERSON = "person", _("Underwriter")
    HOLD = "hold", _("Held for a person")
    PERSONA = "persona", _("Test persona")


class OfferKind(models.TextChoices):
    APPROVAL = "approval", _("Approval")
    COUNTER_OFFER = "counter_offer", _("Counter-offer")


class OfferStatus(models.TextChoices):
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", _("Lapsed")
    SUPERSEDED = "superseded", _("Superseded")


class ConditionStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLEARED = "cleared", _("Cleared")
    WAIVED = "waived", _("Waived")


class HoldCode(models.TextChoices):
    """Why an application went to a person before, or in spite of, its evaluation."""

    REFER_ALL = "REFER_ALL", _("The lender refers every application at present")
    MODEL_MISSING = "MODEL_MISSING", _("No valid model is in charge")
    MODEL_EXPIRED = "MODEL_EXPIRED", _("The validation of the model in charge has ended")
    POLICY_MISSING = "POLICY_MISSING", _("No policy is in force")
    IDENTITY_MATCH = "IDENTITY_MATCH", _("Perhaps a customer already known")
    OTHER_CURRENCY = "OTHER_CURRENCY", _("Owes in another currency: the limit cannot be computed")
    PERSON_LOOKS = "PERSON_LOOKS", _("A person looks at this application")
    FILE_FROZEN = "FILE_FROZEN", _("The credit file is frozen")
    CONSENT_MISSING = "CONSENT_MISSING", _("A consent that an inquiry needs is missing")
    CHECKS_UNAVAILABLE = "CHECKS_UNAVAILABLE", _("An inquiry was not answered")
    DECIDING_FAILED = "DECIDING_FAILED", _("The decision could not be computed")
    REVIEW_REQUESTED = "REVIEW_REQUESTED", _("The applicant asked for a person")


UNCOMPUTED = frozenset(
    {
        HoldCode.MODEL_MISSING,
        HoldCode.MODEL_EXPIRED,
        HoldCode.POLICY_MISSING,
        HoldCode.DECIDING_FAILED,
    }
)
"""No plan was evaluated for these, whatever was pinned."""


DISCREET = frozenset({HoldCode.PERSON_LOOKS})
"""Holds that say no more than themselves: what is behind them must not reach whom it is about."""


class DutyKind(models.TextChoices):
    """Legal clocks: what is owed to an applicant, and by when."""

    NOTICE = "notice", _("Notice of the decision")
    COUNTER_OFFER_NOTICE = "counter_offer_notice", _("Notice after an untaken counter-offer")
    REVIEW = "review", _("Assessment by a person")


class DutyStatus(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    VOID = "void", _("Void")


class PathStatus(models.TextChoices):
    """What became of the search for what would get somebody approved."""

    FOUND = "found", _("Found")
    NONE = "none", _("Nothing found")
    WITHHELD = "withheld", _("Not looked for")


class PinKind(models.TextChoices):
    """Documents that decisions name by hash and that no other table keeps."""

    PACK = "pack", _("Regulation pack")
    ENGINE = "engine", _("Engine lock")
