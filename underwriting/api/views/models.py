"""Models in charge: information, metrics and card; how groups fare is never here."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from scoring.models import Championship, ModelVersion
from scoring.selectors.dossiers import dossier
from scoring.selectors.evidence import evidence_documents
from scoring.selectors.inventory import entry_latest
from scoring.selectors.models import champions_now, model_version_by_id
from scoring.services.packs import card_written
from tenancy.clock import now
from tenancy.errors import Conflict, Invalid, NotFound
from tenancy.selectors import organization_current
from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.filters import plain_parameters
from underwriting.api.model_documents import (
    SHOWN_EVIDENCE,
    card_document,
    metrics_document,
    model_summary,
)
from underwriting.api.pagination import page_whole
from underwriting.api.schemas import models as shapes

READS = {"GET": "models:read"}


class _Models(TenantAPIView):
    """A lender's own key sees every version, a partner's those in charge."""

    scopes = READS

    def _champions(self) -> list[Championship]:
        return champions_now(self.organization_id, now(self.organization_id))

    def _version(self, model_id: str) -> tuple[ModelVersion, Championship | None]:
        """Inside `reading`."""
        wanted = self.row_id("mdl", model_id)
        reigns = {each.model_version_id: each for each in self._champions()}
        if self.key.partner_id is not None and wanted not in reigns:
            raise NotFound
        version = model_version_by_id(self.organization_id, wanted)
        return version, reigns.get(wanted)

    def _shown(self, version: ModelVersion, reign: Championship | None) -> dict[str, Any]:
        return model_summary(
            version,
            in_charge_since=reign.appointed_at if reign else None,
            entry=entry_latest(version),
        )


class ModelsView(_Models):
    """Who is in charge of each product."""

    @extend_schema(
        operation_id="models_list",
        summary="List the models in charge, one a product",
        tags=["Models"],
        parameters=[*schemas.PAGING],
        responses={200: shapes.ModelPage, **schemas.WRITE_PROBLEMS},
        examples=[
            OpenApiExample(
                "One product",
                {"object": "list", "data": [shapes.MODEL], "has_more": False, "next": None},
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> Response:
        plain_parameters(request)
        with self.reading():
            rows = [self._shown(each.model_version, each) for each in self._champions()]
        return Response(page_whole(request, rows, "id"))


class ModelView(_Models):
    """One model."""

    @extend_schema(
        operation_id="models_retrieve",
        summary="Get a model",
        tags=["Models"],
        responses={200: shapes.Model, **schemas.PROBLEMS},
        examples=[OpenApiExample("In charge", shapes.MODEL, response_only=True)],
    )
    def get(self, request: Request, model_id: str) -> Response:
        with self.reading():
            return Response(self._shown(*self._version(model_id)))


class ModelMetricsView(_Models):
    """How good it is."""

    @extend_schema(
        operation_id="models_metrics",
        summary="Get a model's metrics",
        tags=["Models"],
        responses={200: shapes.ModelMetrics, **schemas.PROBLEMS},
        examples=[OpenApiExample("On loans held out", shapes.METRICS, response_only=True)],
    )
    def get(self, request: Request, model_id: str) -> Response:
        with self.reading():
            version, _ = self._version(model_id)
            own = self.key.partner_id is None
            evidence = evidence_documents(version, SHOWN_EVIDENCE) if own else {}
            return Response(metrics_document(version, evidence))


class ModelCardView(_Models):
    """What a reader must know before trusting it."""

    @extend_schema(
        operation_id="models_card",
        summary="Get a model's card",
        description=(
            "The general edition, written from what is kept now. 409 `card_incomplete` where"
            " something that a card needs is not written down yet."
        ),
        tags=["Models"],
        parameters=[schemas.LANGUAGE],
        responses={200: shapes.ModelCard, **schemas.WRITE_PROBLEMS},
        examples=[OpenApiExample("A card", shapes.CARD, response_only=True)],
    )
    def get(self, request: Request, model_id: str) -> Response:
        with self.reading():
            version, _ = self._version(model_id)
            content, named = self._card(version.id, request.query_params.get("language"))
            return Response(card_document(version, content, named))

    def _card(self, version_id: UUID, asked: str | None) -> tuple[dict[str, Any], str]:
        """A partner reads no names of the lender's staff."""
        known = dossier(self.organization_id, version_id, protected=False)
        if self.key.partner_id is not None:
            known = replace(known, people={})
        organization = organization_current()
        language = asked if asked and asked in organization.languages else None
        try:
            return card_written(known, language or organization.default_language)
        except Invalid as error:
            raise Conflict(error.message, code="card_incomplete") from error
