"""Authority on the desk: each product's matrix, another one as lines of cells, and its answer."""

import csv
import io
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.desk.changes import place_of
from accounts.desk.pages import ServicePage
from accounts.desk.place import allowed, organization_of
from accounts.enums import Role
from scoring.desk.models import enter_where_needed
from scoring.enums import AnswerStatus
from scoring.models import Product
from tenancy.admin import TenantAdmin
from underwriting.authority import BEYOND, RATES, ROLES, SCHEMA, UNSCORED, VERDICTS, Matrix
from underwriting.desk.people import actor_name, colleagues
from underwriting.desk.policy_steps import AnswerForm, PolicyForm
from underwriting.desk.words import moment, money, percent, product_name
from underwriting.enums import PolicyStatus
from underwriting.models import AuthorityMatrix, PolicyVersion
from underwriting.selectors.authority import matrix_asked_for, matrix_history, matrix_in_force
from underwriting.services.authority import ANSWER, PROPOSE, authority_answer, authority_propose

VIEW = "underwriting.view_authoritymatrix"
ANY = "any"
PERCENT = 10_000
VERDICT_WORDS = {
    "approve": gettext_lazy("Approve"),
    "counter_offer": gettext_lazy("Counter-offer"),
    "decline": gettext_lazy("Decline"),
    "exception": gettext_lazy("Exception from policy"),
}
COLUMN_WORDS = {
    BEYOND: gettext_lazy("any other band"),
    UNSCORED: gettext_lazy("no score"),
}


