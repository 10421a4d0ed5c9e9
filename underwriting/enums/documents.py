"""Documents that come with an application."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    IDENTITY = "identity", _("Identity document")
    INCOME = "income", _("Proof of income")
    BANK_STATEMENT = "bank_statement", _("Bank statement")
    ADDRESS = "address", _("Proof of address")
    CONTRACT = "contract", _("Contract or invoice")
    OTHER = "other", _("Other")


class MediaType(models.TextChoices):
    """What a file is, told from its own bytes."""

    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"
    HEIC = "image/heic", "HEIC"


SUFFIX = {
    MediaType.PDF: "pdf",
    MediaType.JPEG: "jpg",
    MediaType.PNG: "png",
    MediaType.HEIC: "heic",
}
"""How a file's name ends when it leaves again, whatever it was called."""
