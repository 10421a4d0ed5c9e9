"""Decisions: what was decided, why, by which model and policy."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy.errors import NotFound
from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.filters import flag_of, plain_parameters
from underwriting.api.pagination import page_document, page_of, page_rows
from underwriting.api.query import id_asked, word_asked
from underwriting.api.schemas.common import example
from underwriting.api.schemas.decisions import DECISION, DECISION_FILTERS, DecisionPage
from underwriting.api.views.reading import decision_in_full, decisions_listed, reader_of
from underwriting.enums import Outcome
from underwriting.selectors.applications import application_by_id
from underwriting.selectors.decisions import decisions_visible

LISTED = {"object": "list", "data": [DECISION], "has_more": False, "next": None}


class DecisionsView(TenantAPIView):
    """Decisions, newest first."""

    scopes = {"GET": "decisions:read"}

    @extend_schema(
        operation_id="decisions_list",
        summary="List decisions, newest first",
        tags=["Decisions"],
        parameters=[*schemas.PAGING, schemas.LANGUAGE, *DECISION_FILTERS],
        responses={200: DecisionPage, **schemas.WRITE_PROBLEMS},
        examples=[example("One decision", LISTED)],
    )
    def get(self, request: Request) -> Response:
        plain_parameters(request, "application", "outcome", "in_force")
        asked, wanted = page_of(request, "dec"), _wanted(request)
        with self.reading():
            found = decisions_visible(self.organization_id, self.key.partner_id).filter(**wanted)
            rows, more = page_rows(found, asked)
            shown = decisions_listed(reader_of(self, request), rows)
        return Response(page_document(shown, has_more=more))


class DecisionView(TenantAPIView):
    """One decision with its reasons, offer and, for those who may see it, how it came about."""

    scopes = {"GET": "decisions:read"}

    @extend_schema(
        operation_id="decisions_retrieve",
        summary="Get a decision",
        tags=["Decisions"],
        parameters=[schemas.LANGUAGE],
        responses={200: schemas.Decision, **schemas.PROBLEMS},
        examples=[example("An approval", DECISION)],
    )
    def get(self, request: Request, decision_id: str) -> Response:
        plain_parameters(request, listing=False)
        row_id = self.row_id("dec", decision_id)
        with self.reading():
            return Response(decision_in_full(reader_of(self, request), row_id))


class ApplicationDecisionsView(TenantAPIView):
    """Every decision of one application, the newest first: what was decided, and decided anew."""

    scopes = {"GET": "decisions:read"}

    @extend_schema(
        operation_id="applications_decisions",
        summary="List an application's decisions, newest first",
        tags=["Decisions"],
        parameters=[*schemas.PAGING, schemas.LANGUAGE],
        responses={200: DecisionPage, **schemas.WRITE_PROBLEMS},
        examples=[example("One decision", LISTED)],
    )
    def get(self, request: Request, application_id: str) -> Response:
        plain_parameters(request)
        row_id, asked = self.row_id("app", application_id), page_of(request, "dec")
        with self.reading():
            found = application_by_id(
                organization_id=self.organization_id,
                application_id=row_id,
                partner_id=self.key.partner_id,
            )
            if found is None:
                raise NotFound
            decisions = decisions_visible(self.organization_id, self.key.partner_id)
            rows, more = page_rows(decisions.filter(application_id=row_id), asked)
            shown = decisions_listed(reader_of(self, request), rows)
        return Response(page_document(shown, has_more=more))


def _wanted(request: Request) -> dict[str, object]:
    named = {
        "application_id": id_asked(request, "application", "app"),
        "outcome": word_asked(request, "outcome", Outcome.values),
        "in_force": flag_of(request, "in_force"),
    }
    return {name: value for name, value in named.items() if value is not None}
