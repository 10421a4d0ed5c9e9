"""What people decide, and why."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReviewStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLAIMED = "claimed", _("Claimed")
    SECOND_PERSON = "second_person", _("Waiting for a second person")
    SETTLED = "settled", _("Settled")
    CANCELLED = "cancelled", _("Cancelled")


class ReviewCause(models.TextChoices):
    REFERRAL = "referral", _("Referred by policy")
    REQUEST = "request", _("Asked for by the applicant")


class StepKind(models.TextChoices):
    CLAIM = "claim", _("Claimed")
    RELEASE = "release", _("Released")
    APPROVE = "approve", _("Approved")
    COUNTER_OFFER = "counter_offer", _("Counter-offered")
    DECLINE = "decline", _("Declined")
    REFER_UP = "refer_up", _("Referred up")
    AGREE = "agree", _("Agreed as second person")
    DISAGREE = "disagree", _("Disagreed as second person")


VERDICT_STEPS = (StepKind.APPROVE, StepKind.COUNTER_OFFER, StepKind.DECLINE)


class OverrideCode(models.TextChoices):
    """Why a person departs from what policy or model said: codes, so that they can be counted."""

    DOCUMENTS_SEEN = "DOCUMENTS_SEEN", _("Documents seen that the facts did not show")
    INCOME_VERIFIED = "INCOME_VERIFIED", _("Income verified with the payer")
    COLLATERAL = "COLLATERAL", _("Additional security")
    KNOWN_CUSTOMER = "KNOWN_CUSTOMER", _("Long and good relationship")
    DATA_CORRECTED = "DATA_CORRECTED", _("A fact was wrong and is explained")
    IDENTITY_CONFIRMED = "IDENTITY_CONFIRMED", _("Identity confirmed")
    CAPACITY_DOUBTED = "CAPACITY_DOUBTED", _("Doubts about the capacity to repay")
    DOCUMENTS_INCONSISTENT = "DOCUMENTS_INCONSISTENT", _("Documents and answers differ")
    FRAUD_SUSPECTED = "FRAUD_SUSPECTED", _("Signs of fraud")
    POLICY_EXCEPTION = "POLICY_EXCEPTION", _("Exception within the lender's policy")


class PolicyExceptionReason(models.TextChoices):
    """Why somebody gets what policy would not give: codes, so that they can be counted."""

    INCOME_RISEN = "INCOME_RISEN", _("Income verified above what was computed")
    SECURED = "SECURED", _("Security covers the risk")
    GUARANTEED = "GUARANTEED", _("Somebody sound stands in for the loan")
    RELATIONSHIP = "RELATIONSHIP", _("Long and good relationship")
    ONE_OFF_EVENT = "ONE_OFF_EVENT", _("A single event explains the past")
    DATA_WRONG = "DATA_WRONG", _("What policy read was wrong")
    CONTESTED = "CONTESTED", _("The applicant contested the decision and was right")
    OTHER = "OTHER", _("Other, in words")


class Mitigant(models.TextChoices):
    """What makes up for an exception from policy."""

    INCOME_VERIFIED = "INCOME_VERIFIED", _("Income verified with the payer")
    SAVINGS = "SAVINGS", _("Savings seen")
    COLLATERAL = "COLLATERAL", _("Additional security")
    GUARANTOR = "GUARANTOR", _("Guarantor")
    SMALLER_AMOUNT = "SMALLER_AMOUNT", _("Less than was asked for")
    SHORTER_TERM = "SHORTER_TERM", _("Shorter term")
    SALARY_ACCOUNT = "SALARY_ACCOUNT", _("Salary paid into an account here")
    GOOD_RECORD = "GOOD_RECORD", _("Loans repaid here")
    DOCUMENTS_SEEN = "DOCUMENTS_SEEN", _("Documents seen that the facts did not show")
