"""Trials of policies: a challenger beside the policy in force, or for a share of the applicants."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from scoring.models import Product
from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import Crossing, Outcome, TrialMeasure, TrialMode, TrialStatus
from underwriting.models.application import HASH, Application
from underwriting.models.decision import Decision
from underwriting.models.policy import Period, PolicyVersion

UNDECIDED = Q(answered_by_id__isnull=True, answered_at__isnull=True)
ANSWERED = Q(answered_by_id__isnull=False, answered_at__isnull=False)
NOT_ENDED = Q(ended_at__isnull=True, ended_by_id__isnull=True, ended_reason="")
ENDED = Q(ended_at__isnull=False, ended_by_id__isnull=False) & ~Q(ended_reason="")


class PolicyTrial(TenantModel):
    """One challenger policy against the one in force, by the contents of both.

    In shadow it decides nothing. In a split it decides for `share_ppm` of the applicants: who
    they are follows from a hash of this row's id and the customer, so nobody chooses and whoever
    comes again meets the same policy. A trigger carries the rules of who begins it, and with
    which backtest (`underwriting/trial_functions.py`).
    """

    product = TenantForeignKey(Product, related_name="policy_trials")
    challenger = TenantForeignKey(PolicyVersion, related_name="trials")
    challenger_hash = models.TextField()
    champion_hash = models.TextField()
    mode = models.TextField(choices=TrialMode.choices)
    share_ppm = models.PositiveIntegerField(default=0)
    measure = models.TextField(choices=TrialMeasure.choices)
    reason = models.TextField()
    status = models.TextField(choices=TrialStatus.choices)
    requested_by_id = models.TextField()
    requested_at = models.DateTimeField()
    answered_by_id = models.TextField(null=True)
    answered_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_by_id = models.TextField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(default="")

    class Meta:
        verbose_name = _("trial of a policy")
        verbose_name_plural = _("trials of policies")
        constraints = [
            models.UniqueConstraint(
                name="policy_trial_one_at_a_time",
                fields=["organization", "product"],
                condition=Q(status__in=[TrialStatus.PROPOSED, TrialStatus.RUNNING]),
            ),
            ExclusionConstraint(
                name="policy_trial_one_then_another",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("product", RangeOperators.EQUAL),
                    (Period("started_at", "ended_at", Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=Q(started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="policy_trial_two_policies", condition=~Q(challenger_hash=F("champion_hash"))
            ),
            models.CheckConstraint(
                name="policy_trial_hashes_formed",
                condition=Q(challenger_hash__regex=HASH, champion_hash__regex=HASH),
            ),
            models.CheckConstraint(
                name="policy_trial_measure_known", condition=Q(measure__in=TrialMeasure.values)
            ),
            models.CheckConstraint(
                name="policy_trial_share_is_a_minority",
                condition=Q(mode=TrialMode.SHADOW, share_ppm=0)
                | Q(mode=TrialMode.SPLIT, share_ppm__gte=1, share_ppm__lte=500_000),
            ),
            models.CheckConstraint(
                name="policy_trial_has_a_reason",
                condition=~Q(reason="") & ~Q(requested_by_id=""),
            ),
            models.CheckConstraint(
                name="policy_trial_answered_by_another",
                condition=Q(answered_by_id__isnull=True)
                | (~Q(answered_by_id="") & ~Q(answered_by_id=F("requested_by_id"))),
            ),
            models.CheckConstraint(
                name="policy_trial_status_agrees",
                condition=Q(
                    UNDECIDED,
                    NOT_ENDED,
                    status=TrialStatus.PROPOSED,
                    mode=TrialMode.SPLIT,
                    started_at__isnull=True,
                )
                | Q(
                    ANSWERED,
                    NOT_ENDED,
                    status=TrialStatus.REFUSED,
                    mode=TrialMode.SPLIT,
                    started_at__isnull=True,
                )
                | Q(
                    Q(UNDECIDED, mode=TrialMode.SHADOW) | Q(ANSWERED, mode=TrialMode.SPLIT),
                    NOT_ENDED,
                    status=TrialStatus.RUNNING,
                    started_at__isnull=False,
                )
                | Q(
                    Q(UNDECIDED, mode=TrialMode.SHADOW, started_at__isnull=False)
                    | Q(ANSWERED, mode=TrialMode.SPLIT, started_at__isnull=False)
                    | Q(UNDECIDED, mode=TrialMode.SPLIT, started_at__isnull=True),
                    ENDED,
                    status=TrialStatus.ENDED,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"policy trial {self.id}"


class PolicyShadow(TenantModel):
    """What the other policy of a trial made of the same pinned inputs. Decides nothing.

    `challenged` says that the challenger decided, so the row is the champion's. Amounts in the
    product's minor units; rate in parts per million a year.
    """

    trial = TenantForeignKey(PolicyTrial, related_name="shadows")
    application = TenantForeignKey(Application, related_name="policy_shadows")
    decision = TenantForeignKey(Decision, related_name="policy_shadows")
    challenged = models.BooleanField()
    decided_outcome = models.TextField(choices=Outcome.choices)
    decided_reason = models.TextField(null=True)
    outcome = models.TextField(choices=Outcome.choices)
    reason = models.TextField(null=True)
    band = models.TextField(null=True)
    rate_ppm = models.IntegerField(null=True)
    amount = models.BigIntegerField(null=True)
    evaluated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="policy_shadow_once", fields=["organization", "trial", "decision"]
            ),
            models.CheckConstraint(
                name="policy_shadow_outcomes_known",
                condition=Q(outcome__in=Outcome.values, decided_outcome__in=Outcome.values),
            ),
        ]

    def __str__(self) -> str:
        return f"shadow of {self.decision_id}"


class PolicyTrialLook(TenantModel):
    """One look at a trial by one measure; the test stays valid at every look.

    `log_e` and `log_e_against` are the natural logarithms of the e-values for "the challenger is
    better" and "it is worse" by that measure.
    """

    trial = TenantForeignKey(PolicyTrial, related_name="looks")
    measure = models.TextField(choices=TrialMeasure.choices)
    looked_on = models.DateField()
    known = models.PositiveIntegerField()
    difference = models.FloatField(null=True)
    log_e = models.FloatField()
    log_e_against = models.FloatField()
    crossed = models.TextField(choices=Crossing.choices, default=Crossing.NONE, blank=True)
    document = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="policy_trial_look_once_a_day",
                fields=["organization", "trial", "measure", "looked_on"],
            ),
            models.CheckConstraint(
                name="policy_trial_look_words_known",
                condition=Q(measure__in=TrialMeasure.values, crossed__in=Crossing.values),
            ),
        ]

    def __str__(self) -> str:
        return f"look on {self.looked_on}"
