"""A draft's test cases run, what they reach, and one application tried out."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from pydantic import ValidationError

from ml.dictionary import Field
from underwriting.decisioning.inputs import InputsRefused
from underwriting.desk.policy_drafts import Draft
from underwriting.desk.policy_editor import draft_for, inside
from underwriting.desk.policy_labels import plain
from underwriting.desk.rules import PolicyWords
from underwriting.desk.trace import consequence_words, trace_sets
from underwriting.desk.words import label, language
from underwriting.policy.document import TestCase
from underwriting.policy.literal_text import Manner, TextRefused
from underwriting.policy.sheets.leaves import leaf_value
from underwriting.policy.sheets.writing import fact_manner
from underwriting.selectors.explanations import in_language

CASES = "admin/underwriting/policyversion/tried.html"
SCORE = {"points": "600", "pd_ppm": "5 %"}


def cases_page(
    admin: ModelAdmin[Any], request: HttpRequest, policy_version_id: UUID
) -> HttpResponse:
    """Every case's result and the rules that none reaches; posted, one application is tried."""
    draft = draft_for(request, policy_version_id)
    with inside(request):
        policy, ground = draft.policy, draft.ground
        context = {
            **admin.admin_site.each_context(request),
            "opts": admin.opts,
            "list_url": reverse("admin:underwriting_policyversion_changelist"),
            "title": _("Test cases of %(name)s") % {"name": policy.name},
            "version": draft.version,
            "results": [
                {
                    "name": each.name,
                    "passed": each.passed,
                    "expected": _said(each.expected),
                    "found": _said(each.found),
                }
                for each in ground.cases(policy)
            ],
            "coverage": _reached(draft),
            "fields": _fields(draft, request.POST),
            **(_tried(draft, request.POST) if request.method == "POST" else {}),
        }
        return TemplateResponse(request, CASES, context).render()


def _said(found: Mapping[str, Any]) -> str:
    """What a case expects, or came to, in a few words."""
    parts = []
    for name, value in found.items():
        words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        parts.append(consequence_words(words) if name == "outcome" else f"{plain(name)}: {words}")
    return "; ".join(parts)


def _reached(draft: Draft) -> dict[str, Any]:
    """What the cases reach, with rules, outcomes and inputs in words."""
    found, words = draft.ground.coverage(draft.policy), _words_of(draft)
    return {
        "share": found.share,
        "rows": [
            {
                "name": f"{each.rule_set}, {each.row}",
                "words": words.words_of(each.rule_set, each.row),
                "hit_by": each.hit_by,
                "missed": len(each.missed_by),
            }
            for each in found.rows
        ],
        "outcomes": [(each, consequence_words(each)) for each in found.outcomes],
        "bands": found.bands,
        "inputs": [words.label(name) for name in found.inputs],
    }


def _words_of(draft: Draft) -> PolicyWords:
    return PolicyWords(draft.policy, draft.ground.dictionary, draft.version.product.currency)


def _fields(draft: Draft, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """The inputs of the box, as a first applicant would fill them in."""
    dictionary = draft.ground.dictionary
    found = []
    for scope in ("request", "party"):
        for field in dictionary.decision_fields(scope):
            name = f"{scope}.{field.name}"
            value = str(given.get(name, ""))
            choices = _choices(field)
            words = label(dictionary, field.name)
            found.append({"name": name, "label": words, "value": value, "choices": choices})
    points = str(given.get("points", SCORE["points"]))
    risk = str(given.get("pd_ppm", SCORE["pd_ppm"]))
    found.append({"name": "points", "label": _("Points"), "value": points, "choices": ()})
    words = _("Probability of default")
    return [*found, {"name": "pd_ppm", "label": words, "value": risk, "choices": ()}]


def _choices(field: Field) -> list[tuple[str, str]]:
    """What is written, and how it is read."""
    if field.type == "boolean":
        return [("", ""), ("yes", _("Yes")), ("no", _("No"))]
    if field.type != "category":
        return []
    named = ((each.value, in_language(each.label, language())) for each in field.values)
    return [("", ""), *((value, words or value) for value, words in named)]


def _tried(draft: Draft, given: Mapping[str, str]) -> dict[str, Any]:
    """The decision of what was filled in, or why there is none."""
    try:
        document = draft.ground.tried(draft.policy, _case(draft, given))
    except (TextRefused, InputsRefused, ValidationError) as refused:
        return {"refused": str(refused)}
    return {
        "document": document,
        "outcome": consequence_words(document["outcome"]),
        "reasons": [reason["code"] for reason in document["reasons"]],
        "sets": trace_sets(document, _words_of(draft)),
    }


def _case(draft: Draft, given: Mapping[str, str]) -> TestCase:
    """The box as a test case that expects nothing. Raises TextRefused, ValidationError."""

    def facts(scope: str) -> dict[str, Any]:
        found = {}
        for field in draft.ground.dictionary.decision_fields(scope):
            text = str(given.get(f"{scope}.{field.name}", "")).strip()
            if text:
                found[field.name] = leaf_value(text, fact_manner(field.name, draft.inputs))
        return found

    score = {
        "points": leaf_value(str(given.get("points", "")), Manner("number")),
        "pd_ppm": leaf_value(str(given.get("pd_ppm", "")), Manner("number", "ppm")),
    }
    return TestCase.model_validate(
        {
            "name": "tried",
            "request": facts("request"),
            "parties": (facts("party"),),
            "model": score,
            "expect": {"outcome": "approve"},
        }
    )
