"""Soft inquiries of prequalifications: written down, asked outside a transaction, kept sealed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings as django_settings
from django.db.models import F
from django.utils import timezone

from ml.dictionary import Dictionary
from tenancy.canonical import canonical
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.vault import open_sealed, salted_hash, seal
from underwriting.connectors.contract import (
    Connector,
    ConnectorError,
    Failure,
    Inquiry,
    Kind,
    Purpose,
    Report,
    Request,
    Subject,
)
from underwriting.connectors.registry import connector_of
from underwriting.connectors.reports import Alert, BureauReport, report_parse
from underwriting.connectors.settings import ConnectorSettings
from underwriting.enums import HoldCode, Liability, PrequalificationStatus, PullResult, PullStatus
from underwriting.models import (
    ConnectorSetting,
    ConsentText,
    Prequalification,
    PrequalificationPull,
)
from underwriting.selectors.connectors import secret_of
from underwriting.selectors.consents import INQUIRY
from underwriting.selectors.pulls import HUSHED
from underwriting.selectors.terms import product_terms
from underwriting.services.inquiries import facts_of

Pulls = PrequalificationPull.objects


@dataclass(frozen=True, slots=True)
class Inquired:
    """What the inquiries came to: facts by party, and why a person would have to look."""

    facts: Mapping[int, Mapping[str, Any]]
    hold: HoldCode | None


@dataclass(frozen=True, slots=True)
class _Asking:
    pull: PrequalificationPull
    settings: ConnectorSettings
    connector: Connector
    subject: Subject
    dictionary: Dictionary
    key: bytes
    salt: bytes
    today: str


def identities_seal(row: Prequalification, identities: Sequence[Mapping[str, Any]]) -> None:
    """Seal who is to be asked about under the row's own key. Inside the caller's `enter`."""
    plain = canonical([dict(identity) for identity in identities])
    row.sealed = seal(row.organization_id, bytes(row.wrapped_key or b""), plain, _aad(row.id))


def pulls_prepare(
    row: Prequalification,
    bureau: ConnectorSetting | None,
    consents: Sequence[Sequence[ConsentText]],
    parties: Sequence[Mapping[str, Any]],
) -> None:
    """A row for everybody who would owe and agreed to it (R14). Inside the caller's `enter`."""
    for position, (agreed, party) in enumerate(zip(consents, parties, strict=True)):
        text = next((each for each in agreed if each.purpose == INQUIRY), None)
        if text is None or party["liability"] == Liability.NONE:
            continue
        PrequalificationPull(
            organization_id=row.organization_id,
            prequalification=row,
            setting=bureau,
            consent_text=text,
            position=position,
            next_at=timezone.now(),
            made_at=row.asked_at,
        ).save(force_insert=True)


def pulls_stage(organization_id: UUID, prequalification_id: UUID) -> Inquired | None:
    """Ask whoever is due, and what it all came to; None while somebody is to be asked again, or
    where nothing is pending."""
    asking = _due(organization_id, prequalification_id)
    if asking is None:
        return None
    for each in asking:
        _ask(each)
    return _came_to(organization_id, prequalification_id)


def _due(organization_id: UUID, prequalification_id: UUID) -> list[_Asking] | None:
    """None where it is not pending; each attempt is written down before it is made."""
    with enter(organization_id):
        row = (
            Prequalification.objects.filter(
                organization_id=organization_id,
                id=prequalification_id,
                status=PrequalificationStatus.PENDING,
            )
            .select_related("product")
            .first()
        )
        if row is None:
            return None
        due = list(
            _of(row).filter(status=PullStatus.WAITING, next_at__lte=timezone.now())
            .select_related("setting")
            .order_by("position")
        )  # fmt: skip
        _of(row).filter(id__in=[pull.id for pull in due]).update(attempts=F("attempts") + 1)
        return _askings(row, due)


def _askings(row: Prequalification, due: Sequence[PrequalificationPull]) -> list[_Asking]:
    if not due:
        return []
    key = bytes(row.wrapped_key or b"")
    plain = open_sealed(row.organization_id, key, bytes(row.sealed or b""), _aad(row.id))
    people = json.loads(plain)
    terms = product_terms(row.organization_id, row.product.slug)
    found = []
    for pull in due:
        settings = ConnectorSettings.parse(pull.setting.document)
        connector = connector_of(
            settings,
            secret=secret_of(pull.setting),
            private_hosts=django_settings.ASSAY_CONNECTOR_PRIVATE_HOSTS,
        )
        subject = Subject.of(people[pull.position])
        salt, today = bytes(row.salt or b""), terms.at.date().isoformat()
        dictionary = terms.terms.dictionary
        found.append(_Asking(pull, settings, connector, subject, dictionary, key, salt, today))
    return found


