"""One demo lender's test twin asks the stub, so that personas can be tried with its test key.

The other's asks nobody: its test key gets a decision while it waits.
"""

from typing import Any
from uuid import UUID

from config.demo.lenders import BANCO_AURORA, DemoLender
from events.actor import SYSTEM
from tenancy.enter import enter
from underwriting.connectors.contract import CHECK_PURPOSES, Kind
from underwriting.models import ConnectorSetting
from underwriting.services.connectors import connector_set

AGENCY = {
    "name": "Test Bureau",
    "address": "1 Register Street, Testville",
    "phone": "+1 800 555 0100",
}


def connectors_present(lender: DemoLender, twin_id: UUID) -> None:
    """All four kinds, once; a live lender asks nobody until it has attached a vendor."""
    if lender is not BANCO_AURORA:
        return
    with enter(twin_id, read_only=True):
        there = set(
            ConnectorSetting.objects.filter(organization_id=twin_id).values_list("kind", flat=True)
        )
    for kind in Kind:
        if kind.value not in there:
            connector_set(
                organization_id=twin_id,
                actor=SYSTEM,
                product_slug=lender.product_slug,
                document=_settings(kind),
            )


def _settings(kind: Kind) -> dict[str, Any]:
    shared = {"schema": "assay.connector/1", "kind": kind.value, "connector": "stub"}
    if kind == Kind.BUREAU:
        bureau = {"inquiry": "soft", "purpose": "credit_transaction", "agency": AGENCY}
        return {**shared, **bureau, "valid_days": 30}
    return {**shared, "inquiry": "none", "purpose": CHECK_PURPOSES[kind].value}
