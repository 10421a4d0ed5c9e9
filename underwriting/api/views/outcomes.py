"""How loans went, reported by the lender's systems and partners."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.filters import plain_parameters
from underwriting.api.pagination import page_document, page_of, page_rows
from underwriting.api.query import id_asked, text_asked
from underwriting.api.report import month_document, report_document, report_of
from underwriting.api.schemas.outcomes import (
    LISTED_EXAMPLE,
    OUTCOME_FILTERS,
    REPORT_EXAMPLE,
    REPORTED_EXAMPLE,
    OutcomePage,
)
from underwriting.selectors.outcomes import loans_of, months_wanted
from underwriting.services.outcomes import outcomes_record


class OutcomesView(TenantAPIView):
    """Report months of loans, or read back what was reported."""

    scopes = {"GET": "outcomes:write", "POST": "outcomes:write"}

    @extend_schema(
        operation_id="outcomes_list",
        summary="List reported months, newest report first",
        tags=["Outcomes"],
        parameters=[*schemas.PAGING, *OUTCOME_FILTERS],
        responses={200: OutcomePage, **schemas.WRITE_PROBLEMS},
        examples=[LISTED_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        plain_parameters(request, "product", "application", "loan_ref")
        asked = page_of(request, "out")
        with self.reading():
            wanted = months_wanted(
                self.organization_id,
                self.key.partner_id,
                product_slug=text_asked(request, "product"),
                application_id=id_asked(request, "application", "app"),
                reference=text_asked(request, "loan_ref"),
            )
            rows, more = page_rows(wanted, asked)
            loans = loans_of(self.organization_id, rows)
        shown = [month_document(row, loans[row.loan_ref]) for row in rows]
        return Response(page_document(shown, has_more=more))

    @extend_schema(
        operation_id="outcomes_report",
        summary="Report how loans went, month by month",
        description=(
            "Each month is stored or refused by itself: `errors` names the refused ones. The same"
            " month sent again changes nothing, so a report that got no answer is simply repeated;"
            " with other figures it is refused (`differs`)."
        ),
        tags=["Outcomes"],
        request=schemas.OutcomeReportRequest,
        responses={200: schemas.OutcomeReport, **schemas.WRITE_PROBLEMS},
        examples=[REPORT_EXAMPLE, REPORTED_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        report = report_of(request.data)
        done = outcomes_record(
            organization_id=self.organization_id,
            actor=self.actor,
            product_slug=report.product,
            months=report.months,
            partner_id=self.key.partner_id,
        )
        return Response(report_document(done))
