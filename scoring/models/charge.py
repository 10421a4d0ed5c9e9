"""Who decides: championships with both their times, and requests to move a model in its life."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from scoring.enums import ANSWERED_BY_ONE, AnswerStatus, Move
from scoring.models.product import Product
from scoring.models.training import ModelVersion
from tenancy.models import TenantForeignKey, TenantModel

BELIEVED = Q(superseded_at__isnull=True)
"""What is held true now; the rest is what was held true before a correction."""


class Period(Func):
    """The half-open range of times in which a championship holds."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class ModelRequest(TenantModel):
    """A move of a model in its life, asked for by one and answered by others.

    A promotion needs two people other than who asked, any other move one; one no is enough. A
    demotion needs nobody: it is the safe direction. The database moves the model when the answer
    is yes, and nothing else can (`scoring/database_functions.py`).
    """

    product = TenantForeignKey(Product, related_name="model_requests", verbose_name=_("product"))
    model_version = TenantForeignKey(ModelVersion, related_name="requests", verbose_name=_("model"))
    move = models.TextField(_("move"), choices=Move.choices)
    reason = models.TextField(_("reason"))
    evidence = models.JSONField(_("evidence"))
    valid_until = models.DateTimeField(_("valid until"), null=True)
    championship = TenantForeignKey(
        "Championship", null=True, related_name="corrections", verbose_name=_("time in charge")
    )
    begins_at = models.DateTimeField(_("from"), null=True)
    ends_at = models.DateTimeField(_("until"), null=True)
    status = models.TextField(_("state"), choices=AnswerStatus.choices, default=AnswerStatus.OPEN)
    requested_by_kind = models.TextField(_("asked by (kind)"))
    requested_by_id = models.TextField(_("asked by"))
    requested_at = models.DateTimeField(_("asked"))
    first_yes_by = models.TextField(_("first yes"), default="")
    second_yes_by = models.TextField(_("second yes"), default="")
    refused_by = models.TextField(_("refused by"), default="")
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("request about a model")
        verbose_name_plural = _("requests about models")
        constraints = [
            models.UniqueConstraint(
                name="model_request_one_open",
                fields=["organization", "product", "model_version", "move"],
                condition=Q(status=AnswerStatus.OPEN),
            ),
            models.CheckConstraint(
                name="model_request_move_known", condition=Q(move__in=Move.values)
            ),
            models.CheckConstraint(
                name="model_request_other_people",
                condition=(Q(first_yes_by="") | ~Q(first_yes_by=F("requested_by_id")))
                & (
                    Q(second_yes_by="")
                    | (
                        ~Q(first_yes_by="")
                        & ~Q(second_yes_by=F("first_yes_by"))
                        & ~Q(second_yes_by=F("requested_by_id"))
                    )
                ),
            ),
            models.CheckConstraint(
                name="model_request_status_agrees",
                condition=(
                    Q(
                        status=AnswerStatus.OPEN,
                        second_yes_by="",
                        refused_by="",
                        answered_at__isnull=True,
                    )
                    & (Q(first_yes_by="") | Q(move=Move.PROMOTE))
                )
                | (
                    Q(status=AnswerStatus.APPROVED, refused_by="", answered_at__isnull=False)
                    & (
                        (Q(move=Move.PROMOTE) & ~Q(second_yes_by=""))
                        | (Q(move__in=ANSWERED_BY_ONE, second_yes_by="") & ~Q(first_yes_by=""))
                        | Q(move=Move.DEMOTE, second_yes_by="")
                    )
                )
                | (Q(status=AnswerStatus.REFUSED, answered_at__isnull=False) & ~Q(refused_by="")),
            ),
            models.CheckConstraint(name="model_request_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="model_request_names_its_evidence", condition=~Q(evidence={})
            ),
            models.CheckConstraint(
                name="model_request_validation_ends",
                condition=Q(
                    move=Move.VALIDATE,
                    valid_until__isnull=False,
                    valid_until__gt=F("requested_at"),
                )
                | (~Q(move=Move.VALIDATE) & Q(valid_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="model_request_says_what_it_corrects",
                condition=Q(move=Move.CORRECT, championship__isnull=False, begins_at__isnull=False)
                | (
                    ~Q(move=Move.CORRECT)
                    & Q(championship__isnull=True, begins_at__isnull=True, ends_at__isnull=True)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"request {self.id}"


class Championship(TenantModel):
    """A model version in charge of a product, from a time until another, as known from a time on.

    Nothing is overwritten: what turns out otherwise (an end, a correction) supersedes the row and
    stands in a new one. Of what is believed at a time no two overlap, so "who decided at T, as
    known at K" has one answer.
    """

    product = TenantForeignKey(Product, related_name="championships", verbose_name=_("product"))
    model_version = TenantForeignKey(
        ModelVersion, related_name="championships", verbose_name=_("model")
    )
    request = TenantForeignKey(
        ModelRequest, null=True, related_name="championships", verbose_name=_("request")
    )
    appointed_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True)
    recorded_at = models.DateTimeField(_("known since"))
    superseded_at = models.DateTimeField(_("held true until"), null=True)
    appointed_by_kind = models.TextField(_("appointed by (kind)"))
    appointed_by_id = models.TextField(_("appointed by"))
    reason = models.TextField(_("reason"))

    class Meta:
        verbose_name = _("model in charge")
        verbose_name_plural = _("models in charge")
        constraints = [
            models.UniqueConstraint(
                name="championship_one_in_charge",
                fields=["organization", "product"],
                condition=BELIEVED & Q(ended_at__isnull=True),
            ),
            ExclusionConstraint(
                name="championship_never_two_at_a_time",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("product", RangeOperators.EQUAL),
                    (
                        Period("appointed_at", "ended_at", Value("[)")),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=BELIEVED,
            ),
            models.CheckConstraint(
                name="championship_ends_after_it_began",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("appointed_at")),
            ),
            models.CheckConstraint(
                name="championship_superseded_after_it_was_known",
                condition=BELIEVED | Q(superseded_at__gte=F("recorded_at")),
            ),
            models.CheckConstraint(name="championship_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"championship {self.id}"
