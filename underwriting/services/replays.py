"""Replay: every decision computed again from what it pinned, and compared byte for byte."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connection

from tenancy.canonical import canonical, content_hash
from tenancy.enter import enter
from underwriting.decisioning.pinned import Hashes
from underwriting.decisioning.plan import plan_of
from underwriting.decisioning.replay import DOCUMENT, INPUTS, Parts, Replayed, Status, replay
from underwriting.enums import UNCOMPUTED, DecisionKind, HoldCode, Outcome
from underwriting.models import Decision, Party
from underwriting.services.evaluation import keyed_hash
from underwriting.services.overrules import PINS, hashes_of_decision, priced
from underwriting.services.personas import as_persona
from underwriting.services.plans import stored_body
from underwriting.verdicts import (
    HOLD,
    PERSONA,
    PROMISE,
    Verdict,
    held,
    noted,
    overruled,
    uncomputed,
)

AT_ONCE = 500
MOST_NAMED = 100
Stretch = tuple[UUID | None, UUID | None]
"""Ids behind the first, up to the second and that one too; None: no end on that side."""
WHOLE: Stretch = (None, None)

_CUTS = """
SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY id) FROM (
    SELECT id FROM underwriting_decision WHERE organization_id = %s ORDER BY id LIMIT %s
) AS looked_at
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """A decision that did not come out the same, and what explains it."""

    decision_id: UUID
    status: str
    explained_by: tuple[str, ...]


@dataclass(slots=True)
class ReplayReport:
    """What became of all decisions looked at; `findings` are the first that failed."""

    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def replayed(self) -> int:
        return self.counts.total()

    @property
    def failed(self) -> int:
        return self.counts["different"] + self.counts["altered"]

    def add(self, decision_id: UUID, found: Replayed) -> None:
        self.counts[found.status] += 1
        if found.status in ("different", "altered") and len(self.findings) < MOST_NAMED:
            self.findings.append(Finding(decision_id, found.status, found.explained_by))

    def merge(self, other: "ReplayReport") -> None:
        self.counts.update(other.counts)
        self.findings += other.findings[: MOST_NAMED - len(self.findings)]


def decisions_replay(
    *,
    organization_id: UUID,
    limit: int | None = None,
    stretch: Stretch = WHOLE,
    told: Callable[[ReplayReport], None] = lambda _: None,
) -> ReplayReport:
    """Compute an organization's decisions again, oldest first; nothing is written.

    `stretch` are the ids to look at, so that processes can share the work. Reads in chunks, each
    in a transaction of its own; `told` what is known after each.
    """
    report = ReplayReport()
    parts = Parts(lru_cache(maxsize=512)(partial(_pinned, organization_id)))
    for chunk in _chunks(organization_id, limit, stretch):
        for decision, chain, salt in _with_history(organization_id, chunk):
            report.add(decision.id, decision_replay(decision, chain, salt, parts))
        told(report)
    return report


def stretches(organization_id: UUID, parts: int, limit: int | None = None) -> list[Stretch]:
    """The first `limit` decisions cut into so many stretches of about equal length."""
    with enter(organization_id, read_only=True), connection.cursor() as cursor:
        cursor.execute(_CUTS, [[n / parts for n in range(1, parts + 1)], organization_id, limit])
        [cuts] = cursor.fetchone()
    return list(pairwise([None, *cuts])) if cuts else []


def decisions_count(organization_id: UUID, limit: int | None = None) -> int:
    """How many decisions there are to look at, for a progress line."""
    with enter(organization_id, read_only=True):
        return Decision.objects.filter(organization_id=organization_id)[:limit].count()


def decision_replay(
    decision: Decision, chain: list[Decision], salt: bytes | None, parts: Parts
) -> Replayed:
    """One decision: `chain` are the decisions before it, oldest first. Pure but for `parts`."""
    hashes = hashes_of_decision(decision)
    stored = decision.document.encode()
    if decision.inputs is None or salt is None:
        return _computed(decision, hashes, parts, inputs=None) if hashes else _erased()
    body = decision.inputs.encode()
    intact = keyed_hash(salt, body) == decision.inputs_hash
    inputs = json.loads(body) if intact else {}
    code = inputs.pop(HOLD, None)
    note = inputs.pop(PROMISE, None)
    persona = inputs.pop(PERSONA, None)
    if hashes is None or code in UNCOMPUTED:
        found = _uncomputed(decision, code, intact=intact)
    else:
        found = _computed(decision, hashes, parts, inputs=canonical(inputs), inputs_intact=intact)
    if found.document is None or found.status == "altered":
        return found
    document = noted(json.loads(found.document), note)
    if code is not None and code not in UNCOMPUTED and hashes is not None:
        document = held(document, HoldCode(code))
    if persona is not None and hashes is not None:
        plan = plan_of(hashes, parts.body)
        document = as_persona(plan, document, inputs, Outcome(persona))
    again = canonical(_judged(document, [*chain, decision], hashes, inputs, parts))
    status: Status = "identical" if again == stored else "different"
    return Replayed(status, found.explained_by, again)


