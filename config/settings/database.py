"""One PostgreSQL database, reached under one of three roles.

Web, workers and beat run as the application role, which row-level security binds. The owner
migrates; the operator (BYPASSRLS, few grants) serves operators' commands. A process knows the
password of its own role only.
"""

import os

from config.environment import database_from_url, variable

ROLE_VARIABLES = {
    "application": "DATABASE_URL",
    "owner": "DATABASE_OWNER_URL",
    "operator": "DATABASE_OPERATOR_URL",
    "admin": "DATABASE_ADMIN_URL",
}
NO_DATABASE = "postgresql://assay_application@127.0.0.1/assay"
ASSAY_ROLE = os.environ.get("ASSAY_ROLE") or "application"

DATABASES = {
    "default": {
        **database_from_url(variable(ROLE_VARIABLES[ASSAY_ROLE], NO_DATABASE)),
        "ENGINE": "tenancy.backend",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}

# For operators' commands over every lender. A name, so that no other process reads the password.
OPERATOR_DATABASE = "config.environment.operator_database"
