"""Two versions of a policy side by side: in sentences, cell by cell, and their effects."""

from typing import Any
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.desk.place import organization_of
from tenancy.errors import NotFound
from underwriting.desk.backtests import Shown
from underwriting.desk.place import id_from
from underwriting.desk.policy_differences import Spoken
from underwriting.enums import BacktestStatus, PolicyStatus
from underwriting.models import Backtest, PolicyVersion
from underwriting.policy.differences import differences
from underwriting.policy.document import Policy
from underwriting.policy.sheets.editing import Tables
from underwriting.policy.sheets.writing import tables_of
from underwriting.selectors.policy_grounds import Ground, ground_of
from underwriting.selectors.terms import parsed

MOST_SENTENCES = 200
MOST_CELLS = 2_000


def compare_page(
    admin: ModelAdmin[Any], request: HttpRequest, policy_version_id: UUID
) -> HttpResponse:
    """The version beside another one: the one it was copied from, or in force, if none is named."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    version = _version(organization_of(request), policy_version_id)
    others = _others(version)
    other = _chosen(version, others, str(request.GET.get("with", "")))
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "list_url": reverse("admin:underwriting_policyversion_changelist"),
        "title": _("What version %(number)s changes") % {"number": version.number},
        "version": version,
        "other": other,
        "others": [(each, PolicyStatus(each.status).label) for each in others],
        **(_compared(other, version) if other else {}),
    }
    return TemplateResponse(request, "admin/underwriting/policyversion/compare.html", context)


def change_context(older: Policy, newer: Policy, ground: Ground, currency: str) -> dict[str, Any]:
    """What the newer one changes, in sentences and cells; and how many changes there are."""
    found = differences(tables_for(older, ground), tables_for(newer, ground))
    spoken = Spoken(older, newer, ground.dictionary, currency)
    return {
        "sentences": spoken.sentences(found[:MOST_SENTENCES]),
        "cells": spoken.cells(found[:MOST_CELLS]),
        "changes": len(found),
        "further": max(0, len(found) - MOST_SENTENCES),
    }


def tables_for(policy: Policy, ground: Ground) -> Tables:
    """A policy's tables."""
    return tables_of(parsed(policy.canonical().decode()), ground.inputs(policy))


def _compared(older: PolicyVersion, newer: PolicyVersion) -> dict[str, Any]:
    try:
        ground = ground_of(newer.organization_id, newer.product_id)
    except NotFound as error:
        raise Http404 from error
    policies = Policy.parse(older.document), Policy.parse(newer.document)
    found = change_context(*policies, ground, newer.product.currency)
    return {**found, "backtest": _effects(older, newer)}


def _effects(older: PolicyVersion, newer: PolicyVersion) -> Shown | None:
    """The newest backtest of exactly these two documents, if one was run."""
    run = (
        Backtest.objects.filter(
            organization_id=newer.organization_id,
            policy_version=newer,
            policy_hash=newer.content_hash,
            against_hash=older.content_hash,
            status=BacktestStatus.DONE,
        )
        .select_related("policy_version__product")
        .order_by("-requested_at")
        .first()
    )
    return Shown(run) if run else None


def _version(organization_id: UUID, policy_version_id: UUID) -> PolicyVersion:
    found = (
        PolicyVersion.objects.filter(organization_id=organization_id, id=policy_version_id)
        .select_related("product", "copied_from")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _others(version: PolicyVersion) -> list[PolicyVersion]:
    return list(
        PolicyVersion.objects.filter(
            organization_id=version.organization_id, product_id=version.product_id
        )
        .exclude(id=version.id)
        .order_by("-number")
    )


def _chosen(version: PolicyVersion, others: list[PolicyVersion], text: str) -> PolicyVersion | None:
    """The version that was asked for; else the natural one to compare with."""
    if text:
        wanted = id_from("pol", text)
        found = next((each for each in others if each.id == wanted), None)
        if found is None:
            raise Http404
        return found
    natural = [
        *(each for each in others if each.id == version.copied_from_id),
        *(each for each in others if each.status == PolicyStatus.PUBLISHED),
        *(each for each in others if each.number < version.number),
    ]
    return natural[0] if natural else None
