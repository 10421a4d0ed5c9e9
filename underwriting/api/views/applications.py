"""Applications: sent, listed, looked at."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy.errors import FieldError, Invalid
from tenancy.ids import public_id
from tenancy.selectors import organization_current
from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.documents import application_document
from underwriting.api.envelope import Envelope, envelope_of
from underwriting.api.idempotency import idempotency_key
from underwriting.api.pagination import page_document, page_of
from underwriting.api.preferences import wait_seconds
from underwriting.api.views.reading import application_in_full
from underwriting.enums import ApplicationStatus, Door
from underwriting.selectors.applications import applications_page
from underwriting.services.applications import Submitted, application_submit
from underwriting.services.decisions import application_decide

REPLAYED = "Idempotent-Replayed"


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
    def post(self, request: Request) -> Response:
        envelope = envelope_of(request.data)
        wait = wait_seconds(request)
        submitted = self._submit(request, envelope, claim=wait > 0)
        if submitted.claim is not None:
            application_decide(
                organization_id=self.organization_id,
                run_id=submitted.run.id,
                holder="request",
                claim=submitted.claim,
            )
        return self._answer(submitted, waited=wait > 0)

    def _submit(self, request: Request, envelope: Envelope, *, claim: bool) -> Submitted:
        caller = self.key.partner_id or self.key.organization_id
        return application_submit(
            organization_id=self.organization_id,
            actor=self.actor,
            door=Door.API,
            product_slug=envelope.product,
            request=envelope.request,
            parties=envelope.parties,
            language=envelope.language or self._default_language(),
            external_id=envelope.external_id,
            idempotency=idempotency_key(request, caller=caller),
            partner_id=self.key.partner_id,
            metadata=envelope.metadata,
            claim=claim,
            device=envelope.device,
        )

    def _default_language(self) -> str:
        with self.reading():
            return organization_current().default_language

    def _answer(self, submitted: Submitted, *, waited: bool) -> Response:
        """201 with the decision where one was waited for and is there, else 202.

        Where others must be asked first nobody waits: a worker decides.
        """
        application_id = submitted.application.id
        document = self._document(application_id)
        decided = waited and document["decision"] is not None
        headers = {"Location": f"/v1/applications/{public_id('app', application_id)}"}
        if waited and (submitted.claim is not None or submitted.replayed):
            headers["Preference-Applied"] = "wait"
        if submitted.replayed:
            headers[REPLAYED] = "true"
        code = status.HTTP_201_CREATED if decided else status.HTTP_202_ACCEPTED
        return Response(document, status=code, headers=headers)

    def _document(self, application_id: UUID) -> dict[str, Any]:
        with self.reading():
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
