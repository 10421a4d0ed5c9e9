"""Batches: files of applications and the chunks they are decided in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BatchStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    READING = "reading", _("Being read")
    DECIDING = "deciding", _("Being decided")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class ChunkStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DECIDING = "deciding", _("Being decided")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class BatchFormat(models.TextChoices):
    CSV = "csv", _("CSV")
    NDJSON = "ndjson", _("NDJSON")
    PARQUET = "parquet", _("Parquet")


BATCH_UNDER_WAY = (BatchStatus.WAITING, BatchStatus.READING, BatchStatus.DECIDING)
BATCH_STOPPED = (BatchStatus.FAILED, BatchStatus.CANCELLED)
"""What may be taken up again."""
