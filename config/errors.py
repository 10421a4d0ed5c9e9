"""What the framework itself refuses: a problem under /v1/, a plain page elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from underwriting.api.problems import problem_response

API = "/v1/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _of_the_api(request):
        return problem_response(request, 400)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _of_the_api(request):
        return problem_response(request, 403)
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _of_the_api(request):
        return problem_response(request, 404)
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Says nothing of what failed: that is in the log, under the request's id."""
    if _of_the_api(request):
        return problem_response(request, 500)
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form left open for too long, most of the time: say so, and how to go on."""
    if _of_the_api(request):
        return problem_response(request, 405)  # its pages of documentation take no forms
    return render(request, "csrf.html", status=403)


def _of_the_api(request: HttpRequest) -> bool:
    return request.path.startswith(API) or request.path == API.rstrip("/")
