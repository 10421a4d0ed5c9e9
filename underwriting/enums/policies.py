"""Policies: their life, gates, trials and backtests."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    CHECKED = "checked", _("Checked")
    SUBMITTED = "submitted", _("Submitted")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class PolicyMove(models.TextChoices):
    """What is done to a policy version; the steps of its life."""

    DRAFTED = "drafted", _("Drafted")
    SAVED = "saved", _("Changed")
    CHECKED = "checked", _("Checked")
    SUBMITTED = "submitted", _("Handed in")
    RETURNED = "returned", _("Returned to its author")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", _("Taken back before it began")
    RETIRED = "retired", _("Retired")
    ENDED = "ended", _("Replaced")


class Obstacle(models.TextChoices):
    """Why a policy cannot be published now: every reason there is, in words for a person."""

    PERMISSION = "permission", _("You may not publish policies.")
    SAME_PERSON = "same_person", _("You worked on this policy: somebody else publishes it.")
    STATUS = "status", _("It has not been handed in.")
    PAST = "past", _("It cannot begin in the past.")
    LATER_SCHEDULED = "later_scheduled", _("A policy that begins later is published already.")
    PRODUCT_MISSING = "product_missing", _("The product is not published.")
    CHECKS_FAIL = "checks_fail", _("Product, dictionary or law changed since it was checked.")
    CONSENT_MISSING = "consent_missing", _("A text of consent that the law asks for is missing.")
    BACKTEST_MISSING = "backtest_missing", _("It was not tested against past applications.")
    BACKTEST_RUNNING = "backtest_running", _("Its test against past applications is running.")
    BACKTEST_FAILED = "backtest_failed", _("Its test against past applications did not finish.")
    BACKTEST_STALE = "backtest_stale", _("Another policy is in force since it was tested.")
    BACKTEST_OLD = "backtest_old", _("Its test against past applications is too old.")
    GATE = "gate", _("A gate blocks it.")


class GateExceptionReason(models.TextChoices):
    """Why a policy may begin although a gate blocks it: codes, so that they can be counted."""

    LAW_CHANGED = "LAW_CHANGED", _("The law asks for the change")
    RISK_ACCEPTED = "RISK_ACCEPTED", _("The risk is wanted, and priced for")
    NEW_MARKET = "NEW_MARKET", _("The past says little about the applicants to come")
    BUSINESS_NECESSITY = "BUSINESS_NECESSITY", _("Necessary, and no less discriminatory way found")
    DATA_MISSING = "DATA_MISSING", _("What the gate needs is not known yet")
    TRIAL = "TRIAL", _("A trial of limited size")


class TrialMode(models.TextChoices):
    """How a challenger policy is tried: beside the one in force, or for a share of applicants."""

    SHADOW = "shadow", _("In shadow")
    SPLIT = "split", _("Split test")


class TrialStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    RUNNING = "running", _("Running")
    REFUSED = "refused", _("Refused")
    ENDED = "ended", _("Ended")


class TrialMeasure(models.TextChoices):
    """What a trial is about; the direction that is better is part of it."""

    APPROVALS = "approvals", _("More approvals")
    REFERRALS = "referrals", _("Fewer referrals")
    WORTH = "worth", _("Loans that earn more")


class Crossing(models.TextChoices):
    """What a look at a trial has proved of the challenger."""

    NONE = "", _("Nothing yet")
    BETTER = "better", _("Better")
    WORSE = "worse", _("Worse")


class BacktestStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


UNDER_WAY = (BacktestStatus.WAITING, BacktestStatus.RUNNING)


class SnapshotSource(models.TextChoices):
    """Where a snapshot's applications come from: decided here, or imported from before."""

    DECIDED = "decided", _("Decided here")
    IMPORTED = "imported", _("Imported")
