"""Applications: sent, listed, looked at."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy.ids import public_id
from tenancy.selectors import organization_current
from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.envelope import Envelope, envelope_of
from underwriting.api.filters import METADATA, expansions_of, metadata_of, parameters_known
from underwriting.api.idempotency import Made, Shown, answer_of, answered_once
from underwriting.api.pagination import page_document, page_of, page_rows
from underwriting.api.preferences import wait_seconds
from underwriting.api.query import moment_asked, text_asked, word_asked
from underwriting.api.schemas.applications import (
    APPLICATION as EXAMPLE,
)
from underwriting.api.schemas.applications import (
    APPLICATION_FILTERS,
    HOSTED,
    HOSTED_REQUEST,
    LISTED,
    REQUEST,
)
from underwriting.api.schemas.common import example
from underwriting.api.views.reading import (
    Document,
    Reader,
    application_decided,
    application_in_full,
    applications_listed,
    reader_of,
)
from underwriting.enums import ApplicationStatus, Door
from underwriting.selectors.applications import Wanted, applications_wanted
from underwriting.selectors.applications_metadata import labelled
from underwriting.services.applications import IdempotencyKey, application_submit
from underwriting.services.at_once import Answering, Decided
from underwriting.services.decisions import application_decide
from underwriting.services.drafts import Beginning, application_begin
from underwriting.services.repeats import APPLICATION, Answer, seconds_under_way

FILTERS = ("status", "product", "external_id", "received_after", "received_before")


class ApplicationsView(TenantAPIView):
    """Send an application, or page through those already sent."""

    scopes = {"GET": "decisions:read", "POST": "applications:write"}

    @extend_schema(
        operation_id="applications_list",
        summary="List applications, newest first",
        tags=["Applications"],
        parameters=[*schemas.PAGING, *APPLICATION_FILTERS],
        responses={200: schemas.ApplicationPage, **schemas.WRITE_PROBLEMS},
        examples=[example("One application", LISTED)],
    )
    def get(self, request: Request) -> Response:
        parameters_known(request, *FILTERS, METADATA)
        asked, wanted = page_of(request, "app"), _wanted(request)
        metadata = metadata_of(request)
        expanded = bool(expansions_of(request, ["data.decision"]))
        with self.reading():
            found = applications_wanted(self.organization_id, self.key.partner_id, wanted)
            rows, more = page_rows(labelled(found, metadata), asked)
            shown = applications_listed(reader_of(self, request), rows, expanded=expanded)
        return Response(page_document(shown, has_more=more))

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
        examples=[
            example("A loan for one", REQUEST, request=True),
            example("For the applicant to finish", HOSTED_REQUEST, request=True),
            example("Decided while waiting", EXAMPLE, status_codes=["201"]),
            example("A draft with its address", HOSTED, status_codes=["202"]),
        ],
    )
    def post(self, request: Request) -> HttpResponse:
        envelope = envelope_of(request.data)
        wait = wait_seconds(request) > 0 and not envelope.hosted
        reader = reader_of(self, request, passed_on=True)
        answering = partial(_answer, reader, request) if wait else None
        create = self._begin if envelope.hosted else partial(self._submit, answering=answering)
        return answered_once(
            self,
            request,
            kind=APPLICATION,
            create=partial(create, envelope),
            show=partial(_shown, reader, waited=wait),
            seconds_under_way=partial(seconds_under_way, self.organization_id),
        )

    def _begin(self, envelope: Envelope, key: IdempotencyKey) -> Made:
        """Keep what its applicants finish in the portal."""
        begun = application_begin(
            organization_id=self.organization_id,
            actor=self.actor,
            idempotency=key,
            beginning=Beginning(
                product_slug=envelope.product,
                request=envelope.request,
                parties=envelope.parties,
                language=envelope.language or self._default_language(),
                external_id=envelope.external_id,
                partner_id=self.key.partner_id,
                metadata=envelope.metadata,
                return_url=envelope.return_url,
            ),
        )
        return Made(begun.application_id, begun.kept, repeated=begun.repeated)

    def _submit(
        self, envelope: Envelope, key: IdempotencyKey, *, answering: Answering | None
    ) -> Made:
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
            claim=answering is not None,
            device=envelope.device,
            prequalification_id=envelope.prequalification,
            answering=answering,
        )
        if submitted.claim is not None:
            application_decide(
                organization_id=self.organization_id,
                run_id=submitted.run.id,
                holder="request",
                claim=submitted.claim,
                case=submitted.case,
            )
        return Made(
            submitted.application.id,
            submitted.kept,
            repeated=submitted.replayed,
            answer=submitted.answer,
        )

    def _default_language(self) -> str:
        with self.reading():
            return organization_current().default_language


class ApplicationView(TenantAPIView):
    """One application, with the decision in force."""

    scopes = {"GET": "decisions:read"}

    @extend_schema(
        operation_id="applications_retrieve",
        summary="Get an application",
        tags=["Applications"],
        parameters=[schemas.LANGUAGE, schemas.EXPAND],
        responses={200: schemas.Application, **schemas.PROBLEMS},
        examples=[example("An approved application", EXAMPLE)],
    )
    def get(self, request: Request, application_id: str) -> Response:
        parameters_known(request, listing=False)
        expansions_of(request, ["decision"])  # it is there as it is
        row_id = self.row_id("app", application_id)
        with self.reading():
            return Response(application_in_full(reader_of(self, request), row_id))


def _answer(reader: Reader, request: Request, decided: Decided) -> Answer:
    """To whoever waited, of what was decided with the submission."""
    shown = _shown_as(application_decided(reader, decided), decided.application.id, waited=True)
    return answer_of(shown, request)


def _shown(reader: Reader, application_id: UUID, *, waited: bool) -> Shown:
    """As it stands in the database."""
    return _shown_as(application_in_full(reader, application_id), application_id, waited=waited)


def _shown_as(document: Document, application_id: UUID, *, waited: bool) -> Shown:
    """201 with the decision where one was waited for and is there, else 202.

    Where others must be asked first nobody waits: a worker decides.
    """
    decided = waited and document["decision"] is not None
    headers = {"Location": f"/v1/applications/{public_id('app', application_id)}"}
    if decided:
        headers["Preference-Applied"] = "wait"
    return Shown(document, 201 if decided else 202, headers)


def _wanted(request: Request) -> Wanted:
    return Wanted(
        status=word_asked(request, "status", ApplicationStatus.values),
        product=text_asked(request, "product"),
        external_id=text_asked(request, "external_id"),
        received_after=moment_asked(request, "received_after"),
        received_before=moment_asked(request, "received_before"),
    )
