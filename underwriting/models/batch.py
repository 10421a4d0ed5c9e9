"""Batches: files of applications, cut into chunks that workers decide on their own."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scoring.models import Product
from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import BATCH_STOPPED, BATCH_UNDER_WAY, BatchFormat, ChunkStatus
from underwriting.enums import BatchStatus as S
from underwriting.models.application import FINGERPRINT, HASH, Application

OVER = (S.DONE, *BATCH_STOPPED)


class BatchFile(TenantModel):
    """A file of applications as it was sent. `content_hash` is keyed: it stands for people.

    Its parts are gone as soon as it is cut: what is left says which file it was.
    """

    partner = TenantForeignKey("accounts.Partner", related_name="batch_files", null=True)
    name = models.TextField(_("file"))
    size = models.PositiveBigIntegerField(_("bytes"))
    content_hash = models.TextField(_("content hash"))
    created_by_kind = models.TextField()
    created_by_id = models.TextField(_("sent by"))
    created_at = models.DateTimeField(_("sent"))

    class Meta:
        constraints = [
            models.CheckConstraint(name="batch_file_holds_something", condition=Q(size__gte=1)),
            models.CheckConstraint(
                name="batch_file_hash_formed", condition=Q(content_hash__regex=FINGERPRINT)
            ),
        ]

    def __str__(self) -> str:
        return f"file {self.id.hex[-8:]}"


class BatchFilePart(TenantModel):
    """A piece of a file, sealed under the lender's key; any worker on any machine can read it."""

    file = TenantForeignKey(BatchFile, related_name="parts")
    number = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="batch_file_part_once", fields=["organization", "file", "number"]
            ),
        ]

    def __str__(self) -> str:
        return f"part {self.number}"


