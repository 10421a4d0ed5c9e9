from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from tenancy.enums import Mode
from tenancy.ids import new_id


class Organization(models.Model):
    """A lender. Row-level security on its own id: a tenant sees itself and nobody else."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=63, unique=True)
    name = models.TextField()
    mode = models.TextField(choices=Mode.choices, default=Mode.LIVE)
    twin_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    country = models.CharField(max_length=2)
    default_language = models.CharField(max_length=8)
    languages = models.JSONField()
    regulation_pack = models.TextField()
    wrapped_key = models.BinaryField()
    clock_offset = models.DurationField(default=timedelta(0))
    refer_all = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organization_mode_known", condition=Q(mode__in=Mode.values)
            ),
            models.CheckConstraint(
                name="organization_twin_is_test",
                condition=Q(twin_of__isnull=True) | (Q(mode=Mode.TEST) & ~Q(twin_of=F("id"))),
            ),
            models.CheckConstraint(
                name="organization_clock_moves_in_test_only",
                condition=Q(clock_offset=timedelta(0)) | Q(mode=Mode.TEST),
            ),
            models.CheckConstraint(
                name="organization_country_is_two_letters",
                condition=Q(country__regex=r"^[A-Z]{2}$"),
            ),
            models.UniqueConstraint(name="organization_one_twin", fields=["twin_of"]),
        ]

    def __str__(self) -> str:
        return self.slug
