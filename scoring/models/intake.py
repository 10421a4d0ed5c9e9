"""A file nobody prepared, and the dictionary drafted from it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scoring.enums import DraftStatus, UploadStatus
from scoring.models.product import HASH, DictionaryVersion
from scoring.models.training import WHOLE
from tenancy.models import TenantForeignKey, TenantModel


class LoanUpload(TenantModel):
    """A file of past loans as it was sent, and how far reading it has come.

    `rejected` is the gzipped file of rows that the import refused, to be handed back.
    """

    name = models.TextField(_("file"))
    size = models.PositiveBigIntegerField(_("bytes"))
    content_hash = models.TextField(_("content hash"))
    rows = models.PositiveIntegerField(_("rows"), null=True)
    target = models.TextField(_("outcome column"), default="")
    status = models.TextField(
        _("state"), choices=UploadStatus.choices, default=UploadStatus.WAITING
    )
    step = models.TextField(_("step"), default="")
    progress_ppm = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    error = models.TextField(_("error"), default="")
    result = models.JSONField(null=True)
    rejected = models.BinaryField(null=True)
    uploaded_by_kind = models.TextField()
    uploaded_by_id = models.TextField(_("sent by"))
    uploaded_at = models.DateTimeField(_("sent"))
    changed_at = models.DateTimeField(_("last sign of life"))

    class Meta:
        verbose_name = _("file of past loans")
        verbose_name_plural = _("files of past loans")
        constraints = [
            models.CheckConstraint(
                name="loan_upload_status_known", condition=Q(status__in=UploadStatus.values)
            ),
            models.CheckConstraint(
                name="loan_upload_hash_formed", condition=Q(content_hash__regex=HASH)
            ),
            models.CheckConstraint(
                name="loan_upload_progress_within", condition=Q(progress_ppm__lte=WHOLE)
            ),
            models.CheckConstraint(
                name="loan_upload_failure_says_why",
                condition=~Q(status=UploadStatus.FAILED) | ~Q(error=""),
            ),
        ]

    def __str__(self) -> str:
        return f"file {self.id}"


class LoanUploadPart(TenantModel):
    """A piece of an uploaded file, so that any worker on any machine can read it."""

    upload = TenantForeignKey(LoanUpload, related_name="parts")
    number = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="loan_upload_part_number_once", fields=["organization", "upload", "number"]
            ),
        ]

    def __str__(self) -> str:
        return f"part {self.number}"


class DictionaryDraft(TenantModel):
    """A dictionary proposed from a file, edited by people until it is published.

    `document` (the dictionary) and `mapping` are JSON texts, empty until the file has been read;
    `terms` is the product's document in the making. `revision` rises with every save, so that two
    people who edit at once do not overwrite each other.
    """

    upload = TenantForeignKey(LoanUpload, null=True, related_name="drafts")
    product_slug = models.SlugField(_("product"), max_length=63)
    product_names = models.JSONField(_("names"))
    currency = models.CharField(_("currency"), max_length=3)
    target = models.TextField(_("outcome column"))
    source_name = models.TextField(_("file"))
    document = models.TextField()
    mapping = models.TextField()
    profile = models.JSONField()
    terms = models.JSONField(default=dict)
    status = models.TextField(_("state"), choices=DraftStatus.choices, default=DraftStatus.OPEN)
    dictionary_version = TenantForeignKey(
        DictionaryVersion, null=True, related_name="drafts", verbose_name=_("data dictionary")
    )
    revision = models.PositiveIntegerField(default=1)
    created_by_kind = models.TextField()
    created_by_id = models.TextField(_("drafted by"))
    created_at = models.DateTimeField(_("drafted"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("dictionary draft")
        verbose_name_plural = _("dictionary drafts")
        constraints = [
            models.CheckConstraint(
                name="dictionary_draft_status_known", condition=Q(status__in=DraftStatus.values)
            ),
            models.CheckConstraint(
                name="dictionary_draft_published_as_something",
                condition=Q(status=DraftStatus.PUBLISHED, dictionary_version__isnull=False)
                | (~Q(status=DraftStatus.PUBLISHED) & Q(dictionary_version__isnull=True)),
            ),
            models.CheckConstraint(
                name="dictionary_draft_currency_is_three_letters",
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.id}"
