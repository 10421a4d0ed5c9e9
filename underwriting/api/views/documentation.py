"""The API described: OpenAPI 3.1, a page to read it, and what each problem means."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

from underwriting.api.problems import CODES, TITLES


def openapi(request: HttpRequest) -> JsonResponse:
    """The OpenAPI document of everything under /v1/."""
    generator: Any = SchemaGenerator
    document = generator().get_schema(request=None, public=True)
    return JsonResponse(document, content_type="application/vnd.oai.openapi+json")


def docs(request: HttpRequest) -> HttpResponse:
    """The document as a page; its scripts are our own copies, so that it works offline."""
    return render(request, "api/docs.html")


def problem_docs(request: HttpRequest) -> HttpResponse:
    """Every code of a problem in one table."""
    rows = [{"status": status, "code": CODES[status], "title": TITLES[status]} for status in CODES]
    return render(request, "api/problems.html", {"rows": rows})
