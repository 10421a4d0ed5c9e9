"""What each product has because one person proposed it and another answered: gates, authority."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.desk.changes import place_of
from accounts.desk.pages import ServicePage
from accounts.desk.place import allowed, organization_of
from scoring.desk.models import enter_where_needed
from scoring.enums import AnswerStatus
from scoring.models import Product
from tenancy.admin import TenantAdmin
from underwriting.desk.people import actor_name, colleagues
from underwriting.desk.place import known_or_404
from underwriting.desk.policy_steps import AnswerForm, PolicyForm
from underwriting.desk.words import moment, product_name

Row = TypeVar("Row", bound=Model)
Words = str | Promise


class ProposalsAdmin(TenantAdmin[Row]):
    """The list is every product with what it has; rows are read there.

    A subclass says the words and permissions, `shown` of a product, `proposal` and `answered`.
    """

    view_needs: ClassVar[str]
    proposing_needs: ClassVar[str]
    answering_needs: ClassVar[str]
    list_title: ClassVar[Words]
    list_template: ClassVar[str]
    proposing_title: ClassVar[Words]
    proposing_lead: ClassVar[Words]
    answering_title: ClassVar[Words]

    def shown(self, product: Product) -> dict[str, Any]:
        """What the list says of a product; `asked` is the open proposal or None, `rows` all."""
        raise NotImplementedError

    def proposal(self, request: HttpRequest, product: Product) -> PolicyForm:
        """The form, filled with what counts now."""
        raise NotImplementedError

    def proposed(self, product: Product, data: dict[str, Any], **place: Any) -> None:
        raise NotImplementedError

    def answered(self, row_id: UUID, *, agree: bool, **place: Any) -> None:
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        view, called = self.admin_site.admin_view, f"underwriting_{self.opts.model_name}"
        return [
            path("<uuid:product_id>/propose/", view(self.propose), name=f"{called}_propose"),
            path("<uuid:row_id>/answer/", view(self.answer), name=f"{called}_answer"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not allowed(request, self.view_needs):
            raise PermissionDenied
        organization_id = organization_of(request)
        names = colleagues(organization_id)
        products = Product.objects.filter(organization_id=organization_id).order_by("slug")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.list_title,
            "products": [self._line(request, product, names) for product in products],
        }
        return TemplateResponse(request, self.list_template, context)

    def propose(self, request: HttpRequest, product_id: UUID) -> HttpResponse:
        with enter_where_needed(request):
            product = Product.objects.filter(
                organization_id=organization_of(request), id=product_id
            ).first()
            if product is None:
                raise Http404
            form = self.proposal(request, product)

        def call(data: dict[str, Any]) -> HttpResponse:
            self.proposed(product, data, **place_of(request))
            return redirect(self._address("changelist"))

        return ServicePage(
            admin=self,
            permission=self.proposing_needs,
            form=form,
            call=call,
            title=self.proposing_title % {"product": product_name(product)},
            lead=str(self.proposing_lead),
            button=_("Propose it"),
            done="",
        ).answer(request)

    def answer(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        known_or_404(request, self.get_queryset(request), row_id)

        def call(data: dict[str, Any]) -> HttpResponse:
            self.answered(row_id, agree=data["agree"], **place_of(request))
            return redirect(self._address("changelist"))

        return ServicePage(
            admin=self,
            permission=self.answering_needs,
            form=AnswerForm(posted(request)),
            call=call,
            title=str(self.answering_title),
            lead=_("Your name is kept with the answer, and the answer does not change."),
            button=_("Answer"),
            done="",
        ).answer(request)

    def _line(
        self, request: HttpRequest, product: Product, names: Mapping[str, str]
    ) -> dict[str, Any]:
        shown = self.shown(product)
        asked = shown["asked"]
        mine = asked is not None and asked.asked_by_id == str(request.user.pk)
        answers = asked is not None and not mine and allowed(request, self.answering_needs)
        proposes = asked is None and allowed(request, self.proposing_needs)
        return {
            **shown,
            "name": product_name(product),
            "asked_by": actor_name("user", asked.asked_by_id, names) if asked else "",
            "answer": self._address("answer", asked.id) if answers else "",
            "propose": self._address("propose", product.id) if proposes else "",
            "history": history_lines(shown["rows"], names),
        }

    def _address(self, page: str, *ids: UUID) -> str:
        return reverse(f"admin:underwriting_{self.opts.model_name}_{page}", args=ids)


def posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def history_lines(rows: Iterable[Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each proposal: what became of it, by whom and why."""
    return [
        {
            "number": row.number,
            "state": AnswerStatus(row.status).label,
            "asked_by": actor_name("user", row.asked_by_id, names),
            "answered_by": actor_name("user", row.answered_by_id, names)
            if row.answered_by_id
            else "",
            "when": moment(row.answered_at or row.asked_at),
            "reason": row.reason,
        }
        for row in rows
    ]
