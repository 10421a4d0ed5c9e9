"""Scores without an application: made as columns, recorded with what they were for, forgotten."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from events.actor import SYSTEM, Actor
from events.services import event_record
from ml.columns import Frame
from ml.dictionary import Dictionary
from ml.guard import guard_in
from ml.model import Model, ScoreColumns
from ml.reasons import principal_reasons
from scoring.enums import ModelStatus, ScorePurpose
from scoring.models import ModelVersion, Product, Score, ScoreCall
from scoring.models.score import MOST_ROWS
from scoring.selectors.models import champion, model_version_by_id
from scoring.selectors.products import product_by_slug
from scoring.services.score_facts import FactsReader, RowRead, ScoreRow
from scoring.services.serving import model_loaded
from tenancy.canonical import canonical, content_hash
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from tenancy.ids import new_id
from tenancy.vault import new_salt, salted_hash

__all__ = ["ScoreRow", "Scored", "score_facts_empty", "scores_erase", "scores_make"]

MOST_REASONS = 4
MOST_ERRORS = 1_000
"""More than these are not named; a row with any is refused all the same."""
FACTS_KEPT = timedelta(days=183)
"""What a score came from is kept for six months (R22), then emptied; the score stays."""
DECIDES_CREDIT = frozenset(
    {
        "account_review", "adverse_action", "application", "approval", "credit", "credit_decision",
        "decision", "decline", "limit_change", "limit_increase", "line_increase", "loan",
        "marketing", "origination", "preapproval", "prequalification", "prescreen", "pricing",
        "underwriting",
    }
)  # fmt: skip
"""Words for what settles somebody's credit: told apart, so that the answer can say where to go."""
Doubts = Sequence[tuple[bool | None, bool | None, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Scored:
    """What became of the rows: scores in their order, and what was wrong with the others."""

    call: ScoreCall
    scores: tuple[Score, ...]
    refused: int
    errors: tuple[FieldError, ...]
    dictionary: Dictionary


@dataclass(frozen=True, slots=True)
class _Scorer:
    product: Product
    version: ModelVersion
    dictionary: Dictionary
    model: Model
    at: datetime


def scores_make(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    purpose: str,
    rows: Sequence[ScoreRow],
    language: str,
    partner_id: UUID | None = None,
    model_version_id: UUID | None = None,
    keep: Callable[[Scored], None] | None = None,
) -> Scored:
    """Score 1 to 1,000 rows at once, with the model in charge or, for the lender, another.

    Rows that do not hold are named and left out; Invalid where none is left, where the purpose
    settles credit (`decides_credit`) or is not known, and for too many rows. NotFound for a
    product or a model that is not there, Conflict for a model that has retired. `keep` stores
    what a caller wants to be there with the scores or not at all, in their transaction.
    """
    _check(purpose, rows)
    scorer = _scorer(organization_id, product_slug, model_version_id, partner_id)
    reader = FactsReader(scorer.dictionary, scorer.model.features, scorer.at.date())
    read = [reader.row(position, row, language) for position, row in enumerate(rows)]
    good = [row for row in read if isinstance(row, RowRead)]
    errors = [error for row in read if isinstance(row, list) for error in row][:MOST_ERRORS]
    if not good:
        raise Invalid(errors)
    call = _call(scorer, actor, purpose, partner_id, len(good))
    scores = tuple(_scores(scorer, call, good, reader.frame(good)))
    done = Scored(call, scores, len(rows) - len(good), tuple(errors), scorer.dictionary)
    with enter(organization_id):
        call.save(force_insert=True)
        Score.objects.bulk_create(scores)
        if keep is not None:
            keep(done)
        _record(call, actor, scores, done.refused)
    return done


def scores_erase(
    *,
    organization_id: UUID,
    actor: Actor,
    reference: str,
    partner_id: UUID | None = None,
    forget: Callable[[Collection[UUID]], None] | None = None,
) -> int:
    """Destroy the facts behind every score that came under the caller's word for somebody.

    How many there were. The scores stay, and are nobody's any more. `forget` destroys what else
    is kept of these calls, in the same transaction.
    """
    with enter(organization_id):
        rows = Score.objects.filter(organization_id=organization_id, reference=reference)
        if partner_id is not None:
            rows = rows.filter(call__partner_id=partner_id)
        calls = dict(rows.order_by("id").values_list("id", "call_id"))
        found = list(calls)
        if forget is not None:
            forget(set(calls.values()))
        Score.objects.filter(organization_id=organization_id, id__in=found).update(
            facts=None, salt=None, reference=None
        )
        if found:
            event_record(
                organization_id=organization_id,
                actor=actor,
                type="scores.erased",
                subject=("score", found[0]),
                data={"scores": len(found)},
            )
    return len(found)


def score_facts_empty(*, organization_id: UUID, call_id: UUID) -> bool:
    """Empty the facts of a call whose time is over; False where it is not, or they are gone."""
    with enter(organization_id):
        at = now(organization_id)
        due = ScoreCall.objects.filter(
            organization_id=organization_id,
            id=call_id,
            emptied_at__isnull=True,
            facts_until__lte=at,
        )
        if not due.update(emptied_at=at):
            return False
        emptied = Score.objects.filter(
            organization_id=organization_id, call_id=call_id, facts__isnull=False
        ).update(facts=None, salt=None)
        event_record(
            organization_id=organization_id,
            actor=SYSTEM,
            type="scores.emptied",
            subject=("score_call", call_id),
            data={"scores": emptied},
        )
    return True


def _check(purpose: str, rows: Sequence[ScoreRow]) -> None:
    if purpose in DECIDES_CREDIT:
        words = (
            "A score that settles somebody's credit is an application: send it to"
            " /v1/applications, or to /v1/prequalifications for an indication."
        )
        raise Invalid([FieldError("/purpose", "decides_credit", words)])
    if purpose not in ScorePurpose.values:
        words = f"Say what the scores are for: {', '.join(ScorePurpose.values)}."
        raise Invalid([FieldError("/purpose", "purpose_unknown", words)])
    if not 1 <= len(rows) <= MOST_ROWS:
        words = f"One call scores 1 to {MOST_ROWS:,} rows; a batch takes any number."
        raise Invalid([FieldError("/rows", "range", words)])


def _scorer(
    organization_id: UUID, slug: str, model_version_id: UUID | None, partner_id: UUID | None
) -> _Scorer:
    with enter(organization_id, read_only=True):
        at = now(organization_id)
        product = product_by_slug(organization_id, slug)
        version = champion(organization_id, product.id, at)
        if model_version_id not in (None, version.id):
            version = _named(organization_id, product, model_version_id, partner_id)
        document = version.dictionary_version.document
        model = model_loaded(organization_id, version.artifact_hash)
        return _Scorer(product, version, Dictionary.parse(document), model, at)


def _named(
    organization_id: UUID, product: Product, wanted: UUID | None, partner_id: UUID | None
) -> ModelVersion:
    """A model of the product that is not in charge: the lender's own systems may ask it."""
    if partner_id is not None:
        raise Forbidden("a partner's key scores with the model in charge", code="champion_only")
    if wanted is None:
        raise NotFound("no such model")
    version = model_version_by_id(organization_id, wanted)
    if version.product_id != product.id:
        raise NotFound("no such model of this product")
    if version.status == ModelStatus.RETIRED:
        raise Conflict("this model has retired", code="model_retired")
    return version


def _call(
    scorer: _Scorer, actor: Actor, purpose: str, partner_id: UUID | None, rows: int
) -> ScoreCall:
    return ScoreCall(
        id=new_id(),
        organization_id=scorer.product.organization_id,
        product=scorer.product,
        model_version=scorer.version,
        partner_id=partner_id,
        purpose=purpose,
        model_hash=scorer.version.artifact_hash,
        dictionary_hash=scorer.dictionary.content_hash,
        rows=rows,
        made_at=scorer.at,
        made_by_kind=actor.kind,
        made_by_id=actor.id,
        facts_until=scorer.at + FACTS_KEPT,
    )


def _scores(
    scorer: _Scorer, call: ScoreCall, rows: Sequence[RowRead], frame: Frame
) -> Iterator[Score]:
    scored = scorer.model.score_columns(frame)
    doubts = _doubts(scorer.model, frame, scored)
    for index, row in enumerate(rows):
        score = scored.row(index)
        uncertain, outside, odd = doubts[index]
        salt = new_salt()
        yield Score(
            id=new_id(),
            organization_id=call.organization_id,
            call=call,
            position=row.position,
            reference=row.reference,
            points=score.points,
            pd_ppm=score.pd_ppm,
            uncertain=uncertain,
            outside_domain=outside,
            said=canonical(_said(scorer.dictionary, score.contributions, odd)).decode(),
            facts=row.text.decode(),
            facts_hash=f"hmac-sha256:{salted_hash(salt, row.text).hex()}",
            salt=salt,
        )


def _said(
    dictionary: Dictionary, contributions: Sequence[tuple[str, int]], odd: Sequence[str]
) -> Mapping[str, Any]:
    """Contributions from what cost most to what brought most, reasons as a decision ranks them."""
    reasons = principal_reasons(dictionary, [contributions], MOST_REASONS)
    ranked = sorted(contributions, key=lambda pair: (pair[1], pair[0]))
    return {
        "contributions": [list(pair) for pair in ranked],
        "reasons": [
            {"code": each.code, "field": each.field, "points": each.points} for each in reasons
        ],
        "outside": list(odd),
    }


def _doubts(model: Model, frame: Frame, scored: ScoreColumns) -> Doubts:
    """What the model's guard says of each row; nothing of any where it has none."""
    guard = guard_in(model)
    if guard is None:
        return [(None, None, ())] * frame.rows
    found = guard.columns(frame, scored.points)
    pairs = zip(found.uncertain.tolist(), found.outside_domain.tolist(), strict=True)
    return [
        (uncertain, outside, guard.odd_fields(frame.row(index)) if outside else ())
        for index, (uncertain, outside) in enumerate(pairs)
    ]


def _record(call: ScoreCall, actor: Actor, scores: Sequence[Score], refused: int) -> None:
    """Who scored how many with which model, and what for; the digest fixes what was answered."""
    told = [[score.position, score.facts_hash, score.points, score.pd_ppm] for score in scores]
    event_record(
        organization_id=call.organization_id,
        actor=actor,
        type="scores.made",
        subject=("score_call", call.id),
        data={
            "product": str(call.product_id),
            "model": call.model_hash,
            "dictionary": call.dictionary_hash,
            "purpose": call.purpose,
            "scores": len(scores),
            "refused": refused,
            "digest": content_hash(canonical(told)),
        },
    )
