from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command

from tenancy.roles import APPLICATION, OPERATOR, OWNER

DATABASE = "assay_create_roles"
VARIABLES = {
    "DATABASE_URL": APPLICATION,
    "DATABASE_OWNER_URL": OWNER,
    "DATABASE_OPERATOR_URL": OPERATOR,
}


@pytest.fixture
def urls(admin_url: str, database_roles: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The addresses an operator would set, with the passwords the roles have already."""
    where = urlsplit(admin_url)
    made = {
        name: f"postgresql://{role}:{database_roles.passwords[role]}"
        f"@{where.hostname}:{where.port}/{DATABASE}"
        for name, role in VARIABLES.items()
    }
    for name, url in {**made, "DATABASE_ADMIN_URL": admin_url}.items():
        monkeypatch.setenv(name, url)
    return made


def test_each_role_signs_in_and_strangers_do_not(admin_url: str, urls: dict[str, str]) -> None:
    call_command("create_roles")
    call_command("create_roles")

    for url in urls.values():
        psycopg.connect(url).close()
    with psycopg.connect(admin_url, autocommit=True) as admin:
        owner = admin.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone()
        admin.execute(f"DROP DATABASE {DATABASE}")
    assert owner == (OWNER,)


def test_a_url_of_another_user_is_refused(
    urls: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", urls["DATABASE_URL"].replace(APPLICATION, "postgres"))

    with pytest.raises(CommandError, match="signs in as postgres"):
        call_command("create_roles")
