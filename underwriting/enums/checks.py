"""Pulls, and what checks found."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PullStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ANSWERED = "answered", _("Answered")
    FAILED = "failed", _("Not answered")


class PullResult(models.TextChoices):
    """What an answer came to: a check's word, or what file a bureau has."""

    CLEAR = "clear", _("Clear")
    HIT = "hit", _("Hit")
    WHOLE = "whole", _("File")
    THIN = "thin", _("Thin file")
    NONE = "none", _("No file")
    FROZEN = "frozen", _("Frozen file")


class HitCause(models.TextChoices):
    """Why a check does not stand clear."""

    HIT = "hit", _("Hit")
    UNAVAILABLE = "unavailable", _("Not answered")
    NOT_RUN = "not_run", _("Not asked")


class HitStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLEARING = "clearing", _("To be cleared: waits for a second person")
    CONFIRMING = "confirming", _("To be confirmed: waits for a second person")
    CLEARED = "cleared", _("Cleared")
    CONFIRMED = "confirmed", _("Confirmed")


class HitStepKind(models.TextChoices):
    CLEAR = "clear", _("Cleared")
    CONFIRM = "confirm", _("Confirmed")
    AGREE = "agree", _("Agreed as second person")
    DISAGREE = "disagree", _("Disagreed as second person")


class HitReason(models.TextChoices):
    """Why a hit is cleared or confirmed: codes, so that they can be counted."""

    OTHER_PERSON = "OTHER_PERSON", _("Somebody else of the same name")
    DOCUMENTS_SEEN = "DOCUMENTS_SEEN", _("Documents seen that settle it")
    CHECKED_BY_HAND = "CHECKED_BY_HAND", _("Checked by hand with the source")
    DATA_CORRECTED = "DATA_CORRECTED", _("A wrong answer was corrected")
    SAME_PERSON = "SAME_PERSON", _("It is the person")
    FRAUD_ESTABLISHED = "FRAUD_ESTABLISHED", _("Fraud is established")
    NOT_EXPLAINED = "NOT_EXPLAINED", _("It could not be explained")