def _computed(
    decision: Decision, hashes: Hashes, parts: Parts, *, inputs: bytes | None, **seen: bool
) -> Replayed:
    """What the plan makes of the inputs; the caller compares, after holds and verdicts."""
    return replay(
        hashes=hashes,
        parts=parts,
        inputs=inputs,
        document=decision.document.encode(),
        document_hash=decision.document_hash,
        **seen,
    )


def _uncomputed(decision: Decision, code: str | None, *, intact: bool) -> Replayed:
    """A decision that no plan made: held from the start."""
    whole = content_hash(decision.document.encode()) == decision.document_hash
    altered = [name for name, good in ((INPUTS, intact), (DOCUMENT, whole)) if not good]
    if altered:
        return Replayed("altered", tuple(altered))
    pins = {name: getattr(decision, f"{name}_hash") for name in PINS}
    document = uncomputed(HoldCode(code or HoldCode.DECIDING_FAILED), pins)
    return Replayed("different", (), canonical(document))


def _judged(
    document: dict[str, Any],
    steps: list[Decision],
    hashes: Hashes | None,
    inputs: dict[str, Any],
    parts: Parts,
) -> dict[str, Any]:
    """What people made of the document, verdict by verdict."""
    verdicts = [Verdict.parse(step.verdict) for step in steps if step.verdict is not None]
    if not verdicts:
        return document
    plan = plan_of(hashes, parts.body) if hashes else None
    for verdict in verdicts:
        offer = priced(plan, document, verdict, inputs) if plan else None
        document = overruled(document, verdict, offer)
    return document


def _erased() -> Replayed:
    return Replayed("erased")


def _pinned(organization_id: UUID, kind: str, wanted: str) -> bytes | None:
    with enter(organization_id, read_only=True):
        return stored_body(organization_id, kind, wanted)


def _chunks(organization_id: UUID, limit: int | None, stretch: Stretch) -> Iterator[list[Decision]]:
    """Decisions in the order of their ids: a later chunk begins behind the last."""
    after, until = stretch
    left = limit
    while left is None or left > 0:
        rows = Decision.objects.filter(organization_id=organization_id).order_by("id")
        if after is not None:
            rows = rows.filter(id__gt=after)
        if until is not None:
            rows = rows.filter(id__lte=until)
        with enter(organization_id, read_only=True):
            chunk = list(rows[: min(AT_ONCE, left or AT_ONCE)])
        if not chunk:
            return
        yield chunk
        after = chunk[-1].id
        left = None if left is None else left - len(chunk)


def _with_history(
    organization_id: UUID, decisions: list[Decision]
) -> Iterator[tuple[Decision, list[Decision], bytes | None]]:
    """Each decision with those before it and the salt its inputs are fingerprinted with: None
    when somebody in it was erased, whether or not the law still keeps the facts."""
    applications = {decision.application_id for decision in decisions}
    reviewed = {d.application_id for d in decisions if d.kind == DecisionKind.REVIEW}
    with enter(organization_id, read_only=True):
        salts = dict(
            Party.objects.filter(
                organization_id=organization_id, application_id__in=applications, position=0
            ).values_list("application_id", "customer__salt")
        )
        erased = set(
            Party.objects.filter(
                organization_id=organization_id,
                application_id__in=applications,
                customer__erased_at__isnull=False,
            ).values_list("application_id", flat=True)
        )
        earlier = list(
            Decision.objects.filter(
                organization_id=organization_id, application_id__in=reviewed
            ).order_by("number")
        )
    for decision in decisions:
        chain = [
            step
            for step in earlier
            if step.application_id == decision.application_id and step.number < decision.number
        ]
        salt = None if decision.application_id in erased else salts.get(decision.application_id)
        yield decision, chain, None if salt is None else bytes(salt)
