"""Deliveries of webhooks: the log, and one message sent again."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from events.enums import DeliveryStatus
from events.models import WebhookDelivery
from events.selectors.webhooks import attempts_of, deliveries_of, delivery_by_id, endpoint_by_id
from events.services.replays import delivery_replay
from events.webhooks.types import NAMES
from tenancy.errors import FieldError, Invalid
from underwriting.api import schemas
from underwriting.api.addition_bodies import nothing_of
from underwriting.api.base import TenantAPIView
from underwriting.api.filters import plain_parameters
from underwriting.api.pagination import page_document, page_of, page_rows
from underwriting.api.schemas import webhooks as documents
from underwriting.api.webhook_documents import delivery_document, delivery_in_full

TAGS = ["Webhooks"]
SCOPE = "webhooks"


class DeliveriesView(TenantAPIView):
    """What was sent to one endpoint."""

    scopes = {"GET": SCOPE}

    @extend_schema(
        operation_id="webhooks_list_deliveries",
        summary="List an endpoint's deliveries, newest first",
        description="Kept for 30 days after they are closed.",
        tags=TAGS,
        parameters=[
            schemas.LIMIT,
            schemas.AFTER,
            schemas.BEFORE,
            documents.DELIVERY_STATUS,
            documents.DELIVERY_TYPE,
        ],
        responses={200: documents.WebhookDeliveryPage, **schemas.WRITE_PROBLEMS},
        examples=[documents.answer(documents.listed(documents.DELIVERY))],
    )
    def get(self, request: Request, webhook_id: str) -> Response:
        plain_parameters(request, "status", "type")
        asked = page_of(request, "whd")
        filters = _filters(request)
        endpoint_id = self.row_id("whe", webhook_id)
        with self.reading():
            endpoint_by_id(self.organization_id, endpoint_id, self.key.partner_id)
            found: QuerySet[WebhookDelivery] = deliveries_of(
                self.organization_id, self.key.partner_id
            ).filter(endpoint_id=endpoint_id, **filters)
            rows, more = page_rows(found, asked)
        return Response(page_document([delivery_document(row) for row in rows], has_more=more))


class DeliveryView(TenantAPIView):
    """One delivery."""

    scopes = {"GET": SCOPE}

    @extend_schema(
        operation_id="deliveries_retrieve",
        summary="Get a delivery with every attempt",
        tags=TAGS,
        responses={200: documents.WebhookDeliveryInFull, **schemas.PROBLEMS},
        examples=[documents.answer(documents.DELIVERY_IN_FULL)],
    )
    def get(self, request: Request, delivery_id: str) -> Response:
        row_id = self.row_id("whd", delivery_id)
        with self.reading():
            delivery = delivery_by_id(self.organization_id, row_id, self.key.partner_id)
            document = delivery_in_full(delivery, attempts_of(delivery))
        return Response(document)


class DeliveryReplayView(TenantAPIView):
    """One message, again."""

    scopes = {"POST": SCOPE}

    @extend_schema(
        operation_id="deliveries_replay",
        summary="Send a message again",
        description=(
            "A new delivery of the same message, with the same `webhook-id`. One that still waits"
            " for its next attempt is sent at once instead."
        ),
        tags=TAGS,
        request=None,
        responses={202: documents.WebhookDelivery, **schemas.WRITE_PROBLEMS},
        examples=[documents.answer({**documents.DELIVERY, "replayed": True}, "202")],
    )
    def post(self, request: Request, delivery_id: str) -> Response:
        nothing_of(request.data)
        again = delivery_replay(
            organization_id=self.organization_id,
            actor=self.actor,
            delivery_id=self.row_id("whd", delivery_id),
            seen_by=self.key.partner_id,
        )
        return Response(delivery_document(again), status=status.HTTP_202_ACCEPTED)


def _filters(request: Request) -> dict[str, str]:
    known = {"status": set(DeliveryStatus.values), "type": set(NAMES)}
    asked = {name: request.query_params[name] for name in known if name in request.query_params}
    errors = [
        FieldError(f"/{name}", "unknown", f"There is no such {name}.")
        for name, text in asked.items()
        if text not in known[name]
    ]
    if errors:
        raise Invalid(errors)
    return asked
