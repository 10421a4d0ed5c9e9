"""Documents: what an applicant shows, sealed under the customer's key."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums.documents import DocumentKind, MediaType
from underwriting.models.application import FINGERPRINT, Application, Party

MOST_BYTES = 10 << 20
MOST_DOCUMENTS = 20


class Document(TenantModel):
    """One file of one party. `sealed` holds its bytes, `sealed_name` the name it came with; both
    open with the customer's key alone, and are emptied when retention has ended after an erasure.

    The fingerprint is keyed by the customer's salt: it tells a file sent twice, and means nothing
    once the person is erased.
    """

    application = TenantForeignKey(Application, related_name="documents")
    party = TenantForeignKey(Party, related_name="documents")
    kind = models.TextField(choices=DocumentKind.choices)
    media_type = models.TextField(choices=MediaType.choices)
    size = models.IntegerField()
    sealed = models.BinaryField(null=True)
    sealed_name = models.BinaryField()
    content_hash = models.TextField()
    actor_kind = models.TextField()
    actor_id = models.TextField()
    attached_at = models.DateTimeField()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(
                name="document_once", fields=["organization", "party", "content_hash"]
            ),
            models.CheckConstraint(
                name="document_kind_known", condition=Q(kind__in=DocumentKind.values)
            ),
            models.CheckConstraint(
                name="document_media_type_known", condition=Q(media_type__in=MediaType.values)
            ),
            models.CheckConstraint(
                name="document_size_bounded", condition=Q(size__range=(1, MOST_BYTES))
            ),
            models.CheckConstraint(
                name="document_hash_formed", condition=Q(content_hash__regex=FINGERPRINT)
            ),
        ]

    def __str__(self) -> str:
        return f"document {self.id.hex[-8:]}"
