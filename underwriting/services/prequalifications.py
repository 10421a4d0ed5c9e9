"""Prequalifications: what somebody could expect, without an application and without a hard pull."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from events.actor import SYSTEM, Actor
from events.services import event_record
from tenancy.canonical import canonical, content_hash
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.ids import new_id
from tenancy.tasks import enqueue
from tenancy.vault import new_salt, new_wrapped_key
from underwriting.connectors.contract import Kind
from underwriting.enums import MarkKind, PrequalificationStatus
from underwriting.marks import party_marks
from underwriting.models import ConsentText, Prequalification, PrequalificationPull
from underwriting.personas import persona_of
from underwriting.regulation import pack
from underwriting.selectors.consents import purposes_of
from underwriting.selectors.lookups import Answers, lookups_declared, lookups_foreseen
from underwriting.selectors.prequalifications import ProductRules, product_rules
from underwriting.services.evaluation import keyed_hash
from underwriting.services.prequalification_facts import Foreseen, foreseen
from underwriting.services.prequalification_pulls import (
    Inquired,
    identities_seal,
    pulls_prepare,
    pulls_stage,
)
from underwriting.services.repeats import (
    IdempotencyKey,
    content_bytes,
    fingerprint,
    key_store,
)
from underwriting.services.submissions import consents_known, consents_published
from underwriting.submission import Submission, submission_read

SUBJECT = "prequalification"
MADE = "prequalification.made"
MAKE = "underwriting.tasks.prequalification_make"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was handed in, read."""

    rules: ProductRules
    submission: Submission
    consents: Sequence[Sequence[ConsentText]]
    lookups: Answers | None
    persona: str | None

    @property
    def parties(self) -> list[dict[str, Any]]:
        return [
            {
                "role": party.role.value,
                "liability": party.liability.value,
                "facts": dict(party.facts),
            }
            for party in self.submission.parties
        ]

    @property
    def agreed(self) -> list[dict[str, Any]]:
        """Who agreed to which words."""
        return [
            {"party": position, "purpose": text.purpose, "text_hash": text.content_hash}
            for position, agreed in enumerate(self.consents)
            for text in agreed
        ]

    @property
    def text(self) -> str:
        """What is evaluated later, where somebody is asked first."""
        said = {
            "request": dict(self.submission.request),
            "parties": self.parties,
            "lookups": None if self.lookups is None else dict(self.lookups),
            "persona": self.persona,
        }
        return canonical(said).decode()


def prequalification_ask(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    request: Mapping[str, Any],
    parties: Sequence[Mapping[str, Any]],
    language: str,
    partner_id: UUID | None = None,
    metadata: Mapping[str, str] | None = None,
    idempotency: IdempotencyKey | None = None,
) -> Prequalification:
    """Take what an application would say, and say what it could expect.

    Made at once; where the lender's bureau is asked softly a worker goes on (`pending`). Nothing of
    it counts: no exposure, no velocity, no cooling-off. Identity yields whether somebody is of age
    and is kept only while an inquiry needs it. Raises Invalid with every wrong field, NotFound.
    """
    asked = _read(organization_id, product_slug, request, parties, language)
    body = content_bytes([product_slug, request, parties, language])
    found = None
    if asked.rules.bureau is None:
        found = foreseen(
            organization_id,
            asked.rules,
            request=asked.submission.request,
            parties=asked.parties,
            lookups=asked.lookups,
            persona=asked.persona,
        )
    with enter(organization_id):
        row = _row(organization_id, asked, actor, body)
        row.partner_id, row.metadata = partner_id, dict(metadata or {})
        _store(row, asked, found)
        at = row.asked_at
        key_store(organization_id, idempotency, subject=(SUBJECT, row.id), at=at)
        _record(row, actor, "prequalification.asked" if found is None else MADE)
    return row


def prequalification_make(*, organization_id: UUID, prequalification_id: UUID) -> bool:
    """Go on with a pending one: ask whom there is to ask, then say what it came to.

    False while somebody is to be asked again, or where it is made already. Repeating it is
    harmless: an inquiry keeps its id, and what is said is said once, by compare-and-set.
    """
    inquired = pulls_stage(organization_id, prequalification_id)
    if inquired is None:
        return False
    with enter(organization_id, read_only=True):
        row = Prequalification.objects.select_related("product").get(
            organization_id=organization_id, id=prequalification_id
        )
        rules = product_rules(organization_id, row.product.slug)
    said = json.loads(row.said or "{}")
    found = foreseen(
        organization_id,
        rules,
        request=said["request"],
        parties=_with_reports(said["parties"], inquired),
        lookups=said["lookups"],
        hold=inquired.hold,
        persona=said["persona"],
    )
    return _finish(row, rules, found)


def prequalification_empty(*, organization_id: UUID, prequalification_id: UUID) -> bool:
    """Empty the facts of one whose time is over; False where it is not, or they are gone."""
    with enter(organization_id):
        at = now(organization_id)
        emptied = Prequalification.objects.filter(
            organization_id=organization_id,
            id=prequalification_id,
            status=PrequalificationStatus.MADE,
            emptied_at__isnull=True,
            facts_until__lte=at,
        ).update(emptied_at=at, said=None, sealed=None, wrapped_key=None, salt=None, inputs=None)
        if not emptied:
            return False
        PrequalificationPull.objects.filter(
            organization_id=organization_id, prequalification_id=prequalification_id
        ).update(sealed=None)
        event_record(
            organization_id=organization_id,
            actor=SYSTEM,
            type="prequalification.emptied",
            subject=(SUBJECT, prequalification_id),
            data={},
        )
    return True


