"""Lists, and the marks that are counted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MarkKind(models.TextChoices):
    """What an application comes with that another may share. Kept as keyed fingerprints."""

    IDENTITY = "identity", _("Person")
    NATIONAL_ID = "national_id", _("Identity number")
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    EMAIL_DOMAIN = "email_domain", _("Domain of the e-mail address")
    ADDRESS = "address", _("Address")
    DEVICE = "device", _("Device")
    EMPLOYER = "employer", _("Employer")


COUNTED_MARKS = (
    MarkKind.IDENTITY,
    MarkKind.PHONE,
    MarkKind.ADDRESS,
    MarkKind.DEVICE,
    MarkKind.EMPLOYER,
)
"""By which applications are counted; the others are only looked up in lists."""


class ListKind(models.TextChoices):
    BLOCK = "block", _("Block")
    ALLOW = "allow", _("Allow")
    WATCH = "watch", _("Watch")


class ListHolds(models.TextChoices):
    """What a list's entries are. Of persons only the fingerprint is kept."""

    NATIONAL_ID = "national_id", _("Identity numbers")
    PHONE = "phone", _("Phone numbers")
    EMAIL = "email", _("E-mail addresses")
    EMAIL_DOMAIN = "email_domain", _("Domains of e-mail addresses")
    ADDRESS = "address", _("Addresses")
    DEVICE = "device", _("Devices")
    EMPLOYER = "employer", _("Employers")
    TEXT = "text", _("Answers to a question")


READABLE_HOLDS = (ListHolds.EMPLOYER, ListHolds.TEXT, ListHolds.EMAIL_DOMAIN)
"""Values that name no person are kept as they are written; of all others only the fingerprint."""


class EntryReason(models.TextChoices):
    """Why something came onto a list: codes, so that they can be counted."""

    FRAUD_CONFIRMED = "FRAUD_CONFIRMED", _("Fraud confirmed")
    FRAUD_SUSPECTED = "FRAUD_SUSPECTED", _("Signs of fraud")
    IDENTITY_MISUSED = "IDENTITY_MISUSED", _("Somebody else used this identity")
    LOAN_LOST = "LOAN_LOST", _("A loan here was written off")
    SELF_EXCLUDED = "SELF_EXCLUDED", _("Asked not to be lent to")
    AUTHORITY = "AUTHORITY", _("Order of a court or authority")
    UNVERIFIABLE = "UNVERIFIABLE", _("Cannot be verified")
    TRUSTED = "TRUSTED", _("Known and verified")
    OTHER = "OTHER", _("Other, in words")


class RemovalReason(models.TextChoices):
    MISTAKE = "MISTAKE", _("It was a mistake")
    CLEARED = "CLEARED", _("The suspicion was cleared up")
    GROUNDS_ENDED = "GROUNDS_ENDED", _("The grounds have ended")
    OBJECTION = "OBJECTION", _("The person objected and was right")
    OTHER = "OTHER", _("Other, in words")
