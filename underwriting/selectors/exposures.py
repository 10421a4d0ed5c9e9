"""What a customer already owes, has been offered, and has asked for: a decision's context."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet

from ml.values import scaled_text
from tenancy.statements import Row, Statement, ask_together
from underwriting.models import Party
from underwriting.transitions import OPEN_OFFER, UNDECIDED

# Per customer, over every other application they are liable in, of whatever product. Sums are of
# the same currency; whether anything is owed or offered in another one is told apart, for there is
# no rate at which it could be added. Sums of bigint are numeric in PostgreSQL: cast back, money is
# whole minor units. Who was declined is told by the application's status: a decline that a person
# overturned is none.
_OF_EACH = """
SELECT c.id,
    coalesce((SELECT sum(b.outstanding) FROM underwriting_party p
        JOIN underwriting_booking b ON b.organization_id = p.organization_id
            AND b.application_id = p.application_id AND b.closed_at IS NULL
        JOIN underwriting_application a ON a.organization_id = p.organization_id
            AND a.id = p.application_id AND a.currency = %(currency)s
        WHERE p.organization_id = c.organization_id AND p.customer_id = c.id
            AND p.liability <> 'none' AND p.application_id <> %(application)s), 0)::bigint,
    coalesce((SELECT sum(o.amount) FROM underwriting_party p
        JOIN underwriting_application a ON a.organization_id = p.organization_id
            AND a.id = p.application_id AND a.currency = %(currency)s
        JOIN underwriting_offer o ON o.organization_id = p.organization_id
            AND o.application_id = p.application_id
        WHERE p.organization_id = c.organization_id AND p.customer_id = c.id
            AND p.liability <> 'none' AND p.application_id <> %(application)s
            AND (o.status = 'accepted' AND a.status = 'accepted'
                OR o.status = 'open' AND o.expires_at >= %(at)s
                    AND a.status = ANY (%(offered)s))), 0)::bigint,
    (SELECT count(*) FROM underwriting_party p
        JOIN underwriting_application a ON a.organization_id = p.organization_id
            AND a.id = p.application_id AND a.status = ANY (%(undecided)s)
        WHERE p.organization_id = c.organization_id AND p.customer_id = c.id
            AND p.application_id <> %(application)s),
    EXISTS (SELECT 1 FROM underwriting_party p
        JOIN underwriting_application a ON a.organization_id = p.organization_id
            AND a.id = p.application_id AND a.currency <> %(currency)s
        WHERE p.organization_id = c.organization_id AND p.customer_id = c.id
            AND p.liability <> 'none' AND p.application_id <> %(application)s
            AND (a.status = ANY (%(offered)s) OR a.status = 'accepted'
                OR EXISTS (SELECT 1 FROM underwriting_booking b
                    WHERE b.organization_id = a.organization_id AND b.application_id = a.id
                        AND b.closed_at IS NULL AND b.outstanding > 0))),
    (SELECT max(a.decided_at) FROM underwriting_party p
        JOIN underwriting_application a ON a.organization_id = p.organization_id
            AND a.id = p.application_id AND a.status = 'declined'
        {of_the_product}
        WHERE p.organization_id = c.organization_id AND p.customer_id = c.id
            AND p.liability <> 'none' AND p.application_id <> %(application)s)
FROM underwriting_customer c
WHERE c.organization_id = %(organization)s AND c.id = ANY (%(customers)s)
"""
_CONTEXT = _OF_EACH.replace(
    "{of_the_product}",
    "JOIN underwriting_application this ON this.organization_id = p.organization_id"
    " AND this.id = %(application)s AND this.product_id = a.product_id",
)
_STANDING = _OF_EACH.replace("{of_the_product}", "AND a.product_id = %(product)s")
_LOCK = """
SELECT id FROM underwriting_customer
WHERE organization_id = %(organization)s AND id = ANY (%(customers)s) ORDER BY id FOR UPDATE
"""
_NO_APPLICATION = UUID(int=0)


Standing = tuple[UUID, int, int, int, bool, datetime | None]
"""One customer: owed, offered, in flight, anything in another currency, when last declined."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """In minor units, except `in_flight`, which counts requests that may still become offers.

    `elsewhere`: something is owed or offered in another currency, which no sum here contains.
    `declined_at`: when one of these customers was last declined for the same product.
    """

    exposure: int
    open_offers: int
    in_flight: int
    elsewhere: bool = False
    declined_at: datetime | None = None

    def document(self, minor_units: int, at: datetime) -> Mapping[str, Any]:
        """The context of a decision's inputs."""
        return {
            "as_of": at.date().isoformat(),
            "exposure": scaled_text(self.exposure, minor_units),
            "open_offers": scaled_text(self.open_offers, minor_units),
            "in_flight": self.in_flight,
            "days_since_decline": self._days_since_decline(at),
        }

    def _days_since_decline(self, at: datetime) -> int | None:
        """Days of the calendar, so that a wait of 90 days ends at midnight for everybody."""
        return None if self.declined_at is None else (at.date() - self.declined_at.date()).days


