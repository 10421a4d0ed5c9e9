"""Drafts of dictionaries: edited row by row, published with a first product, or discarded."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from events.actor import Actor
from events.services import event_record
from ml.dictionary import Dictionary
from ml.profiling import ColumnProfile
from scoring.enums import DraftStatus
from scoring.imports.draft_rows import Documents, draft_row, row_put
from scoring.imports.mapping import mapping_check, mapping_parse
from scoring.imports.proposal import step_of
from scoring.models import DictionaryDraft, DictionaryVersion, Product
from scoring.product_document import product_document
from scoring.selectors.intake import draft_by_id
from scoring.selectors.models import champion_or_none
from scoring.services.dictionaries import dictionary_publish
from scoring.services.drafting import written
from scoring.services.products import product_create, product_publish
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Invalid


def columns_of(draft: DictionaryDraft) -> list[ColumnProfile]:
    """The profiles of the file's columns; none before the file has been read."""
    return [ColumnProfile.of(each) for each in draft.profile.get("columns", ())]


def documents_of(draft: DictionaryDraft) -> Documents:
    return Documents(json.loads(draft.document), json.loads(draft.mapping))


def draft_rows_save(
    *,
    organization_id: UUID,
    actor: Actor,
    draft_id: UUID,
    rows: Mapping[int, Mapping[str, str]],
) -> DictionaryDraft:
    """Save rows of the grid by the column's place in the file; all of them or none.

    Each row's `seen` says what its author saw. Conflict if somebody has changed it since; other
    rows may have changed. Invalid names row and input as `/<place>/<input>`.
    """
    with enter(organization_id):
        draft = _open(organization_id, draft_id)
        before = documents = documents_of(draft)
        columns = columns_of(draft)
        for place, given in sorted(rows.items()):
            documents = _saved(documents, columns, place, given, draft.currency)
        _store(
            draft,
            document=written(documents.dictionary),
            mapping=written(documents.mapping),
            terms=_renamed(draft.terms, before.mapping["columns"], documents.mapping["columns"]),
        )
        _record(draft, actor, "dictionary.draft_edited", rows=len(rows))
    return draft


def _renamed(
    terms: Mapping[str, Any], before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, Any]:
    """The terms, asking with the names their fields have now."""
    now_called = {before[source]: name for source, name in after.items() if source in before}
    return {
        part: {**asked, "field": now_called.get(asked["field"], asked["field"])}
        if part in ("amount", "term") and asked
        else asked
        for part, asked in terms.items()
    }


def _saved(
    documents: Documents,
    columns: list[ColumnProfile],
    place: int,
    given: Mapping[str, str],
    currency: str,
) -> Documents:
    if not 0 <= place < len(columns):
        raise Invalid([FieldError(f"/{place}", "no_row", "the file has no such column")])
    row = draft_row(documents, columns[place])
    if row.fixed:
        raise Conflict("the outcome's row is not edited", code="outcome_fixed")
    if given.get("seen") != row.seen:
        raise Conflict(
            f"{columns[place].source}: somebody has changed this row", code="row_changed"
        )
    try:
        return row_put(documents, columns[place], given, currency)
    except Invalid as error:
        raise Invalid(
            [FieldError(f"/{place}{e.pointer}", e.code, e.message) for e in error.errors]
        ) from error


def draft_terms_save(
    *,
    organization_id: UUID,
    actor: Actor,
    draft_id: UUID,
    revision: int,
    amount_field: str,
    amount_min: Decimal,
    amount_max: Decimal,
    term_field: str = "",
    terms: str = "",
) -> DictionaryDraft:
    """What is lent: the field that asks for the amount, its limits, and the terms in months.

    Conflict if the draft is no longer at that revision.
    """
    with enter(organization_id):
        draft = _open(organization_id, draft_id)
        if draft.revision != revision:
            raise Conflict("somebody has changed the draft", code="draft_changed")
        document = json.loads(draft.document)
        _asked_in_request(document, amount_field, term_field)
        low, high = amount_min, amount_max
        values = _terms(terms) if term_field else []
        given = {
            **draft.terms,
            "amount": {
                "field": amount_field, "min": f"{low:.2f}", "max": f"{high:.2f}",
                "step": f"{step_of(low, high) if high > low else Decimal(1):.2f}",
            },
            "term": {"field": term_field, "values": values} if values else None,
        }  # fmt: skip
        product_document(given, Dictionary.parse(document))
        _store(draft, terms=given, document=written(document))
        _record(draft, actor, "dictionary.draft_edited", rows=0)
    return draft


