"""Offers: read, accepted and refused on behalf of the applicant."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy.errors import Conflict, DomainError, FieldError, Invalid, NotFound
from tenancy.ids import parse_public_id
from underwriting.api import schemas
from underwriting.api.addition_bodies import nothing_of
from underwriting.api.base import TenantAPIView
from underwriting.api.filters import plain_parameters
from underwriting.api.offer_documents import offer_in_full
from underwriting.api.pagination import page_document, page_of, page_rows
from underwriting.api.schemas.offers import (
    ACCEPTED,
    DECLINED,
    OF_APPLICATION,
    OFFER,
    OFFER_STATUS,
    FullOffer,
    OfferPage,
    example,
)
from underwriting.enums import OfferStatus
from underwriting.models import Offer
from underwriting.selectors.applications import application_by_id
from underwriting.selectors.offers import offer_by_id, offer_newest, offers_visible
from underwriting.services.offers import offer_accept, offer_decline

READS = {"GET": "decisions:read"}
ANSWERS = {"POST": "applications:write"}
WHY_NOT = (
    "Refused with 409 and a code of its own where it cannot be answered: `no_offer`,"
    " `offer_expired`, `offer_superseded`, `offer_answered`."
)


class _OfferAnswer(TenantAPIView):
    """What the four addresses that answer an offer share."""

    scopes = ANSWERS

    def _by_id(self, offer_id: str, answer: Callable[..., Offer]) -> Response:
        row_id = self.row_id("off", offer_id)
        with self.reading():
            found = _found(self, row_id)
        return self._answered(answer, found.application_id, row_id)

    def _newest(self, application_id: str, answer: Callable[..., Offer]) -> Response:
        """By application: whatever stands there, unless something else was offered meanwhile."""
        with self.reading():
            found = _newest(self, application_id)
            if found is None:
                raise self._none_made(application_id)
        return self._answered(answer, found.application_id, found.id)

    def _none_made(self, application_id: str) -> DomainError:
        """Why an application has no offer to answer: it is not theirs, or none was made."""
        own = application_by_id(
            organization_id=self.organization_id,
            application_id=self.row_id("app", application_id),
            partner_id=self.key.partner_id,
        )
        return NotFound() if own is None else Conflict("no offer was made", code="no_offer")

    def _answered(
        self, answer: Callable[..., Offer], application_id: UUID, offer_id: UUID
    ) -> Response:
        answer(
            organization_id=self.organization_id,
            actor=self.actor,
            application_id=application_id,
            offer_id=offer_id,
        )
        with self.reading():
            return Response(offer_in_full(_found(self, offer_id)))


class OffersView(TenantAPIView):
    """Offers, newest first."""

    scopes = READS

    @extend_schema(
        operation_id="offers_list",
        summary="List offers, newest first",
        tags=["Offers"],
        parameters=[*schemas.PAGING, OF_APPLICATION, OFFER_STATUS],
        responses={200: OfferPage, **schemas.WRITE_PROBLEMS},
        examples=[example("One offer", {"object": "list", "data": [OFFER], "has_more": False,
                                        "next": None})],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        plain_parameters(request, "application", "status")
        asked, wanted = page_of(request, "off"), _filters(request)
        with self.reading():
            rows = offers_visible(self.organization_id, self.key.partner_id).filter(**wanted)
            found, more = page_rows(rows, asked)
            shown = [offer_in_full(row) for row in found]
        return Response(page_document(shown, has_more=more))


class OfferView(TenantAPIView):
    """One offer."""

    scopes = READS

    @extend_schema(
        operation_id="offers_retrieve",
        summary="Get an offer",
        tags=["Offers"],
        responses={200: FullOffer, **schemas.PROBLEMS},
        examples=[example("An open offer", OFFER)],
    )
    def get(self, request: Request, offer_id: str) -> Response:
        row_id = self.row_id("off", offer_id)
        with self.reading():
            return Response(offer_in_full(_found(self, row_id)))


class OfferAcceptView(_OfferAnswer):
    @extend_schema(
        operation_id="offers_accept",
        summary="Accept an offer",
        description=WHY_NOT,
        tags=["Offers"],
        request=None,
        responses={200: FullOffer, **schemas.WRITE_PROBLEMS},
        examples=[example("Accepted", ACCEPTED)],
    )
    def post(self, request: Request, offer_id: str) -> Response:
        nothing_of(request.data)
        return self._by_id(offer_id, offer_accept)


class OfferDeclineView(_OfferAnswer):
    @extend_schema(
        operation_id="offers_decline",
        summary="Refuse an offer",
        description=WHY_NOT,
        tags=["Offers"],
        request=None,
        responses={200: FullOffer, **schemas.WRITE_PROBLEMS},
        examples=[example("Refused", DECLINED)],
    )
    def post(self, request: Request, offer_id: str) -> Response:
        nothing_of(request.data)
        return self._by_id(offer_id, offer_decline)


class ApplicationOfferView(TenantAPIView):
    """The offer that an application has now, or had last."""

    scopes = READS

    @extend_schema(
        operation_id="applications_offer",
        summary="Get an application's offer",
        tags=["Offers"],
        responses={200: FullOffer, **schemas.PROBLEMS},
        examples=[example("An open offer", OFFER)],
    )
    def get(self, request: Request, application_id: str) -> Response:
        with self.reading():
            found = _newest(self, application_id)
            if found is None:
                raise NotFound
            return Response(offer_in_full(found))


class ApplicationOfferAcceptView(_OfferAnswer):
    @extend_schema(
        operation_id="applications_offer_accept",
        summary="Accept an application's offer",
        description=WHY_NOT,
        tags=["Offers"],
        request=None,
        responses={200: FullOffer, **schemas.WRITE_PROBLEMS},
        examples=[example("Accepted", ACCEPTED)],
    )
    def post(self, request: Request, application_id: str) -> Response:
        nothing_of(request.data)
        return self._newest(application_id, offer_accept)


class ApplicationOfferDeclineView(_OfferAnswer):
    @extend_schema(
        operation_id="applications_offer_decline",
        summary="Refuse an application's offer",
        description=WHY_NOT,
        tags=["Offers"],
        request=None,
        responses={200: FullOffer, **schemas.WRITE_PROBLEMS},
        examples=[example("Refused", DECLINED)],
    )
    def post(self, request: Request, application_id: str) -> Response:
        nothing_of(request.data)
        return self._newest(application_id, offer_decline)


def _found(view: TenantAPIView, offer_id: UUID) -> Offer:
    found = offer_by_id(
        organization_id=view.organization_id, offer_id=offer_id, partner_id=view.key.partner_id
    )
    if found is None:
        raise NotFound
    return found


def _newest(view: TenantAPIView, application_id: str) -> Offer | None:
    return offer_newest(
        organization_id=view.organization_id,
        application_id=view.row_id("app", application_id),
        partner_id=view.key.partner_id,
    )


def _filters(request: Request) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    status = request.query_params.get("status")
    if status is not None:
        if status not in OfferStatus.values:
            raise Invalid([FieldError("/status", "status", "There is no such status.")])
        wanted["status"] = status
    application = request.query_params.get("application")
    if application is not None:
        found = parse_public_id("app", application)
        if found is None:
            raise Invalid([FieldError("/application", "id", "This is not one of our ids.")])
        wanted["application_id"] = found
    return wanted
