"""Applications decided here, as a model learns from them: facts, disposition, loan. In `enter`."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from tenancy.canonical import canonical
from underwriting.enums import ApplicationStatus as S
from underwriting.models import Application, Booking, FactSet, Party

DISPOSITIONS: Mapping[str, str] = {
    S.FUNDED: "booked",
    S.DECLINED: "declined",
    S.WITHDRAWN: "withdrawn",
    S.NOT_TAKEN: "not_taken",
    S.EXPIRED: "not_taken",
}
"""Settled states, and what a past application in each is called. Others may still change."""

Row = tuple[Any, ...]


def decided_rows(
    organization_id: UUID, product_slug: str, as_of: datetime | None = None
) -> Iterator[Row]:
    """In the order of `LoanRows`' fields, known by the application's id.

    An application of which anybody's facts were erased is not among them. No outcome is: it
    follows from the loan's performance and a definition.
    """
    applications = Application.objects.filter(
        organization_id=organization_id,
        product__slug=product_slug,
        status__in=DISPOSITIONS,
        request__isnull=False,
        received_at__isnull=False,
    ).order_by("id")
    if as_of is not None:
        applications = applications.filter(received_at__lte=as_of)
    parties = _parties(organization_id, product_slug)
    loans = dict(
        Booking.objects.filter(
            organization_id=organization_id, application__product__slug=product_slug
        ).values_list("application_id", "reference")
    )
    for each in applications.only("id", "received_at", "status", "request"):
        if (told := parties.get(each.id)) is not None and each.received_at is not None:
            yield (
                str(each.id), each.received_at.date(), DISPOSITIONS[each.status], "",
                each.request, told, None, loans.get(each.id, ""),
            )  # fmt: skip


def _parties(organization_id: UUID, product_slug: str) -> dict[UUID, str]:
    """Each application's parties with what they said last; none where somebody's is erased."""
    of = {"organization_id": organization_id, "application__product__slug": product_slug}
    sets = FactSet.objects.filter(**of).order_by("party_id", "number")
    newest = dict(sets.values_list("party_id", "document"))
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    erased: set[UUID] = set()
    for party in Party.objects.filter(**of).order_by("application_id", "position"):
        document = newest.get(party.id)
        if document is None:
            erased.add(party.application_id)
            continue
        told = {"role": party.role, "liability": party.liability, "facts": json.loads(document)}
        found[party.application_id].append(told)
    return {
        application: canonical(told).decode()
        for application, told in found.items()
        if application not in erased
    }


def purged_among(organization_id: UUID, refs: list[str]) -> list[str]:
    """Those of these applications whose facts are gone by now."""
    rows = Application.objects.filter(
        organization_id=organization_id, id__in=refs, request__isnull=True
    )
    return [str(found) for found in rows.values_list("id", flat=True)]
