"""All past applications of a product as typed columns: what a backtest reads instead of JSON."""

from django.db import models
from django.db.models import Q

from scoring.models import Product
from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import SnapshotSource
from underwriting.models.application import HASH

MOST_ROWS_A_CHUNK = 20_000


class ApplicationChunk(TenantModel):
    """Some applications of one dictionary, column by column.

    `body` holds what was decided on (facts, request, context), `known` what came of it: the
    decision in force, its reason, the offer, how the loan went. The first never changes but for
    an erasure, the second is read again when something has happened. `upto` is the greatest id of
    what was taken up, `first_ref` and `last_ref` the range of the applications' ids.
    """

    product = TenantForeignKey(Product, related_name="application_chunks")
    source = models.TextField(choices=SnapshotSource.choices)
    dictionary_hash = models.TextField()
    number = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    content_hash = models.TextField()
    body = models.BinaryField()
    known_hash = models.TextField()
    known = models.BinaryField()
    known_at = models.DateTimeField()
    first_ref = models.UUIDField()
    last_ref = models.UUIDField()
    upto = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="application_chunk_number_once",
                fields=["organization", "product", "number"],
            ),
            models.CheckConstraint(
                name="application_chunk_holds_some_rows",
                condition=Q(rows__gte=1, rows__lte=MOST_ROWS_A_CHUNK),
            ),
            models.CheckConstraint(
                name="application_chunk_source_known",
                condition=Q(source__in=SnapshotSource.values),
            ),
            models.CheckConstraint(
                name="application_chunk_hashes_formed",
                condition=Q(
                    content_hash__regex=HASH, known_hash__regex=HASH, dictionary_hash__regex=HASH
                ),
            ),
            models.CheckConstraint(
                name="application_chunk_refs_in_order",
                condition=Q(last_ref__gte=models.F("first_ref")),
            ),
        ]

    def __str__(self) -> str:
        return f"chunk {self.number}"


class ApplicationChunkProtected(TenantModel):
    """What is held apart of a chunk's people (sex, age, origin); for adverse impact alone."""

    chunk = TenantForeignKey(ApplicationChunk, related_name="protected")
    rows = models.PositiveIntegerField()
    content_hash = models.TextField()
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="application_chunk_protected_once", fields=["organization", "chunk"]
            ),
            models.CheckConstraint(
                name="application_chunk_protected_hash_formed",
                condition=Q(content_hash__regex=HASH),
            ),
        ]

    def __str__(self) -> str:
        return f"held apart {self.id}"
