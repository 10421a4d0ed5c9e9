"""What a lender lends, and what an application for it must say."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from scoring.selectors.products import product_by_slug, products_all
from tenancy import clock
from tenancy.selectors import organization_current
from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.contract import application_schema, product_document
from underwriting.api.filters import plain_parameters
from underwriting.api.pagination import page_whole
from underwriting.api.schemas.products import PRODUCTS_EXAMPLE, SCHEMA_EXAMPLE
from underwriting.selectors.consents import consent_texts
from underwriting.selectors.terms import product_terms

LANGUAGE = "Accept-Language"


class ProductsView(TenantAPIView):
    """The lender's products."""

    scopes = {"GET": "applications:write"}

    @extend_schema(
        operation_id="products_list",
        summary="List products",
        tags=["Products"],
        parameters=[*schemas.PAGING],
        responses={200: schemas.ProductPage, **schemas.WRITE_PROBLEMS},
        examples=[PRODUCTS_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        plain_parameters(request)
        with self.reading():
            rows = [product_document(product) for product in products_all(self.organization_id)]
        return Response(page_whole(request, rows, "slug"))


class ProductSchemaView(TenantAPIView):
    """The JSON Schema of an application for one product, with the consents to show."""

    scopes = {"GET": "applications:write"}

    @extend_schema(
        operation_id="products_schema",
        summary="Get a product's JSON Schema",
        tags=["Products"],
        parameters=[schemas.LANGUAGE],
        responses={200: schemas.ProductSchema, **schemas.PROBLEMS},
        examples=[SCHEMA_EXAMPLE],
    )
    def get(self, request: Request, slug: str) -> Response:
        plain_parameters(request, listing=False)
        with self.reading():
            organization = organization_current()
            language = request.query_params.get("language", organization.default_language)
            if language not in organization.languages:
                language = organization.default_language
            terms = product_terms(self.organization_id, slug)
            product = product_by_slug(self.organization_id, slug)
            texts = consent_texts(
                organization_id=self.organization_id,
                language=language,
                purposes=terms.terms.purposes,
            )
            today = clock.now(self.organization_id).date()
        return Response(
            application_schema(
                product=product, terms=terms.terms, texts=texts, language=language, today=today
            )
        )