def _ask(asking: _Asking) -> None:
    """Ask once, softly, whatever the settings say of applications, and keep what came of it."""
    pull = asking.pull
    request = Request(
        kind=Kind.BUREAU,
        inquiry=Inquiry.SOFT,
        purpose=Purpose.PREQUALIFICATION,
        consent=pull.consent_text_id,
        idempotency_key=pull.id,
        attempt=pull.attempts + 1,
        asked_on=asking.today,
        subject=asking.subject,
    )
    try:
        report = asking.connector.ask(request)
        _refuse_unfit(asking, report)
    except ConnectorError as error:
        _failed(asking, error)
    else:
        _answered(asking, report)


def _refuse_unfit(asking: _Asking, report: Report) -> None:
    """An answer of another kind, or with facts that the dictionary cannot read, is none."""
    facts = facts_of(report, asking.settings)
    _, problems = asking.dictionary.read("party", facts, only=frozenset(facts))
    unread = any(problem.field in facts for problem in problems)
    if not isinstance(report, BureauReport) or unread:
        raise ConnectorError(Failure.MALFORMED)


def _answered(asking: _Asking, report: Report) -> None:
    pull, body = asking.pull, report.canonical()
    if not isinstance(report, BureauReport):
        return
    with enter(pull.organization_id):
        sealed = seal(pull.organization_id, asking.key, body, _report_aad(pull.id))
        _waiting(pull).update(
            status=PullStatus.ANSWERED,
            result=report.file,
            alerts=list(report.alerts),
            sealed=sealed,
            report_hash=f"hmac-sha256:{salted_hash(asking.salt, body).hex()}",
            answered_at=now(pull.organization_id),
            next_at=None,
        )


def _failed(asking: _Asking, error: ConnectorError) -> None:
    """Again later, or given up: after so many attempts, or where asking is no use."""
    pull, settings = asking.pull, asking.settings
    attempt = pull.attempts + 1
    with enter(pull.organization_id):
        if error.retryable and attempt < settings.most_attempts:
            again = timezone.now() + timedelta(seconds=settings.wait_seconds(attempt))
            _waiting(pull).update(next_at=again, failure=error.failure.value)
            return
        _waiting(pull).update(
            status=PullStatus.FAILED,
            next_at=None,
            failure=error.failure.value,
            answered_at=now(pull.organization_id),
        )


def _came_to(organization_id: UUID, prequalification_id: UUID) -> Inquired | None:
    with enter(organization_id, read_only=True):
        row = Prequalification.objects.get(organization_id=organization_id, id=prequalification_id)
        pulls = list(_of(row).select_related("setting").order_by("position"))
        if any(pull.status == PullStatus.WAITING for pull in pulls):
            return None
        facts = {
            pull.position: facts_of(
                _report(pull, row), ConnectorSettings.parse(pull.setting.document)
            )
            for pull in pulls
            if pull.status == PullStatus.ANSWERED
        }
    return Inquired(facts, _hold(pulls))


def _hold(pulls: Sequence[PrequalificationPull]) -> HoldCode | None:
    """Why a person would have to look (R15); the words of `PullsRead.hold`."""
    alerts = {alert for pull in pulls for alert in pull.alerts}
    if not HUSHED.isdisjoint(alerts):
        return HoldCode.PERSON_LOOKS
    frozen = any(pull.result == PullResult.FROZEN for pull in pulls)
    if frozen or Alert.FREEZE in alerts:
        return HoldCode.FILE_FROZEN
    if any(pull.status == PullStatus.FAILED for pull in pulls):
        return HoldCode.CHECKS_UNAVAILABLE
    return None


def _report(pull: PrequalificationPull, row: Prequalification) -> Any:
    key = bytes(row.wrapped_key or b"")
    sealed = bytes(pull.sealed or b"")
    body = open_sealed(pull.organization_id, key, sealed, _report_aad(pull.id))
    return report_parse(body)


def _of(row: Prequalification) -> Any:
    return Pulls.filter(organization_id=row.organization_id, prequalification_id=row.id)


def _waiting(pull: PrequalificationPull) -> Any:
    return Pulls.filter(organization_id=pull.organization_id, id=pull.id, status=PullStatus.WAITING)


def _aad(prequalification_id: UUID) -> bytes:
    """Where a sealed identity belongs: it opens in no other row."""
    return b"underwriting.prequalification.sealed/" + prequalification_id.bytes


def _report_aad(pull_id: UUID) -> bytes:
    return b"underwriting.prequalification_pull.sealed/" + pull_id.bytes
