"""Applications, the parties in them, and what each party said."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from scoring.models import Product, ProductVersion
from tenancy.models import TenantForeignKey, TenantModel
from underwriting.enums import ApplicationStatus as S
from underwriting.enums import Door, Liability, Match, Outcome, Provenance, Role
from underwriting.models.customer import Customer, CustomerIdentity

HASH = r"^sha256:[0-9a-f]{64}$"
FINGERPRINT = r"^hmac-sha256:[0-9a-f]{64}$"

DECIDED = (S.APPROVED, S.APPROVED_WITH_CONDITIONS, S.OFFERED, S.ACCEPTED, S.DECLINED, S.FUNDED)
UNFINISHED = (S.DRAFT, S.SUBMITTED, S.INCOMPLETE, S.WITHDRAWN, S.EXPIRED)


class Application(TenantModel):
    """A request for credit, with its legal clocks: received, completed, decided.

    `request` is the canonical text of the request's facts; `amount` (minor units) and
    `term_months` repeat what limits and queues are computed from. Status changes by
    compare-and-set along `underwriting.transitions` and nowhere else. `persona` is the outcome
    that a test applicant's name asks for, in a test twin alone. A `hosted` one is finished by its
    applicants in the portal, which then leads back to `return_url`.
    """

    product = TenantForeignKey(Product, related_name="applications")
    product_version = TenantForeignKey(ProductVersion, related_name="applications")
    partner = TenantForeignKey("accounts.Partner", related_name="applications", null=True)
    door = models.TextField(choices=Door.choices)
    status = models.TextField(choices=S.choices)
    external_id = models.TextField(null=True)
    language = models.CharField(max_length=8)
    metadata = models.JSONField(default=dict)
    request = models.TextField(null=True)
    submission_hash = models.TextField()
    amount = models.BigIntegerField()
    term_months = models.IntegerField(null=True)
    currency = models.CharField(max_length=3)
    received_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    hosted = models.BooleanField(default=False, db_default=False)
    return_url = models.TextField(null=True)
    retention_until = models.DateTimeField(null=True)
    litigation_hold = models.BooleanField(default=False)
    persona = models.TextField(choices=Outcome.choices, null=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.CheckConstraint(
                name="application_status_known", condition=Q(status__in=S.values)
            ),
            models.CheckConstraint(
                name="application_door_known", condition=Q(door__in=Door.values)
            ),
            models.CheckConstraint(name="application_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="application_term_positive",
                condition=Q(term_months__isnull=True) | Q(term_months__gt=0),
            ),
            models.CheckConstraint(
                name="application_received_unless_draft",
                condition=Q(status__in=[S.DRAFT, S.WITHDRAWN]) | Q(received_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_completed_before_deciding",
                condition=Q(status__in=UNFINISHED) | Q(completed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_received_before_completed",
                condition=Q(completed_at__isnull=True)
                | Q(received_at__isnull=False, received_at__lte=F("completed_at")),
            ),
            models.CheckConstraint(
                name="application_decided_has_its_time",
                condition=~Q(status__in=DECIDED) | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_accepted_has_its_time",
                condition=~Q(status__in=[S.ACCEPTED, S.FUNDED]) | Q(accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="application_closed_agrees",
                condition=Q(
                    status__in=[S.WITHDRAWN, S.EXPIRED, S.NOT_TAKEN, S.FUNDED],
                    closed_at__isnull=False,
                )
                | (
                    ~Q(status__in=[S.WITHDRAWN, S.EXPIRED, S.NOT_TAKEN, S.FUNDED])
                    & Q(closed_at__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="application_return_url_secure",
                condition=Q(return_url__isnull=True)
                | Q(hosted=True, return_url__startswith="https://"),
            ),
            models.UniqueConstraint(
                name="application_external_id_once",
                fields=["organization", "external_id"],
                condition=Q(external_id__isnull=False),
            ),
            models.CheckConstraint(
                name="application_persona_known",
                condition=Q(persona__isnull=True) | Q(persona__in=Outcome.values),
            ),
            models.CheckConstraint(
                name="application_fingerprint_formed",
                condition=Q(submission_hash__regex=FINGERPRINT),
            ),
        ]
        indexes = [
            models.Index(name="application_by_partner", fields=["organization", "partner", "id"]),
            models.Index(name="application_by_status", fields=["organization", "status", "id"]),
            models.Index(
                name="application_partner_status",
                fields=["organization", "partner", "status", "id"],
            ),
            models.Index(name="application_by_receipt", fields=["organization", "received_at"]),
            models.Index(name="application_by_product", fields=["organization", "product", "id"]),
        ]

    def __str__(self) -> str:
        return f"application {self.id.hex[-8:]}"


class Party(TenantModel):
    """One person in one application: role, liability, and a signed link of their own.

    Raising `link_version` makes every link sent before worthless.
    """

    application = TenantForeignKey(Application, related_name="parties")
    customer = TenantForeignKey(Customer, related_name="parties")
    identity = TenantForeignKey(CustomerIdentity, related_name="parties", null=True)
    position = models.SmallIntegerField()
    role = models.TextField(choices=Role.choices)
    liability = models.TextField(choices=Liability.choices)
    match = models.TextField(choices=Match.choices)
    possible_customer = TenantForeignKey(Customer, related_name="possible_parties", null=True)
    link_version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="party_position_once", fields=["organization", "application", "position"]
            ),
            models.UniqueConstraint(
                name="party_customer_once", fields=["organization", "application", "customer"]
            ),
            models.CheckConstraint(
                name="party_first_is_the_borrower",
                condition=Q(position=0, role=Role.BORROWER) | Q(position__gt=0),
            ),
            models.CheckConstraint(name="party_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="party_liability_known", condition=Q(liability__in=Liability.values)
            ),
            models.CheckConstraint(
                name="party_borrowers_are_liable",
                condition=~Q(role=Role.BORROWER) | Q(liability=Liability.FULL),
            ),
            models.CheckConstraint(
                name="party_possible_match_names_whom",
                condition=Q(match=Match.POSSIBLE, possible_customer__isnull=False)
                | Q(match__in=[Match.NEW, Match.EXACT], possible_customer__isnull=True),
            ),
            models.CheckConstraint(
                name="party_link_version_counts", condition=Q(link_version__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"party {self.position}"


class FactSet(TenantModel):
    """The answers of one party in one submission: one immutable document.

    `provenance` is the set's default; `provenance_by_field` (canonical JSON) says where a field
    differs, as of when and verified by whom. A correction is a new set that supersedes this
    one. The content hash is keyed by the customer's salt, so it means nothing after erasure.
    """

    application = TenantForeignKey(Application, related_name="fact_sets")
    party = TenantForeignKey(Party, related_name="fact_sets")
    number = models.SmallIntegerField(default=1)
    supersedes = TenantForeignKey("self", related_name="superseded_by", null=True)
    dictionary_hash = models.TextField()
    document = models.TextField(null=True)
    content_hash = models.TextField()
    provenance = models.TextField(choices=Provenance.choices)
    provenance_by_field = models.TextField(default="{}")
    as_of = models.DateField()
    recorded_at = models.DateTimeField()
    changed = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="fact_set_number_once", fields=["organization", "party", "number"]
            ),
            models.UniqueConstraint(
                name="fact_set_superseded_once",
                fields=["organization", "supersedes"],
                condition=Q(supersedes__isnull=False),
            ),
            models.CheckConstraint(
                name="fact_set_first_supersedes_nothing",
                condition=Q(number=1, supersedes__isnull=True)
                | Q(number__gt=1, supersedes__isnull=False),
            ),
            models.CheckConstraint(
                name="fact_set_provenance_known", condition=Q(provenance__in=Provenance.values)
            ),
            models.CheckConstraint(
                name="fact_set_hash_formed", condition=Q(content_hash__regex=FINGERPRINT)
            ),
        ]

    def __str__(self) -> str:
        return f"fact set {self.number}"
