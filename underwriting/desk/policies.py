"""Policies on the desk: every rule as a sentence, the price table, what the tests expect."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ml.dictionary import Dictionary
from scoring.models import DictionaryVersion
from tenancy.clock import now
from underwriting.desk.backtests import policy_backtests
from underwriting.desk.first_policy import first_policy_page
from underwriting.desk.in_force import in_force_page
from underwriting.desk.lists import DeskList
from underwriting.desk.people import actor_name, colleagues
from underwriting.desk.place import id_from
from underwriting.desk.policy_change import change_context, standing
from underwriting.desk.policy_editor import may_edit
from underwriting.desk.policy_parts import further_parts
from underwriting.desk.policy_steps import step_urls
from underwriting.desk.policy_urls import policy_urls
from underwriting.desk.rules import PolicyWords
from underwriting.desk.trace import consequence_words
from underwriting.desk.words import (
    answer,
    language,
    moment,
    money,
    months,
    number,
    percent,
    product_name,
    short_hash,
)
from underwriting.enums import PolicyStatus
from underwriting.models import PolicyVersion
from underwriting.policy.document import Band, Policy, RuleSet
from underwriting.selectors.explanations import in_language


class PolicyVersionAdmin(DeskList[PolicyVersion]):
    list_title = _("Policies")
    empty_words = _("No policy yet. A risk analyst drafts one, an approver publishes it.")
    list_display = ("words", "state", "effective", "until", "hash_words")
    list_select_related = ("product",)
    ordering = ("product", "-number")

    def get_urls(self) -> list[URLPattern]:
        """Beside the stock pages: a first policy from two numbers, the steps of a policy's life,
        and what was in force when."""

        def first(request: HttpRequest, product_id: UUID) -> HttpResponse:
            return first_policy_page(self, request, product_id)

        def then(request: HttpRequest) -> HttpResponse:
            return in_force_page(self, request)

        view = self.admin_site.admin_view
        called = "underwriting_policyversion"
        return [
            path("first/<uuid:product_id>/", view(first), name=f"{called}_first"),
            path("in-force/", view(then), name=f"{called}_in_force"),
            *step_urls(self),
            *policy_urls(self),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A page to read: rules in order, prices, parameters."""
        version = self.get_object(request, object_id) if id_from("pol", object_id) else None
        if version is None:
            raise Http404
        if not self.has_view_permission(request, version) or request.method == "POST":
            return super().change_view(request, object_id, form_url, extra_context)
        context = {**self.admin_site.each_context(request), **policy_context(version)}
        context.update(change_context(request, version))
        context |= policy_backtests(request, version)
        context["may_edit"] = may_edit(request, version)
        return TemplateResponse(request, "admin/desk/policy.html", context)

    @admin.display(description=_("Policy"))
    def words(self, version: PolicyVersion) -> SafeString:
        name = product_name(version.product)
        return format_html(
            '{}<span class="sub">{}</span>', name, _("version %(n)s") % {"n": version.number}
        )

    @admin.display(description=_("Status"), ordering="status")
    def state(self, version: PolicyVersion) -> SafeString:
        words, tone = standing(version, now(version.organization_id))
        return format_html('<span class="tag {}">{}</span>', tone, words)

    @admin.display(description=_("In force from"), ordering="effective_from")
    def effective(self, version: PolicyVersion) -> str:
        return moment(version.effective_from)

    @admin.display(description=_("until"), ordering="effective_to")
    def until(self, version: PolicyVersion) -> str:
        return moment(version.effective_to)

    @admin.display(description=_("Hash"))
    def hash_words(self, version: PolicyVersion) -> SafeString:
        short = short_hash(version.content_hash)
        return format_html('<span class="code" title="{}">{}</span>', version.content_hash, short)


def policy_context(version: PolicyVersion) -> dict[str, Any]:
    """The document, said in the reader's language with the product's newest dictionary."""
    policy, dictionary = Policy.parse(version.document), _dictionary(version)
    currency, digits = version.product.currency, version.product.minor_units
    words = PolicyWords(policy, dictionary, currency)
    names = colleagues(version.organization_id)
    return {
        "title": _("%(name)s, version %(number)s") % {
            "name": policy.name, "number": version.number,
        },
        "version": version,
        "status": PolicyStatus(version.status).label,
        "author": actor_name("user", version.author_id, names),
        "approver": actor_name("user", version.approver_id, names) if version.approver_id else "",
        "effective_from": moment(version.effective_from),
        "effective_to": moment(version.effective_to),
        "sets": [_set(each, words, policy) for each in policy.rule_sets],
        "bands": [_band(each, currency, digits, policy) for each in policy.bands],
        "referral": _referral(policy),
        "parameters": [
            (name, answer(None, parameter.value, currency), parameter.unit or "", parameter.comment)
            for name, parameter in policy.parameters.items()
        ],
        "parts": further_parts(policy, dictionary),
        "tests": len(policy.tests),
        "findings": version.findings,
    }  # fmt: skip


def _dictionary(version: PolicyVersion) -> Dictionary:
    text = (
        DictionaryVersion.objects.filter(
            organization_id=version.organization_id, product_id=version.product_id
        )
        .order_by("-number")
        .values_list("document", flat=True)
    )
    return Dictionary.parse(text[0])


def _set(rule_set: RuleSet, words: PolicyWords, policy: Policy) -> dict[str, Any]:
    reasons = {**words.dictionary.reasons(), **{c: r.text for c, r in policy.reasons.items()}}
    return {
        "name": words.set_name(rule_set.name),
        "party": rule_set.scope == "party",
        "first": rule_set.hit == "first",
        "missing": rule_set.missing,
        "rows": [
            {
                "id": row.id,
                "words": words.row_words(row),
                "outcome": row.outcome,
                "outcome_words": consequence_words(row.outcome),
                "reason": in_language(reasons.get(row.reason or "", {}), language()),
                "missing": row.missing or rule_set.missing,
            }
            for row in rule_set.rows
        ],
    }


def _band(band: Band, currency: str, digits: int, policy: Policy) -> dict[str, str]:
    limit = (
        f"{number(Decimal(band.max_amount), digits)}\u00a0{currency}"
        if band.max_amount
        else money(None, currency)
    )
    return {
        "name": band.name,
        "up_to": percent(band.max_pd_ppm, 1),
        "rate": percent(band.rate_ppm),
        "amount": limit,
        "term": months(band.max_term_months),
    }


def _referral(policy: Policy) -> str:
    if policy.referral is None:
        return ""
    low, high = policy.referral.from_pd_ppm, policy.referral.to_pd_ppm
    return f"{percent(low, 1)} – {percent(high, 1)}"
