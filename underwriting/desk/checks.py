"""Bureau and checks in the case file: what others were asked and said. Call inside `enter`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from underwriting.connectors.reports import Alert, BureauReport, CheckReport, Score
from underwriting.connectors.settings import ConnectorSettings
from underwriting.desk.words import day, moment
from underwriting.enums import HitCause, HitStatus, PullResult, PullStatus
from underwriting.models import CheckHit, Decision, Pull
from underwriting.selectors.pulls import HUSHED
from underwriting.selectors.reports import key_factors, pulls_of, report_of
from underwriting.verdicts import discreet

KINDS: Mapping[str, Promise] = {
    "bureau": _("Bureau"),
    "identity": _("Identity check"),
    "sanctions": _("Sanctions check"),
    "fraud": _("Fraud check"),
}
INQUIRIES: Mapping[str, Promise] = {"soft": _("Soft inquiry"), "hard": _("Hard inquiry")}
PURPOSES: Mapping[str, Promise] = {
    "credit_transaction": _("Credit asked for by the consumer"),
    "written_instructions": _("Written instructions of the consumer"),
    "account_review": _("Review of an account"),
    "prequalification": _("Prequalification"),
    "identity_verification": _("Verifying who it is"),
    "sanctions_screening": _("Sanctions screening"),
    "fraud_prevention": _("Preventing fraud"),
}
ALERTS: Mapping[str, Promise] = {
    Alert.FRAUD_ALERT.value: _("Fraud alert: reach the consumer as the alert says"),
    Alert.ACTIVE_DUTY.value: _("Active duty alert: verify who it is"),
    Alert.FREEZE.value: _("The file is frozen: only the consumer can lift it"),
    Alert.ADDRESS_DISCREPANCY.value: _("The address differs from the bureau’s"),
}
FAILURES: Mapping[str, Promise] = {
    "timeout": _("no answer in time"),
    "unavailable": _("not available"),
    "malformed": _("the answer could not be read"),
    "refused": _("refused"),
}


@dataclass(frozen=True, slots=True)
class InquiryLine:
    """One inquiry as its reader may see it."""

    party: str
    kind: str
    asked: str
    purpose: str
    at: str
    state: str
    tone: str
    score: Score | None
    factors: Sequence[str]
    alerts: Sequence[str]
    agency: str
    figures: Sequence[tuple[str, str]]
    reused: bool


@dataclass(frozen=True, slots=True)
class HitLine:
    id: UUID
    party: str
    kind: str
    cause: str
    status: str
    open: bool


@dataclass(frozen=True, slots=True)
class ChecksShown:
    """The section. `hushed`: a person looks, and this reader is shown nothing of why."""

    hushed: bool
    lines: Sequence[InquiryLine]
    hits: Sequence[HitLine]


def checks_shown(
    organization_id: UUID,
    application_id: UUID,
    decision: Decision | None,
    names: Mapping[int, str],
    *,
    fraud: bool,
) -> ChecksShown | None:
    """None where nobody was asked; `fraud` says that the reader may see fraud."""
    pulls = pulls_of(organization_id, application_id)
    hits = _hits(organization_id, application_id, names) if fraud else []
    if not pulls and not hits:
        return None
    if not fraud and (decision is None or discreet(decision.document_data)):
        return ChecksShown(hushed=True, lines=[], hits=[])
    lines = [_line(pull, names, fraud=fraud) for pull in pulls]
    return ChecksShown(hushed=False, lines=lines, hits=hits)


def _line(pull: Pull, names: Mapping[int, str], *, fraud: bool) -> InquiryLine:
    report = report_of(pull)
    bureau = report if isinstance(report, BureauReport) else None
    settings = ConnectorSettings.parse(pull.setting.document)
    alerts = [alert for alert in pull.alerts if fraud or alert not in HUSHED]
    return InquiryLine(
        party=names.get(pull.party.position, ""),
        kind=str(KINDS.get(pull.kind, pull.kind)),
        asked=str(INQUIRIES.get(pull.inquiry, "")),
        purpose=str(PURPOSES.get(pull.purpose, pull.purpose)),
        at=moment(pull.answered_at or pull.made_at),
        state=_state(pull, report, fraud=fraud),
        tone=_tone(pull, fraud=fraud),
        score=bureau.score if bureau else None,
        factors=[f.text for f in key_factors(bureau.score.factors)]
        if bureau and bureau.score
        else [],
        alerts=[str(ALERTS[alert]) for alert in alerts],
        agency=settings.agency.name if settings.agency else "",
        figures=_figures(bureau),
        reused=pull.reused_from is not None,
    )


def _state(pull: Pull, report: BureauReport | CheckReport | None, *, fraud: bool) -> str:
    if pull.status == PullStatus.WAITING:
        return gettext("asked again at %(at)s") % {"at": moment(pull.next_at)}
    if pull.status == PullStatus.FAILED:
        return str(FAILURES.get(pull.failure or "", pull.failure or ""))
    if report is None:
        return gettext("erased")
    if isinstance(report, CheckReport):
        codes = " ".join(report.codes)
        word = str(PullResult(pull.result or PullResult.CLEAR).label)
        return f"{word} {codes}".strip() if fraud else gettext("answered")
    return f"{PullResult(report.file).label}, {day(date.fromisoformat(report.reported_on))}"


def _tone(pull: Pull, *, fraud: bool) -> str:
    if pull.status == PullStatus.FAILED:
        return "warn"
    hit = pull.result == PullResult.HIT and fraud
    return "bad" if hit else ""


def _figures(bureau: BureauReport | None) -> list[tuple[str, str]]:
    if bureau is None:
        return []
    return [(name.replace("_", " "), str(value)) for name, value in bureau.attributes.items()]


def _hits(organization_id: UUID, application_id: UUID, names: Mapping[int, str]) -> list[HitLine]:
    rows = CheckHit.objects.filter(
        organization_id=organization_id, application_id=application_id
    ).select_related("party")
    return [
        HitLine(
            id=hit.id,
            party=names.get(hit.party.position, ""),
            kind=str(KINDS.get(hit.kind, hit.kind)),
            cause=str(HitCause(hit.cause).label),
            status=str(HitStatus(hit.status).label),
            open=hit.status not in (HitStatus.CLEARED, HitStatus.CONFIRMED),
        )
        for hit in rows.order_by("party__position", "kind")
    ]
