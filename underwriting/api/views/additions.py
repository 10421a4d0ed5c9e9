"""What comes after an application was sent: more facts, a withdrawal, a wish for a person."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy.errors import Invalid, NotFound
from underwriting.api import schemas
from underwriting.api.addition_bodies import addition_of, nothing_of, problems_of_party, words_of
from underwriting.api.base import TenantAPIView
from underwriting.api.schemas.additions import (
    FACTS_ANSWER,
    FACTS_REQUEST,
    REVIEW_ANSWER,
    REVIEW_REQUEST,
    WITHDRAWN,
    FactsAdded,
    FactsRequest,
    ReviewAsked,
    ReviewRequest,
)
from underwriting.api.schemas.common import example
from underwriting.api.views.reading import application_in_full, reader_of
from underwriting.selectors.applications import application_by_id
from underwriting.services.applications import application_withdraw
from underwriting.services.facts import facts_add
from underwriting.services.requests import review_request


class ApplicationAction(TenantAPIView):
    """What is done to one application; another's is not found before anything is tried."""

    scopes: ClassVar[dict[str, str]] = {"POST": "applications:write"}

    def own(self, application_id: str) -> UUID:
        row_id = self.row_id("app", application_id)
        with self.reading():
            found = application_by_id(
                organization_id=self.organization_id,
                application_id=row_id,
                partner_id=self.key.partner_id,
            )
        if found is None:
            raise NotFound
        return row_id


class WithdrawView(ApplicationAction):
    """The applicant takes the request back."""

    @extend_schema(
        operation_id="applications_withdraw",
        summary="Withdraw an application",
        description=(
            "Possible until it is funded, declined or closed (409 `status`). It cannot be taken"
            " back; sent again it changes nothing and is refused the same way."
        ),
        tags=["Applications"],
        request=None,
        responses={200: schemas.Application, **schemas.WRITE_PROBLEMS},
        examples=[example("Withdrawn", WITHDRAWN)],
    )
    def post(self, request: Request, application_id: str) -> Response:
        nothing_of(request.data)
        row_id = self.own(application_id)
        application_withdraw(
            organization_id=self.organization_id, actor=self.actor, application_id=row_id
        )
        with self.reading():
            return Response(application_in_full(reader_of(self, request), row_id))


class FactsView(ApplicationAction):
    """A party's facts, added or corrected."""

    @extend_schema(
        operation_id="applications_add_facts",
        summary="Add or correct a party's facts",
        description=(
            "A draft is submitted once nothing is missing of anybody. A referred application is"
            " decided anew on the corrected facts (`submitted` is true), unless a person is looking"
            " at it already: then the person sees them. In other statuses: 409 `status`."
        ),
        tags=["Applications"],
        request=FactsRequest,
        responses={200: FactsAdded, **schemas.WRITE_PROBLEMS},
        examples=[
            example("A corrected income", FACTS_REQUEST, request=True),
            example("Decided anew", FACTS_ANSWER),
        ],
    )
    def post(self, request: Request, application_id: str) -> Response:
        row_id, addition = self.own(application_id), addition_of(request.data)
        try:
            added = facts_add(
                organization_id=self.organization_id,
                actor=self.actor,
                application_id=row_id,
                addition=addition,
            )
        except Invalid as invalid:
            raise problems_of_party(invalid, addition.position) from invalid
        with self.reading():
            document = application_in_full(reader_of(self, request), row_id)
        return Response(
            {
                "object": "facts",
                "party": addition.position,
                "changed": list(added.changed),
                "missing": list(dict.fromkeys(each.pointer for each in added.missing)),
                "submitted": added.submitted,
                "application": document,
            }
        )


class ReviewView(ApplicationAction):
    """A person looks at what a computer decided."""

    @extend_schema(
        operation_id="applications_request_review",
        summary="Ask for a person to look at a decline or a counter-offer",
        description=(
            "The applicant's right. `words` are their own view, for the reviewer alone. The"
            " decision stays in force until a person has looked."
        ),
        tags=["Applications"],
        request=ReviewRequest,
        responses={200: ReviewAsked, **schemas.WRITE_PROBLEMS},
        examples=[
            example("With words", REVIEW_REQUEST, request=True),
            example("Asked", REVIEW_ANSWER),
        ],
    )
    def post(self, request: Request, application_id: str) -> Response:
        row_id, words = self.own(application_id), words_of(request.data)
        review = review_request(
            organization_id=self.organization_id,
            actor=self.actor,
            application_id=row_id,
            words=words,
        )
        with self.reading():
            document = application_in_full(reader_of(self, request), row_id)
        return Response({"object": "review", "status": review.status, "application": document})
