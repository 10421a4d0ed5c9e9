"""The case file: everything the application page shows, in the reader's words.

Call inside `enter`; nothing here writes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from ml.dictionary import Dictionary
from tenancy.clock import now
from tenancy.ids import public_id
from underwriting.decisioning.doubts import PartyDoubts
from underwriting.decisioning.inputs import InputsRefused
from underwriting.decisioning.plan import plan_of
from underwriting.desk.affordability import AffordabilityShown, affordability_shown
from underwriting.desk.answers import (
    Answer,
    PartyCase,
    TableRow,
    answer_rows,
    answers_of,
    derived_answers,
    party_case,
)
from underwriting.desk.checks import ChecksShown, checks_shown
from underwriting.desk.history import (
    DecisionLine,
    Happening,
    decision_lines,
    happenings,
    offer_words,
)
from underwriting.desk.ledger import (
    ConditionLine,
    ConsentLine,
    DutyLine,
    condition_line,
    consent_lines,
    duty_line,
    model_words,
    pin_lines,
)
from underwriting.desk.people import colleagues
from underwriting.desk.rules import PolicyWords
from underwriting.desk.trace import TraceSet, trace_sets
from underwriting.desk.waterfall import Effect, Waterfall, waterfall
from underwriting.desk.words import (
    ago,
    answer,
    day,
    label,
    language,
    money,
    months,
    percent,
    product_name,
)
from underwriting.enums import ApplicationStatus, Door
from underwriting.models import Application, Decision, PolicyVersion
from underwriting.policy.document import Policy
from underwriting.selectors.applications import ApplicationDetail, application_detail
from underwriting.selectors.explanations import likelihood_words
from underwriting.selectors.paths import PathShown, path_shown
from underwriting.selectors.reasons import ReasonText, reason_texts
from underwriting.selectors.terms import dictionary as dictionary_by_hash
from underwriting.services.overrules import hashes_of_decision
from underwriting.services.plans import stored_body
from underwriting.verdicts import computed_from, shown_trace


@dataclass(frozen=True, slots=True)
class PartyScore:
    """One party's way to their points."""

    name: str
    points: int
    pd: str
    chart: Waterfall
    doubts: tuple[str, ...] = ()
    """What the model itself says against relying on this score."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What one look at an application needs, formatted; ids as outsiders see them."""

    detail: ApplicationDetail
    public_id: str
    status_words: str
    asked: str
    amount: str
    received: str
    door: str
    product: str
    request: Sequence[Answer]
    computed: Sequence[Answer]
    parties: Sequence[PartyCase]
    rows: Sequence[TableRow]
    likelihood: str
    pd: str
    reasons: Sequence[ReasonText]
    scores: Sequence[PartyScore]
    trace: Sequence[TraceSet]
    decisions: Sequence[DecisionLine]
    offer: str
    conditions: Sequence[ConditionLine]
    duties: Sequence[DutyLine]
    consents: Sequence[ConsentLine]
    events: Sequence[Happening]
    pins: Sequence[tuple[str, str, str]]
    model: str
    waited: str
    digits: int
    names: Mapping[str, str]
    path: PathShown | None
    affordability: AffordabilityShown | None
    checks: ChecksShown | None

    @property
    def application(self) -> Application:
        return self.detail.application

    @property
    def decision(self) -> Decision | None:
        return self.detail.decision


def case_file(
    organization_id: UUID, application_id: UUID, *, identities: bool, fraud: bool = False
) -> CaseFile | None:
    """None for an application that is not this lender's. `fraud`: what checks found is shown."""
    detail = application_detail(organization_id=organization_id, application_id=application_id)
    if detail is None:
        return None
    application, decision = detail.application, detail.decision
    digits, currency = application.product.minor_units, application.currency
    dictionary = _dictionary(application, decision)
    names, at = colleagues(organization_id), now(organization_id)
    document = _document(decision, fraud=fraud)
    facts, doubts = _facts(decision)
    parties = [
        party_case(dictionary, each, currency, identities=identities) for each in detail.parties
    ]
    computed = derived_answers(
        dictionary, facts.get("application", {}), currency, frozenset({"request", "application"})
    )
    policy = _policy(decision)
    return CaseFile(
        detail=detail,
        public_id=public_id("app", application.id),
        status_words=str(ApplicationStatus(application.status).label),
        asked=_asked(application, digits),
        amount=money(application.amount, currency, digits),
        received=day(application.received_at),
        door=_door(application),
        product=product_name(application.product),
        request=answers_of(dictionary, "request", detail.request, currency),
        computed=computed,
        parties=parties,
        rows=answer_rows(parties),
        likelihood=likelihood_words(document.get("pd_ppm"), language()),
        pd=percent(document.get("pd_ppm"), 1),
        reasons=reason_texts(decision, language()) if decision else [],
        scores=_scores(document, parties, dictionary, facts, currency, doubts),
        trace=trace_sets(document, PolicyWords(policy, dictionary, currency)) if document else [],
        decisions=decision_lines(application, names, digits),
        offer=offer_words(detail.offer, digits) if detail.offer else "",
        conditions=[condition_line(each) for each in detail.conditions],
        duties=[duty_line(each, at) for each in detail.duties],
        consents=consent_lines(application, parties),
        events=happenings(application, names),
        pins=pin_lines(decision),
        model=model_words(application, decision),
        waited=ago(application.received_at or application.created_at, at),
        digits=digits,
        names=names,
        path=path_shown(decision, language(), lambda entry, value: answer(entry, value, currency)),
        affordability=affordability_shown(facts.get("affordability"), currency, digits),
        checks=checks_shown(
            organization_id, application_id, decision, _by_position(parties), fraud=fraud
        ),
    )


