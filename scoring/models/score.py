"""Scores without an application: what was asked for, why, and what the model said."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scoring.enums import ScorePurpose
from scoring.models.product import HASH, Product
from scoring.models.training import ModelVersion
from tenancy.models import TenantForeignKey, TenantModel

FINGERPRINT = r"^hmac-sha256:[0-9a-f]{64}$"
MOST_ROWS = 1_000


class ScoreCall(TenantModel):
    """One request for scores, of one row or of many: by whom, for what, with which model.

    `purpose` never is one that settles somebody's credit: that takes an application, with its
    reasons, notices and clocks. The hashes are those of the model and the dictionary that
    scored. After `facts_until` the rows' facts are emptied (`emptied_at`).
    """

    product = TenantForeignKey(Product, related_name="score_calls", verbose_name=_("product"))
    model_version = TenantForeignKey(
        ModelVersion, related_name="score_calls", verbose_name=_("model")
    )
    partner = TenantForeignKey("accounts.Partner", related_name="score_calls", null=True)
    purpose = models.TextField(_("purpose"), choices=ScorePurpose.choices)
    model_hash = models.TextField()
    dictionary_hash = models.TextField()
    rows = models.PositiveIntegerField(_("rows"))
    made_at = models.DateTimeField(_("made"))
    made_by_kind = models.TextField()
    made_by_id = models.TextField()
    facts_until = models.DateTimeField()
    emptied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="score_call_decides_no_credit", condition=Q(purpose__in=ScorePurpose.values)
            ),
            models.CheckConstraint(
                name="score_call_rows_within", condition=Q(rows__gte=1, rows__lte=MOST_ROWS)
            ),
            models.CheckConstraint(
                name="score_call_hashes_formed",
                condition=Q(model_hash__regex=HASH, dictionary_hash__regex=HASH),
            ),
            models.CheckConstraint(
                name="score_call_facts_end", condition=Q(facts_until__gt=models.F("made_at"))
            ),
            models.CheckConstraint(
                name="score_call_made_by_somebody",
                condition=~Q(made_by_kind="") & ~Q(made_by_id=""),
            ),
        ]
        indexes = [
            models.Index(
                name="score_call_to_empty",
                fields=["facts_until"],
                condition=Q(emptied_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"scores {self.id.hex[-8:]}"


class Score(TenantModel):
    """One row's score. `facts` is the canonical text it came from, `said` what the model made of
    it: contributions, reasons, fields it never saw the like of.

    Nobody's name is here; `reference` is the caller's own word for the row. An erasure takes the
    facts and the salt that keys their hash, the score stays and is nobody's any more.
    """

    call = TenantForeignKey(ScoreCall, related_name="scores")
    position = models.PositiveIntegerField()
    reference = models.TextField(null=True)
    points = models.IntegerField()
    pd_ppm = models.PositiveIntegerField()
    uncertain = models.BooleanField(null=True)
    outside_domain = models.BooleanField(null=True)
    said = models.TextField()
    facts = models.TextField(null=True)
    facts_hash = models.TextField()
    salt = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="score_position_once", fields=["organization", "call", "position"]
            ),
            models.CheckConstraint(
                name="score_pd_is_a_probability", condition=Q(pd_ppm__lte=1_000_000)
            ),
            models.CheckConstraint(
                name="score_facts_go_with_their_salt",
                condition=Q(facts__isnull=False, salt__isnull=False)
                | Q(facts__isnull=True, salt__isnull=True),
            ),
            models.CheckConstraint(
                name="score_hash_formed", condition=Q(facts_hash__regex=FINGERPRINT)
            ),
            models.CheckConstraint(
                name="score_reference_says_something",
                condition=Q(reference__isnull=True) | ~Q(reference=""),
            ),
        ]
        indexes = [
            models.Index(name="score_by_reference", fields=["organization", "reference"]),
        ]

    def __str__(self) -> str:
        return f"score {self.id.hex[-8:]}"
