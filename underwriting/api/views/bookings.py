"""Funding: the loan system says what it booked; what does not match goes to a person."""

from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy.errors import NotFound
from tenancy.ids import public_id
from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.booking_bodies import booking_body
from underwriting.api.booking_documents import booking_document, case_document
from underwriting.api.filters import plain_parameters
from underwriting.api.pagination import page_document, page_of, page_rows
from underwriting.api.query import id_asked, word_asked
from underwriting.api.schemas import bookings as shapes
from underwriting.api.schemas.offers import OF_APPLICATION
from underwriting.enums import BookingCaseStatus
from underwriting.models import Application, BookingCase
from underwriting.selectors.applications import application_by_id
from underwriting.selectors.bookings import booking_of, case_by_id, cases_visible
from underwriting.services.bookings import BookingDone, booking_report

SCOPE = "bookings:write"


class BookingView(TenantAPIView):
    """What an application became at the loan system."""

    scopes = {"GET": "decisions:read", "POST": SCOPE}

    @extend_schema(
        operation_id="bookings_retrieve",
        summary="Get an application's booking",
        tags=["Funding"],
        responses={200: shapes.Booking, **schemas.PROBLEMS},
        examples=[OpenApiExample("A booking", shapes.BOOKED, response_only=True)],
    )
    def get(self, request: Request, application_id: str) -> Response:
        with self.reading():
            application = self._application(application_id)
            found = booking_of(self.organization_id, application.id)
            if found is None:
                raise NotFound
            return Response(booking_document(found, application))

    @extend_schema(
        operation_id="bookings_report",
        summary="Report a funded loan",
        description=(
            "201: it matches what was accepted and is booked. 202: it does not, or nothing is"
            " approved; the report is kept as a case for a person, and nothing of it is lost. The"
            " same report again gets the same answer, so one that got none is simply repeated;"
            " send corrected figures under the same `loan_id` and they answer the case."
        ),
        tags=["Funding"],
        request=shapes.BookingRequest,
        responses={201: shapes.Booking, 202: shapes.BookingCase, **schemas.WRITE_PROBLEMS},
        examples=[
            OpenApiExample("A loan", shapes.REPORTED, request_only=True),
            OpenApiExample("Booked", shapes.BOOKED, response_only=True, status_codes=["201"]),
            OpenApiExample(
                "Another rate: a case", shapes.CASE, response_only=True, status_codes=["202"]
            ),
        ],
    )
    def post(self, request: Request, application_id: str) -> Response:
        with self.reading():
            application = self._application(application_id)
        done = booking_report(
            organization_id=self.organization_id,
            actor=self.actor,
            application_id=application.id,
            reported=booking_body(request.data, application.product.minor_units),
        )
        return self._answer(done, application)

    def _application(self, application_id: str) -> Application:
        found = application_by_id(
            organization_id=self.organization_id,
            application_id=self.row_id("app", application_id),
            partner_id=self.key.partner_id,
        )
        if found is None:
            raise NotFound
        return found

    def _answer(self, done: BookingDone, application: Application) -> Response:
        if done.booking is not None:
            place = f"/v1/applications/{public_id('app', application.id)}/booking"
            shown = booking_document(done.booking, application)
            return Response(shown, status.HTTP_201_CREATED, headers={"Location": place})
        if done.case is None:
            raise AssertionError("a report is booked or kept")
        shown = case_document(_case(self, done.case.id))
        place = f"/v1/booking-cases/{shown['id']}"
        return Response(shown, status.HTTP_202_ACCEPTED, headers={"Location": place})


class BookingCasesView(TenantAPIView):
    """Reports that did not match."""

    scopes = {"GET": SCOPE}

    @extend_schema(
        operation_id="booking_cases_list",
        summary="List mismatched bookings, newest first",
        tags=["Funding"],
        parameters=[*schemas.PAGING, OF_APPLICATION, shapes.CASE_STATUS],
        responses={200: shapes.BookingCasePage, **schemas.WRITE_PROBLEMS},
        examples=[
            OpenApiExample(
                "One case",
                {"object": "list", "data": [shapes.CASE], "has_more": False, "next": None},
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> Response:
        plain_parameters(request, "application", "status")
        asked = page_of(request, "bkc")
        wanted = {
            "application_id": id_asked(request, "application", "app"),
            "status": word_asked(request, "status", BookingCaseStatus.values),
        }
        with self.reading():
            rows = cases_visible(self.organization_id, self.key.partner_id)
            rows = rows.filter(**{name: value for name, value in wanted.items() if value})
            found, more = page_rows(rows, asked)
        shown = [case_document(row) for row in found]
        return Response(page_document(shown, has_more=more))


class BookingCaseView(TenantAPIView):
    """One of them, and what became of it."""

    scopes = {"GET": SCOPE}

    @extend_schema(
        operation_id="booking_cases_retrieve",
        summary="Get a mismatched booking",
        tags=["Funding"],
        responses={200: shapes.BookingCase, **schemas.PROBLEMS},
        examples=[OpenApiExample("A case", shapes.CASE, response_only=True)],
    )
    def get(self, request: Request, case_id: str) -> Response:
        return Response(case_document(_case(self, self.row_id("bkc", case_id))))


def _case(view: TenantAPIView, case_id: UUID) -> BookingCase:
    with view.reading():
        found = case_by_id(
            organization_id=view.organization_id, case_id=case_id, partner_id=view.key.partner_id
        )
    if found is None:
        raise NotFound
    return found
