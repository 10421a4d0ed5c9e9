"""Authority on the desk: each product's matrix, another one as lines of cells, and its answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from scoring.models import Product
from underwriting.authority import BEYOND, RATES, ROLES, SCHEMA, UNSCORED, VERDICTS, Matrix
from underwriting.desk.cell_table import CellTable, lines_read, lines_written
from underwriting.desk.policy_steps import PolicyForm
from underwriting.desk.proposals import ProposalsAdmin, posted
from underwriting.desk.words import money, percent
from underwriting.enums import PolicyStatus
from underwriting.models import AuthorityMatrix, PolicyVersion
from underwriting.policy.document import Policy
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


WORDS: Mapping[str, Any] = {
    **VERDICT_WORDS,
    **COLUMN_WORDS,
    **{role: Role(role).label for role in ROLES},
}


class MatrixForm(PolicyForm):
    """The matrix as a table of cells; as lines, it can be posted as a spreadsheet writes it."""

    lines = forms.CharField(
        label=gettext_lazy("Up to which amount, alone"),
        help_text=gettext_lazy(
            "Bands from the best to the worst. A cell is an amount, 0 for never, or “any”. No cell"
            " allows more than one to its left."
        ),
        widget=CellTable(named=2, words=WORDS),
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


class AuthorityMatrixAdmin(ProposalsAdmin[AuthorityMatrix]):
    view_needs, proposing_needs, answering_needs = VIEW, PROPOSE, ANSWER
    list_title = gettext_lazy("Authority")
    list_template = "admin/desk/authority.html"
    proposing_title = gettext_lazy("Change the authority for %(product)s")
    proposing_lead = gettext_lazy(
        "Somebody else puts it in force. People's own limits go on to cap it."
    )
    answering_title = gettext_lazy("Answer the proposed authority")

    def shown(self, product: Product) -> dict[str, Any]:
        of = (product.organization_id, product.id)
        matrix, asked = matrix_in_force(*of), matrix_asked_for(*of)
        return {
            "table": _table(matrix, product) if matrix else None,
            "asked": asked,
            "asked_table": _table(Matrix.parse(asked.document_data), product) if asked else None,
            "rows": matrix_history(*of),
        }

    def proposal(self, request: HttpRequest, product: Product) -> MatrixForm:
        return MatrixForm(posted(request), initial=_initial(product))

    def proposed(self, product: Product, data: dict[str, Any], **place: Any) -> None:
        document = document_of(data, product.minor_units)
        authority_propose(**place, product_id=product.id, document=document, reason=data["reason"])

    def answered(self, row_id: UUID, *, agree: bool, **place: Any) -> None:
        authority_answer(**place, matrix_id=row_id, agree=agree)


def document_of(data: Mapping[str, Any], digits: int) -> dict[str, Any]:
    """The form's answers as a document; what cannot be read stays for the check to name."""
    rows = lines_read(data["lines"])
    head = rows[0] if rows else []
    limits: dict[str, dict[str, list[Any]]] = {}
    for row in rows[1:]:
        role, verdict, *cells = [*row, "", ""][: max(len(row), 2)]
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
    head = ["role", "verdict", *matrix.columns]
    rows = [
        [role, verdict, *(_major(cell, digits) for cell in matrix.limits[role][verdict])]
        for role in ROLES
        for verdict in VERDICTS
    ]
    return lines_written([head, *rows])


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
    matrix = matrix_in_force(product.organization_id, product.id)
    matrix = _for_bands(matrix, _bands(product)) if matrix else _nothing_alone(product)
    return {
        "lines": lines_of(matrix, product.minor_units),
        "person": Decimal(matrix.person_ppm) / PERCENT,
        "lender": Decimal(matrix.lender_ppm) / PERCENT,
        "days": matrix.days,
    }


def _nothing_alone(product: Product) -> Matrix:
    """Where to begin: seniors may everything, underwriters decline."""
    bands = _bands(product)
    rows = {
        role: {
            verdict: ((None if role == ROLES[-1] or verdict == "decline" else 0),)
            * (len(bands) + 2)
            for verdict in VERDICTS
        }
        for role in ROLES
    }
    return Matrix(bands=bands, limits=rows, **RATES)


def _bands(product: Product) -> tuple[str, ...]:
    """The bands of the newest policy that decides or did."""
    newest = (
        PolicyVersion.objects.filter(
            organization_id=product.organization_id,
            product_id=product.id,
            status__in=[PolicyStatus.PUBLISHED, PolicyStatus.RETIRED],
        )
        .order_by("-number")
        .first()
    )
    priced = Policy.parse(newest.document).bands if newest else ()
    return tuple(band.name for band in priced) or ("A", "B", "C")


def _for_bands(matrix: Matrix, bands: tuple[str, ...]) -> Matrix:
    """The matrix over other bands: a new one begins with what any other band allows."""

    def over(row: Sequence[int | None]) -> tuple[int | None, ...]:
        known = dict(zip(matrix.columns, row, strict=True))
        return tuple(known.get(name, known[BEYOND]) for name in (*bands, BEYOND, UNSCORED))

    limits = {
        role: {verdict: over(row) for verdict, row in rows.items()}
        for role, rows in matrix.limits.items()
    }
    return replace(matrix, bands=bands, limits=limits)


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
