"""The log of requests, and the tokens of OAuth 2 clients."""

import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import tenancy.ids
import tenancy.models.base
from django.db import migrations, models

from accounts import request_functions
from accounts.key_functions import BEARER_BY_DIGEST, BEARER_TABLES, KEY_FOUND
from tenancy.operations import CreateModel, LookupFunction, Statements, TenantTable, WorkKind


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_webhook_partners'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        CreateModel(
            name='AccessToken',
            fields=[
                ('id', models.UUIDField(default=tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('digest', models.BinaryField(max_length=32)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(choices=[('applications:write', 'Send applications'), ('decisions:read', 'Read applications and decisions'), ('batches', 'Send and read batches'), ('webhooks', 'Manage webhooks'), ('outcomes:write', 'Report outcomes'), ('models:read', 'Read models'), ('scores', 'Score without an application'), ('events:read', 'Export events'), ('bookings:write', 'Report funded loans')]), size=None)),
                ('issued_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('client', tenancy.models.base.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='accounts.apikey')),
                ('organization', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['digest'], name='access_token_by_digest')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'digest'), name='access_token_digest_once'), models.CheckConstraint(condition=models.Q(('digest__octets', 32)), name='access_token_digest_is_sha256'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('issued_at')), ('expires_at__lte', django.db.models.expressions.CombinedExpression(models.F('issued_at'), '+', models.Value(datetime.timedelta(seconds=3600))))), name='access_token_is_short_lived'), models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['applications:write', 'decisions:read', 'batches', 'webhooks', 'outcomes:write', 'models:read', 'scores', 'events:read', 'bookings:write']), ('scopes__len__gt', 0)), name='access_token_scopes_known')],
            },
        ),
        CreateModel(
            name='ApiRequest',
            fields=[
                ('id', models.UUIDField(default=tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(verbose_name='time')),
                ('request_id', models.TextField(verbose_name='request id')),
                ('key_id', models.UUIDField()),
                ('partner_id', models.UUIDField(null=True)),
                ('method', models.CharField(max_length=10, verbose_name='method')),
                ('path', models.CharField(max_length=200, verbose_name='address')),
                ('status', models.SmallIntegerField(verbose_name='answer')),
                ('problem', models.CharField(max_length=60, null=True, verbose_name='problem')),
                ('duration_us', models.IntegerField(verbose_name='took')),
                ('subject', models.CharField(max_length=40, null=True, verbose_name='about')),
                ('version', models.CharField(max_length=10, verbose_name='API version')),
                ('organization', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
            ],
            options={
                'verbose_name': 'API request',
                'verbose_name_plural': 'API requests',
                'indexes': [models.Index(fields=['organization', 'request_id'], name='api_request_by_request_id'), models.Index(fields=['organization', 'key_id', 'id'], name='api_request_by_key'), models.Index(condition=models.Q(('subject__isnull', False)), fields=['organization', 'subject', 'id'], name='api_request_by_subject'), models.Index(condition=models.Q(('status__gte', 400)), fields=['organization', 'id'], name='api_request_refused')],
                'constraints': [models.CheckConstraint(condition=models.Q(('request_id__regex', '^[A-Za-z0-9_.-]{8,64}$')), name='api_request_id_formed'), models.CheckConstraint(condition=models.Q(('status__range', (100, 599))), name='api_request_status_is_one'), models.CheckConstraint(condition=models.Q(('duration_us__gte', 0)), name='api_request_took_time'), models.CheckConstraint(condition=models.Q(('path__startswith', '/'), models.Q(('path__contains', '?'), _negated=True)), name='api_request_path_holds_no_query')],
            },
        ),
        TenantTable("AccessToken", immutable=True, deletable=True),
        TenantTable("ApiRequest", immutable=True, deletable=True),
        Statements(request_functions.FORWARDS, request_functions.BACKWARDS, "Log a request"),
        LookupFunction(
            "access_token_by_digest(sought bytea)", KEY_FOUND, BEARER_BY_DIGEST, tables=BEARER_TABLES
        ),
        WorkKind(
            "old_requests",
            request_functions.OLD_REQUESTS,
            tables=["tenancy_organization", "accounts_apirequest"],
        ),
        WorkKind(
            "old_tokens",
            request_functions.OLD_TOKENS,
            tables=["tenancy_organization", "accounts_accesstoken"],
        ),
    ]
