"""Making organizations, and moving a test twin's clock."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError

from tenancy.enter import enter
from tenancy.enums import Mode
from tenancy.errors import Conflict, FieldError, Invalid
from tenancy.ids import new_id
from tenancy.models import Organization
from tenancy.vault import new_organization_key

FARTHEST = timedelta(days=3_660)
"""How far a twin's clock may run ahead: ten years, in which everything here has ended."""


def organization_create(
    *,
    slug: str,
    name: str,
    country: str,
    default_language: str,
    languages: Sequence[str],
    regulation_pack: str,
    mode: str = Mode.LIVE,
    twin_of: Organization | None = None,
) -> Organization:
    """A new tenant with its own key; its event chain begins with it (a trigger's work).

    Raises Conflict when the address is taken or the twin exists already.
    """
    if default_language not in languages:
        message = "the default language must be one of the languages"
        raise Invalid([FieldError("/default_language", "not_offered", message)])
    organization_id = new_id()
    organization = Organization(
        id=organization_id,
        slug=slug,
        name=name,
        mode=mode,
        twin_of=twin_of,
        country=country,
        default_language=default_language,
        languages=list(languages),
        regulation_pack=regulation_pack,
        wrapped_key=new_organization_key(organization_id),
    )
    try:
        with enter(organization_id):
            organization.save(force_insert=True)
    except IntegrityError as error:
        raise _conflict(error, slug) from error
    return organization


def organization_advance_clock(*, organization_id: UUID, by: timedelta) -> None:
    """Let time pass in a test twin. The world's time cannot be moved: Conflict for a live one."""
    with enter(organization_id):
        clock_move(organization_id, by)


def clock_move(organization_id: UUID, by: timedelta) -> timedelta:
    """The same inside the caller's `enter`; how far the clock is ahead now.

    Raises Conflict for a live organization (`not_a_twin`) and beyond FARTHEST (`clock_too_far`).
    """
    if by < timedelta(0):
        message = "time does not run backwards"
        raise Invalid([FieldError("/by", "negative", message)])
    twin = Organization.objects.select_for_update().filter(id=organization_id, mode=Mode.TEST)
    ahead: timedelta | None = twin.values_list("clock_offset", flat=True).first()
    if ahead is None:
        raise Conflict("only a test organization's clock moves", code="not_a_twin")
    if ahead + by > FARTHEST:
        days = FARTHEST.days
        raise Conflict(f"a test clock is at most {days} days ahead", code="clock_too_far")
    twin.update(clock_offset=ahead + by)
    return ahead + by


def _conflict(error: IntegrityError, slug: str) -> Exception:
    """The two unique constraints mean something to the caller; any other breach is our bug."""
    text = str(error)
    if "slug" in text:
        return Conflict(f"the address {slug!r} is taken", code="slug_taken")
    if "organization_one_twin" in text:
        return Conflict("this organization has its twin", code="twin_exists")
    return error
