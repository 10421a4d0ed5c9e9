"""A webhook endpoint's partner is one of the same lender's."""

from django.db import migrations

from tenancy import row_security as sql
from tenancy.operations import Statements

ENDPOINTS = "events_webhookendpoint"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_access"),
        ("events", "0003_webhooks"),
    ]

    operations = [
        Statements(
            sql.referenced(ENDPOINTS, "partner_id", "accounts_partner"),
            [f'ALTER TABLE "{ENDPOINTS}" DROP CONSTRAINT "events_webhookendpoint_partner_id_fk"'],
            "Tie endpoints to their partners",
        ),
    ]
