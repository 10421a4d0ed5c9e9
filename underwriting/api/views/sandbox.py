"""What a test key may do besides: meet personas, let time pass, hear of anything."""

from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy.clock import now
from tenancy.enums import Mode
from tenancy.errors import FieldError, Forbidden, Invalid
from tenancy.selectors import organization_current
from underwriting.api.base import TenantAPIView
from underwriting.api.pagination import page_document
from underwriting.api.sandbox_documents import clock_document, persona_documents
from underwriting.api.schemas import sandbox as schemas
from underwriting.api.schemas.common import PROBLEMS, WRITE_PROBLEMS
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
        responses={200: schemas.TestPersonaPage, **PROBLEMS},
        examples=[schemas.PERSONA_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        with self.reading():
            rows = persona_documents(kinds_by_product(self.organization_id))
        return Response(page_document(rows, has_more=False))


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
