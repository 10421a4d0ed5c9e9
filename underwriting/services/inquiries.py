"""One inquiry at a time: written down, asked outside any transaction, its answer kept sealed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings as django_settings
from django.db.models import F
from django.utils import timezone

from events.actor import SYSTEM
from events.services import event_record
from ml.dictionary import Dictionary
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
from underwriting.connectors.reports import BureauReport, CheckReport
from underwriting.connectors.settings import ConnectorSettings
from underwriting.enums import PullStatus
from underwriting.models import Pull
from underwriting.selectors.connectors import secret_of
from underwriting.selectors.customers import identity_aad
from underwriting.selectors.reports import report_aad
from underwriting.services.runs import LEASE, Claim, run_renew


@dataclass(frozen=True, slots=True)
class Asking:
    """Everything that asking takes, read before: no transaction is open while somebody answers."""

    pull: Pull
    settings: ConnectorSettings
    connector: Connector
    subject: Subject
    dictionary: Dictionary
    key: bytes
    salt: bytes
    today: str


def asking_of(pull: Pull, dictionary: Dictionary, today: str) -> Asking:
    """What asking a stored inquiry takes. Inside the caller's `enter`; the pull comes with setting,
    customer, party and identity."""
    settings = ConnectorSettings.parse(pull.setting.document)
    customer, identity = pull.customer, pull.party.identity
    key = bytes(customer.wrapped_key or b"")
    plain = open_sealed(
        pull.organization_id, key, bytes(identity.sealed), identity_aad(identity.id)
    )
    return Asking(
        pull=pull,
        settings=settings,
        connector=connector_of(
            settings,
            secret=secret_of(pull.setting),
            private_hosts=django_settings.ASSAY_CONNECTOR_PRIVATE_HOSTS,
        ),
        subject=Subject.of(json.loads(plain)),
        dictionary=dictionary,
        key=key,
        salt=bytes(customer.salt or b""),
        today=today,
    )


def inquire(claim: Claim, asking: Asking) -> None:
    """Ask once, and keep what came of it under the claim's fence. Raises LostLease.

    The attempt is written down before: one that never came back counts too.
    """
    organization_id, pull = asking.pull.organization_id, asking.pull
    with enter(organization_id):
        run_renew(
            organization_id=organization_id,
            claim=claim,
            lease=LEASE + timedelta(milliseconds=asking.settings.timeout_ms),
        )
        _waiting(pull).update(attempts=F("attempts") + 1)
    attempt = pull.attempts + 1
    try:
        report = asking.connector.ask(_request(asking, attempt))
        _refuse_unfit(asking, report)
    except ConnectorError as error:
        _failed(claim, asking, error, attempt)
    else:
        _answered(claim, asking, report)


def facts_of(report: Report, settings: ConnectorSettings) -> dict[str, Any]:
    """A bureau's attributes as facts of the dictionary, in human form."""
    if not isinstance(report, BureauReport):
        return {}
    return {
        field: report.attributes[attribute]
        for field, attribute in settings.fields.items()
        if attribute in report.attributes
    }


def kept(pull: Pull, report: Report, *, key: bytes, salt: bytes, at: datetime) -> dict[str, Any]:
    """An answered pull's columns: the report as it was seen, sealed, and what may be read of it."""
    body = report.canonical()
    settings = ConnectorSettings.parse(pull.setting.document)
    return {
        "status": PullStatus.ANSWERED,
        "result": report.result if isinstance(report, CheckReport) else report.file,
        "alerts": list(report.alerts) if isinstance(report, BureauReport) else [],
        "sealed": seal(pull.organization_id, key, body, report_aad(pull.id)),
        "report_hash": f"hmac-sha256:{salted_hash(salt, body).hex()}",
        "answered_at": at,
        "valid_until": at + timedelta(days=settings.valid_days),
        "next_at": None,
        "failure": None,
    }


def _request(asking: Asking, attempt: int) -> Request:
    pull = asking.pull
    return Request(
        kind=Kind(pull.kind),
        inquiry=Inquiry(pull.inquiry),
        purpose=Purpose(pull.purpose),
        consent=pull.consent_id,
        idempotency_key=pull.id,
        attempt=attempt,
        asked_on=asking.today,
        subject=asking.subject,
    )


def _refuse_unfit(asking: Asking, report: Report) -> None:
    """An answer of another kind, or with facts that the dictionary cannot read, is none."""
    of_bureau = asking.pull.kind == Kind.BUREAU
    if of_bureau != isinstance(report, BureauReport):
        raise ConnectorError(Failure.MALFORMED)
    facts = facts_of(report, asking.settings)
    fields = frozenset(facts)
    _, problems = asking.dictionary.read("party", facts, only=fields)
    if any(problem.field in fields for problem in problems):
        raise ConnectorError(Failure.MALFORMED)


def _answered(claim: Claim, asking: Asking, report: Report) -> None:
    pull = asking.pull
    with enter(pull.organization_id):
        run_renew(organization_id=pull.organization_id, claim=claim, lease=LEASE)
        at = now(pull.organization_id)
        columns = kept(pull, report, key=asking.key, salt=asking.salt, at=at)
        _waiting(pull).update(**columns)
        pull_event(pull, {"report": columns["report_hash"]})


def _failed(claim: Claim, asking: Asking, error: ConnectorError, attempt: int) -> None:
    """Again later, or given up: after so many attempts, so long, or where asking is no use."""
    pull, settings = asking.pull, asking.settings
    with enter(pull.organization_id):
        run_renew(organization_id=pull.organization_id, claim=claim, lease=LEASE)
        at, world = now(pull.organization_id), timezone.now()
        again = world + timedelta(seconds=settings.wait_seconds(attempt))
        over = attempt >= settings.most_attempts or at - pull.made_at >= timedelta(
            minutes=settings.give_up_minutes
        )
        if error.retryable and not over:
            _waiting(pull).update(next_at=again, failure=error.failure.value)
            return
        _waiting(pull).update(
            status=PullStatus.FAILED, next_at=None, failure=error.failure.value, answered_at=at
        )
        pull_event(pull, {"report": None})


def pull_event(pull: Pull, data: Mapping[str, Any]) -> None:
    """That an inquiry was made; of whom and what it came to stands in its row alone.

    The chain is read by many, and whom it is about must not learn of a hit. In the caller's
    `enter`.
    """
    event_record(
        organization_id=pull.organization_id,
        actor=SYSTEM,
        type="inquiry.recorded",
        subject=("application", pull.application_id),
        data={
            "pull": str(pull.id),
            "party": str(pull.party_id),
            **data,
        },
    )


def _waiting(pull: Pull) -> Any:
    return Pull.objects.filter(
        organization_id=pull.organization_id, id=pull.id, status=PullStatus.WAITING
    )
