"""Webhook endpoints: made, changed, tried out, given new secrets; what was missed sent again."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from events.selectors.webhooks import endpoint_by_id, endpoints_of
from events.services.endpoints import (
    endpoint_change,
    endpoint_create,
    endpoint_delete,
    endpoint_disable,
    endpoint_enable,
    secret_rotate,
    webhook_test,
)
from events.services.replays import deliveries_replay
from tenancy import clock
from tenancy.ids import public_id
from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.filters import plain_parameters
from underwriting.api.pagination import page_document, page_of, page_rows
from underwriting.api.schemas import webhooks as documents
from underwriting.api.webhook_bodies import CHANGE, ENDPOINT, REPLAY, ROTATE, TRIAL, members_of
from underwriting.api.webhook_documents import endpoint_document

TAGS = ["Webhooks"]
SCOPE = "webhooks"


class _Webhooks(TenantAPIView):
    """A partner's key reaches the partner's own endpoints; the lender's reaches all."""

    scopes = dict.fromkeys(("GET", "POST", "PATCH", "DELETE"), SCOPE)

    def place(self, webhook_id: str) -> dict[str, Any]:
        """What every service about one endpoint is told."""
        return {
            "organization_id": self.organization_id,
            "actor": self.actor,
            "endpoint_id": self.row_id("whe", webhook_id),
            "seen_by": self.key.partner_id,
        }


class WebhooksView(_Webhooks):
    """Endpoints, newest first; a new one."""

    @extend_schema(
        operation_id="webhooks_list",
        summary="List webhook endpoints, newest first",
        tags=TAGS,
        parameters=[schemas.LIMIT, schemas.AFTER, schemas.BEFORE],
        responses={200: documents.WebhookPage, **schemas.WRITE_PROBLEMS},
        examples=[documents.answer(documents.listed(documents.WEBHOOK))],
    )
    def get(self, request: Request) -> Response:
        plain_parameters(request)
        asked = page_of(request, "whe")
        with self.reading():
            rows, more = page_rows(endpoints_of(self.organization_id, self.key.partner_id), asked)
        return Response(page_document([endpoint_document(row) for row in rows], has_more=more))

    @extend_schema(
        operation_id="webhooks_create",
        summary="Make a webhook endpoint",
        description="It hears of what happens from now on. Its secret is shown this once.",
        tags=TAGS,
        request=documents.WebhookRequest,
        responses={201: documents.WebhookWithSecret, **schemas.WRITE_PROBLEMS},
        examples=[
            documents.asked(documents.ASKED),
            documents.answer({**documents.WEBHOOK, "secret": documents.SECRET}, "201"),
        ],
    )
    def post(self, request: Request) -> Response:
        given = {
            "version": self.key.version,
            **members_of(request.data, ENDPOINT, required=("url", "types")),
        }
        endpoint, secret = endpoint_create(
            organization_id=self.organization_id,
            actor=self.actor,
            partner_id=self.key.partner_id,
            **given,
        )
        document = endpoint_document(endpoint, secret)
        location = {"Location": f"/v1/webhooks/{document['id']}", "Cache-Control": "no-store"}
        return Response(document, status=status.HTTP_201_CREATED, headers=location)


