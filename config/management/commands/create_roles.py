"""Make the database and its roles on an installed PostgreSQL, with the passwords of their URLs."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.environment import database_from_url
from config.roles import create_database, create_roles
from config.settings.database import ROLE_VARIABLES
from tenancy.roles import APPLICATION, OPERATOR, OWNER

URLS = {
    APPLICATION: ROLE_VARIABLES["application"],
    OWNER: ROLE_VARIABLES["owner"],
    OPERATOR: ROLE_VARIABLES["operator"],
}


class Command(BaseCommand):
    help = "Make database and roles. Needs DATABASE_ADMIN_URL and the URL of every role."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        admin_url = required(ROLE_VARIABLES["admin"])
        places = {role: database_from_url(required(name)) for role, name in URLS.items()}
        for role, place in places.items():
            if place["USER"] != role:
                raise CommandError(f"{URLS[role]} signs in as {place['USER']}, not as {role}")
        names = {str(place["NAME"]) for place in places.values()}
        if len(names) != 1:
            raise CommandError(f"the URLs name different databases: {', '.join(sorted(names))}")
        create_roles(admin_url, {role: str(place["PASSWORD"]) for role, place in places.items()})
        create_database(admin_url, names.pop())
        self.stdout.write("Roles and database are in place.")


def required(name: str) -> str:
    if value := os.environ.get(name):
        return value
    raise CommandError(f"{name} is not set")
