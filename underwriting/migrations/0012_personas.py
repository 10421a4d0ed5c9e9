"""Test personas: an outcome that a test applicant's name asks for, refused of a live lender."""

from django.db import migrations, models
from django.db.models import Q

from tenancy.operations import AddConstraint, AddField, AlterField, RemoveConstraint, Statements
from underwriting.persona_functions import no_persona_triggers, persona_triggers

OUTCOMES = [("approve", "Approve"), ("counter_offer", "Counter-offer"), ("refer", "Refer"), ("decline", "Decline")]
SOURCES = [("policy", "Policy"), ("model", "Model"), ("person", "Underwriter"), ("hold", "Held for a person"), ("persona", "Test persona")]


class Migration(migrations.Migration):

    dependencies = [("tenancy", "0001_initial"), ("underwriting", "0011_answers_kept")]

    operations = [
        RemoveConstraint("decisionreason", "reason_source_known"),
        AddField("application", "persona", models.TextField(choices=OUTCOMES, null=True)),
        AlterField("decisionreason", "source", models.TextField(choices=SOURCES)),
        AddConstraint(
            "application",
            models.CheckConstraint(
                name="application_persona_known",
                condition=Q(persona__isnull=True) | Q(persona__in=[value for value, _ in OUTCOMES]),
            ),
        ),
        AddConstraint(
            "decisionreason",
            models.CheckConstraint(
                name="reason_source_known", condition=Q(source__in=[value for value, _ in SOURCES])
            ),
        ),
        Statements(persona_triggers(), no_persona_triggers(), "Refuse personas outside test twins"),
    ]
