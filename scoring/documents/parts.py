"""The parts of a model card and of a validation pack, and what each of them needs to be whole.

What a validator must find is SR 26-2 (inventory, validation, monitoring, documents from which a
third party can rebuild the model) and Mitchell et al., "Model Cards for Model Reporting" (2019).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy
from django_stubs_ext import StrOrPromise

from scoring.documents.account import (
    assumptions,
    change_log,
    data,
    evidence_of,
    identity,
    limits,
    method,
    monitoring,
    performance,
    purpose,
    reasons,
)
from scoring.documents.structure import Block, Section, text
from scoring.enums import DocumentKind, Edition, EvidenceKind
from scoring.selectors.dossiers import Dossier

Build = Callable[[Dossier], Sequence[Block]]
Needs = Callable[[Dossier], bool]


def always(_: Dossier) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Part:
    """`needs` says whether what it is written from is there; `on_card`: short enough for a card.

    A part `from_outcomes` has nothing to say of points set by hand before the first outcome, and
    says so; a part `for_compliance` is written in that edition alone.
    """

    title: StrOrPromise
    build: Build
    needs: Needs = always
    on_card: bool = False
    from_outcomes: bool = False
    for_compliance: bool = False


def kept(kind: EvidenceKind) -> Needs:
    return lambda dossier: kind in dossier.hashes


def part_of(
    kind: EvidenceKind, title: StrOrPromise, *, needed: bool = True, compliance: bool = False
) -> Part:
    return Part(
        title,
        evidence_of(kind),
        kept(kind) if needed else always,
        from_outcomes=True,
        for_compliance=compliance,
    )


def inventoried(dossier: Dossier) -> bool:
    return dossier.entry is not None


def _says(name: str) -> Needs:
    return lambda dossier: dossier.entry is not None and bool(getattr(dossier.entry, name).strip())


PARTS: Sequence[Part] = (
    Part(gettext_lazy("What it is"), identity, on_card=True),
    Part(gettext_lazy("Purpose and owner"), purpose, inventoried, on_card=True),
    Part(
        gettext_lazy("Data"),
        data,
        lambda dossier: dossier.dataset is not None,
        on_card=True,
        from_outcomes=True,
    ),
    Part(gettext_lazy("Method"), method, on_card=True),
    Part(gettext_lazy("Assumptions"), assumptions, _says("assumptions")),
    Part(
        gettext_lazy("Performance"),
        performance,
        lambda dossier: bool(dossier.holdout),
        on_card=True,
        from_outcomes=True,
    ),
    part_of(EvidenceKind.CALIBRATION, gettext_lazy("Calibration")),
    part_of(EvidenceKind.STABILITY, gettext_lazy("Stability")),
    part_of(EvidenceKind.FAIRNESS, gettext_lazy("Fairness"), compliance=True),
    Part(
        gettext_lazy("Reasons"),
        reasons,
        lambda dossier: dossier.by_hand or EvidenceKind.REASONS in dossier.hashes,
    ),
    part_of(EvidenceKind.CONFORMAL, gettext_lazy("Uncertainty"), needed=False),
    part_of(EvidenceKind.PROFIT, gettext_lazy("Profit"), needed=False),
    part_of(EvidenceKind.REJECT_INFERENCE, gettext_lazy("Reject inference"), needed=False),
    Part(gettext_lazy("Limits"), limits, inventoried, on_card=True),
    Part(gettext_lazy("Monitoring plan"), monitoring, _says("monitoring_plan"), on_card=True),
    Part(gettext_lazy("Change log"), change_log, on_card=True),
)


def parts_of(kind: DocumentKind) -> list[Part]:
    return [part for part in PARTS if kind == DocumentKind.PACK or part.on_card]


def missing(dossier: Dossier, kind: DocumentKind) -> list[str]:
    """The titles of the parts that cannot be written; empty where the document may be made.

    What protects people is needed in every edition, though only compliance reads it.
    """
    return [
        str(part.title)
        for part in parts_of(kind)
        if not (dossier.by_hand and part.from_outcomes) and not part.needs(dossier)
    ]


def sections(dossier: Dossier, kind: DocumentKind, edition: Edition) -> tuple[Section, ...]:
    return tuple(
        Section(str(part.title), tuple(_blocks(part, dossier, edition))) for part in parts_of(kind)
    )


def _blocks(part: Part, dossier: Dossier, edition: Edition) -> Sequence[Block]:
    if dossier.by_hand and part.from_outcomes:
        return [
            text(
                gettext(
                    "Points set by hand, before any loan of the lender's own had an outcome:"
                    " there is nothing to measure yet. This model is to be measured as soon as"
                    " outcomes arrive."
                )
            )
        ]
    if part.for_compliance and edition != Edition.COMPLIANCE:
        return [text(gettext("This part stands in the compliance edition."))]
    return part.build(dossier)