def _asked(application: Application, digits: int) -> str:
    amount = money(application.amount, application.currency, digits)
    term = application.term_months
    return f"{amount} · {months(term)}" if term else amount


def _document(decision: Decision | None, *, fraud: bool) -> Mapping[str, Any]:
    """The decision document as its reader may see it."""
    if decision is None:
        return {}
    data = decision.document_data
    return data if fraud else {**data, "trace": shown_trace(data)}


def _by_position(parties: Sequence[PartyCase]) -> dict[int, str]:
    return {party.position: party.name for party in parties}


def _door(application: Application) -> str:
    door = str(Door(application.door).label)
    return f"{door} · {application.partner.name}" if application.partner else door


def _dictionary(application: Application, decision: Decision | None) -> Dictionary:
    """The one that decided; before any decision the product version's own."""
    found = (
        decision.dictionary_hash
        if decision
        else application.product_version.dictionary_version.content_hash
    )
    return dictionary_by_hash(application.organization_id, found)


def _policy(decision: Decision | None) -> Policy | None:
    if decision is None or decision.policy_hash is None:
        return None
    text = PolicyVersion.objects.filter(
        organization_id=decision.organization_id, content_hash=decision.policy_hash
    ).values_list("document", flat=True)
    return Policy.parse(text[0]) if text else None


def _facts(decision: Decision | None) -> tuple[Mapping[str, Any], Sequence[PartyDoubts]]:
    """What the rules saw, and what the model doubts about each party; nothing once erased, or
    where nothing could be computed."""
    if decision is None or decision.inputs is None:
        return {}, ()
    hashes = hashes_of_decision(decision)
    if hashes is None:
        return {}, ()
    plan = plan_of(hashes, partial(_body, decision.organization_id))
    inputs = computed_from(json.loads(decision.inputs))
    try:
        return plan.facts(inputs), plan.doubts(inputs)
    except InputsRefused:
        return {}, ()  # held before it was evaluated: there is nothing the rules saw


def _body(organization_id: UUID, kind: str, wanted: str) -> bytes:
    return stored_body(organization_id, kind, wanted) or b""


def _scores(
    document: Mapping[str, Any],
    parties: Sequence[PartyCase],
    dictionary: Dictionary,
    facts: Mapping[str, Any],
    currency: str,
    doubts: Sequence[PartyDoubts],
) -> list[PartyScore]:
    """A waterfall per scored party, with the answers that moved it."""
    shared = facts.get("application", {})
    of_parties = facts.get("parties", [])
    found = []
    for position, scored in enumerate(document.get("parties", [])):
        if scored["points"] is None:
            continue
        own = of_parties[position] if position < len(of_parties) else {}
        values = {**shared, **own}
        effects = [
            _effect(dictionary, name, points, values, currency)
            for name, points in scored["contributions"]
        ]
        labels = (gettext("Reference"), gettext("All others"), gettext("Points"))
        found.append(
            PartyScore(
                name=parties[position].name if position < len(parties) else scored["role"],
                points=scored["points"],
                pd=percent(scored["pd_ppm"], 1),
                chart=waterfall(scored["points"], effects, labels),
                doubts=_doubts(doubts, position, dictionary),
            )
        )
    return found


def _doubts(
    doubts: Sequence[PartyDoubts], position: int, dictionary: Dictionary
) -> tuple[str, ...]:
    return doubt_words(doubts[position], dictionary) if position < len(doubts) else ()


def doubt_words(found: PartyDoubts, dictionary: Dictionary) -> tuple[str, ...]:
    """Sentences for the person who decides; none where the model has no doubts."""
    said = []
    if found.uncertain:
        said.append(gettext("The score cannot tell good from bad: it lies where both are usual."))
    if found.outside_domain:
        odd = ", ".join(label(dictionary, name) for name in found.fields)
        said.append(
            gettext("Unlike the loans the model learnt from: %(fields)s.") % {"fields": odd}
            if odd
            else gettext("Unlike the loans the model learnt from: these answers together.")
        )
    return tuple(said)


def _effect(
    dictionary: Dictionary, name: str, points: int, values: Mapping[str, Any], currency: str
) -> Effect:
    said = answer(dictionary.entries.get(name), values.get(name), currency) if values else ""
    return Effect(name, label(dictionary, name), said, points)