def customers_locked(organization_id: UUID, customer_ids: Sequence[UUID]) -> None:
    """Lock the customers, always in the order of their ids: first in the house's lock order."""
    ask_together(customers_locking(organization_id, customer_ids))


def customers_locking(organization_id: UUID, customer_ids: Sequence[UUID]) -> Statement:
    """The lock of `customers_locked`, to be taken in one journey with what comes after it."""
    return Statement(_LOCK, {"organization": organization_id, "customers": list(customer_ids)})


def applicants_locked(
    organization_id: UUID, application_ids: QuerySet[Any] | Sequence[UUID]
) -> None:
    """Lock everybody in these applications, before the applications themselves."""
    found = Party.objects.filter(
        organization_id=organization_id, application_id__in=application_ids
    )
    customers_locked(organization_id, list(found.values_list("customer_id", flat=True)))


def exposure_of(
    *,
    organization_id: UUID,
    application_id: UUID,
    customer_ids: Sequence[UUID],
    currency: str,
    at: datetime,
) -> Exposure:
    """The exposure of the party that owes most: a limit holds for each person, not on average."""
    question = exposure_asked(
        organization_id=organization_id,
        application_id=application_id,
        customer_ids=customer_ids,
        currency=currency,
        at=at,
    )
    return exposure_together(_answered(question))


def exposure_asked(
    *,
    organization_id: UUID,
    application_id: UUID,
    customer_ids: Sequence[UUID],
    currency: str,
    at: datetime,
) -> Statement:
    """The question of `exposure_of`, to be asked together with others; `exposure_together` reads
    its answer."""
    about = {"application": application_id, "currency": currency, "at": at}
    return _asked(_CONTEXT, organization_id, customer_ids, about)


def standings(
    *,
    organization_id: UUID,
    customer_ids: Sequence[UUID],
    product_id: UUID,
    currency: str,
    at: datetime,
) -> dict[UUID, Standing]:
    """What each customer owes, was offered and has asked for before a next application."""
    if not customer_ids:
        return {}
    about: dict[str, Any] = {
        "application": _NO_APPLICATION,
        "product": product_id,
        "currency": currency,
        "at": at,
    }
    question = _asked(_STANDING, organization_id, customer_ids, about)
    return {row[0]: row for row in _answered(question)}


def exposure_together(standings: Sequence[Row]) -> Exposure:
    """The exposure of parties who apply together."""
    if not standings:
        return Exposure(0, 0, 0)
    owed, offered = max(standings, key=lambda row: row[1] + row[2])[1:3]
    return Exposure(
        exposure=owed,
        open_offers=offered,
        in_flight=max(row[3] for row in standings),
        elsewhere=any(row[4] for row in standings),
        declined_at=max((row[5] for row in standings if row[5]), default=None),
    )


def _asked(
    statement: str,
    organization_id: UUID,
    customer_ids: Sequence[UUID],
    about: Mapping[str, Any],
) -> Statement:
    place: dict[str, Any] = {
        "organization": organization_id,
        "customers": list(customer_ids),
        "offered": sorted(OPEN_OFFER),
        "undecided": sorted(UNDECIDED),
    }
    return Statement(statement, {**place, **about})


def _answered(question: Statement) -> list[Standing]:
    (answer,) = ask_together(question)
    return cast(list[Standing], answer.rows)
