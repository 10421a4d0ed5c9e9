"""The outer shape of reported outcomes: months of loans. What they hold, the service checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoring.imports.months import NEEDED, OPTIONAL
from scoring.models import Performance
from scoring.services.performance import Performed
from tenancy.errors import FieldError, Invalid
from tenancy.ids import public_id
from underwriting.api.formats import money
from underwriting.selectors.outcomes import Loan

MEMBERS = ("product", "months")
OF_A_MONTH = frozenset({*NEEDED, *OPTIONAL, "application"})
MOST_MONTHS = 1_000
MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class Report:
    """A body whose outer shape is right; a month's values are texts, as a file's are."""

    product: str
    months: tuple[Mapping[str, str | None], ...]


def report_of(body: Any) -> Report:
    """Read the body; `Invalid` names every member that is missing, unknown or mistyped."""
    if not isinstance(body, dict):
        raise Invalid([FieldError("", "type", "The body is a JSON object.")])
    errors = [FieldError(f"/{name}", "required", "This member is required.")
              for name in MEMBERS if name not in body]  # fmt: skip
    errors += [FieldError(f"/{name[:60]}", "unknown", "There is no such member.")
               for name in body if name not in MEMBERS]  # fmt: skip
    if "product" in body and not (isinstance(body["product"], str) and _scalar(body["product"])):
        errors.append(FieldError("/product", "type", f"A text of {MAX_TEXT} characters at most."))
    errors += _months(body["months"]) if "months" in body else []
    if errors:
        raise Invalid(errors)
    return Report(
        body["product"],
        tuple({name: _text(value) for name, value in each.items()} for each in body["months"]),
    )


def report_document(done: Performed) -> dict[str, Any]:
    """What became of the months; a refused one is named by its place in the body."""
    return {
        "object": "outcome_report",
        "read": done.read,
        "recorded": done.recorded,
        "repeated": done.repeated,
        "refused": done.refused,
        "errors": [
            {
                "pointer": f"/months/{row.number - 1}/{row.field}",
                "code": row.code,
                "message": row.message,
            }
            for row in done.bad
        ],
    }


def month_document(month: Performance, loan: Loan) -> dict[str, Any]:
    """One month as it was reported; its product must be read already."""
    units, currency = month.product.minor_units, month.product.currency
    return {
        "id": public_id("out", month.id),
        "object": "outcome",
        "product": month.product.slug,
        "application": public_id("app", loan.application_id) if loan.application_id else None,
        "loan_ref": loan.reference,
        "months_on_book": month.months_on_book,
        "as_of": month.as_of.isoformat(),
        "days_past_due": month.days_past_due,
        "balance": money(month.balance, currency, units),
        "charged_off": month.charged_off,
        "recovered": money(month.recovered, currency, units),
    }


def _months(months: Any) -> list[FieldError]:
    if not isinstance(months, list) or not 1 <= len(months) <= MOST_MONTHS:
        return [FieldError("/months", "type", f"This is a list of 1 to {MOST_MONTHS} months.")]
    return [error for index, each in enumerate(months) for error in _month(index, each)]


def _month(index: int, month: Any) -> list[FieldError]:
    if not isinstance(month, dict):
        return [FieldError(f"/months/{index}", "type", "This is a JSON object.")]
    unknown = [
        FieldError(f"/months/{index}/{name[:60]}", "unknown", "There is no such member.")
        for name in month
        if name not in OF_A_MONTH
    ]
    return unknown + [
        FieldError(f"/months/{index}/{name}", "type", "This is a text, a number or a truth value.")
        for name, value in month.items()
        if name in OF_A_MONTH and not _scalar(value)
    ]


def _scalar(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_TEXT and "\x00" not in value
    return value is None or isinstance(value, bool | int | Decimal)


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
