"""The file to begin with, made from the product's dictionary."""

import csv
import io
import json

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from tenancy.selectors import organization_current
from underwriting.api import schemas
from underwriting.api.base import TenantAPIView
from underwriting.api.batch_documents import CSV, MEDIA_TYPES, NDJSON
from underwriting.api.batch_downloads import AnyFile, form_of
from underwriting.api.schemas import batches as shapes
from underwriting.imports.batch_columns import contract_of
from underwriting.imports.batch_template import template_columns, template_row, template_values
from underwriting.selectors.terms import product_terms


class BatchTemplateView(TenantAPIView):
    """The columns of a product's files, with one row that would be taken."""

    scopes = {"GET": "batches"}
    content_negotiation_class = AnyFile

    @extend_schema(
        operation_id="products_batch_template",
        summary="Get a file to begin with",
        description=(
            "Every column that a file for this product may have, but those that few need (see the"
            " guide on batches), and one invented row that would be taken."
        ),
        tags=["Batches"],
        parameters=[shapes.ERROR_FORMAT],
        responses={
            **shapes.files(
                "text/csv",
                "application/x-ndjson",
                example="external_id,language,request.amount,…\ncrm-1,de,500.00,…\n",
            ),
            **schemas.PROBLEMS,
        },
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        form = form_of(request, (CSV, NDJSON))
        with self.reading():
            terms = product_terms(self.organization_id, slug).terms
            contract = contract_of(terms, organization_current().default_language)
        names, row = template_columns(contract), template_row(contract, terms)
        if form == NDJSON:
            text = json.dumps(template_values(names, row), ensure_ascii=False) + "\n"
        else:
            out = io.StringIO()
            csv.writer(out, lineterminator="\n").writerows([names, row])
            text = out.getvalue()
        return HttpResponse(
            text,
            content_type=MEDIA_TYPES[form],
            headers={"Content-Disposition": f'attachment; filename="{slug}.{form}"'},
        )
