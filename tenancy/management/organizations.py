"""What commands about organizations share: naming one, or all of them as the operator."""

from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection
from django.utils.module_loading import import_string

from tenancy.errors import NotFound
from tenancy.models import Organization
from tenancy.roles import OPERATOR
from tenancy.selectors import OrganizationRef, organization_by_slug


def add_organization_argument(parser: CommandParser, *, required: bool) -> None:
    parser.add_argument("--organization", required=required, metavar="SLUG", help="which lender")


def organization_named_by(slug: str) -> OrganizationRef:
    try:
        return organization_by_slug(slug)
    except NotFound as error:
        raise CommandError(f"there is no organization {slug!r}") from error


def chosen_organizations(slug: str | None) -> Iterator[tuple[UUID, str]]:
    """The named organization, or every one: then only the operator's role can see them."""
    if slug:
        found = organization_named_by(slug)
        yield found.id, found.slug
        return
    become_operator()
    yield from list(Organization.objects.order_by("slug").values_list("id", "slug"))


def become_operator() -> None:
    """Go on as the operator, whose address this process may find but did not start with."""
    if connection.settings_dict["USER"] == OPERATOR:
        return
    address = import_string(settings.OPERATOR_DATABASE)()
    if address is None:
        raise CommandError("name one with --organization, or set DATABASE_OPERATOR_URL for all")
    connection.close()
    connection.settings_dict.update(address)
