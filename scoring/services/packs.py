"""Making a model card or a validation pack: whole, or not at all."""

from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext, override

from events.actor import Actor
from events.services import event_record
from scoring.document_hash import document_hash
from scoring.documents.parts import missing, sections
from scoring.documents.printed import pdf_of
from scoring.documents.structure import Paper
from scoring.enums import DocumentKind, Edition
from scoring.models import ModelDocument
from scoring.selectors.dossiers import Dossier, dossier
from tenancy.canonical import content_hash
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import FieldError, Invalid


def document_make(
    *,
    organization_id: UUID,
    actor: Actor,
    model_version_id: UUID,
    kind: DocumentKind,
    edition: Edition,
) -> ModelDocument:
    """Write the document from all that is kept, and keep it; the same content is kept once.

    Invalid names every part that cannot be written. Who may have the compliance edition, the
    door asks. Drawn between two transactions: typesetting is no database's business.
    """
    with enter(organization_id, read_only=True):
        known = dossier(organization_id, model_version_id, protected=edition == Edition.COMPLIANCE)
        _refuse_incomplete(known, kind)
        content = _paper(known, kind, edition).document()
    named = document_hash(content)
    pdf = pdf_of(content, named)
    with enter(organization_id):
        return _kept(known, actor, kind, edition, content, pdf)


def card_written(known: Dossier, language: str) -> tuple[dict[str, Any], str]:
    """The general card as it would be made now, with its hash; nothing is stored. In `enter`.

    Invalid names every part that cannot be written.
    """
    with override(language):
        _refuse_incomplete(known, DocumentKind.CARD)
        content = _paper(known, DocumentKind.CARD, Edition.GENERAL).document()
    return content, document_hash(content)


def _kept(
    known: Dossier,
    actor: Actor,
    kind: DocumentKind,
    edition: Edition,
    content: dict[str, Any],
    pdf: bytes,
) -> ModelDocument:
    version = known.version
    document, made = ModelDocument.objects.get_or_create(
        organization_id=version.organization_id,
        model_version=version,
        content_hash=document_hash(content),
        defaults={
            "kind": kind,
            "edition": edition,
            "content": content,
            "pdf": pdf,
            "pdf_hash": content_hash(pdf),
            "made_at": now(version.organization_id),
            "made_by_kind": actor.kind,
            "made_by_id": actor.id,
        },
    )
    if made:
        event_record(
            organization_id=version.organization_id,
            actor=actor,
            type="model.documented",
            subject=("model", version.id),
            data={"kind": kind, "edition": edition, "content": document.content_hash},
        )
    return document


def _refuse_incomplete(known: Dossier, kind: DocumentKind) -> None:
    lacking = missing(known, kind)
    if lacking:
        raise Invalid(
            [
                FieldError("/parts", "missing", gettext("Missing: %(part)s") % {"part": part})
                for part in lacking
            ]
        )


def _paper(known: Dossier, kind: DocumentKind, edition: Edition) -> Paper:
    version = known.version
    names = version.product.names
    language = (get_language() or "en").partition("-")[0]
    return Paper(
        title=f"{kind.label}: {names.get(language) or version.product.slug} {version.number}",
        subtitle=f"{known.organization} · {edition.label}",
        language=language,
        facts=(
            (gettext("Model"), f"{version.number} ({version.family})"),
            (gettext("Content hash of the model"), version.artifact_hash),
        ),
        sections=sections(known, kind, edition),
    )
