"""How loans went, reported by the lender's systems and partners."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.report import report_document, report_of
from underwriting.api.schemas.outcomes import REPORT_EXAMPLE, REPORTED_EXAMPLE
from underwriting.services.outcomes import outcomes_record


class OutcomesView(TenantAPIView):
    """Report months of loans."""

    scopes = {"POST": "outcomes:write"}

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
