"""The exploration of a data set: its page, a field's page, its report as a file, the radar."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _

from accounts.desk.changes import place_of
from accounts.desk.forms import ConfirmForm
from accounts.desk.pages import ServicePage
from ml.dictionary import Dictionary
from scoring.desk.bin_words import field_label
from scoring.desk.dataset_words import STEPS, auc_words, source_words, value_words
from scoring.desk.explored import Explored
from scoring.enums import ACTIVE_TRAINING, DatasetEvidenceKind
from scoring.models import Dataset, DatasetStudy
from scoring.selectors.datasets import evidence_of, study_latest
from scoring.services.studies import study_cancel, study_request

REGISTER, PROTECTED = "scoring.register_dataset", "scoring.view_protected"
HTTP_REFRESH = "HX-Refresh"
PPM_A_PERCENT = 10_000


class ExplorationPages:
    """Mixed into the data sets' admin, which finds the data set and knows the site."""

    def exploration_urls(self: Any) -> list[URLPattern]:
        return [
            self.at("<uuid:dataset_id>/exploration/", self.exploration, "exploration"),
            self.at("<uuid:dataset_id>/exploration/report/", self.report, "report"),
            self.at("<uuid:dataset_id>/exploration/progress/", self.progress, "progress"),
            self.at("<uuid:dataset_id>/exploration/field/<slug:name>/", self.field, "field"),
            self.at("<uuid:dataset_id>/explore/", self.explore, "explore"),
            self.at("study/<uuid:study_id>/cancel/", self.cancel, "cancel"),
            self.at("<uuid:dataset_id>/proxies/", self.proxies, "proxies"),
        ]

    def exploration(self: Any, request: HttpRequest, dataset_id: UUID) -> HttpResponse:
        dataset = self.wanted(request, dataset_id)
        context = {
            **_context(self, request, dataset, _("Exploration")),
            "explored": explored(dataset),
            "study": study_shown(study_latest(dataset)),
            "may_explore": request.user.has_perm(REGISTER),
        }
        return TemplateResponse(request, "admin/scoring/dataset/exploration.html", context)

    def field(self: Any, request: HttpRequest, dataset_id: UUID, name: str) -> HttpResponse:
        dataset = self.wanted(request, dataset_id)
        found = explored(dataset)
        field = found.field(name) if found else None
        if field is None:
            raise Http404
        context = {**_context(self, request, dataset, field.label), "field": field}
        return TemplateResponse(request, "admin/scoring/dataset/field.html", context)

    def progress(self: Any, request: HttpRequest, dataset_id: UUID) -> HttpResponse:
        """The part of the page that asks again while a worker is at it."""
        study = study_shown(study_latest(self.wanted(request, dataset_id)))
        context = {
            "study": study,
            "dataset_id": dataset_id,
            "may_explore": request.user.has_perm(REGISTER),
        }
        answer = TemplateResponse(request, "admin/scoring/dataset/progress.html", context)
        if study is None or not study["active"]:
            answer.headers[HTTP_REFRESH] = "true"
        return answer

    def report(self: Any, request: HttpRequest, dataset_id: UUID) -> HttpResponse:
        """Everything in one file that opens anywhere: no script, no address it asks."""
        dataset = self.wanted(request, dataset_id)
        found = explored(dataset)
        if found is None:
            raise Http404
        context = {"dataset": dataset, "explored": found, "origin": source_words(dataset.source)}
        answer = HttpResponse(
            render_to_string("admin/scoring/dataset/report.html", context, request)
        )
        name = f"exploration-{dataset.product.slug}-{dataset.fingerprint[7:15]}.html"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def explore(self: Any, request: HttpRequest, dataset_id: UUID) -> HttpResponse:
        def call(_data: dict[str, Any]) -> HttpResponse:
            study_request(**place_of(request), dataset_id=dataset_id)
            return redirect("admin:scoring_dataset_exploration", dataset_id)

        return ServicePage(
            admin=self,
            permission=REGISTER,
            form=ConfirmForm(request.POST if request.method == "POST" else None),
            call=call,
            title=_("Explore this data set?"),
            lead=_("A worker looks at every field; the page tells how far it has come."),
            button=_("Explore"),
            done="",
        ).answer(request)

    def cancel(self: Any, request: HttpRequest, study_id: UUID) -> HttpResponse:
        return ServicePage(
            admin=self,
            permission=REGISTER,
            form=ConfirmForm(request.POST if request.method == "POST" else None),
            call=lambda _data: _cancelled(request, study_id),
            title=_("Stop this exploration?"),
            lead=_("What was found so far is not kept. It can be started again."),
            button=_("Stop"),
            done=_("The exploration stops."),
            extra={"button_class": "bad"},
        ).answer(request)

    def proxies(self: Any, request: HttpRequest, dataset_id: UUID) -> HttpResponse:
        """For compliance alone: nobody else learns even whether there is anything."""
        if not request.user.has_perm(PROTECTED):
            raise PermissionDenied
        dataset = self.wanted(request, dataset_id)
        radar = evidence_of(dataset, DatasetEvidenceKind.PROXIES)
        context = {
            **_context(self, request, dataset, _("Proxy radar")),
            "radar": radar,
            "groups": _groups(dataset, radar) if radar else [],
        }
        return TemplateResponse(request, "admin/scoring/dataset/proxies.html", context)


def _cancelled(request: HttpRequest, study_id: UUID) -> None:
    study_cancel(**place_of(request), study_id=study_id)


def _context(page: Any, request: HttpRequest, dataset: Dataset, title: str) -> dict[str, Any]:
    return {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": title,
        "dataset": dataset,
        "dataset_id": dataset.id,
        "origin": source_words(dataset.source),
    }


def explored(dataset: Dataset) -> Explored | None:
    """What was found, or None before anybody looked."""
    document = evidence_of(dataset, DatasetEvidenceKind.EXPLORATION)
    if document is None:
        return None
    dictionary = Dictionary.parse(dataset.dictionary_version.document)
    return Explored(document, dictionary, evidence_of(dataset, DatasetEvidenceKind.PROFILE))


def study_shown(study: DatasetStudy | None) -> dict[str, Any] | None:
    """How far a study is, in words."""
    if study is None:
        return None
    return {
        "id": study.id,
        "status": study.status,
        "status_words": study.get_status_display(),
        "active": study.status in ACTIVE_TRAINING,
        "step": STEPS.get(study.step, study.step),
        "percent": study.progress_ppm // PPM_A_PERCENT,
        "error": study.error,
    }


def _groups(dataset: Dataset, radar: dict[str, Any]) -> list[dict[str, Any]]:
    dictionary = Dictionary.parse(dataset.dictionary_version.document)
    return [_group(each, dictionary) for each in radar["groups"]]


def _group(found: dict[str, Any], dictionary: Dictionary) -> dict[str, Any]:
    shown = {
        "label": field_label(dictionary, found["field"]),
        "group": value_words(found["group"], dictionary.entries.get(found["field"])),
        "n": found["n"],
        "of": found["of"],
        "insufficient": found["insufficient"],
    }
    if found["insufficient"]:
        return shown
    return {
        **shown,
        "together": auc_words(found["together"]) if found["together"] else "–",
        "fields": [
            (field_label(dictionary, each["field"]), auc_words(each["auc"]))
            for each in found["fields"]
        ],
    }
