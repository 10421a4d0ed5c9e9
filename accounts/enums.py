"""The words that accounts' rows may hold; the database checks each of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody does at a lender. One membership holds one role."""

    OWNER = "owner", _("Owner")
    RISK_ANALYST = "risk_analyst", _("Risk analyst")
    APPROVER = "approver", _("Approver")
    UNDERWRITER = "underwriter", _("Underwriter")
    SENIOR_UNDERWRITER = "senior_underwriter", _("Senior underwriter")
    COMPLIANCE = "compliance", _("Compliance officer")
    AUDITOR = "auditor", _("Auditor")
    DEVELOPER = "developer", _("Developer")


UNDERWRITING_ROLES = (Role.UNDERWRITER, Role.SENIOR_UNDERWRITER)


class Scope(models.TextChoices):
    """What an API key may do."""

    APPLICATIONS_WRITE = "applications:write", _("Send applications")
    DECISIONS_READ = "decisions:read", _("Read applications and decisions")
    BATCHES = "batches", _("Send and read batches")
    WEBHOOKS = "webhooks", _("Manage webhooks")
    OUTCOMES_WRITE = "outcomes:write", _("Report outcomes")
    MODELS_READ = "models:read", _("Read models")
    SCORES = "scores", _("Score without an application")
    EVENTS_READ = "events:read", _("Export events")
    BOOKINGS_WRITE = "bookings:write", _("Report funded loans")
    DOCUMENTS_READ = "documents:read", _("Read documents of applicants")


class KeyKind(models.TextChoices):
    """How a secret is used: sent with every request, or exchanged for short-lived tokens."""

    KEY = "key", _("API key")
    CLIENT = "client", _("OAuth 2 client")


class PartnerKind(models.TextChoices):
    BROKER = "broker", _("Broker")
    MERCHANT = "merchant", _("Merchant")
    BRANCH = "branch", _("Branch")
