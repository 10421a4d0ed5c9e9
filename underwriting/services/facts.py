"""Facts that come later: a party finishes a draft, or corrects what a referral rests on.

Each addition is a new fact set that supersedes the one before and says what changed. A finished
draft is submitted; a corrected referral is decided anew as a second submission, unless a person
already looks at it, or was asked for: then they see it, and nobody decides over their head.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from events.actor import Actor
from events.services import event_record
from tenancy.canonical import canonical
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, FieldError, NotFound
from tenancy.tasks import enqueue
from tenancy.vault import salted_hash
from underwriting.enums import ApplicationStatus, Provenance, ReviewCause, ReviewStatus
from underwriting.models import (
    Application,
    Consent,
    ConsentText,
    DecisionRun,
    FactSet,
    Party,
    Review,
)
from underwriting.retention import retained
from underwriting.selectors.customers import identity_of
from underwriting.selectors.terms import ProductTerms, product_terms
from underwriting.services.marks import marks_store
from underwriting.services.races import again_while_met
from underwriting.services.runs import run_new
from underwriting.services.statuses import status_change
from underwriting.services.submissions import consents_known, consents_published, consents_store
from underwriting.services.supersession import review_dropped
from underwriting.submission import (
    OF_AGE,
    Submission,
    SubmittedParty,
    submission_begun,
    submission_read,
)

DECIDE = "underwriting.tasks.application_decide"
Agreed = dict[str, str]
UNFINISHED = (ApplicationStatus.DRAFT, ApplicationStatus.INCOMPLETE)


@dataclass(frozen=True, slots=True)
class Addition:
    """What one party, by position, says now: new or corrected facts, consents given.

    `hands_in` is said by applicants themselves: from then on the lender has received it.
    """

    position: int
    facts: Mapping[str, Any]
    consents: Sequence[Mapping[str, str]] = ()
    provenance: str = Provenance.DECLARED
    hands_in: bool = False
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What became of it: fields that changed, what is missing, whether it is decided (anew)."""

    application_id: UUID
    changed: tuple[str, ...]
    missing: tuple[FieldError, ...]
    submitted: bool


@dataclass(frozen=True, slots=True)
class _PartySoFar:
    row: Party
    identity: Mapping[str, Any]
    facts: FactSet
    said: Mapping[str, Any]
    consents: tuple[Agreed, ...]


@dataclass(frozen=True, slots=True)
class _SoFar:
    """An application with what everybody said until now."""

    application: Application
    product: ProductTerms
    parties: tuple[_PartySoFar, ...]

    @property
    def unfinished(self) -> bool:
        return self.application.status in UNFINISHED


def facts_add(
    *, organization_id: UUID, actor: Actor, application_id: UUID, addition: Addition
) -> Added:
    """Take what a party adds. Raises Invalid with everything wrong, NotFound, or Conflict:
    `status` where it is too late or too early, `application_erased` once somebody is erased."""
    return again_while_met(lambda: _add(organization_id, actor, application_id, addition))


def facts_missing(organization_id: UUID, application_id: UUID) -> list[FieldError] | None:
    """What nobody has said of a draft yet; None where nobody can, because somebody was erased.
    Inside the caller's `enter`."""
    try:
        return list(_read(_so_far(organization_id, application_id), None)[1])
    except Conflict:
        return None


def _add(organization_id: UUID, actor: Actor, application_id: UUID, addition: Addition) -> Added:
    with enter(organization_id, read_only=True):
        so_far = _so_far(organization_id, application_id)
        texts = consents_published(organization_id, [{"consents": list(addition.consents)}])
        there = _texts_there(organization_id, application_id)
    if addition.position >= len(so_far.parties):
        raise NotFound("no such party")
    submission, missing = _read(so_far, addition)
    agreed = consents_known(submission, {**there, **texts})
    changed = _changed(so_far.parties[addition.position], submission.parties[addition.position])
    with enter(organization_id):
        at = now(organization_id)
        _locked(so_far.application)
        _fact_set_store(so_far, submission, addition, changed, at)
        _consents_store(so_far, actor, addition.position, agreed, at)
        run = _moved_on(so_far, submission, addition, len(missing), at)
        _event(so_far, actor, addition, changed, len(missing), run)
    return Added(application_id, changed, tuple(missing), run is not None)


