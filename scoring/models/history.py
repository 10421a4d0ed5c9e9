"""Past applications and how the loans went: what models learn from."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scoring.enums import Disposition, Outcome
from scoring.models.product import HASH, DictionaryVersion, Product
from tenancy.models import TenantForeignKey, TenantModel

HISTORY = "history"
"""The source of a data set that is the organization's own past applications."""


class LoanImport(TenantModel):
    """One run of `loans_import`: which file, and what became of its rows."""

    product = TenantForeignKey(Product, related_name="loan_imports")
    dictionary_version = TenantForeignKey(DictionaryVersion, related_name="loan_imports")
    source = models.TextField()
    file_hash = models.TextField()
    mapping_hash = models.TextField()
    rows_read = models.PositiveIntegerField()
    rows_imported = models.PositiveIntegerField()
    rows_repeated = models.PositiveIntegerField()
    rows_rejected = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="loan_import_every_row_accounted_for",
                condition=Q(rows_read=F("rows_imported") + F("rows_repeated") + F("rows_rejected")),
            ),
            models.CheckConstraint(
                name="loan_import_hashes_formed",
                condition=Q(file_hash__regex=HASH, mapping_hash__regex=HASH),
            ),
        ]

    def __str__(self) -> str:
        return f"import {self.id}"


class Dataset(TenantModel):
    """The rows a model may learn from, as they stood: a fingerprint over every one of them."""

    product = TenantForeignKey(Product, related_name="datasets", verbose_name=_("product"))
    dictionary_version = TenantForeignKey(
        DictionaryVersion, related_name="datasets", verbose_name=_("data dictionary")
    )
    fingerprint = models.TextField(_("fingerprint"))
    rows = models.PositiveIntegerField(_("rows"))
    goods = models.PositiveIntegerField(_("good"))
    bads = models.PositiveIntegerField(_("bad"))
    applied_from = models.DateField(_("from"), null=True)
    applied_to = models.DateField(_("until"), null=True)
    registered_at = models.DateTimeField(_("registered"))
    source = models.TextField(_("source"), default=HISTORY)
    as_of = models.DateTimeField(_("as known at"), null=True)
    exclusions = models.JSONField(_("left out"), default=list)
    definition = TenantForeignKey(
        "scoring.OutcomeDefinition",
        null=True,
        related_name="datasets",
        verbose_name=_("outcome definition"),
    )
    indeterminates = models.PositiveIntegerField(_("indeterminate"), default=0)
    censored = models.PositiveIntegerField(_("too young to say"), default=0)
    excluded = models.PositiveIntegerField(_("rows left out"), default=0)

    class Meta:
        verbose_name = _("data set")
        verbose_name_plural = _("data sets")
        constraints = [
            models.UniqueConstraint(
                name="dataset_once", fields=["organization", "product", "fingerprint"]
            ),
            models.CheckConstraint(
                name="dataset_fingerprint_formed", condition=Q(fingerprint__regex=HASH)
            ),
            models.CheckConstraint(
                name="dataset_counts_agree", condition=Q(rows__gte=F("goods") + F("bads"))
            ),
            models.CheckConstraint(
                name="dataset_every_row_counted_once",
                condition=Q(rows__gte=F("goods") + F("bads") + F("indeterminates") + F("censored")),
            ),
            models.CheckConstraint(name="dataset_source_given", condition=~Q(source="")),
            models.CheckConstraint(
                name="dataset_period_ordered",
                condition=Q(applied_from__isnull=True, applied_to__isnull=True)
                | Q(applied_from__lte=F("applied_to")),
            ),
        ]

    def __str__(self) -> str:
        return f"dataset {self.id}"


class PastApplication(TenantModel):
    """An application decided before Assay came: facts, disposition and, where booked, outcome.

    `request` and `parties` are canonical JSON in the dictionary's human form, without any
    prohibited basis; `fact_hash` is over both.
    """

    product = TenantForeignKey(Product, related_name="past_applications")
    dictionary_version = TenantForeignKey(DictionaryVersion, related_name="past_applications")
    external_ref = models.TextField()
    applied_on = models.DateField(null=True)
    disposition = models.TextField(choices=Disposition.choices)
    outcome = models.TextField(choices=Outcome.choices, default="")
    request = models.TextField()
    parties = models.TextField()
    fact_hash = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="past_application_ref_once",
                fields=["organization", "product", "external_ref"],
            ),
            models.CheckConstraint(
                name="past_application_disposition_known",
                condition=Q(disposition__in=Disposition.values),
            ),
            models.CheckConstraint(
                name="past_application_outcome_of_booked_only",
                condition=Q(outcome="")
                | Q(disposition=Disposition.BOOKED, outcome__in=Outcome.values),
            ),
            models.CheckConstraint(
                name="past_application_hash_formed", condition=Q(fact_hash__regex=HASH)
            ),
            models.CheckConstraint(
                name="past_application_ref_given", condition=~Q(external_ref="")
            ),
        ]

    def __str__(self) -> str:
        return f"past application {self.id}"


class PastApplicationProtected(TenantModel):
    """What may never decide (sex, age, origin), apart from the facts; for fairness work only."""

    past_application = TenantForeignKey(PastApplication, related_name="protected")
    facts = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="protected_facts_once", fields=["organization", "past_application"]
            ),
        ]

    def __str__(self) -> str:
        return f"held apart {self.id}"


class Performance(TenantModel):
    """One month of one loan, as the lender's loan system reports it."""

    product = TenantForeignKey(Product, related_name="performance")
    loan_ref = models.TextField()
    months_on_book = models.PositiveSmallIntegerField()
    as_of = models.DateField()
    days_past_due = models.PositiveIntegerField()
    balance = models.BigIntegerField()
    charged_off = models.BooleanField(default=False)
    recovered = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="performance_once_a_month",
                fields=["organization", "product", "loan_ref", "months_on_book"],
            ),
            models.CheckConstraint(
                name="performance_money_not_negative",
                condition=Q(balance__gte=0, recovered__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"month {self.months_on_book}"


class OutcomeDefinition(TenantModel):
    """From performance to good, bad or indeterminate: days past due within a window."""

    product = TenantForeignKey(Product, related_name="outcome_definitions")
    number = models.PositiveIntegerField()
    bad_days_past_due = models.PositiveIntegerField()
    indeterminate_days_past_due = models.PositiveIntegerField()
    window_months = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="outcome_definition_number_once",
                fields=["organization", "product", "number"],
            ),
            models.CheckConstraint(
                name="outcome_definition_bad_is_worst",
                condition=Q(bad_days_past_due__gt=F("indeterminate_days_past_due")),
            ),
            models.CheckConstraint(
                name="outcome_definition_window_open", condition=Q(window_months__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"definition {self.number}"
