"""The API described: OpenAPI 3.1, a page to read it, and what each problem means."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from ml.messages import MESSAGES as FACT_MESSAGES
from underwriting.api.codes import CODES
from underwriting.api.description.document import openapi_document
from underwriting.api.guides import guides
from underwriting.api.problems import problem, problem_response
from underwriting.messages import MESSAGES

View = Callable[..., HttpResponse]
SHOWN_REQUEST = "req_019aa75ad2a47f5e8f3d6b1c2e4f5a60"
SHOWN_ERROR = {
    "pointer": "/applicant/facts/monthly_income",
    "code": "required",
    "message": "Please answer this question.",
}


def safe(view: View) -> View:
    """A page is read, and nothing else; refused as the rest of the API refuses."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        response = problem_response(request, 405)
        response["Allow"] = "GET, HEAD"
        return response

    return inside


@safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document of everything under /v1/."""
    return JsonResponse(openapi_document(), content_type="application/vnd.oai.openapi+json")


@safe
def docs(request: HttpRequest) -> HttpResponse:
    """The document as a page; its scripts are our own copies, so that it works offline."""
    return render(request, "api/docs.html", {"guides": guides().values()})


@safe
def guide_page(request: HttpRequest, name: str) -> HttpResponse:
    """One guide, drawn by the same scripts."""
    found = guides().get(name)
    if found is None:
        return problem_response(request, 404)
    return render(request, "api/docs.html", {"guides": guides().values(), "guide": found})


@safe
def guide_text(request: HttpRequest, name: str) -> HttpResponse:
    """One guide as it was written."""
    found = guides().get(name)
    if found is None:
        return problem_response(request, 404)
    return HttpResponse(found.text, content_type="text/markdown; charset=utf-8")


@safe
def problem_docs(request: HttpRequest) -> HttpResponse:
    """Every code of a problem in one table."""
    rows = sorted(CODES.items(), key=lambda each: (each[1].status, each[0]))
    return render(request, "api/problems.html", {"rows": rows})


@safe
def problem_page(request: HttpRequest, code: str) -> HttpResponse:
    """One code: what happened, what to do, and an example of it."""
    found = CODES.get(code)
    if found is None:
        return problem_response(request, 404)
    example = problem(
        status_code=found.status,
        code=code,
        errors=[SHOWN_ERROR] if code == "invalid" else [],
        request_id=SHOWN_REQUEST,
    )
    fields = {name: texts[0] for name, texts in FACT_MESSAGES.items()}
    fields |= {name: texts["en"] for name, texts in MESSAGES.items()}
    return render(
        request,
        "api/problem.html",
        {
            "code": code,
            "problem": found,
            "example": json.dumps(example, indent=2, ensure_ascii=False),
            "fields": sorted(fields.items()) if code == "invalid" else [],
        },
    )
