"""Keys say their version, addresses and rate, and keep a retiring secret beside the new one."""

import django.contrib.postgres.fields
from django.db import migrations, models

from accounts.key_functions import (
    KEY_BY_DIGEST,
    KEY_FOUND,
    KEY_TABLES,
    NETWORKS_ARE_NETWORKS,
    NETWORKS_ARE_TEXT,
)
from tenancy import row_security as sql
from tenancy.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    LookupFunction,
    RemoveConstraint,
    Statements,
)

NAME = "api_key_by_digest(sought bytea)"
FORMERLY = sql.lookup_function(
    NAME,
    "TABLE (id uuid, organization_id uuid, partner_id uuid, scopes text[], mode text,"
    " last_used_at timestamptz, looked_at timestamptz)",
    "SELECT k.id, k.organization_id, k.partner_id, k.scopes, o.mode::text,"
    " k.last_used_at, now() + o.clock_offset"
    " FROM accounts_apikey AS k"
    " JOIN tenancy_organization AS o ON o.id = k.organization_id"
    " LEFT JOIN accounts_partner AS p"
    " ON p.organization_id = k.organization_id AND p.id = k.partner_id"
    " WHERE k.digest = sought AND k.revoked_at IS NULL"
    " AND (k.expires_at IS NULL OR k.expires_at > now() + o.clock_offset)"
    " AND (p.id IS NULL OR p.active)",
    KEY_TABLES,
)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        RemoveConstraint(
            model_name='apikey',
            name='api_key_scopes_known',
        ),
        AddField(
            model_name='apikey',
            name='allowed_networks',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None, verbose_name='allowed networks'),
        ),
        AddField(
            model_name='apikey',
            name='burst',
            field=models.IntegerField(null=True, verbose_name='requests at once'),
        ),
        AddField(
            model_name='apikey',
            name='kind',
            field=models.TextField(choices=[('key', 'API key'), ('client', 'OAuth 2 client')], default='key', verbose_name='kind'),
        ),
        AddField(
            model_name='apikey',
            name='last_used_from',
            field=models.TextField(null=True, verbose_name='last used from'),
        ),
        AddField(
            model_name='apikey',
            name='rate_per_minute',
            field=models.IntegerField(null=True, verbose_name='requests a minute'),
        ),
        AddField(
            model_name='apikey',
            name='retires_at',
            field=models.DateTimeField(null=True, verbose_name='retires'),
        ),
        AddField(
            model_name='apikey',
            name='retiring_digest',
            field=models.BinaryField(max_length=32, null=True),
        ),
        AddField(
            model_name='apikey',
            name='retiring_prefix',
            field=models.CharField(max_length=20, null=True, verbose_name='retiring'),
        ),
        AddField(
            model_name='apikey',
            name='retiring_used_at',
            field=models.DateTimeField(null=True, verbose_name='retiring one last used'),
        ),
        AddField(
            model_name='apikey',
            name='version',
            field=models.CharField(default='2026-11-01', max_length=10, verbose_name='API version'),
            preserve_default=False,
        ),
        AlterField(
            model_name='apikey',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(choices=[('applications:write', 'Send applications'), ('decisions:read', 'Read applications and decisions'), ('batches', 'Send and read batches'), ('webhooks', 'Manage webhooks'), ('outcomes:write', 'Report outcomes'), ('models:read', 'Read models'), ('scores', 'Score without an application'), ('events:read', 'Export events'), ('bookings:write', 'Report funded loans')]), size=None, verbose_name='scopes'),
        ),
        AddIndex(
            model_name='apikey',
            index=models.Index(condition=models.Q(('retiring_digest__isnull', False)), fields=['retiring_digest'], name='api_key_by_retiring_digest'),
        ),
        AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['applications:write', 'decisions:read', 'batches', 'webhooks', 'outcomes:write', 'models:read', 'scores', 'events:read', 'bookings:write'])), name='api_key_scopes_known'),
        ),
        AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['key', 'client'])), name='api_key_kind_known'),
        ),
        AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(('version__regex', '^20\\d\\d-[01]\\d-[0-3]\\d$')), name='api_key_version_is_a_day'),
        ),
        AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(('allowed_networks__len__lte', 50)), name='api_key_networks_at_most_fifty'),
        ),
        AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('burst__isnull', True), ('rate_per_minute__isnull', True)), models.Q(('burst__isnull', False), ('burst__range', (1, 6000000)), ('rate_per_minute__isnull', False), ('rate_per_minute__range', (1, 6000000))), _connector='OR'), name='api_key_rate_within_reason'),
        ),
        AddConstraint(
            model_name='apikey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('retires_at__isnull', True), ('retiring_digest__isnull', True), ('retiring_prefix__isnull', True), ('retiring_used_at__isnull', True)), models.Q(('retires_at__gt', models.F('created_at')), ('retires_at__isnull', False), ('retiring_digest__isnull', False), ('retiring_digest__octets', 32), ('retiring_prefix__isnull', False), models.Q(('retiring_digest', models.F('digest')), _negated=True)), _connector='OR'), name='api_key_retiring_agrees'),
        ),
        AddConstraint(
            model_name='apikey',
            constraint=models.UniqueConstraint(fields=('organization', 'retiring_digest'), name='api_key_retiring_digest_once'),
        ),
        Statements([NETWORKS_ARE_NETWORKS], [NETWORKS_ARE_TEXT], "Networks are networks"),
        Statements([sql.drop_lookup_function(NAME)], FORMERLY, "Forget the former look-up"),
        LookupFunction(NAME, KEY_FOUND, KEY_BY_DIGEST, tables=KEY_TABLES),
    ]
