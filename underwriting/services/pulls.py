"""The pulls stage: free knock-outs first, then checks, then the bureau; it suspends and resumes.

Every inquiry is a row before it is asked. Whoever takes the run over finds the rows and goes on;
nothing is held while somebody answers, and nobody sleeps until they may be asked again.
"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from events.actor import SYSTEM
from tenancy.canonical import canonical
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.ids import new_id
from tenancy.vault import salted_hash
from underwriting.connectors.contract import CHECKS, Kind
from underwriting.connectors.settings import ConnectorSettings
from underwriting.enums import Liability, Provenance, PullResult, PullStatus, Stage
from underwriting.models import ConnectorSetting, Consent, FactSet, Party, Pull
from underwriting.selectors.connectors import settings_in_use
from underwriting.selectors.consents import INQUIRY
from underwriting.selectors.reports import report_of
from underwriting.selectors.terms import dictionary as dictionary_by_hash
from underwriting.services.evaluation import Case, case_read, knocked_out
from underwriting.services.inquiries import (
    Asking,
    asking_of,
    facts_of,
    inquire,
    kept,
    pull_event,
)
from underwriting.services.runs import LEASE, Claim, run_renew, run_suspend, stages_record

WAVES: tuple[tuple[Kind, ...], ...] = (CHECKS, (Kind.BUREAU,))
"""The bureau is asked about nobody of whom a check has just said that something is wrong."""


def pulls_stage(*, claim: Claim, case: Case) -> Case | None:
    """The case with what others said of its parties; None while the run waits for them.

    Raises LostLease. A case that is knocked out for free comes back as it is, marked so: nobody
    was asked about anybody.
    """
    if case.pulls is None or case.pulls.settled:
        return case
    if case.promise is None and knocked_out(case):
        return case.at_eligibility()
    for kinds in WAVES:
        for asking in _prepared(claim, case, kinds):
            inquire(claim, asking)
        if _suspended(claim, case, kinds):
            return None
        if _any_hit(case):
            break
    return _finished(claim, case)


def _prepared(claim: Claim, case: Case, kinds: Sequence[Kind]) -> list[Asking]:
    """The rows of these kinds, made where they are missing; those to be asked now."""
    organization_id = case.organization_id
    with enter(organization_id):
        run_renew(organization_id=organization_id, claim=claim, lease=LEASE)
        at = now(organization_id)
        parties = list(
            Party.objects.filter(
                organization_id=organization_id, application_id=case.application_id
            )
            .select_related("customer")
            .order_by("position")
        )
        there = {(pull.party_id, pull.kind) for pull in _pulls(claim, case)}
        for setting in settings_in_use(organization_id, case.rules.product_id).filter(
            kind__in=kinds
        ):
            for party in parties:
                if (party.id, setting.kind) not in there:
                    _pull_new(claim, case, party, setting, at)
        words = dictionary_by_hash(organization_id, case.rules.dictionary_hash)
        due = [pull for pull in _pulls(claim, case) if pull.kind in kinds and _due(pull)]
        return [asking_of(pull, words, at.date().isoformat()) for pull in due]


def _pulls(claim: Claim, case: Case) -> list[Pull]:
    return list(
        Pull.objects.filter(organization_id=case.organization_id, run_id=claim.run_id)
        .select_related("setting", "customer", "party__identity")
        .order_by("party__position", "kind")
    )


def _due(pull: Pull) -> bool:
    return pull.next_at is not None and pull.next_at <= timezone.now()


def _pull_new(claim: Claim, case: Case, party: Party, setting: ConnectorSetting, at: Any) -> None:
    """One inquiry written down: answered at once where an earlier answer is still valid.

    No bureau is asked about somebody who owes nothing, nor without their consent (R14).
    """
    consent = None
    if setting.kind == Kind.BUREAU:
        consent = _consent(case, party)
        if consent is None or party.liability == Liability.NONE:
            return
    pull = Pull(
        id=new_id(),
        organization_id=case.organization_id,
        application_id=case.application_id,
        run_id=claim.run_id,
        party=party,
        customer=party.customer,
        setting=setting,
        consent_id=consent,
        kind=setting.kind,
        inquiry=setting.inquiry,
        purpose=setting.purpose,
        next_at=timezone.now(),
        made_at=at,
        asked_by_kind=SYSTEM.kind,
        asked_by_id=SYSTEM.id,
    )
    earlier = _reusable(pull, at)
    if earlier is not None:
        _repeat(pull, earlier)
    pull.save(force_insert=True)
    if earlier is not None:
        pull_event(pull, {"report": pull.report_hash, "from": str(earlier.id)})


def _consent(case: Case, party: Party) -> UUID | None:
    found: UUID | None = (
        Consent.objects.filter(
            organization_id=case.organization_id, party=party, text__purpose=INQUIRY
        )
        .values_list("id", flat=True)
        .first()
    )
    return found


def _reusable(pull: Pull, at: Any) -> Pull | None:
    """The newest answer about the same customer that says the same of the same question.

    Hits are asked anew, and so is whatever an alert was on.
    """
    return (
        Pull.objects.filter(
            organization_id=pull.organization_id,
            customer=pull.customer,
            kind=pull.kind,
            inquiry=pull.inquiry,
            purpose=pull.purpose,
            setting__content_hash=pull.setting.content_hash,
            status=PullStatus.ANSWERED,
            valid_until__gt=at,
            alerts=[],
        )
        .exclude(result__in=[PullResult.HIT, PullResult.FROZEN])
        .select_related("customer")
        .order_by("-answered_at")
        .first()
    )


def _repeat(pull: Pull, earlier: Pull) -> None:
    """Sealed anew for its own row, so that each application keeps what it rested on."""
    key, salt = bytes(pull.customer.wrapped_key or b""), bytes(pull.customer.salt or b"")
    report = report_of(earlier)
    if report is None:
        raise LookupError("an answered inquiry has its report")
    columns = kept(pull, report, key=key, salt=salt, at=pull.made_at)
    columns |= {"answered_at": earlier.answered_at, "valid_until": earlier.valid_until}
    for name, value in columns.items():
        setattr(pull, name, value)
    pull.reused_from = earlier.id


def _suspended(claim: Claim, case: Case, kinds: Sequence[Kind]) -> bool:
    """Whether somebody is to be asked again later: then the run waits, in nobody's hands."""
    with enter(case.organization_id):
        asked = [pull for pull in _pulls(claim, case) if pull.kind in kinds]
        times = [pull.next_at for pull in asked if pull.next_at is not None]
        if not times:
            return False
        # A time that has passed meanwhile is a time at once: the sweep finds it.
        run_suspend(organization_id=case.organization_id, claim=claim, until=min(times))
        return True


