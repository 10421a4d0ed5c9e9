"""The API's documents for OpenAPI: what `documents` and `problems` make, described once each."""

from underwriting.api.schemas.applications import (
    Applicant,
    Application,
    ApplicationPage,
    ApplicationRequest,
)
from underwriting.api.schemas.common import (
    AFTER,
    BEFORE,
    EXPAND,
    IDEMPOTENCY,
    LANGUAGE,
    LIMIT,
    PAGING,
    PREFER,
    PROBLEMS,
    WRITE_PROBLEMS,
    Listing,
    Money,
    Problem,
    WrongField,
)
from underwriting.api.schemas.decisions import Decision, Offer, Path, PathChange
from underwriting.api.schemas.outcomes import OutcomeReport, OutcomeReportRequest
from underwriting.api.schemas.products import ProductPage, ProductSchema

__all__ = [
    "AFTER",
    "BEFORE",
    "EXPAND",
    "IDEMPOTENCY",
    "LANGUAGE",
    "LIMIT",
    "PAGING",
    "PREFER",
    "PROBLEMS",
    "WRITE_PROBLEMS",
    "Applicant",
    "Application",
    "ApplicationPage",
    "ApplicationRequest",
    "Decision",
    "Listing",
    "Money",
    "Offer",
    "OutcomeReport",
    "OutcomeReportRequest",
    "Path",
    "PathChange",
    "Problem",
    "ProductPage",
    "ProductSchema",
    "WrongField",
]