def _so_far(organization_id: UUID, application_id: UUID) -> _SoFar:
    application = (
        Application.objects.filter(organization_id=organization_id, id=application_id)
        .select_related("product")
        .first()
    )
    if application is None:
        raise NotFound("no such application")
    if application.status not in (*UNFINISHED, ApplicationStatus.REFERRED):
        raise Conflict(f"an application that is {application.status} takes no facts", code="status")
    product = product_terms(
        organization_id, application.product.slug, version_id=application.product_version_id
    )
    sets = (
        FactSet.objects.filter(
            organization_id=organization_id,
            application_id=application_id,
            superseded_by__isnull=True,
        )
        .select_related("party", "party__customer")
        .order_by("party__position")
    )
    given = _consents_given(organization_id, application_id)
    parties = tuple(_party_so_far(product, row, given.get(row.party_id, ())) for row in sets)
    return _SoFar(application, product, parties)


def _party_so_far(product: ProductTerms, facts: FactSet, consents: Sequence[Agreed]) -> _PartySoFar:
    identity = identity_of(facts.party)
    if identity is None or facts.document is None:
        raise Conflict("somebody in it was erased", code="application_erased")
    known = json.loads(facts.document)
    return _PartySoFar(facts.party, identity, facts, _asked(product, known), tuple(consents))


def _asked(product: ProductTerms, known: Mapping[str, Any]) -> dict[str, Any]:
    """What a party can say themselves: not what is derived, nor what others said of them."""
    fields = product.terms.dictionary.decision_fields("party")
    names = {each.name for each in fields if each.known == "application"} - {OF_AGE}
    return {name: value for name, value in known.items() if name in names}


def _consents_given(
    organization_id: UUID, application_id: UUID
) -> dict[UUID, list[dict[str, str]]]:
    given: dict[UUID, list[dict[str, str]]] = {}
    rows = Consent.objects.filter(
        organization_id=organization_id, application_id=application_id
    ).values_list("party_id", "text__purpose", "text__content_hash")
    for party_id, purpose, digest in rows:
        given.setdefault(party_id, []).append({"purpose": purpose, "text_hash": digest})
    return given


def _texts_there(organization_id: UUID, application_id: UUID) -> dict[tuple[str, str], ConsentText]:
    rows = ConsentText.objects.filter(
        organization_id=organization_id, consents__application_id=application_id
    ).defer("body")
    return {(row.purpose, row.content_hash): row for row in rows}


def _read(so_far: _SoFar, addition: Addition | None) -> tuple[Submission, Sequence[FieldError]]:
    """Everybody's facts read as a submission is, under the terms that the application is for.

    What a draft lacks is told; a referral lacks nothing.
    """
    application = so_far.application
    asked: dict[str, Any] = {
        "request": json.loads(application.request or "{}"),
        "parties": [_said(each, index, addition) for index, each in enumerate(so_far.parties)],
        "language": application.language,
    }
    if so_far.unfinished:
        return submission_begun(so_far.product.terms, **asked)
    return submission_read(so_far.product.terms, **asked), ()


def _said(party: _PartySoFar, index: int, addition: Addition | None) -> dict[str, Any]:
    own = addition is not None and addition.position == index
    facts = {**party.said, **addition.facts} if addition and own else party.said
    more = tuple(addition.consents) if addition and own else ()
    return {
        "identity": party.identity,
        "facts": {name: value for name, value in facts.items() if value is not None},
        "consents": [*party.consents, *more],
        "role": party.row.role,
        "liability": party.row.liability,
    }


def _changed(before: _PartySoFar, after: SubmittedParty) -> tuple[str, ...]:
    names = {*before.said, *after.facts} - {OF_AGE}
    return tuple(sorted(n for n in names if before.said.get(n) != after.facts.get(n)))


def _locked(seen: Application) -> None:
    """The application, locked; Conflict where it went on meanwhile."""
    rows = Application.objects.select_for_update().filter(
        organization_id=seen.organization_id, id=seen.id
    )
    status = rows.values_list("status", flat=True).first()
    if status != seen.status:
        raise Conflict(f"an application that is {status} takes no facts", code="status")