class Batch(TenantModel):
    """A file on its way to decisions; what it was asked with never changes.

    It comes from an uploaded `file` or from `source`, an address. `consents` are what the sender
    attests that everybody in it agreed to. `problems` says why a file as a whole was refused.
    Leases and `seen_at` are the world's time, which bounds processes; the other times are the
    lender's clock.
    """

    product = TenantForeignKey(Product, related_name="batches", verbose_name=_("product"))
    partner = TenantForeignKey("accounts.Partner", related_name="batches", null=True)
    file = TenantForeignKey(BatchFile, related_name="batches", null=True)
    source = models.TextField(null=True)
    name = models.TextField(_("file"))
    decimal_mark = models.CharField(max_length=1, default=".")
    language = models.CharField(_("language"), max_length=8)
    consents = models.JSONField(default=list)
    metadata = models.JSONField(default=dict)
    status = models.TextField(_("state"), choices=S.choices, default=S.WAITING)
    cancel_requested = models.BooleanField(default=False)
    error = models.TextField(default="")
    problems = models.JSONField(default=list)
    format = models.TextField(choices=BatchFormat.choices, default="", blank=True)
    rows = models.PositiveIntegerField(_("rows"), null=True)
    holder = models.TextField(null=True)
    fence = models.IntegerField(default=0)
    attempts = models.SmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    created_by_kind = models.TextField()
    created_by_id = models.TextField(_("sent by"))
    created_at = models.DateTimeField(_("sent"))
    deciding_since = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("over"), null=True)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        constraints = [
            models.CheckConstraint(name="batch_status_known", condition=Q(status__in=S.values)),
            models.CheckConstraint(
                name="batch_format_known", condition=Q(format__in=["", *BatchFormat.values])
            ),
            models.CheckConstraint(
                name="batch_decimal_mark_known", condition=Q(decimal_mark__in=[".", ","])
            ),
            models.CheckConstraint(
                name="batch_comes_from_one_place",
                condition=Q(file__isnull=False, source__isnull=True)
                | Q(file__isnull=True, source__isnull=False),
            ),
            models.CheckConstraint(
                name="batch_reader_has_a_lease",
                condition=Q(
                    status=S.READING, holder__isnull=False, lease_until__isnull=False, fence__gte=1
                )
                | (~Q(status=S.READING) & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="batch_read_says_how_many",
                condition=~Q(status__in=[S.DECIDING, S.DONE])
                | Q(rows__isnull=False, rows__gte=1, deciding_since__isnull=False),
            ),
            models.CheckConstraint(
                name="batch_over_says_when",
                condition=Q(status__in=BATCH_UNDER_WAY, finished_at__isnull=True)
                | Q(status__in=OVER, finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="batch_failure_says_why", condition=~Q(status=S.FAILED) | ~Q(error="")
            ),
            models.UniqueConstraint(
                name="batch_one_of_a_file",
                fields=["organization", "file"],
                condition=Q(file__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="batch_by_partner", fields=["organization", "partner", "id"]),
            models.Index(
                name="batch_under_way", fields=["seen_at"], condition=Q(status__in=BATCH_UNDER_WAY)
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.id.hex[-8:]}"

    @property
    def is_active(self) -> bool:
        return self.status in BATCH_UNDER_WAY


class BatchChunk(TenantModel):
    """Consecutive rows of a batch, decided by one worker in one transaction.

    `body` is the rows as sealed Arrow bytes, gone once they are decided; `refusals` the sealed,
    gzipped lines of what was refused. `refused` counts rows, `placed` those that have become an
    application, `repeated` those among them whose application was there before. Times and leases
    are the world's.
    """

    batch = TenantForeignKey(Batch, related_name="chunks")
    number = models.PositiveIntegerField()
    first_row = models.PositiveIntegerField()
    last_row = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    body = models.BinaryField(null=True)
    refusals = models.BinaryField(null=True)
    status = models.TextField(choices=ChunkStatus.choices, default=ChunkStatus.WAITING)
    attempts = models.SmallIntegerField(default=0)
    holder = models.TextField(null=True)
    fence = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    error = models.TextField(default="")
    refused = models.PositiveIntegerField(default=0)
    placed = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    outcomes = models.JSONField(default=dict)
    root = models.TextField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="batch_chunk_number_once", fields=["organization", "batch", "number"]
            ),
            models.CheckConstraint(
                name="batch_chunk_status_known", condition=Q(status__in=ChunkStatus.values)
            ),
            models.CheckConstraint(
                name="batch_chunk_rows_agree",
                condition=Q(first_row__gte=1, rows__gte=1, last_row=F("first_row") + F("rows") - 1),
            ),
            models.CheckConstraint(
                name="batch_chunk_claimed_has_a_lease",
                condition=Q(
                    status=ChunkStatus.DECIDING,
                    holder__isnull=False,
                    lease_until__isnull=False,
                    fence__gte=1,
                )
                | (~Q(status=ChunkStatus.DECIDING) & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="batch_chunk_done_accounts_for_every_row",
                condition=Q(
                    status=ChunkStatus.DONE,
                    rows=F("placed") + F("refused"),
                    repeated__lte=F("placed"),
                    body__isnull=True,
                    finished_at__isnull=False,
                )
                | (~Q(status=ChunkStatus.DONE) & Q(placed=0, root__isnull=True)),
            ),
            models.CheckConstraint(
                name="batch_chunk_failure_says_why",
                condition=~Q(status=ChunkStatus.FAILED) | ~Q(error=""),
            ),
            models.CheckConstraint(
                name="batch_chunk_root_formed",
                condition=Q(root__isnull=True) | Q(root__regex=HASH),
            ),
        ]

    def __str__(self) -> str:
        return f"chunk {self.number}"


class BatchRow(TenantModel):
    """Which application a row became; `made` is False where it was there before."""

    batch = TenantForeignKey(Batch, related_name="placed_rows")
    row = models.PositiveIntegerField()
    application = TenantForeignKey(Application, related_name="batch_rows")
    made = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="batch_row_once", fields=["organization", "batch", "row"]),
            models.CheckConstraint(name="batch_row_from_one", condition=Q(row__gte=1)),
        ]

    def __str__(self) -> str:
        return f"row {self.row}"
