"""Scores without an application: for what settles nobody's credit."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import UUID

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from scoring.enums import ScorePurpose
from scoring.selectors.scores import ScoresWanted, score_by_id, scores_visible
from scoring.services.scores import Scored, scores_erase, scores_make
from tenancy.errors import NotFound
from tenancy.selectors import organization_current
from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.filters import plain_parameters
from underwriting.api.idempotency import Made, Shown, answer_of, answered_once, created_once
from underwriting.api.pagination import page_document, page_of, page_rows
from underwriting.api.parsers import ManyRowsJSONParser
from underwriting.api.query import id_asked, moment_asked, text_asked, word_asked
from underwriting.api.schemas import scores as shapes
from underwriting.api.score_bodies import ScoreBody, erasure_body, score_batch_body, score_body
from underwriting.api.score_documents import batch_document, dictionary_of, score_document
from underwriting.services.repeats import Answer, IdempotencyKey
from underwriting.services.score_answers import SUBJECT, score_answer_keep, score_answers_forget

SCOPE = "scores"
HEADER = "Idempotency-Key"
OPTIONAL_KEY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description=(
        "With one, the same request sent again is scored once and answered alike for seven days"
        " (`Idempotent-Replayed`). Without one every request is a new call."
    ),
)


class _Scoring(TenantAPIView):
    """What one row and a thousand share."""

    scopes = {"POST": SCOPE}

    def _answered(
        self, request: Request, body: ScoreBody, shown: Callable[[Scored, str], Shown]
    ) -> HttpResponseBase:
        """The scores; with an `Idempotency-Key` made once, and answered alike every time."""
        language = _language(self, body.language)
        if HEADER not in request.headers:
            answer = shown(self._scored(body, language), language)
            return Response(answer.document, answer.status_code, headers=dict(answer.headers))
        kept: list[Answer] = []

        def create(key: IdempotencyKey) -> Made:
            def keep(done: Scored) -> None:
                kept[:] = [answer_of(shown(done, language), request)]
                score_answer_keep(done.call, key, kept[0])

            made = created_once(self, key, lambda: self._scored(body, language, keep).call.id)
            return made if made.kept else replace(made, answer=kept[0])

        return answered_once(self, request, kind=SUBJECT, create=create, show=_never)

    def _scored(
        self, body: ScoreBody, language: str, keep: Callable[[Scored], None] | None = None
    ) -> Scored:
        return scores_make(
            organization_id=self.organization_id,
            actor=self.actor,
            product_slug=body.product,
            purpose=body.purpose,
            rows=body.rows,
            language=language,
            partner_id=self.key.partner_id,
            model_version_id=body.model,
            keep=keep,
        )


class ScoreView(_Scoring):
    """One row."""

    @extend_schema(
        operation_id="score_create",
        summary="Score facts without an application",
        description=(
            "By the model in charge, recorded with its purpose and pinned to model and dictionary."
            " One party a score. What settles somebody's credit is an application: such a purpose"
            " is refused (`decides_credit`)."
        ),
        tags=["Scores"],
        parameters=[OPTIONAL_KEY],
        request=shapes.ScoreRequest,
        responses={201: shapes.Score, **schemas.WRITE_PROBLEMS},
        examples=[
            OpenApiExample("Facts", {**shapes.ASKED, **shapes.ROW}, request_only=True),
            OpenApiExample("A score", shapes.SCORE, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self._answered(request, score_body(request.data), _one)


class ScoreBatchView(_Scoring):
    """Up to a thousand rows, as columns."""

    parser_classes = [ManyRowsJSONParser]

    @extend_schema(
        operation_id="score_batch_create",
        summary="Score up to 1,000 rows at once",
        description=(
            "Each row is scored or refused by itself: `errors` names the refused ones. Where none"
            " holds nothing is recorded and the answer is 422."
        ),
        tags=["Scores"],
        parameters=[OPTIONAL_KEY],
        request=shapes.ScoreBatchRequest,
        responses={201: shapes.ScoreBatch, **schemas.WRITE_PROBLEMS},
        examples=[
            OpenApiExample("Rows", {**shapes.ASKED, "rows": [shapes.ROW]}, request_only=True),
            OpenApiExample(
                "Scores",
                {
                    "object": "score_batch",
                    "scored": 1,
                    "refused": 0,
                    "data": [{"row": 0, **shapes.SCORE}],
                    "errors": [],
                },
                response_only=True,
                status_codes=["201"],
            ),
        ],
    )
    def post(self, request: Request) -> HttpResponseBase:
        return self._answered(request, score_batch_body(request.data), _many)


class ScoresView(TenantAPIView):
    """What was scored before."""

    scopes = {"GET": SCOPE}

    @extend_schema(
        operation_id="scores_list",
        summary="List scores, newest first",
        tags=["Scores"],
        parameters=[*schemas.PAGING, schemas.LANGUAGE, *shapes.FILTERS],
        responses={200: shapes.ScorePage, **schemas.WRITE_PROBLEMS},
        examples=[
            OpenApiExample(
                "One score",
                {"object": "list", "data": [shapes.SCORE], "has_more": False, "next": None},
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> Response:
        plain_parameters(
            request, "product", "purpose", "reference", "model", "made_from", "made_before"
        )
        asked, wanted = page_of(request, "scr"), _wanted(request)
        language = _language(self, request.query_params.get("language"))
        with self.reading():
            rows = scores_visible(self.organization_id, self.key.partner_id)
            found, more = page_rows(rows.filter(**wanted.filters()), asked)
        shown = [
            score_document(row, dictionary=dictionary_of(row), language=language) for row in found
        ]
        return Response(page_document(shown, has_more=more))


class OneScoreView(TenantAPIView):
    """One score."""

    scopes = {"GET": SCOPE}

    @extend_schema(
        operation_id="scores_retrieve",
        summary="Get a score",
        tags=["Scores"],
        parameters=[schemas.LANGUAGE],
        responses={200: shapes.Score, **schemas.PROBLEMS},
        examples=[OpenApiExample("A score", shapes.SCORE, response_only=True)],
    )
    def get(self, request: Request, score_id: str) -> Response:
        row_id = self.row_id("scr", score_id)
        language = _language(self, request.query_params.get("language"))
        with self.reading():
            found = score_by_id(
                organization_id=self.organization_id,
                score_id=row_id,
                partner_id=self.key.partner_id,
            )
        if found is None:
            raise NotFound
        shown = score_document(found, dictionary=dictionary_of(found), language=language)
        return Response(shown)


class ScoreErasuresView(TenantAPIView):
    """Forget what somebody was scored on."""

    scopes = {"POST": SCOPE}

    @extend_schema(
        operation_id="scores_erase",
        summary="Destroy the facts behind a reference's scores",
        description=(
            "The scores stay, and are nobody's any more: their facts, the salt of their hash and"
            " your reference are gone."
        ),
        tags=["Scores"],
        request=shapes.ScoreErasureRequest,
        responses={200: shapes.ScoreErasure, **schemas.WRITE_PROBLEMS},
        examples=[
            OpenApiExample("A reference", {"reference": "account-4711"}, request_only=True),
            OpenApiExample(
                "Three were there", {"object": "score_erasure", "erased": 3}, response_only=True
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        erased = scores_erase(
            organization_id=self.organization_id,
            actor=self.actor,
            reference=erasure_body(request.data),
            partner_id=self.key.partner_id,
            forget=partial(score_answers_forget, self.organization_id),
        )
        return Response({"object": "score_erasure", "erased": erased})


def _one(done: Scored, language: str) -> Shown:
    document = score_document(done.scores[0], dictionary=done.dictionary, language=language)
    place = {"Location": f"/v1/scores/{document['id']}"}
    return Shown(document, status.HTTP_201_CREATED, place)


def _many(done: Scored, language: str) -> Shown:
    return Shown(batch_document(done, language=language), status.HTTP_201_CREATED)


def _never(call_id: UUID) -> Shown:
    raise AssertionError(f"the answer of {call_id} is kept with its key")


def _wanted(request: Request) -> ScoresWanted:
    return ScoresWanted(
        product=text_asked(request, "product"),
        purpose=word_asked(request, "purpose", ScorePurpose.values),
        reference=text_asked(request, "reference"),
        model_version_id=id_asked(request, "model", "mdl"),
        made_from=moment_asked(request, "made_from"),
        made_before=moment_asked(request, "made_before"),
    )


def _language(view: TenantAPIView, asked: str | None) -> str:
    """The language asked for where the lender has it, else the lender's own."""
    with view.reading():
        organization = organization_current()
    return asked if asked and asked in organization.languages else organization.default_language