def _fact_set_store(
    so_far: _SoFar,
    submission: Submission,
    addition: Addition,
    changed: tuple[str, ...],
    at: datetime,
) -> None:
    """A new set where something changed; what others said of the party stays in it."""
    if not changed:
        return
    party = so_far.parties[addition.position]
    before = party.facts
    known = json.loads(before.document or "{}")
    others = {n: v for n, v in known.items() if n not in party.said and n != OF_AGE}
    document = canonical({**others, **submission.parties[addition.position].facts})
    salt = bytes(party.row.customer.salt or b"")
    FactSet(
        organization_id=before.organization_id,
        application_id=before.application_id,
        party_id=before.party_id,
        number=before.number + 1,
        supersedes=before,
        dictionary_hash=so_far.product.dictionary_hash,
        document=document.decode(),
        content_hash=f"hmac-sha256:{salted_hash(salt, document).hex()}",
        provenance=before.provenance,
        provenance_by_field=_provenance(before, addition, changed),
        as_of=at.date(),
        recorded_at=at,
        changed=list(changed),
    ).save(force_insert=True)


def _provenance(before: FactSet, addition: Addition, changed: Sequence[str]) -> str:
    """Where each field is from, where that differs from the set's own."""
    fields = json.loads(before.provenance_by_field)
    fields = {name: where for name, where in fields.items() if name not in changed}
    if addition.provenance != before.provenance:
        fields |= {name: {"provenance": str(addition.provenance)} for name in changed}
    return canonical(fields).decode()


def _consents_store(
    so_far: _SoFar,
    actor: Actor,
    position: int,
    agreed: Sequence[Sequence[ConsentText]],
    at: datetime,
) -> None:
    party = so_far.parties[position]
    there = {each["text_hash"] for each in party.consents}
    new = [text for text in agreed[position] if text.content_hash not in there]
    consents_store(so_far.application, actor, [party.row], [new], at=at)


def _moved_on(
    so_far: _SoFar, submission: Submission, addition: Addition, missing: int, at: datetime
) -> DecisionRun | None:
    """Submit what is finished, decide a corrected referral anew; the run, if there is one."""
    application = so_far.application
    if not so_far.unfinished:
        return _decided_anew(so_far, at)
    if not missing:
        return _submitted(so_far, submission, addition, at)
    if addition.hands_in and application.status == ApplicationStatus.DRAFT:
        status_change(
            organization_id=application.organization_id,
            application_id=application.id,
            to=ApplicationStatus.INCOMPLETE,
            received_at=at,
        )
    return None


def _submitted(
    so_far: _SoFar, submission: Submission, addition: Addition, at: datetime
) -> DecisionRun:
    application, product = so_far.application, so_far.product
    status_change(
        organization_id=application.organization_id,
        application_id=application.id,
        to=ApplicationStatus.SUBMITTED,
        received_at=application.received_at or at,
        completed_at=at,
        retention_until=retained(at, product.retention_months),
    )
    said = [(party.identity, party.facts) for party in submission.parties]
    run = _run(application, submission=1)
    marks_store(application, [party.row for party in so_far.parties], said, addition.device)
    return run


def _decided_anew(so_far: _SoFar, at: datetime) -> DecisionRun | None:
    """None where a person has it in hand, or was asked for by the applicant."""
    of = {
        "organization_id": so_far.application.organization_id,
        "application_id": so_far.application.id,
    }
    review = Review.objects.filter(**of, settled_at__isnull=True).first()
    if review is None or (review.cause, review.status) != (ReviewCause.REFERRAL, ReviewStatus.OPEN):
        return None
    review_dropped(**of, at=at)
    status_change(**of, to=ApplicationStatus.SUBMITTED)
    last = DecisionRun.objects.filter(**of).latest("submission")
    return _run(so_far.application, submission=last.submission + 1)


def _run(application: Application, *, submission: int) -> DecisionRun:
    run, _ = run_new(
        organization_id=application.organization_id,
        application_id=application.id,
        holder=None,
        submission=submission,
    )
    run.save(force_insert=True)
    enqueue(DECIDE, organization_id=application.organization_id, run_id=run.id)
    return run


def _event(
    so_far: _SoFar,
    actor: Actor,
    addition: Addition,
    changed: Sequence[str],
    missing: int,
    run: DecisionRun | None,
) -> None:
    """One event: a draft's last facts submit it, all others are facts added."""
    application = so_far.application
    submits = run is not None and so_far.unfinished
    told: dict[str, Any] = {
        "party": str(so_far.parties[addition.position].row.id),
        "changed": list(changed),
        "provenance": str(addition.provenance),
        "missing": missing,
        "run": str(run.id) if run else None,
    }
    if submits:
        told |= {"door": application.door, "request": application.submission_hash}
        told |= {"partner": str(application.partner_id) if application.partner_id else None}
    event_record(
        organization_id=application.organization_id,
        actor=actor,
        type="application.submitted" if submits else "application.facts_added",
        subject=("application", application.id),
        data=told,
    )