def _any_hit(case: Case) -> bool:
    with enter(case.organization_id, read_only=True):
        return Pull.objects.filter(
            organization_id=case.organization_id,
            application_id=case.application_id,
            result=PullResult.HIT,
        ).exists()


def _finished(claim: Claim, case: Case) -> Case:
    """Bureau facts become fact sets, the stage is over, and the case is read anew."""
    organization_id = case.organization_id
    with enter(organization_id):
        run_renew(organization_id=organization_id, claim=claim, lease=LEASE)
        pulls = _pulls(claim, case)
        for pull in pulls:
            if pull.kind == Kind.BUREAU and pull.status == PullStatus.ANSWERED:
                _facts_append(pull, now(organization_id))
        made = [{"pull": str(pull.id), "kind": pull.kind} for pull in pulls]
        stages_record(
            organization_id=organization_id, claim=claim, results={Stage.PULLS: {"pulls": made}}
        )
        return case_read(organization_id, case.application_id)


def _facts_append(pull: Pull, at: Any) -> None:
    """What the bureau said, beside what was declared: a new set that names what it adds."""
    report, salt = report_of(pull), bytes(pull.customer.salt or b"")
    settings = ConnectorSettings.parse(pull.setting.document)
    facts = facts_of(report, settings) if report else {}
    if not facts:
        return
    before = FactSet.objects.get(
        organization_id=pull.organization_id, party=pull.party, superseded_by__isnull=True
    )
    said = {
        name: {"provenance": Provenance.BUREAU.value, "as_of": str(at.date()), "pull": str(pull.id)}
        for name in facts
    }
    document = canonical({**json.loads(before.document or "{}"), **facts})
    FactSet(
        organization_id=pull.organization_id,
        application_id=pull.application_id,
        party=pull.party,
        number=before.number + 1,
        supersedes=before,
        dictionary_hash=before.dictionary_hash,
        document=document.decode(),
        content_hash=f"hmac-sha256:{salted_hash(salt, document).hex()}",
        provenance=before.provenance,
        provenance_by_field=canonical({**json.loads(before.provenance_by_field), **said}).decode(),
        as_of=before.as_of,
        recorded_at=at,
        changed=sorted(facts),
    ).save(force_insert=True)
