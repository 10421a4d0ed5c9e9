"""Applications: sent, listed, looked at."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy.errors import FieldError, Invalid
from tenancy.ids import public_id
from tenancy.selectors import organization_current
from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.documents import application_document
from underwriting.api.envelope import Envelope, envelope_of
from underwriting.api.idempotency import Made, Shown, answered_once
from underwriting.api.pagination import page_document, page_of
from underwriting.api.preferences import wait_seconds
from underwriting.api.views.reading import application_in_full
from underwriting.enums import ApplicationStatus, Door
from underwriting.selectors.applications import applications_page
from underwriting.services.applications import IdempotencyKey, application_submit
from underwriting.services.decisions import application_decide
from underwriting.services.repeats import APPLICATION, seconds_under_way


class ApplicationsView(TenantAPIView):
    """Send an application, or page through those already sent."""

    scopes = {"GET": "decisions:read", "POST": "applications:write"}

    @extend_schema(
        operation_id="applications_list",
        summary="List applications, newest first",
        tags=["Applications"],
        parameters=[schemas.LIMIT, schemas.AFTER, schemas.STATUS],
        responses={200: schemas.ApplicationPage, **schemas.WRITE_PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        asked = page_of(request, "app")
        wanted = _status(request)
        with self.reading():
            page = applications_page(
                organization_id=self.organization_id,
                partner_id=self.key.partner_id,
                before=asked.after,
                limit=asked.limit,
                status=wanted,
            )
            rows = [application_document(row) for row in page.rows]
        return Response(page_document(rows, has_more=page.next is not None))

    @extend_schema(
        operation_id="applications_create",
        summary="Send an application",
        tags=["Applications"],
        parameters=[schemas.IDEMPOTENCY, schemas.PREFER],
        request=schemas.ApplicationRequest,
        responses={
            201: schemas.Application,
            202: schemas.Application,
            **schemas.WRITE_PROBLEMS,
        },
    )
    def post(self, request: Request) -> HttpResponse:
        envelope = envelope_of(request.data)
        wait = wait_seconds(request) > 0
        return answered_once(
            self,
            request,
            kind=APPLICATION,
            create=lambda key: self._submit(envelope, key, claim=wait),
            show=lambda application_id: self._shown(application_id, waited=wait),
            seconds_under_way=partial(seconds_under_way, self.organization_id),
        )

    def _submit(self, envelope: Envelope, key: IdempotencyKey, *, claim: bool) -> Made:
        """Submit, and decide at once where the caller waits and nobody else must be asked."""
        submitted = application_submit(
            organization_id=self.organization_id,
            actor=self.actor,
            door=Door.API,
            product_slug=envelope.product,
            request=envelope.request,
            parties=envelope.parties,
            language=envelope.language or self._default_language(),
            external_id=envelope.external_id,
            idempotency=key,
            partner_id=self.key.partner_id,
            metadata=envelope.metadata,
            claim=claim,
            device=envelope.device,
        )
        if submitted.claim is not None:
            application_decide(
                organization_id=self.organization_id,
                run_id=submitted.run.id,
                holder="request",
                claim=submitted.claim,
            )
        return Made(submitted.application.id, submitted.kept, repeated=submitted.replayed)

    def _default_language(self) -> str:
        with self.reading():
            return organization_current().default_language

    def _shown(self, application_id: UUID, *, waited: bool) -> Shown:
        """201 with the decision where one was waited for and is there, else 202.

        Where others must be asked first nobody waits: a worker decides.
        """
        document = self._document(application_id)
        decided = waited and document["decision"] is not None
        headers = {"Location": f"/v1/applications/{public_id('app', application_id)}"}
        if decided:
            headers["Preference-Applied"] = "wait"
        return Shown(document, 201 if decided else 202, headers)

    def _document(self, application_id: UUID) -> dict[str, Any]:
        return application_in_full(
            organization_id=self.organization_id,
            application_id=application_id,
            partner_id=self.key.partner_id,
            language=None,
        )


class ApplicationView(TenantAPIView):
    """One application, with the decision in force."""

    scopes = {"GET": "decisions:read"}

    @extend_schema(
        operation_id="applications_retrieve",
        summary="Get an application",
        tags=["Applications"],
        parameters=[schemas.LANGUAGE],
        responses={200: schemas.Application, **schemas.PROBLEMS},
    )
    def get(self, request: Request, application_id: str) -> Response:
        row_id = self.row_id("app", application_id)
        with self.reading():
            document = application_in_full(
                organization_id=self.organization_id,
                application_id=row_id,
                partner_id=self.key.partner_id,
                language=request.query_params.get("language"),
            )
        return Response(document)


def _status(request: Request) -> str | None:
    wanted = request.query_params.get("status")
    if wanted is not None and wanted not in ApplicationStatus.values:
        raise Invalid([FieldError("/status", "status", "There is no such status.")])
    return wanted
