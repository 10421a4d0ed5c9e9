"""What a test key may do besides: meet personas, let time pass, hear of anything."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from events.enums import EndpointStatus
from events.selectors.webhooks import endpoints_of
from events.services.endpoints import webhook_test
from events.webhooks.types import NAMES, wanted
from tenancy.clock import now
from tenancy.enums import Mode
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid
from tenancy.ids import public_id
from tenancy.selectors import organization_current
from underwriting.api.base import TenantAPIView
from underwriting.api.filters import plain_parameters
from underwriting.api.pagination import page_whole
from underwriting.api.sandbox_documents import clock_document, persona_documents
from underwriting.api.schemas import sandbox as schemas
from underwriting.api.schemas.common import PAGING, PROBLEMS, WRITE_PROBLEMS
from underwriting.selectors.connectors import kinds_by_product
from underwriting.services.sandbox import clock_advance

TAGS = ["Sandbox"]
MOST = {"days": 366, "hours": 8_784}


class SandboxView(TenantAPIView):
    """Refuses live keys, whatever their scopes: these things exist in a test twin alone."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.key.mode != Mode.TEST:
            raise Forbidden("Only a test key may do this.", code="test_key_needed")


class PersonasView(SandboxView):
    """Whom one can be in the sandbox."""

    @extend_schema(
        operation_id="test_personas_list",
        summary="List the personas of the sandbox",
        description=(
            "A word in an applicant's name that makes something happen. Outcomes are chosen by the"
            " first applicant's name and work for every product that has a model and a policy in"
            " force; connectors' personas where the product asks a bureau or checks."
        ),
        tags=TAGS,
        parameters=[*PAGING],
        responses={200: schemas.TestPersonaPage, **WRITE_PROBLEMS},
        examples=[schemas.PERSONA_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        plain_parameters(request)
        with self.reading():
            rows = persona_documents(kinds_by_product(self.organization_id))
        return Response(page_whole(request, rows, "word"))


class ClockView(SandboxView):
    """What time it is in the twin."""

    @extend_schema(
        operation_id="test_clock_retrieve",
        summary="Get the sandbox's clock",
        tags=TAGS,
        responses={200: schemas.TestClock, **PROBLEMS},
        examples=[schemas.CLOCK_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        plain_parameters(request, listing=False)
        with self.reading():
            found = clock_document(now(self.organization_id), organization_current().clock_offset)
        return Response(found)


class ClockAdvanceView(SandboxView):
    """Let time pass."""

    @extend_schema(
        operation_id="test_clock_advance",
        summary="Let days or hours pass in the sandbox",
        description=(
            "Offers lapse, keys expire, duties fall due, and bureaus that did not answer are asked"
            " again. The clock never runs back, and at most ten years ahead."
        ),
        tags=TAGS,
        request=schemas.TestClockAdvance,
        responses={200: schemas.TestClockAdvanced, **WRITE_PROBLEMS},
        examples=[schemas.ADVANCE_EXAMPLE, schemas.ADVANCED_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        done = clock_advance(
            organization_id=self.organization_id, actor=self.actor, by=_by(request.data)
        )
        document = clock_document(done.at, done.ahead) | {
            "offers_expired": done.offers_expired,
            "applications_decided": done.decided,
        }
        return Response(document)


class TestWebhooksView(SandboxView):
    """Hear of anything now."""

    @extend_schema(
        operation_id="test_webhooks_send",
        summary="Send any type of webhook to your endpoints",
        description=(
            "To one endpoint, whatever it listens to, or to all of yours that listen to the type."
            " Signed, delivered and logged like any other; its identifiers are nobody's."
        ),
        tags=TAGS,
        request=schemas.TestWebhook,
        responses={202: schemas.TestWebhookSent, **WRITE_PROBLEMS},
        examples=[schemas.WEBHOOK_EXAMPLE, schemas.WEBHOOK_SENT_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        kind, endpoint = _trial(request.data)
        chosen = [self.row_id("whe", endpoint)] if endpoint else self._listening(kind)
        events = {
            endpoint_id: webhook_test(
                organization_id=self.organization_id,
                actor=self.actor,
                endpoint_id=endpoint_id,
                seen_by=self.key.partner_id,
                as_type=kind,
            )
            for endpoint_id in chosen
        }
        document = {
            "object": "test_webhook",
            "type": kind,
            "sent_to": [
                {"endpoint": public_id("whe", to), "event": public_id("evt", event)}
                for to, event in events.items()
            ],
        }
        return Response(document, status=status.HTTP_202_ACCEPTED)

    def _listening(self, kind: str) -> list[UUID]:
        with self.reading():
            rows = endpoints_of(self.organization_id, self.key.partner_id).filter(
                status=EndpointStatus.ENABLED
            )
            found = [row.id for row in rows.order_by("id") if wanted(row.types, kind)]
        if not found:
            raise Conflict("None of your endpoints listens to this type.", code="nobody_listens")
        return found


def _trial(body: Any) -> tuple[str, str | None]:
    """The type wanted and the endpoint, if one was named."""
    given = body if isinstance(body, dict) else {}
    errors = [
        FieldError(f"/{name}", "unknown", "There is no such member.")
        for name in given
        if name not in ("type", "endpoint")
    ]
    if given.get("type") not in NAMES:
        errors.append(FieldError("/type", "type_unknown", f"One of: {', '.join(NAMES)}."))
    endpoint = given.get("endpoint")
    if not (endpoint is None or (isinstance(endpoint, str) and endpoint)):
        errors.append(FieldError("/endpoint", "type", "The id of one of your endpoints."))
    if errors:
        raise Invalid(errors)
    return given["type"], endpoint


def _by(body: Any) -> timedelta:
    """How long, from `days` and `hours`: one of them at least, and none below zero."""
    given = body if isinstance(body, dict) else {}
    errors = [
        FieldError(f"/{name}", "unknown", "There is no such member.")
        for name in given
        if name not in MOST
    ]
    errors += [
        FieldError(f"/{name}", "range", f"A whole number from 0 to {most}.")
        for name, most in MOST.items()
        if name in given and not (type(given[name]) is int and 0 <= given[name] <= most)
    ]
    if not errors and not any(given.values()):
        errors = [FieldError("/days", "required", "Say how many days or hours are to pass.")]
    if errors:
        raise Invalid(errors)
    return timedelta(days=given.get("days", 0), hours=given.get("hours", 0))
