"""Prequalifications as the API shows them: what could be expected, and that it binds nobody."""

from collections.abc import Mapping, Sequence
from typing import Any

from tenancy.ids import public_id
from underwriting.api.formats import fraction, money, time_text
from underwriting.enums import PrequalificationStatus
from underwriting.models import Prequalification

Document = dict[str, Any]


def prequalification_document(
    row: Prequalification, *, reasons: Sequence[Mapping[str, Any]], inquired: bool
) -> Document:
    """One of them; its product must be read already, reasons come in words."""
    units = row.product.minor_units
    return {
        "id": public_id("prq", row.id),
        "object": "prequalification",
        "product": row.product.slug,
        "status": row.status,
        "outcome": row.outcome,
        "binding": False,
        "requested": {
            "amount": money(row.amount, row.currency, units),
            "term_months": row.term_months,
        },
        "offer": _offer(row, units),
        "reasons": list(reasons),
        "notice_due_at": time_text(row.notice_due_at),
        "inquiry": "soft" if inquired else "none",
        "language": row.language,
        "metadata": row.metadata,
        "application": public_id("app", row.application_id) if row.application_id else None,
        "pins": _pins(row),
        "created_at": time_text(row.asked_at),
        "made_at": time_text(row.made_at),
        "expires_at": time_text(row.expires_at),
    }


def _offer(row: Prequalification, units: int) -> Document | None:
    """From where to where the same rules would approve, around what was asked for."""
    terms = row.terms
    if terms is None:
        return None
    currency = terms["currency"]
    return {
        "term_months": terms["term_months"],
        "amount": _span(terms.get("amount"), lambda value: money(value, currency, units)),
        "annual_rate": _span(terms.get("rate_ppm"), fraction),
        "instalment": _span(terms.get("instalment"), lambda value: money(value, currency, units)),
        "cost_of_credit": _span(terms.get("cost_ppm"), fraction),
    }


def _span(found: Mapping[str, int] | None, written: Any) -> Document | None:
    if found is None:
        return None
    return {"from": written(found["from"]), "to": written(found["to"])}


def _pins(row: Prequalification) -> Document | None:
    if row.status != PrequalificationStatus.MADE:
        return None
    names = ("dictionary", "product", "model", "policy", "pack", "engine")
    return {name: getattr(row, f"{name}_hash") for name in names}
