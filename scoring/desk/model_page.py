"""What the page of a model shows: where it stands, what is known, what may be asked for."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from scoring.desk.evidence import after_of, evidence_of_version
from scoring.desk.model_words import ANSWERS, ASKS, TONES, day, model_name, moment
from scoring.documents.evidence import words
from scoring.documents.structure import written
from scoring.enums import AnswerStatus, DocumentKind, Edition, ModelStatus, Move
from scoring.models import Championship, ModelDocument, ModelRequest, ModelVersion
from scoring.selectors.dossiers import Dossier, dossier
from scoring.selectors.people import name_of
from tenancy.clock import now

SEES_PROTECTED = "scoring.view_protected"
SHOWN_FIGURES = ("auc", "gini", "ks", "pr_auc", "brier", "ece", "cost_per_loan", "recall_bads")
NEXT: Mapping[str, tuple[Move, ...]] = {
    ModelStatus.DRAFT: (Move.VALIDATE, Move.RETIRE),
    ModelStatus.VALIDATED: (Move.PROMOTE, Move.CHALLENGE, Move.VALIDATE, Move.RETIRE),
    ModelStatus.CHALLENGER: (Move.PROMOTE, Move.VALIDATE, Move.RETIRE),
    ModelStatus.CHAMPION: (Move.VALIDATE,),
    ModelStatus.RETIRED: (),
}
"""What is offered; the likeliest first."""


def model_context(request: HttpRequest, version: ModelVersion) -> dict[str, Any]:
    """Everything the page needs. Inside the page's own `enter`."""
    known = dossier(
        version.organization_id, version.id, protected=request.user.has_perm(SEES_PROTECTED)
    )
    people = known.people
    asks, answers = request.user.has_perm(ASKS), request.user.has_perm(ANSWERS)
    return {
        "title": model_name(version),
        "version": version,
        "tone": TONES.get(version.status, ""),
        "expired": version.valid_until is not None
        and version.valid_until <= now(version.organization_id),
        "valid_until": day(version.valid_until),
        "registered": moment(version.registered_at),
        "entry": known.entry,
        "owner": known.owner,
        "next_review": day(known.entry.next_review_on) if known.entry else "",
        "figures": _figures(known),
        "features": known.version.card.get("features") or [],
        "asked": [
            request_line(each, people, str(request.user.pk), answers=answers)
            for each in reversed(known.requests)
        ],
        "moves": list(_moves(known)) if asks else [],
        "may_demote": (asks or answers)
        and version.status in (ModelStatus.CHAMPION, ModelStatus.CHALLENGER),
        "may_ask": asks,
        "documents": _documents(request, version, people),
        "kinds": DocumentKind.choices,
        "history": _history(known, people),
        "evidence": evidence_of_version(
            version,
            may_see_protected=request.user.has_perm(SEES_PROTECTED),
            after=after_of(request),
        )
        if request.user.has_perm("scoring.view_modelevidence")
        else None,
    }


def request_line(
    asked: ModelRequest, people: Mapping[str, str], me: str, *, answers: bool
) -> dict[str, Any]:
    """One request as a line; `mine_to_answer`: whether this person's yes or no would count."""
    yes = [asked.first_yes_by, asked.second_yes_by]
    return {
        "request": asked,
        "model": model_name(asked.model_version),
        "move": Move(asked.move).label,
        "status": AnswerStatus(asked.status).label,
        "tone": TONES[asked.status],
        "by": name_of(asked.requested_by_id, people, asked.requested_by_kind),
        "at": moment(asked.requested_at),
        "yes": ", ".join(name_of(each, people) for each in yes if each),
        "no": name_of(asked.refused_by, people),
        "answered": moment(asked.answered_at) if asked.answered_at else "",
        "evidence": sorted(asked.evidence.items()),
        "mine_to_answer": answers
        and asked.status == AnswerStatus.OPEN
        and me not in (asked.requested_by_id, asked.first_yes_by),
    }


def _figures(known: Dossier) -> list[tuple[str, str]]:
    held = known.holdout
    return [
        (words(name).upper() if len(name) < 5 else words(name), written(held[name]))
        for name in SHOWN_FIGURES
        if held.get(name) is not None
    ]


def _moves(known: Dossier) -> Iterator[dict[str, str]]:
    open_now = {each.move for each in known.requests if each.status == AnswerStatus.OPEN}
    for move in NEXT[known.version.status]:
        if move not in open_now:
            url = reverse("admin:scoring_modelversion_ask", args=[known.version.id, move])
            yield {"label": str(move.label), "url": url}


def _documents(
    request: HttpRequest, version: ModelVersion, people: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Newest first; the compliance edition for those who may see it."""
    rows = ModelDocument.objects.filter(
        organization_id=version.organization_id, model_version=version
    )
    if not request.user.has_perm(SEES_PROTECTED):
        rows = rows.exclude(edition=Edition.COMPLIANCE)
    return [
        {
            "document": row,
            "kind": DocumentKind(row.kind).label,
            "edition": Edition(row.edition).label,
            "at": moment(row.made_at),
            "by": name_of(row.made_by_id, people, row.made_by_kind),
        }
        for row in rows.defer("content", "pdf").order_by("-made_at")
    ]


def _history(known: Dossier, people: Mapping[str, str]) -> list[dict[str, str]]:
    """What happened to the model, newest first."""
    told = [
        (known.version.registered_at, _("Registered"), ""),
        *((e.recorded_at, _("Inventory entry %(n)s") % {"n": e.number}, name_of(
            e.recorded_by_id, people, e.recorded_by_kind)) for e in known.entries),
        *(_answered(each, people) for each in known.requests if each.answered_at),
        *(_charged(each) for each in known.championships if each.superseded_at is None),
    ]  # fmt: skip
    return [
        {"at": moment(at), "what": what, "by": by}
        for at, what, by in sorted(told, key=lambda each: each[0], reverse=True)
    ]


def _answered(asked: ModelRequest, people: Mapping[str, str]) -> tuple[Any, str, str]:
    said = f"{Move(asked.move).label}: {AnswerStatus(asked.status).label}"
    people_named = [asked.first_yes_by, asked.second_yes_by, asked.refused_by]
    by = ", ".join(name_of(each, people) for each in people_named if each)
    return asked.answered_at, said, by or name_of(asked.requested_by_id, people,
                                                   asked.requested_by_kind)  # fmt: skip


def _charged(each: Championship) -> tuple[Any, str, str]:
    if each.ended_at is None:
        return each.appointed_at, _("In charge since then"), ""
    return each.appointed_at, _("In charge until %(at)s") % {"at": moment(each.ended_at)}, ""
