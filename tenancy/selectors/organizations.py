"""Finding an organization before its tenant is entered."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from tenancy.context import current_organization_id
from tenancy.enums import Mode
from tenancy.errors import NoTenant, NotFound
from tenancy.models import Organization


@dataclass(frozen=True, slots=True)
class OrganizationRef:
    """What anyone may know of a lender whose address they were given."""

    id: UUID
    slug: str
    name: str
    mode: str
    languages: tuple[str, ...]
    default_language: str
    country: str
    regulation_pack: str

    @property
    def is_test(self) -> bool:
        return self.mode == Mode.TEST


def organization_by_slug(slug: str) -> OrganizationRef:
    """The organization at this address; NotFound when there is none."""
    return _found("SELECT * FROM lookup.organization_by_slug(%s)", slug)


def organization_by_id(organization_id: UUID) -> OrganizationRef:
    return _found("SELECT * FROM lookup.organization_by_id(%s)", organization_id)


def organization_current() -> Organization:
    """The entered organization's own row. Call inside `enter`."""
    organization_id = current_organization_id()
    if organization_id is None:
        raise NoTenant("no organization is named here")
    found = Organization.objects.filter(id=organization_id).first()
    if found is None:
        raise NotFound("no such organization")
    return found


def _found(statement: str, wanted: Any) -> OrganizationRef:
    with connection.cursor() as cursor:
        cursor.execute(statement, [wanted])
        row = cursor.fetchone()
    if row is None:
        raise NotFound("no such organization")
    identifier, slug, name, mode, languages, default_language, country, pack = row
    return OrganizationRef(
        id=identifier,
        slug=slug,
        name=name,
        mode=mode,
        languages=tuple(json.loads(languages)),
        default_language=default_language,
        country=country,
        regulation_pack=pack,
    )
