"""What each part says, from the dossier. Figures as they were stored, no new arithmetic."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext

from ml.dictionary import Dictionary
from scoring.charts import Chart, Series
from scoring.documents.evidence import evidence_blocks, words
from scoring.documents.evidence_parts import evidence_parts
from scoring.documents.structure import Block, chart, facts, table, text
from scoring.enums import AnswerStatus, EvidenceKind, Move, Tier
from scoring.models import InventoryEntry, ModelRequest
from scoring.selectors.dossiers import Dossier
from scoring.selectors.people import name_of

PART_OF = {EvidenceKind.CONFORMAL: "uncertainty"}
ASKED_FIRST = ("auc", "auc_low", "auc_high", "gini", "ks", "pr_auc", "brier", "log_loss", "ece")


def identity(dossier: Dossier) -> Sequence[Block]:
    version = dossier.version
    rows: list[tuple[object, object]] = [
        (gettext("Product"), version.product.slug),
        (gettext("Version"), version.number),
        (gettext("Family"), version.family),
        (gettext("State"), version.get_status_display()),
        (gettext("Valid until"), _day(version.valid_until)),
        (gettext("Registered"), _day(version.registered_at)),
        (gettext("Content hash of the model"), version.artifact_hash),
        (gettext("Data dictionary"), version.dictionary_version.content_hash),
        (gettext("Fingerprint of the data"), version.dataset_fingerprint),
    ]
    return [facts(rows)]


def purpose(dossier: Dossier) -> Sequence[Block]:
    entry = _entry(dossier)
    return [
        text(entry.purpose),
        facts(
            [
                (gettext("Owner"), dossier.owner),
                (gettext("Tier"), Tier(entry.tier).label),
                (gettext("Depends on"), entry.dependencies),
                (gettext("Next review"), _day(entry.next_review_on)),
            ]
        ),
    ]


def data(dossier: Dossier) -> Sequence[Block]:
    dataset = dossier.dataset
    if dataset is None:
        return []
    counted = facts(
        [
            (gettext("Source"), dataset.source),
            (gettext("Applied from"), _day(dataset.applied_from)),
            (gettext("Applied until"), _day(dataset.applied_to)),
            (gettext("As known at"), _day(dataset.as_of)),
            (gettext("Rows"), dataset.rows),
            (gettext("Good"), dataset.goods),
            (gettext("Bad"), dataset.bads),
            (gettext("Indeterminate"), dataset.indeterminates),
            (gettext("Too young to say"), dataset.censored),
            (gettext("Left out"), dataset.excluded),
            (gettext("Fingerprint"), dataset.fingerprint),
        ]
    )
    left_out = [str(each) for each in dataset.exclusions]
    blocks = [counted, *(text(each) for each in left_out)]
    for kind, document in dossier.dataset_evidence.items():
        blocks += evidence_blocks(document, words(kind))
    return blocks


def method(dossier: Dossier) -> Sequence[Block]:
    if dossier.run is None:
        return [
            text(gettext("Points set by hand; every one of them stands below.")),
            *_model(dossier),
        ]
    settings = {name: value for name, value in dossier.run.settings.items() if value is not None}
    split = (dossier.run.comparison or {}).get("split") or {}
    return [
        *evidence_blocks(settings, gettext("Settings of the training")),
        *evidence_blocks(split, gettext("How the loans were split")),
        facts(dossier.trials.items(), gettext("Trials of the tuning")),
        *_model(dossier),
    ]


def assumptions(dossier: Dossier) -> Sequence[Block]:
    return [text(_entry(dossier).assumptions)]


def performance(dossier: Dossier) -> Sequence[Block]:
    held = dossier.holdout
    first = [(words(name), held[name]) for name in ASKED_FIRST if held.get(name) is not None]
    rest = {name: value for name, value in held.items() if name not in ASKED_FIRST}
    shown = {name: value for name, value in rest.items() if isinstance(value, int | float)}
    return [
        facts(first, gettext("On loans held out from training")),
        *evidence_blocks(shown),
        *_compared(dossier),
    ]


def reasons(dossier: Dossier) -> Sequence[Block]:
    """The texts an applicant may be given, and what was measured of them."""
    dictionary = Dictionary.parse(dossier.version.dictionary_version.document)
    used = set(dossier.version.card.get("features") or [])
    catalogue = [
        (code, texts.get("en") or next(iter(texts.values()), ""))
        for code, texts in sorted(dictionary.reasons().items())
    ]
    columns = (gettext("Code"), gettext("Text"))
    blocks = [
        text(gettext("Inputs: %(names)s.") % {"names": ", ".join(sorted(used))}),
        table(gettext("Reasons of the dictionary"), columns, catalogue),
    ]
    return [*blocks, *evidence_of(EvidenceKind.REASONS)(dossier)]


def limits(dossier: Dossier) -> Sequence[Block]:
    return [text(_entry(dossier).limits)]


def monitoring(dossier: Dossier) -> Sequence[Block]:
    return [text(_entry(dossier).monitoring_plan)]


def change_log(dossier: Dossier) -> Sequence[Block]:
    """Every request with its answers, every time in charge as it was known, every entry."""
    asked = table(
        gettext("Requests"),
        (
            gettext("Move"),
            gettext("Asked"),
            gettext("Asked by"),
            gettext("State"),
            gettext("Answered"),
            gettext("Answered by"),
            gettext("Reason"),
        ),
        [
            (
                Move(request.move).label,
                _day(request.requested_at),
                name_of(request.requested_by_id, dossier.people, request.requested_by_kind),
                AnswerStatus(request.status).label,
                _day(request.answered_at),
                _answerers(request, dossier.people),
                request.reason,
            )
            for request in dossier.requests
        ],
    )
    charge = table(
        gettext("In charge"),
        (gettext("From"), gettext("Until"), gettext("Known since"), gettext("Held true until")),
        [
            (_time(each.appointed_at), _time(each.ended_at), _time(each.recorded_at),
             _time(each.superseded_at))
            for each in dossier.championships
        ],
    )  # fmt: skip
    entries = table(
        gettext("Inventory"),
        (gettext("Number"), gettext("Recorded"), gettext("Tier")),
        [(entry.number, _day(entry.recorded_at), entry.tier) for entry in dossier.entries],
    )
    hashes = facts(sorted(dossier.hashes.items()), gettext("Evidence kept, by content hash"))
    return [asked, charge, entries, hashes]


def _answerers(request: ModelRequest, people: Mapping[str, str]) -> str:
    named = (request.first_yes_by, request.second_yes_by, request.refused_by)
    return ", ".join(name_of(each, people) for each in named if each)


def evidence_of(kind: EvidenceKind) -> Callable[[Dossier], Sequence[Block]]:
    """The part that a kind of evidence fills, as its page shows it: figures and charts."""

    def build(dossier: Dossier) -> Sequence[Block]:
        name = PART_OF.get(kind, kind)
        protected = kind == EvidenceKind.FAIRNESS
        parts = evidence_parts(dossier.version, dossier.evidence, may_see_protected=protected)
        part = next(each for each in parts if each.name == name)
        if part.empty:
            return [text(part.empty)]
        return [facts(part.figures), *(chart(each) for each in part.charts)]

    return build


def _compared(dossier: Dossier) -> Sequence[Block]:
    """The candidates of the same training, on the same held-out loans."""
    comparison: Mapping[str, Any] = (dossier.run.comparison if dossier.run else None) or {}
    rows = [each for each in comparison.get("evaluations", []) if each.get("auc") is not None]
    if len(rows) < 2:
        return []
    drawn = Chart(
        kind="interval",
        title=gettext("Candidates of the same training"),
        summary=gettext("Area under the curve of each candidate, with its 95 % interval."),
        labels=tuple(each["family"] for each in rows),
        series=(
            Series(
                name="AUC",
                values=tuple(each["auc"] for each in rows),
                low=tuple(each.get("auc_low") for each in rows),
                high=tuple(each.get("auc_high") for each in rows),
            ),
        ),
        x_title=gettext("Family"),
        y_title="AUC",
        horizontal=True,
    )
    return [chart(drawn), *_recommended(comparison)]


def _recommended(comparison: Mapping[str, Any]) -> Sequence[Block]:
    said = (comparison.get("words") or {}).get("en")
    return [text(said)] if said else []


def _model(dossier: Dossier) -> Sequence[Block]:
    """What the model is made of, as far as a page holds it: the whole is the artifact."""
    described = dossier.version.card.get("model") or {}
    return evidence_blocks(json.loads(json.dumps(described)), gettext("The model"))


def _entry(dossier: Dossier) -> InventoryEntry:
    if dossier.entry is None:
        raise ValueError("the model stands in no inventory")
    return dossier.entry


def _day(moment: Any) -> str:
    return date_format(moment, "j M Y") if moment else ""


def _time(moment: Any) -> str:
    return date_format(moment, "j M Y, H:i:s") if moment else ""