def _read(
    organization_id: UUID,
    product_slug: str,
    request: Mapping[str, Any],
    parties: Sequence[Mapping[str, Any]],
    language: str,
) -> _Asked:
    with enter(organization_id, read_only=True):
        rules = product_rules(organization_id, product_slug)
        texts = consents_published(organization_id, parties)
        declared = lookups_declared(organization_id, rules.policy_hash)
    law = pack(rules.pack_id).consents
    asks = () if rules.bureau is None else (Kind.BUREAU.value,)
    terms = replace(rules.terms.terms, purposes=purposes_of(law, asks))
    submission = submission_read(terms, request=request, parties=parties, language=language)
    consents = consents_known(submission, texts)
    lookups = None
    if declared:
        facts = [submission.request, *(party.facts for party in submission.parties)]
        with enter(organization_id, read_only=True):
            lookups = lookups_foreseen(
                organization_id=organization_id,
                asked=declared,
                facts=facts,
                marks=_marks(submission),
                at=rules.terms.at,
            )
    persona = persona_of(rules.mode, submission.parties[0].identity)
    return _Asked(rules, submission, consents, lookups, persona.value if persona else None)


def _marks(submission: Submission) -> list[tuple[MarkKind, str]]:
    """What these people come with, for lists to know; none of it is kept."""
    return [
        mark for party in submission.parties for mark in party_marks(party.identity, party.facts)
    ]


def _store(row: Prequalification, asked: _Asked, found: Foreseen | None) -> None:
    """Made at once, or pending with its inquiries written down. Inside the caller's `enter`."""
    if found is not None:
        _made(row, asked.rules, found)
        row.save(force_insert=True)
        return
    identities_seal(row, [party.identity for party in asked.submission.parties])
    row.save(force_insert=True)
    pulls_prepare(row, asked.rules.bureau, asked.consents, asked.parties)
    enqueue(MAKE, organization_id=row.organization_id, prequalification_id=row.id)


def _row(organization_id: UUID, asked: _Asked, actor: Actor, body: bytes) -> Prequalification:
    """A pending one. Inside the caller's `enter`."""
    terms, submission = asked.rules.terms, asked.submission
    until = terms.at + timedelta(days=pack(asked.rules.pack_id).offer_valid_days)
    return Prequalification(
        id=new_id(),
        organization_id=organization_id,
        product_id=terms.product_id,
        product_version_id=terms.product_version_id,
        status=PrequalificationStatus.PENDING,
        language=submission.language,
        amount=submission.amount_minor,
        term_months=submission.term_months,
        currency=terms.currency,
        submission_hash=fingerprint(organization_id, "prequalification", body),
        consents=asked.agreed,
        said=asked.text,
        wrapped_key=new_wrapped_key(organization_id),
        salt=new_salt(),
        asked_by_kind=actor.kind,
        asked_by_id=actor.id,
        asked_at=terms.at,
        expires_at=until,
        facts_until=until,
    )


def _made(row: Prequalification, rules: ProductRules, found: Foreseen) -> None:
    """Set what it came to, on a row that is not stored yet."""
    at = now(row.organization_id)
    for name, value in _columns(row, rules, found, at).items():
        setattr(row, name, value)
    row.wrapped_key = None


def _finish(row: Prequalification, rules: ProductRules, found: Foreseen) -> bool:
    """Say it, once; whoever comes second finds nothing pending."""
    organization_id = row.organization_id
    with enter(organization_id):
        columns = _columns(row, rules, found, now(organization_id))
        made = Prequalification.objects.filter(
            organization_id=organization_id, id=row.id, status=PrequalificationStatus.PENDING
        ).update(**columns)
        if not made:
            return False
        for name, value in columns.items():
            setattr(row, name, value)
        _record(row, SYSTEM)
    return True


def _columns(
    row: Prequalification, rules: ProductRules, found: Foreseen, at: datetime
) -> dict[str, Any]:
    """What is stored of a made one. What was handed in lies in its inputs by now, and whoever it
    is about in nothing."""
    stored = found.columns(rules, row.asked_at, at)
    return {
        **stored,
        "status": PrequalificationStatus.MADE,
        "document_hash": content_hash(stored["document"].encode()),
        "inputs": found.inputs.decode(),
        "inputs_hash": keyed_hash(bytes(row.salt or b""), found.inputs),
        "said": None,
        "sealed": None,
    }


def _with_reports(parties: Sequence[Mapping[str, Any]], inquired: Inquired) -> list[dict[str, Any]]:
    """Each party's facts with what the bureau said of them."""
    return [
        {**party, "facts": {**party["facts"], **inquired.facts.get(position, {})}}
        for position, party in enumerate(parties)
    ]


def _record(row: Prequalification, actor: Actor, kind: str = MADE) -> None:
    event_record(
        organization_id=row.organization_id,
        actor=actor,
        type=kind,
        subject=(SUBJECT, row.id),
        data={
            "product": str(row.product_id),
            "partner": str(row.partner_id) if row.partner_id else None,
            "outcome": row.outcome,
            "document": row.document_hash,
        },
    )
