"""Where the pages are on which policies are written, tried and compared."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from underwriting.desk.policy_cases import cases_page
from underwriting.desk.policy_compare import compare_page
from underwriting.desk.policy_editor import edit_page
from underwriting.desk.policy_files import excel_file, excel_page, excel_take, json_file
from underwriting.desk.policy_new import new_page

Page = Callable[..., HttpResponse]


def policy_urls(admin: ModelAdmin[Any]) -> list[URLPattern]:
    """Each page under the address of its version."""

    def at(place: str, page: Page, name: str) -> URLPattern:
        def view(request: HttpRequest, **found: Any) -> HttpResponse:
            return page(admin, request, **found)

        called = f"underwriting_policyversion_{name}"
        return path(place, admin.admin_site.admin_view(view), name=called)

    one = "<uuid:policy_version_id>"
    return [
        at("new/", new_page, "new"),
        at(f"{one}/cases/", cases_page, "cases"),
        at(f"{one}/compare/", compare_page, "compare"),
        at(f"{one}/document.json", json_file, "json"),
        at(f"{one}/policy.xlsx", excel_file, "xlsx"),
        at(f"{one}/excel/", excel_page, "excel"),
        at(f"{one}/excel/take/", excel_take, "take"),
        at(f"{one}/edit/", edit_page, "edit"),
        at(f"{one}/edit/<path:part>/", edit_page, "edit"),
    ]
