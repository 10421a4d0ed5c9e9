"""Webhooks: endpoints, deliveries made from events, attempts."""

import django.contrib.postgres.fields
import django.db.models.deletion
import tenancy.ids
import tenancy.models.base
from django.db import migrations, models

from events import webhook_functions
from tenancy.operations import (
    AddConstraint,
    AddIndex,
    CreateModel,
    LookupFunction,
    Statements,
    TenantTable,
    WorkKind,
)


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0002_request_id'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.UUIDField(default=tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('partner_id', models.UUIDField(null=True)),
                ('url', models.CharField(max_length=500, verbose_name='address')),
                ('description', models.CharField(blank=True, max_length=200, verbose_name='description')),
                ('types', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None, verbose_name='types')),
                ('version', models.CharField(max_length=10, verbose_name='API version')),
                ('contact', models.EmailField(blank=True, max_length=254, verbose_name='is written to')),
                ('status', models.TextField(choices=[('enabled', 'Enabled'), ('disabled', 'Disabled'), ('deleted', 'Deleted')], default='enabled', verbose_name='status')),
                ('disabled_at', models.DateTimeField(null=True, verbose_name='disabled')),
                ('disabled_for', models.TextField(blank=True, choices=[('asked', 'Switched off'), ('gone', 'It answered 410 Gone'), ('failing', 'It failed for days')], verbose_name='why')),
                ('sealed_secret', models.BinaryField(null=True)),
                ('sealed_former', models.BinaryField(null=True)),
                ('former_until', models.DateTimeField(null=True)),
                ('cursor', models.BigIntegerField()),
                ('failures', models.IntegerField(default=0)),
                ('failing_since', models.DateTimeField(null=True, verbose_name='failing since')),
                ('open_until', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(verbose_name='since')),
                ('organization', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
            ],
            options={
                'verbose_name': 'webhook endpoint',
                'verbose_name_plural': 'webhook endpoints',
            },
        ),
        CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.UUIDField(default=tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('lane', models.UUIDField()),
                ('sequence', models.BigIntegerField()),
                ('type', models.TextField(verbose_name='type')),
                ('subject_id', models.UUIDField()),
                ('payload', models.TextField(verbose_name='payload')),
                ('status', models.TextField(choices=[('pending', 'Waiting'), ('sending', 'Being sent'), ('delivered', 'Delivered'), ('given_up', 'Given up'), ('cancelled', 'Cancelled')], default='pending', verbose_name='status')),
                ('attempts', models.IntegerField(default=0, verbose_name='attempts')),
                ('fence', models.IntegerField(default=0)),
                ('due_at', models.DateTimeField(null=True, verbose_name='next attempt')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                ('event', tenancy.models.base.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='events.event')),
                ('organization', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
                ('endpoint', tenancy.models.base.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='events.webhookendpoint')),
            ],
            options={
                'verbose_name': 'webhook delivery',
                'verbose_name_plural': 'webhook deliveries',
            },
        ),
        CreateModel(
            name='WebhookAttempt',
            fields=[
                ('id', models.UUIDField(default=tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.IntegerField(verbose_name='number')),
                ('started_at', models.DateTimeField(verbose_name='sent')),
                ('ms', models.IntegerField(verbose_name='milliseconds')),
                ('status_code', models.IntegerField(null=True, verbose_name='status')),
                ('failure', models.TextField(blank=True, verbose_name='failure')),
                ('request_headers', models.JSONField()),
                ('response_headers', models.JSONField()),
                ('response_body', models.TextField(blank=True, verbose_name='answer')),
                ('truncated', models.BooleanField(default=False)),
                ('organization', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
                ('delivery', tenancy.models.base.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tries', to='events.webhookdelivery')),
            ],
            options={
                'verbose_name': 'webhook attempt',
                'verbose_name_plural': 'webhook attempts',
                'constraints': [models.UniqueConstraint(fields=('organization', 'delivery', 'number'), name='webhook_attempt_number_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 10)), name='webhook_attempt_has_a_number'), models.CheckConstraint(condition=models.Q(models.Q(('failure', ''), ('status_code__isnull', False), ('status_code__range', (100, 999))), models.Q(('status_code__isnull', True), models.Q(('failure', ''), _negated=True)), _connector='OR'), name='webhook_attempt_answers_or_fails'), models.CheckConstraint(condition=models.Q(('ms__gte', 0)), name='webhook_attempt_took_time')],
            },
        ),
        AddIndex(
            model_name='webhookendpoint',
            index=models.Index(fields=['organization', 'partner_id'], name='webhook_endpoint_of_partner'),
        ),
        AddConstraint(
            model_name='webhookendpoint',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['enabled', 'disabled', 'deleted'])), name='webhook_endpoint_status_known'),
        ),
        AddConstraint(
            model_name='webhookendpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('disabled_at__isnull', True), ('disabled_for', ''), ('status', 'enabled')), models.Q(('disabled_at__isnull', False), ('disabled_for__in', ['asked', 'gone', 'failing']), ('status', 'disabled')), models.Q(('disabled_at__isnull', False), ('disabled_for', ''), ('status', 'deleted')), _connector='OR'), name='webhook_endpoint_disabled_says_when_and_why'),
        ),
        AddConstraint(
            model_name='webhookendpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sealed_former__isnull', True), ('sealed_secret__isnull', True), ('status', 'deleted')), models.Q(models.Q(('status', 'deleted'), _negated=True), ('sealed_secret__isnull', False)), _connector='OR'), name='webhook_endpoint_deleted_keeps_no_secret'),
        ),
        AddConstraint(
            model_name='webhookendpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('former_until__isnull', True), ('sealed_former__isnull', True)), models.Q(('former_until__isnull', False), ('sealed_former__isnull', False)), _connector='OR'), name='webhook_endpoint_former_secret_ends'),
        ),
        AddConstraint(
            model_name='webhookendpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('failing_since__isnull', True), ('failures', 0), ('open_until__isnull', True)), models.Q(('failing_since__isnull', False), ('failures__gt', 0)), _connector='OR'), name='webhook_endpoint_failing_agrees'),
        ),
        AddConstraint(
            model_name='webhookendpoint',
            constraint=models.CheckConstraint(condition=models.Q(('types__len__gt', 0)), name='webhook_endpoint_types_asked'),
        ),
        AddConstraint(
            model_name='webhookendpoint',
            constraint=models.CheckConstraint(condition=models.Q(('url__regex', '^https?://[\\x21-\\x7e]+$')), name='webhook_endpoint_url_formed'),
        ),
        AddConstraint(
            model_name='webhookendpoint',
            constraint=models.CheckConstraint(condition=models.Q(('version__regex', '^20\\d\\d-[01]\\d-[0-3]\\d$')), name='webhook_endpoint_version_is_a_day'),
        ),
        AddConstraint(
            model_name='webhookendpoint',
            constraint=models.CheckConstraint(condition=models.Q(('cursor__gte', 0)), name='webhook_endpoint_cursor_not_negative'),
        ),
        AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['organization', 'endpoint', 'id'], name='webhook_delivery_log'),
        ),
        AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['organization', 'endpoint', 'due_at', 'sequence'], name='webhook_delivery_due'),
        ),
        AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['organization', 'endpoint', 'lane', 'subject_id', 'sequence'], name='webhook_delivery_in_turn'),
        ),
        AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('closed_at__isnull', False)), fields=['closed_at'], name='webhook_delivery_closed'),
        ),
        AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(fields=('organization', 'event', 'endpoint', 'lane'), name='webhook_delivery_once'),
        ),
        AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'sending')), fields=('organization', 'endpoint', 'lane', 'subject_id'), name='webhook_delivery_one_sent_at_a_time'),
        ),
        AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'sending', 'delivered', 'given_up', 'cancelled'])), name='webhook_delivery_status_known'),
        ),
        AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('due_at__isnull', False), ('status__in', ('pending', 'sending'))), models.Q(models.Q(('status__in', ('pending', 'sending')), _negated=True), ('closed_at__isnull', False), ('due_at__isnull', True)), _connector='OR'), name='webhook_delivery_open_is_due'),
        ),
        AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(('attempts__gte', 0), ('attempts__lte', 10)), name='webhook_delivery_ten_attempts'),
        ),
        AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['sending', 'delivered']), _negated=True), ('attempts__gte', 1), _connector='OR'), name='webhook_delivery_sent_is_an_attempt'),
        ),
        AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(('fence__gte', models.F('attempts'))), name='webhook_delivery_fence_grows'),
        ),
        TenantTable(
            "WebhookEndpoint",
            immutable=True,
            mutable=[
                "url",
                "description",
                "types",
                "version",
                "contact",
                "status",
                "disabled_at",
                "disabled_for",
                "sealed_secret",
                "sealed_former",
                "former_until",
                "cursor",
                "failures",
                "failing_since",
                "open_until",
                "told_at",
            ],
        ),
        TenantTable(
            "WebhookDelivery",
            immutable=True,
            mutable=["status", "attempts", "fence", "due_at", "closed_at"],
            deletable=True,
        ),
        TenantTable("WebhookAttempt", immutable=True, deletable=True),
        Statements(
            webhook_functions.FORWARDS,
            webhook_functions.BACKWARDS,
            "Send in turn, and keep what is open",
        ),
        LookupFunction(
            "webhooks_listened_to(wanted uuid)",
            "boolean",
            webhook_functions.LISTENED_TO,
            tables=["events_webhookendpoint"],
        ),
        WorkKind(
            "webhooks",
            webhook_functions.PENDING,
            tables=[
                "events_webhookendpoint",
                "events_webhookdelivery",
                "events_chainhead",
                "tenancy_organization",
            ],
        ),
        WorkKind(
            "webhook_logs",
            webhook_functions.OLD_LOGS,
            tables=["events_webhookdelivery", "tenancy_organization"],
        ),
    ]
