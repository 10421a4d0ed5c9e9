"""Answers are kept with their keys, whatever they made; an external id is one of the lender's.

A key that was stored before keeps what it made: its column is renamed, and its week begins now.
"""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import F, Q
from django.utils import timezone

from tenancy import row_security as sql
from tenancy.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    RemoveConstraint,
    Statements,
    WorkKind,
)
from tenancy.roles import APPLICATION
from underwriting.application_functions import SPENT_KEYS, answer_triggers, no_answer_triggers

TABLE = "underwriting_idempotencyrecord"
ANSWER = ["status_code", "headers", "body", "request_id"]


def in_a_week():
    return timezone.now() + timedelta(days=7)


SUBJECT = [
    *sql.unreferenced(TABLE, "application_id"),
    f'ALTER TABLE "{TABLE}" RENAME COLUMN application_id TO subject_id',
]
NO_SUBJECT = [
    f'ALTER TABLE "{TABLE}" RENAME COLUMN subject_id TO application_id',
    sql.reference_index(TABLE, "application_id"),
    *sql.referenced(TABLE, "application_id", "underwriting_application"),
]
ANSWERABLE = [
    *sql.thawed(TABLE),
    *sql.frozen(TABLE, ANSWER, deletable=True),
    f'GRANT UPDATE ({", ".join(ANSWER)}) ON "{TABLE}" TO {APPLICATION}',
]
NOT_ANSWERABLE = [
    f'REVOKE UPDATE ON "{TABLE}" FROM {APPLICATION}',
    *sql.thawed(TABLE),
    *sql.frozen(TABLE, [], deletable=True),
]


class Migration(migrations.Migration):
    dependencies = [("underwriting", "0010_authority"), ("tenancy", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField("idempotencyrecord", "application"),
                AddField("idempotencyrecord", "subject_id", models.UUIDField()),
            ],
            database_operations=[Statements(SUBJECT, NO_SUBJECT, "Let a key name any subject")],
        ),
        AddField(
            "idempotencyrecord",
            "subject_kind",
            models.TextField(default="application"),
            preserve_default=False,
        ),
        AddField(
            "idempotencyrecord", "status_code", models.SmallIntegerField(null=True)
        ),
        AddField("idempotencyrecord", "headers", models.JSONField(default=dict)),
        AddField("idempotencyrecord", "body", models.BinaryField(null=True)),
        AddField("idempotencyrecord", "request_id", models.TextField(default="")),
        AddField(
            "idempotencyrecord",
            "expires_at",
            models.DateTimeField(default=in_a_week),
            preserve_default=False,
        ),
        AddConstraint(
            "idempotencyrecord",
            models.CheckConstraint(
                name="idempotency_subject_named", condition=Q(subject_kind__regex=r"^[a-z_]{1,40}$")
            ),
        ),
        AddConstraint(
            "idempotencyrecord",
            models.CheckConstraint(
                name="idempotency_answer_whole",
                condition=Q(status_code__isnull=True, body__isnull=True)
                | Q(
                    status_code__isnull=False,
                    status_code__range=(200, 299),
                    body__isnull=False,
                ),
            ),
        ),
        AddConstraint(
            "idempotencyrecord",
            models.CheckConstraint(
                name="idempotency_kept_a_week",
                condition=Q(expires_at__gte=F("created_at") + timedelta(days=7)),
            ),
        ),
        AddIndex(
            "idempotencyrecord", models.Index(name="idempotency_by_expiry", fields=["expires_at"])
        ),
        AddIndex(
            "idempotencyrecord",
            models.Index(
                name="idempotency_by_subject",
                fields=["organization", "subject_kind", "subject_id"],
            ),
        ),
        Statements(ANSWERABLE, NOT_ANSWERABLE, "Let the answer follow its key"),
        Statements(answer_triggers(), no_answer_triggers(), "Keep an answer as it was given"),
        WorkKind("spent_keys", SPENT_KEYS, tables=[TABLE, "tenancy_organization"]),
        RemoveConstraint("application", "application_external_id_once"),
        AddConstraint(
            "application",
            models.UniqueConstraint(
                name="application_external_id_once",
                fields=["organization", "external_id"],
                condition=Q(external_id__isnull=False),
            ),
        ),
        AddIndex(
            "application",
            models.Index(
                name="application_partner_status",
                fields=["organization", "partner", "status", "id"],
            ),
        ),
        AddIndex(
            "application",
            models.Index(name="application_by_receipt", fields=["organization", "received_at"]),
        ),
        AddIndex(
            "application",
            models.Index(name="application_by_product", fields=["organization", "product", "id"]),
        ),
    ]
