"""Challengers beside the model in charge: shadow scores, split tests, and looks at the evidence."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scoring.enums import LookMethod, SplitStatus
from scoring.models.product import Product
from scoring.models.training import ModelVersion
from tenancy.models import TenantForeignKey, TenantModel


class ShadowScore(TenantModel):
    """What another model would have made of an application; it decided nothing.

    `beside` is the model that did score it. `outcome` is the whole policy's under this model.
    """

    application_id = models.UUIDField()
    model_version = TenantForeignKey(
        ModelVersion, related_name="shadow_scores", verbose_name=_("model")
    )
    beside = TenantForeignKey(ModelVersion, related_name="+", verbose_name=_("beside"))
    points = models.IntegerField(_("points"), null=True)
    pd_ppm = models.PositiveIntegerField(_("PD"), null=True)
    outcome = models.TextField(_("outcome"))
    decided_outcome = models.TextField(_("decided"))
    scored_at = models.DateTimeField(_("scored"))

    class Meta:
        verbose_name = _("shadow score")
        verbose_name_plural = _("shadow scores")
        constraints = [
            models.UniqueConstraint(
                name="shadow_score_once_a_model",
                fields=["organization", "application_id", "model_version"],
            ),
            models.CheckConstraint(
                name="shadow_score_beside_another",
                condition=~Q(model_version=F("beside")),
            ),
            models.CheckConstraint(
                name="shadow_score_pd_is_a_probability",
                condition=Q(points__isnull=True, pd_ppm__isnull=True)
                | Q(points__isnull=False, pd_ppm__isnull=False, pd_ppm__lte=1_000_000),
            ),
        ]

    def __str__(self) -> str:
        return f"shadow {self.id}"


class SplitTest(TenantModel):
    """A share of the applicants decided by the challenger; who, is fixed by the applicant.

    Proposed by one person and begun by another.
    """

    product = TenantForeignKey(Product, related_name="split_tests", verbose_name=_("product"))
    champion = TenantForeignKey(ModelVersion, related_name="+", verbose_name=_("in charge"))
    challenger = TenantForeignKey(ModelVersion, related_name="+", verbose_name=_("challenger"))
    share_ppm = models.PositiveIntegerField(_("share"))
    reason = models.TextField(_("reason"))
    status = models.TextField(_("state"), choices=SplitStatus.choices, default=SplitStatus.PROPOSED)
    requested_by_kind = models.TextField(_("asked by (kind)"))
    requested_by_id = models.TextField(_("asked by"))
    requested_at = models.DateTimeField(_("asked"))
    answered_by = models.TextField(_("answered by"), default="")
    answered_at = models.DateTimeField(_("answered"), null=True)
    started_at = models.DateTimeField(_("from"), null=True)
    ended_at = models.DateTimeField(_("until"), null=True)
    ended_reason = models.TextField(_("why it ended"), default="")

    class Meta:
        verbose_name = _("split test")
        verbose_name_plural = _("split tests")
        constraints = [
            models.UniqueConstraint(
                name="split_test_one_at_a_time",
                fields=["organization", "product"],
                condition=Q(status__in=[SplitStatus.PROPOSED, SplitStatus.RUNNING]),
            ),
            models.CheckConstraint(
                name="split_test_two_models", condition=~Q(champion=F("challenger"))
            ),
            models.CheckConstraint(
                name="split_test_share_is_a_minority",
                condition=Q(share_ppm__gte=1, share_ppm__lte=500_000),
            ),
            models.CheckConstraint(name="split_test_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="split_test_begun_by_another",
                condition=Q(answered_by="") | ~Q(answered_by=F("requested_by_id")),
            ),
            models.CheckConstraint(
                name="split_test_status_agrees",
                condition=Q(
                    status=SplitStatus.PROPOSED,
                    answered_by="",
                    answered_at__isnull=True,
                    started_at__isnull=True,
                    ended_at__isnull=True,
                )
                | (
                    Q(
                        status=SplitStatus.REFUSED,
                        answered_at__isnull=False,
                        started_at__isnull=True,
                        ended_at__isnull=True,
                    )
                    & ~Q(answered_by="")
                )
                | (
                    Q(
                        status=SplitStatus.RUNNING,
                        answered_at__isnull=False,
                        started_at__isnull=False,
                        ended_at__isnull=True,
                    )
                    & ~Q(answered_by="")
                )
                | (
                    Q(
                        status=SplitStatus.ENDED,
                        answered_at__isnull=False,
                        started_at__isnull=False,
                        ended_at__isnull=False,
                        ended_at__gte=F("started_at"),
                    )
                    & ~Q(answered_by="")
                    & ~Q(ended_reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"split test {self.id}"


class ChallengerLook(TenantModel):
    """One look at a challenger against the model in charge; the test stays valid at every look.

    `log_e` is the natural logarithm of the e-value against "the challenger is no better".
    """

    product = TenantForeignKey(Product, related_name="challenger_looks")
    champion = TenantForeignKey(ModelVersion, related_name="+")
    challenger = TenantForeignKey(ModelVersion, related_name="challenger_looks")
    method = models.TextField(choices=LookMethod.choices)
    looked_on = models.DateField()
    known = models.PositiveIntegerField()
    difference = models.FloatField(null=True)
    log_e = models.FloatField()
    crossed = models.BooleanField(default=False)
    document = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="challenger_look_once_a_day",
                fields=["organization", "champion", "challenger", "method", "looked_on"],
            ),
            models.CheckConstraint(
                name="challenger_look_method_known", condition=Q(method__in=LookMethod.values)
            ),
            models.CheckConstraint(
                name="challenger_look_two_models", condition=~Q(champion=F("challenger"))
            ),
        ]

    def __str__(self) -> str:
        return f"look on {self.looked_on}"
