"""A scope of its own for the bytes of documents: they show who somebody is."""

import django.contrib.postgres.fields
from django.db import migrations, models

from tenancy.operations import AddConstraint, AlterField, RemoveConstraint


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_requests_and_tokens'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        RemoveConstraint(
            model_name='accesstoken',
            name='access_token_scopes_known',
        ),
        RemoveConstraint(
            model_name='apikey',
            name='api_key_scopes_known',
        ),
        AlterField(
            model_name='accesstoken',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(choices=[('applications:write', 'Send applications'), ('decisions:read', 'Read applications and decisions'), ('batches', 'Send and read batches'), ('webhooks', 'Manage webhooks'), ('outcomes:write', 'Report outcomes'), ('models:read', 'Read models'), ('scores', 'Score without an application'), ('events:read', 'Export events'), ('bookings:write', 'Report funded loans'), ('documents:read', 'Read documents of applicants')]), size=None),
        ),
        AlterField(
            model_name='apikey',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(choices=[('applications:write', 'Send applications'), ('decisions:read', 'Read applications and decisions'), ('batches', 'Send and read batches'), ('webhooks', 'Manage webhooks'), ('outcomes:write', 'Report outcomes'), ('models:read', 'Read models'), ('scores', 'Score without an application'), ('events:read', 'Export events'), ('bookings:write', 'Report funded loans'), ('documents:read', 'Read documents of applicants')]), size=None, verbose_name='scopes'),
        ),
        AddConstraint(
            model_name='accesstoken',
            constraint=models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['applications:write', 'decisions:read', 'batches', 'webhooks', 'outcomes:write', 'models:read', 'scores', 'events:read', 'bookings:write', 'documents:read']), ('scopes__len__gt', 0)), name='access_token_scopes_known'),
        ),
        AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['applications:write', 'decisions:read', 'batches', 'webhooks', 'outcomes:write', 'models:read', 'scores', 'events:read', 'bookings:write', 'documents:read'])), name='api_key_scopes_known'),
        ),
    ]
