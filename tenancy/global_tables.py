"""The one reviewed list of tables without row-level security, each with its reason.

The application role is granted exactly what stands here, after every migration. A table that is
neither a `TenantTable` nor on this list is therefore unreadable, and a test names it.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connections

from tenancy.roles import APPLICATION, OPERATOR, OWNER

READ = "SELECT"
ALL = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True, slots=True)
class GlobalTable:
    name: str
    grants: str
    reason: str


_PEOPLE = "people exist before and across organizations; what they may do is in memberships"
_BEAT = "the platform's schedules, for its operators only; a lender's schedules are tenant rows"

GLOBAL_TABLES = (
    GlobalTable("django_migrations", READ, "readiness compares it with the code"),
    GlobalTable("django_content_type", READ, "names of models, the same for all"),
    GlobalTable("auth_permission", READ, "names of permissions, the same for all"),
    GlobalTable("auth_group", READ, "unused by lenders: permissions come from memberships"),
    GlobalTable("auth_group_permissions", READ, "as auth_group"),
    GlobalTable("django_session", ALL, "opaque; signed in before an organization is chosen"),
    GlobalTable("django_admin_log", "SELECT, INSERT", "platform operators' own changes only"),
    GlobalTable("accounts_user", ALL, _PEOPLE),
    GlobalTable("accounts_user_groups", ALL, _PEOPLE),
    GlobalTable("accounts_user_user_permissions", ALL, _PEOPLE),
    GlobalTable("account_emailaddress", ALL, _PEOPLE),
    GlobalTable("account_emailconfirmation", ALL, _PEOPLE),
    GlobalTable("mfa_authenticator", ALL, _PEOPLE),
    GlobalTable("django_celery_beat_clockedschedule", ALL, _BEAT),
    GlobalTable("django_celery_beat_crontabschedule", ALL, _BEAT),
    GlobalTable("django_celery_beat_intervalschedule", ALL, _BEAT),
    GlobalTable("django_celery_beat_periodictask", ALL, _BEAT),
    GlobalTable("django_celery_beat_periodictasks", ALL, _BEAT),
    GlobalTable("django_celery_beat_solarschedule", ALL, _BEAT),
)


def grant_global_tables(using: str, **_: Any) -> None:
    """After migrating, as the owner: grant the list, table by table where it exists."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone() != (OWNER,):
            return
        existing = set(connection.introspection.table_names(cursor))
        for table in GLOBAL_TABLES:
            if table.name in existing:
                cursor.execute(f'REVOKE ALL ON "{table.name}" FROM {APPLICATION}')
                cursor.execute(f'GRANT {table.grants} ON "{table.name}" TO {APPLICATION}')
                cursor.execute(f'GRANT {READ} ON "{table.name}" TO {OPERATOR}')
