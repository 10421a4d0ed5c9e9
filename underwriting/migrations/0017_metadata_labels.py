"""Metadata as rows, so that an index finds applications by it."""

import django.db.models.deletion
import tenancy.ids
import tenancy.models.base
from django.db import migrations, models

from tenancy.operations import CreateModel, Statements, TenantTable
from underwriting.label_functions import label_triggers, no_label_triggers


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0001_initial'),
        ('underwriting', '0016_documents_and_drafts'),
    ]

    operations = [
        CreateModel(
            name='ApplicationLabel',
            fields=[
                ('id', models.UUIDField(default=tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('value', models.TextField()),
                ('application', tenancy.models.base.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='labels', to='underwriting.application')),
                ('organization', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'name', 'value', 'application'), name='application_label_once')],
            },
        ),
        TenantTable("ApplicationLabel", grants=("SELECT",)),
        Statements(label_triggers(), no_label_triggers(), "Write labels with their application"),
    ]
