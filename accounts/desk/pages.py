"""Pages of the desk that change something: a form, then one call of a service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.desk.forms import ServiceForm
from tenancy.errors import DomainError, NotFound

Call = Callable[[dict[str, Any]], HttpResponse | None]


@dataclass(frozen=True, slots=True)
class ServicePage:
    """One such page. `call` gets the cleaned answers and runs the service, outside any transaction:
    it may answer with a page of its own, else the person goes back to the list."""

    admin: ModelAdmin[Any]
    permission: str
    form: ServiceForm
    call: Call
    title: str
    button: str
    done: str
    lead: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Show the form, or do what was asked and go back to the list."""
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        if request.method == "POST" and self.form.is_valid():
            try:
                shown = self.call(self.form.cleaned_data)
            except NotFound as error:
                raise Http404 from error
            except DomainError as error:
                self.form.refuse(error)
            else:
                return shown or self._back(request)
        return self.page(request, "admin/service_form.html")

    def page(self, request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
        return TemplateResponse(
            request,
            template,
            {
                **self.admin.admin_site.each_context(request),
                "opts": self.admin.opts,
                "list_url": self.list_url,
                "title": self.title,
                "lead": self.lead,
                "button": self.button,
                "form": self.form,
                **self.extra,
                **context,
            },
        )

    @property
    def list_url(self) -> str:
        opts = self.admin.opts
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")

    def _back(self, request: HttpRequest) -> HttpResponse:
        messages.success(request, self.done)
        return redirect(self.list_url)