def _asked_in_request(document: dict[str, Any], amount: str, term: str) -> None:
    """Amount and term are asked for once per application, and must be there."""
    for field in document["fields"]:
        if field["name"] == amount:
            field |= {"type": "money", "scope": "request", "required": True, "missing": "refuse"}
        elif field["name"] == term:
            field |= {"scope": "request", "required": True, "missing": "refuse"}
        elif field["scope"] == "request":
            field["scope"] = "party"


def _terms(text: str) -> list[int]:
    try:
        return sorted({int(each) for each in text.replace(",", " ").replace(";", " ").split()})
    except ValueError:
        message = "give whole months, such as 6 12 24"
        raise Invalid([FieldError("/terms", "not_whole", message)]) from None


def amount_of(text: str) -> Decimal:
    """An amount as typed; Invalid where it is none."""
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        raise Invalid([FieldError("/amount_min", "not_money", "give an amount")]) from None


def draft_publish(
    *, organization_id: UUID, actor: Actor, draft_id: UUID, revision: int
) -> DictionaryVersion:
    """Publish dictionary and product; a broken-off publication may simply be repeated.

    Everything is checked first, so that what is refused leaves nothing behind. Conflict if the
    draft has changed since it was looked at, or the product already has a model in charge: a new
    dictionary would leave it without one.
    """
    with enter(organization_id, read_only=True):
        draft = draft_by_id(organization_id, draft_id)
        _refuse_unready(draft, revision)
        document, columns = json.loads(draft.document), columns_of(draft)
    dictionary = Dictionary.parse(document)
    mapping_check(
        mapping_parse(draft.mapping.encode()), dictionary, [column.source for column in columns]
    )
    product_document(draft.terms, dictionary)
    of: dict[str, Any] = {"organization_id": organization_id, "actor": actor}
    product_create(
        **of, slug=draft.product_slug, names=draft.product_names, currency=draft.currency
    )
    version = dictionary_publish(**of, product_slug=draft.product_slug, document=document)
    product_publish(**of, product_slug=draft.product_slug, document=draft.terms)
    with enter(organization_id):
        draft = _open(organization_id, draft_id)
        if draft.revision != revision:
            raise Conflict("somebody has changed the draft", code="draft_changed")
        _store(draft, status=DraftStatus.PUBLISHED, dictionary_version=version)
        _record(draft, actor, "dictionary.draft_published", dictionary=version.content_hash)
    return version


def _refuse_unready(draft: DictionaryDraft, revision: int) -> None:
    if draft.status != DraftStatus.OPEN or not draft.document:
        raise Conflict("only an open draft that has been read is published", code="draft_state")
    if draft.revision != revision:
        raise Conflict("somebody has changed the draft", code="draft_changed")
    product = Product.objects.filter(
        organization_id=draft.organization_id, slug=draft.product_slug
    ).first()
    moment = now(draft.organization_id)
    if product and champion_or_none(draft.organization_id, product.id, moment):
        message = "the product has a model in charge; give this one another short name"
        raise Conflict(message, code="product_in_charge")


def draft_discard(*, organization_id: UUID, actor: Actor, draft_id: UUID) -> None:
    """Leave a draft be; its file's pieces go, for nobody will read them again."""
    with enter(organization_id):
        draft = _open(organization_id, draft_id, read=False)
        _store(draft, status=DraftStatus.DISCARDED)
        if draft.upload is not None:
            draft.upload.parts.filter(organization_id=organization_id).delete()
        _record(draft, actor, "dictionary.draft_discarded")


def _open(organization_id: UUID, draft_id: UUID, *, read: bool = True) -> DictionaryDraft:
    """The draft, held until the transaction ends, so that saves come one after another.

    `read`: only one whose file has been read.
    """
    DictionaryDraft.objects.select_for_update(of=("self",)).filter(
        organization_id=organization_id, id=draft_id
    ).first()
    draft = draft_by_id(organization_id, draft_id)
    if draft.status != DraftStatus.OPEN or (read and not draft.document):
        raise Conflict("the draft is no longer open", code="draft_state")
    return draft


def _store(draft: DictionaryDraft, **changed: Any) -> None:
    """Compare-and-set on the revision."""
    moment = now(draft.organization_id)
    stored = DictionaryDraft.objects.filter(
        organization_id=draft.organization_id, id=draft.id, revision=draft.revision
    ).update(**changed, revision=draft.revision + 1, changed_at=moment)
    if not stored:
        raise Conflict("somebody has changed the draft", code="draft_changed")
    draft.revision += 1
    for name, value in changed.items():
        setattr(draft, name, value)


def _record(draft: DictionaryDraft, actor: Actor, kind: str, **data: Any) -> None:
    event_record(
        organization_id=draft.organization_id,
        actor=actor,
        type=kind,
        subject=("dictionary_draft", draft.id),
        data={"revision": draft.revision, **data},
    )
