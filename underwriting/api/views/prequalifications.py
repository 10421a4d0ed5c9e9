"""Prequalifications: asked, listed, read; never an application, never a hard inquiry."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy.errors import FieldError, Invalid, NotFound
from tenancy.ids import public_id
from tenancy.selectors import organization_current
from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.envelope import Envelope, envelope_of
from underwriting.api.filters import plain_parameters
from underwriting.api.idempotency import Made, Shown, answered_once, created_once
from underwriting.api.pagination import page_document, page_of, page_rows
from underwriting.api.prequalification_documents import prequalification_document
from underwriting.api.query import text_asked, word_asked
from underwriting.api.schemas import prequalifications as shapes
from underwriting.api.schemas.common import example
from underwriting.enums import Likelihood, PrequalificationStatus
from underwriting.models import Prequalification
from underwriting.selectors.prequalifications import (
    prequalification_reasons,
    prequalifications_visible,
)
from underwriting.services.prequalifications import SUBJECT, prequalification_ask
from underwriting.services.repeats import IdempotencyKey

APPLICATIONS_ONLY = ("hosted", "return_url", "prequalification")


class PrequalificationsView(TenantAPIView):
    """Ask what somebody could expect, or page through what was asked."""

    scopes = {"GET": "decisions:read", "POST": "applications:write"}

    @extend_schema(
        operation_id="prequalifications_list",
        summary="List prequalifications, newest first",
        tags=["Prequalification"],
        parameters=[*schemas.PAGING, *shapes.FILTERS],
        responses={200: shapes.PrequalificationPage, **schemas.WRITE_PROBLEMS},
        examples=[
            example(
                "One of them",
                {"object": "list", "data": [shapes.LIKELY], "has_more": False, "next": None},
            )
        ],
    )
    def get(self, request: Request) -> Response:
        plain_parameters(request, "product", "status", "outcome")
        asked, wanted = page_of(request, "prq"), _wanted(request)
        with self.reading():
            rows, more = page_rows(self._rows().filter(**wanted), asked)
            shown = [_shown(row, self._language(request)) for row in rows]
        return Response(page_document(shown, has_more=more))

    @extend_schema(
        operation_id="prequalifications_create",
        summary="Ask what somebody could expect",
        description=(
            "Takes what an application would say and evaluates it by the same model and policy as"
            " if the person owed nothing. 201: made. 202: the lender's bureau is asked softly"
            " first; read it again, or wait for `prequalification.made`. There is never a hard"
            " inquiry, and nothing of it counts against anybody."
        ),
        tags=["Prequalification"],
        parameters=[schemas.IDEMPOTENCY],
        request=shapes.PrequalificationRequest,
        responses={
            201: shapes.Prequalification,
            202: shapes.Prequalification,
            **schemas.WRITE_PROBLEMS,
        },
        examples=[
            example("Somebody's facts", shapes.REQUEST, request=True),
            example("Likely", shapes.LIKELY, status_codes=["201"]),
            example("A bureau is asked softly", shapes.PENDING, status_codes=["202"]),
        ],
    )
    def post(self, request: Request) -> HttpResponse:
        envelope = _envelope(request.data)

        def create(key: IdempotencyKey) -> Made:
            return created_once(self, key, lambda: self._ask(envelope, key))

        def show(row_id: UUID) -> Shown:
            row = self._rows().get(id=row_id)
            made = row.status == PrequalificationStatus.MADE
            code = status.HTTP_201_CREATED if made else status.HTTP_202_ACCEPTED
            place = f"/v1/prequalifications/{public_id('prq', row_id)}"
            return Shown(_shown(row, row.language), code, {"Location": place})

        return answered_once(self, request, kind=SUBJECT, create=create, show=show)

    def _ask(self, envelope: Envelope, key: IdempotencyKey) -> UUID:
        row = prequalification_ask(
            organization_id=self.organization_id,
            actor=self.actor,
            product_slug=envelope.product,
            request=envelope.request,
            parties=envelope.parties,
            language=envelope.language or self._default_language(),
            partner_id=self.key.partner_id,
            metadata=envelope.metadata,
            idempotency=key,
        )
        return row.id

    def _rows(self) -> Any:
        return _visible(self)

    def _language(self, request: Request) -> str | None:
        return request.query_params.get("language")

    def _default_language(self) -> str:
        with self.reading():
            return organization_current().default_language


class PrequalificationView(TenantAPIView):
    """One of them."""

    scopes = {"GET": "decisions:read"}

    @extend_schema(
        operation_id="prequalifications_retrieve",
        summary="Get a prequalification",
        tags=["Prequalification"],
        parameters=[schemas.LANGUAGE],
        responses={200: shapes.Prequalification, **schemas.PROBLEMS},
        examples=[example("Likely", shapes.LIKELY)],
    )
    def get(self, request: Request, prequalification_id: str) -> Response:
        row_id = self.row_id("prq", prequalification_id)
        with self.reading():
            row = _visible(self).filter(id=row_id).first()
            if row is None:
                raise NotFound
            return Response(_shown(row, request.query_params.get("language")))


def _visible(view: TenantAPIView) -> Any:
    return prequalifications_visible(view.organization_id, view.key.partner_id)


def _shown(row: Prequalification, language: str | None) -> dict[str, Any]:
    """Inside `reading`."""
    reasons: Sequence[Any] = prequalification_reasons(row, language or row.language)
    inquired: bool = row.inquired  # type: ignore[attr-defined]  # annotated
    return prequalification_document(row, reasons=reasons, inquired=inquired)


def _envelope(body: Any) -> Envelope:
    """An application's own; what only an application has a use for is refused."""
    found = envelope_of(body)
    errors = [
        FieldError(f"/{name}", "unknown", "A prequalification has no use for it.")
        for name in APPLICATIONS_ONLY
        if name in body
    ]
    if errors:
        raise Invalid(errors)
    return found


def _wanted(request: Request) -> dict[str, Any]:
    asked = {
        "product__slug": text_asked(request, "product"),
        "status": word_asked(request, "status", PrequalificationStatus.values),
        "outcome": word_asked(request, "outcome", Likelihood.values),
    }
    return {name: value for name, value in asked.items() if value is not None}