class MatrixForm(PolicyForm):
    """The matrix as comma-separated lines, as a spreadsheet writes and reads them."""

    lines = forms.CharField(
        label=gettext_lazy("Up to which amount, alone"),
        help_text=gettext_lazy(
            "Bands from the best to the worst, then “beyond” for any other and “unscored” for none."
            " A cell is an amount, 0 for never, or “any”. No cell allows more than one to its left."
        ),
        widget=forms.Textarea(attrs={"rows": 11, "spellcheck": "false"}),
        max_length=20_000,
    )
    person = forms.DecimalField(
        label=gettext_lazy("Warn where more of a person's verdicts are exceptions, in percent"),
        min_value=Decimal("0.01"), max_value=100, decimal_places=2,
    )  # fmt: skip
    lender = forms.DecimalField(
        label=gettext_lazy("Warn where more of all verdicts are exceptions, in percent"),
        min_value=Decimal("0.01"), max_value=100, decimal_places=2,
    )  # fmt: skip
    days = forms.IntegerField(
        label=gettext_lazy("An exception lasts at most so many days"), min_value=1, max_value=366
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Whoever answers reads this; it is kept for good."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class AuthorityMatrixAdmin(TenantAdmin[AuthorityMatrix]):
    """The list is every product with its matrix; rows are read there."""

    def get_urls(self) -> list[URLPattern]:
        view, called = self.admin_site.admin_view, "underwriting_authoritymatrix"
        return [
            path("<uuid:product_id>/propose/", view(self.propose), name=f"{called}_propose"),
            path("<uuid:row_id>/answer/", view(self.answer), name=f"{called}_answer"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not allowed(request, VIEW):
            raise PermissionDenied
        organization_id = organization_of(request)
        names = colleagues(organization_id)
        products = Product.objects.filter(organization_id=organization_id).order_by("slug")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Authority"),
            "products": [_shown(request, product, names) for product in products],
        }
        return TemplateResponse(request, "admin/desk/authority.html", context)

    def propose(self, request: HttpRequest, product_id: UUID) -> HttpResponse:
        with enter_where_needed(request):
            product = Product.objects.filter(
                organization_id=organization_of(request), id=product_id
            ).first()
            if product is None:
                raise Http404
            initial = _initial(product)

        def call(data: dict[str, Any]) -> HttpResponse:
            authority_propose(
                **place_of(request),
                product_id=product_id,
                document=document_of(data, product.minor_units),
                reason=data["reason"],
            )
            return _listed()

        return ServicePage(
            admin=self,
            permission=PROPOSE,
            form=MatrixForm(request.POST if request.method == "POST" else None, initial=initial),
            call=call,
            title=_("Change the authority for %(product)s") % {"product": product_name(product)},
            lead=_("Somebody else puts it in force. People's own limits go on to cap it."),
            button=_("Propose it"),
            done="",
        ).answer(request)

    def answer(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        def call(data: dict[str, Any]) -> HttpResponse:
            authority_answer(**place_of(request), matrix_id=row_id, agree=data["agree"])
            return _listed()

        return ServicePage(
            admin=self,
            permission=ANSWER,
            form=AnswerForm(request.POST if request.method == "POST" else None),
            call=call,
            title=_("Answer the proposed authority"),
            lead=_("Your name is kept with the answer, and the answer does not change."),
            button=_("Answer"),
            done="",
        ).answer(request)


def document_of(data: Mapping[str, Any], digits: int) -> dict[str, Any]:
    """The form's answers as a document; what cannot be read stays for the check to name."""
    rows = [row for row in csv.reader(io.StringIO(data["lines"])) if any(row)]
    head = [cell.strip() for cell in rows[0]] if rows else []
    limits: dict[str, dict[str, list[Any]]] = {}
    for row in rows[1:]:
        role, verdict, *cells = [*(cell.strip() for cell in row), "", ""][: max(len(row), 2)]
        limits.setdefault(role, {})[verdict] = [_minor(cell, digits) for cell in cells]
    return {
        "schema": SCHEMA,
        "bands": [name for name in head[2:] if name not in (BEYOND, UNSCORED)],
        "limits": limits,
        "exceptions": {
            "person_ppm": int(data["person"] * PERCENT),
            "lender_ppm": int(data["lender"] * PERCENT),
            "days": data["days"],
        },
    }


def lines_of(matrix: Matrix, digits: int) -> str:
    """A matrix as the form's lines; `document_of` reads them back."""
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\n")
    out.writerow(["role", "verdict", *matrix.columns])
    for role in ROLES:
        for verdict in VERDICTS:
            row = matrix.limits[role][verdict]
            out.writerow([role, verdict, *(_major(cell, digits) for cell in row)])
    return written.getvalue()


def _minor(cell: str, digits: int) -> Any:
    if cell == ANY:
        return None
    try:
        amount = Decimal(cell).scaleb(digits)
    except ArithmeticError:
        return cell
    whole = amount.is_finite() and amount == amount.to_integral_value()
    return int(amount) if whole and abs(amount) < PERCENT**5 else cell


def _major(limit: int | None, digits: int) -> str:
    return ANY if limit is None else f"{Decimal(limit).scaleb(-digits):.{digits}f}"


def _initial(product: Product) -> dict[str, Any]:
    matrix = matrix_in_force(product.organization_id, product.id) or _nothing_alone(product)
    return {
        "lines": lines_of(matrix, product.minor_units),
        "person": Decimal(matrix.person_ppm) / PERCENT,
        "lender": Decimal(matrix.lender_ppm) / PERCENT,
        "days": matrix.days,
    }


def _nothing_alone(product: Product) -> Matrix:
    """Where to begin: seniors may everything, underwriters decline; bands of the newest policy."""
    newest = (
        PolicyVersion.objects.filter(
            organization_id=product.organization_id,
            product_id=product.id,
            status__in=[PolicyStatus.PUBLISHED, PolicyStatus.RETIRED],
        )
        .order_by("-number")
        .first()
    )
    prices = json.loads(newest.document).get("prices") or {} if newest else {}
    bands = tuple(band["name"] for band in prices.get("bands", [])) or ("A", "B", "C")
    width = len(bands) + 2
    rows = {
        role: {
            verdict: ((None if role == ROLES[-1] or verdict == "decline" else 0),) * width
            for verdict in VERDICTS
        }
        for role in ROLES
    }
    return Matrix(bands=bands, limits=rows, **RATES)


def _listed() -> HttpResponse:
    return redirect(reverse("admin:underwriting_authoritymatrix_changelist"))


def _shown(request: HttpRequest, product: Product, names: Mapping[str, str]) -> dict[str, Any]:
    of = (product.organization_id, product.id)
    matrix, asked = matrix_in_force(*of), matrix_asked_for(*of)
    mine = asked is not None and asked.asked_by_id == str(request.user.pk)
    return {
        "name": product_name(product),
        "table": _table(matrix, product) if matrix else None,
        "asked": asked,
        "asked_table": _table(Matrix.parse(asked.document_data), product) if asked else None,
        "asked_by": actor_name("user", asked.asked_by_id, names) if asked else "",
        "answer": reverse("admin:underwriting_authoritymatrix_answer", args=[asked.id])
        if asked and not mine and allowed(request, ANSWER)
        else "",
        "propose": reverse("admin:underwriting_authoritymatrix_propose", args=[product.id])
        if not asked and allowed(request, PROPOSE)
        else "",
        "history": [_version(row, names) for row in matrix_history(*of)],
    }


def _version(row: AuthorityMatrix, names: Mapping[str, str]) -> dict[str, Any]:
    by = row.answered_by_id
    return {
        "number": row.number,
        "state": AnswerStatus(row.status).label,
        "asked_by": actor_name("user", row.asked_by_id, names),
        "answered_by": actor_name("user", by, names) if by else "",
        "when": moment(row.answered_at or row.asked_at),
        "reason": row.reason,
    }


def _table(matrix: Matrix, product: Product) -> dict[str, Any]:
    def cell(limit: int | None) -> str:
        if limit is None:
            return _("any amount")
        return money(limit, product.currency, product.minor_units) if limit else _("never")

    return {
        "columns": [COLUMN_WORDS.get(name, name) for name in matrix.columns],
        "rows": [
            {
                "role": Role(role).label,
                "verdict": VERDICT_WORDS[verdict],
                "cells": [cell(limit) for limit in matrix.limits[role][verdict]],
            }
            for role in ROLES
            for verdict in VERDICTS
        ],
        "rates": _(
            "Exceptions last at most %(days)s days; a warning above %(person)s of one person's"
            " verdicts or %(lender)s of all."
        )
        % {
            "days": matrix.days,
            "person": percent(matrix.person_ppm),
            "lender": percent(matrix.lender_ppm),
        },
    }
