"""Decisions: what was decided, why, by which model and policy."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.views.reading import decision_in_full


class DecisionView(TenantAPIView):
    """One decision with its reasons, offer and trace."""

    scopes = {"GET": "decisions:read"}

    @extend_schema(
        operation_id="decisions_retrieve",
        summary="Get a decision",
        tags=["Decisions"],
        parameters=[schemas.LANGUAGE],
        responses={200: schemas.Decision, **schemas.PROBLEMS},
    )
    def get(self, request: Request, decision_id: str) -> Response:
        row_id = self.row_id("dec", decision_id)
        with self.reading():
            document = decision_in_full(
                organization_id=self.organization_id,
                decision_id=row_id,
                partner_id=self.key.partner_id,
                language=request.query_params.get("language"),
            )
        return Response(document)
