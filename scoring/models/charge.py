"""Who decides: championships with their dates, and requests to change them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from scoring.enums import PromotionStatus
from scoring.models.product import Product
from scoring.models.training import ModelVersion
from tenancy.models import TenantForeignKey, TenantModel


class Period(Func):
    """The half-open range of times in which a championship holds."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class Championship(TenantModel):
    """A model version in charge of a product, from a time until another.

    Two never overlap: an exclusion constraint says so, and so "who decided at time T" has one
    answer. A trigger lets a row change once, when it ends.
    """

    product = TenantForeignKey(Product, related_name="championships", verbose_name=_("product"))
    model_version = TenantForeignKey(
        ModelVersion, related_name="championships", verbose_name=_("model")
    )
    appointed_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True)
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
                condition=Q(ended_at__isnull=True),
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
            ),
            models.CheckConstraint(
                name="championship_ends_after_it_began",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("appointed_at")),
            ),
            models.CheckConstraint(name="championship_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"championship {self.id}"


class PromotionRequest(TenantModel):
    """A model proposed for charge. Two people other than the proposer say yes, or one says no."""

    product = TenantForeignKey(
        Product, related_name="promotion_requests", verbose_name=_("product")
    )
    model_version = TenantForeignKey(
        ModelVersion, related_name="promotion_requests", verbose_name=_("model")
    )
    reason = models.TextField(_("reason"))
    status = models.TextField(
        _("state"), choices=PromotionStatus.choices, default=PromotionStatus.OPEN
    )
    requested_by_kind = models.TextField(_("asked by (kind)"))
    requested_by_id = models.TextField(_("asked by"))
    requested_at = models.DateTimeField(_("asked"))
    first_yes_by = models.TextField(_("first yes"), default="")
    second_yes_by = models.TextField(_("second yes"), default="")
    refused_by = models.TextField(_("refused by"), default="")
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("promotion request")
        verbose_name_plural = _("promotion requests")
        constraints = [
            models.UniqueConstraint(
                name="promotion_request_one_open",
                fields=["organization", "product", "model_version"],
                condition=Q(status=PromotionStatus.OPEN),
            ),
            models.CheckConstraint(
                name="promotion_request_two_people",
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
                name="promotion_request_status_agrees",
                condition=Q(
                    status=PromotionStatus.OPEN,
                    second_yes_by="",
                    refused_by="",
                    answered_at__isnull=True,
                )
                | (
                    Q(status=PromotionStatus.APPROVED, refused_by="", answered_at__isnull=False)
                    & ~Q(second_yes_by="")
                )
                | (
                    Q(status=PromotionStatus.REFUSED, answered_at__isnull=False) & ~Q(refused_by="")
                ),
            ),
            models.CheckConstraint(name="promotion_request_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"promotion request {self.id}"
