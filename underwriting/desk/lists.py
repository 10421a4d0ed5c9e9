"""What every list of the desk has: its own title, and words for when it is empty."""

from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from tenancy.admin import TenantAdmin

M = TypeVar("M", bound=Model)


class DeskList(TenantAdmin[M]):
    """`empty_words` says what to do next."""

    list_title: str | Promise = ""
    empty_words: str | Promise = ""
    show_facets = admin.ShowFacets.NEVER

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": self.list_title, "empty_words": self.empty_words}
        page: HttpResponse = super().changelist_view(request, {**context, **(extra_context or {})})
        return page
