"""Learning from what was decided here: the rows are this room's, the data set is scoring's."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from events.actor import Actor
from scoring.models import Dataset
from scoring.services.dataset_rows import APPLICATIONS, dataset_rows_erase
from scoring.services.datasets import ALWAYS, dataset_register
from scoring.training.exclusions import Period
from scoring.training.rows import LoanRows
from tenancy.enter import enter
from underwriting.selectors.decided import decided_rows, purged_among


def own_loans_register(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    period: Period = ALWAYS,
    exclusions: Sequence[Mapping[str, Any]] = (),
    as_of: datetime | None = None,
    definition: int | None = None,
) -> Dataset:
    """Register the product's settled applications, pushed down as rows.

    How their loans turned out follows from their performance by the outcome `definition`; without
    one no outcome is known. Whoever's facts were purged while this ran is taken out again.
    """
    with enter(organization_id, read_only=True):
        rows = LoanRows.of(decided_rows(organization_id, product_slug, as_of))
    dataset = dataset_register(
        organization_id=organization_id,
        actor=actor,
        product_slug=product_slug,
        source=APPLICATIONS,
        rows=rows,
        period=period,
        exclusions=exclusions,
        as_of=as_of,
        definition=definition,
    )
    with enter(organization_id):
        gone = purged_among(organization_id, list(rows.refs))
        if gone:
            dataset_rows_erase(organization_id=organization_id, refs=gone)
    return dataset
