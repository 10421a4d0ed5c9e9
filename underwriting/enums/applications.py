"""Applications and the parties in them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ApplicationStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    INCOMPLETE = "incomplete", _("Incomplete")
    DECIDING = "deciding", _("Deciding")
    REFERRED = "referred", _("Referred")
    APPROVED_WITH_CONDITIONS = "approved_with_conditions", _("Approved with conditions")
    APPROVED = "approved", _("Approved")
    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    NOT_TAKEN = "not_taken", _("Not taken")
    FUNDED = "funded", _("Funded")


class Door(models.TextChoices):
    API = "api", _("API")
    PORTAL = "portal", _("Portal")
    DESK = "desk", _("Desk")
    FILE = "file", _("File")


class Role(models.TextChoices):
    BORROWER = "borrower", _("Borrower")
    CO_BORROWER = "co_borrower", _("Co-borrower")
    GUARANTOR = "guarantor", _("Guarantor")


class Liability(models.TextChoices):
    FULL = "full", _("Full")
    LIMITED = "limited", _("Limited")
    NONE = "none", _("None")


class Match(models.TextChoices):
    """How a party found its customer: a new one, by exact keys, or perhaps (a person looks)."""

    NEW = "new", _("New customer")
    EXACT = "exact", _("Known customer")
    POSSIBLE = "possible", _("Possibly a known customer")


class IndexKind(models.TextChoices):
    """What a customer can be found by. The first two resolve; the others only search."""

    NATIONAL_ID = "national_id", _("Identity number")
    PERSON = "person", _("E-mail, name and birth date")
    NAME_BIRTH = "name_birth", _("Name and birth date")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")


class Provenance(models.TextChoices):
    DECLARED = "declared", _("Declared")
    DOCUMENT = "document", _("Document")
    BUREAU = "bureau", _("Bureau")
    BANK = "bank", _("Bank")
    STAFF = "staff", _("Staff")