class WebhookView(_Webhooks):
    """One endpoint."""

    @extend_schema(
        operation_id="webhooks_retrieve",
        summary="Get a webhook endpoint",
        tags=TAGS,
        responses={200: documents.Webhook, **schemas.PROBLEMS},
        examples=[documents.answer(documents.WEBHOOK)],
    )
    def get(self, request: Request, webhook_id: str) -> Response:
        row_id = self.row_id("whe", webhook_id)
        with self.reading():
            endpoint = endpoint_by_id(self.organization_id, row_id, self.key.partner_id)
        return Response(endpoint_document(endpoint))

    @extend_schema(
        operation_id="webhooks_update",
        summary="Change a webhook endpoint, switch it off or on",
        description=(
            "Switched on again it goes on where it stopped: what happened meanwhile is sent, in"
            " order, unless `skip_missed` is true."
        ),
        tags=TAGS,
        request=documents.WebhookChange,
        responses={200: documents.Webhook, **schemas.WRITE_PROBLEMS},
        examples=[
            documents.asked({"types": ["application.*", "offer.accepted"]}),
            documents.answer(documents.WEBHOOK),
        ],
    )
    def patch(self, request: Request, webhook_id: str) -> Response:
        changes = members_of(request.data, CHANGE)
        wanted, skip = changes.pop("status", None), changes.pop("skip_missed", False)
        place = self.place(webhook_id)
        if changes:
            endpoint_change(**place, changes=changes)
        if wanted == "disabled":
            endpoint_disable(**place)
        elif wanted == "enabled":
            endpoint_enable(**place, skip_missed=skip)
        return self.get(request, webhook_id)

    @extend_schema(
        operation_id="webhooks_delete",
        summary="Delete a webhook endpoint",
        description="Nothing more is sent to it; its secret is destroyed.",
        tags=TAGS,
        request=None,
        responses={204: None, **schemas.PROBLEMS},
    )
    def delete(self, request: Request, webhook_id: str) -> Response:
        endpoint_delete(**self.place(webhook_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class WebhookSecretView(_Webhooks):
    """A new secret."""

    @extend_schema(
        operation_id="webhooks_rotate_secret",
        summary="Rotate a webhook endpoint's secret",
        description=(
            "The new secret is shown this once. Until the overlap is over each message carries two"
            " signatures, one by each secret."
        ),
        tags=TAGS,
        request=documents.WebhookRotation,
        responses={200: documents.WebhookWithSecret, **schemas.WRITE_PROBLEMS},
        examples=[
            documents.asked({"overlap_hours": 24}),
            documents.answer(
                {
                    **documents.WEBHOOK,
                    "former_secret_until": "2026-11-22T10:00:00.120000Z",
                    "secret": documents.SECRET,
                }
            ),
        ],
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        given = members_of(request.data or {}, ROTATE)
        overlap = {"overlap": given["overlap_hours"]} if given else {}
        endpoint, secret = secret_rotate(**self.place(webhook_id), **overlap)
        return Response(endpoint_document(endpoint, secret), headers={"Cache-Control": "no-store"})


class WebhookTrialView(_Webhooks):
    """A message to see whether it arrives."""

    @extend_schema(
        operation_id="webhooks_test",
        summary="Send a test message to a webhook endpoint",
        description="`webhook.test`; a test key may ask for any type, with invented identifiers.",
        tags=TAGS,
        request=documents.WebhookTrial,
        responses={202: documents.WebhookTrialSent, **schemas.WRITE_PROBLEMS},
        examples=[
            documents.asked({"type": "webhook.test"}),
            documents.answer(
                {"object": "webhook_test", "event": documents.DELIVERY["event"]}, "202"
            ),
        ],
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        given = members_of(request.data or {}, TRIAL)
        as_type = {"as_type": given["type"]} if given else {}
        event_id: UUID = webhook_test(**self.place(webhook_id), **as_type)
        document = {"object": "webhook_test", "event": public_id("evt", event_id)}
        return Response(document, status=status.HTTP_202_ACCEPTED)


class WebhookReplayView(_Webhooks):
    """What happened in a time, sent again."""

    @extend_schema(
        operation_id="webhooks_replay",
        summary="Send again what happened in a time",
        description=(
            "Made from the record of what happened, so also what the endpoint was not told while"
            " it was switched off or deaf. Each message keeps its `webhook-id`; messages about one"
            " subject stay in order, and what happens now does not wait for them. At most 10,000"
            " events at a time (409 `too_many`)."
        ),
        tags=TAGS,
        request=documents.WebhookReplay,
        responses={202: documents.WebhookReplayed, **schemas.WRITE_PROBLEMS},
        examples=[
            documents.asked(documents.REPLAY),
            documents.answer({"object": "webhook_replay", "deliveries": 12}, "202"),
        ],
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        given = members_of(request.data, REPLAY, required=("since",))
        if "until" not in given:
            with self.reading():
                given["until"] = clock.now(self.organization_id)
        sent = deliveries_replay(**self.place(webhook_id), **given)
        document = {"object": "webhook_replay", "deliveries": sent}
        return Response(document, status=status.HTTP_202_ACCEPTED)
