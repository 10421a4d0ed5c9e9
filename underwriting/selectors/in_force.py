"""What decided at a moment, as it was known at another: one statement. Call inside `enter`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class InForceAt:
    """Policy, model, split test, product, dictionary and law of a product at a moment.

    None where there was none. `pack_hash` is what the last decision until then pinned; `pack_id`
    the pack that the organization has chosen now. `paused`: people decided everything.
    """

    policy_version_id: UUID | None
    policy_number: int | None
    policy_hash: str | None
    policy_from: datetime | None
    model_version_id: UUID | None
    model_number: int | None
    model_hash: str | None
    model_from: datetime | None
    challenger_id: UUID | None
    challenger_number: int | None
    challenger_ppm: int | None
    product_number: int | None
    product_hash: str | None
    dictionary_number: int | None
    dictionary_hash: str | None
    pack_id: str
    pack_hash: str | None
    paused: bool


def in_force_at(
    organization_id: UUID, product_id: UUID, at: datetime, known_at: datetime | None = None
) -> InForceAt:
    """What decided, or would have decided, at that moment.

    With `known_at` as it was believed then: championships by their two times, policies by the
    steps taken until then, so a schedule made or taken back later does not count.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM underwriting_in_force_at(%s, %s, %s, %s)",
            [organization_id, product_id, at, known_at or datetime.max.replace(tzinfo=at.tzinfo)],
        )
        row = cursor.fetchone()
    return InForceAt(*row)
