"""Telling a repeated request from another one: fingerprints, keys, external ids, kept answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from psycopg.types.json import Jsonb

from tenancy.enter import enter
from tenancy.errors import Conflict
from tenancy.rows import finding, found, insert
from tenancy.statements import Row, Statement, ask_together
from tenancy.vault import blind_index
from underwriting.enums import RunStatus
from underwriting.models import Application, DecisionRun, IdempotencyRecord
from underwriting.models.idempotency import KEPT

APPLICATION = "application"
_KEEP_ANSWER = """
UPDATE underwriting_idempotencyrecord
SET status_code = %(status)s, headers = %(headers)s, body = %(body)s, request_id = %(request)s
WHERE organization_id = %(organization)s AND scope = %(scope)s AND key = %(key)s
    AND status_code IS NULL
"""


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A caller's key with the body it came with. `scope` keeps callers' keys apart."""

    scope: str
    key: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, to be given again byte for byte; `request_id` is the first request's."""

    status_code: int
    headers: Mapping[str, str]
    body: bytes
    request_id: str


class InFlight(Conflict):
    """The first request with this key has not been answered; `wait` seconds bound how long."""

    default_code = "idempotency_in_flight"

    def __init__(self, wait: int) -> None:
        super().__init__("the first request with this key is still under way")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Kept:
    """A key that came before: what it made, and the answer unless that was never given."""

    subject_id: UUID
    answer: Answer | None


def fingerprint(organization_id: UUID, kind: str, body: bytes) -> str:
    """A keyed hash: bodies hold personal data, and a plain hash of them could be guessed."""
    return f"hmac-sha256:{blind_index(organization_id, kind, body.hex()).hex()}"


def content_bytes(content: Any) -> bytes:
    """One spelling of what was asked, before anything is known of whether it holds."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=str).encode()


def external_id_repeated(
    organization_id: UUID, *, partner_id: UUID | None, external_id: str | None, content_hash: str
) -> Application | None:
    """The application the same caller made of the same content under this id. Inside `enter`.

    Raises Conflict where the id is anything else's; it says nothing of whose it is.
    """
    if external_id is None:
        return None
    (answer,) = ask_together(external_id_asked(organization_id, external_id))
    return external_id_read(answer.rows, partner_id=partner_id, content_hash=content_hash)


def external_id_asked(organization_id: UUID, external_id: str) -> Statement:
    """The question of `external_id_repeated`, to be asked together with others."""
    condition = "external_id = %(external_id)s"
    return finding(Application, organization_id, condition, external_id=external_id)


def external_id_read(
    rows: Sequence[Row], *, partner_id: UUID | None, content_hash: str
) -> Application | None:
    """Its answer; raises Conflict as it does."""
    if not rows:
        return None
    (application,) = found(Application, rows)
    if (application.partner_id, application.submission_hash) != (partner_id, content_hash):
        raise Conflict("this external id is taken", code="external_id_taken")
    return application


def key_find(organization_id: UUID, idempotency: IdempotencyKey | None) -> Kept | None:
    """What this key made before. Inside `enter`; Conflict when it came with another body."""
    if idempotency is None:
        return None
    (answer,) = ask_together(key_asked(organization_id, idempotency))
    return key_read(organization_id, idempotency, answer.rows)


def key_asked(organization_id: UUID, idempotency: IdempotencyKey) -> Statement:
    """The question of `key_find`, to be asked together with others."""
    condition = "scope = %(scope)s AND key = %(key)s"
    given = {"scope": idempotency.scope, "key": idempotency.key}
    return finding(IdempotencyRecord, organization_id, condition, **given)


def key_read(
    organization_id: UUID, idempotency: IdempotencyKey, rows: Sequence[Row]
) -> Kept | None:
    """Its answer; raises Conflict as it does."""
    if not rows:
        return None
    (record,) = found(IdempotencyRecord, rows)
    if record.body_hash != fingerprint(organization_id, "idempotency", idempotency.body):
        raise Conflict("this key came with another body before", code="idempotency_key_reused")
    return Kept(record.subject_id, _answer(record))


def key_store(
    organization_id: UUID,
    idempotency: IdempotencyKey | None,
    *,
    subject: tuple[str, UUID],
    at: datetime,
    answer: Answer | None = None,
) -> None:
    """Remember the key with what it made, and the answer where that is known by now.

    Inside the `enter` that makes it, so that both or neither are there; two at once meet
    `idempotency_key_once`.
    """
    if idempotency is None:
        return
    record = IdempotencyRecord(
        organization_id=organization_id,
        scope=idempotency.scope,
        key=idempotency.key,
        body_hash=fingerprint(organization_id, "idempotency", idempotency.body),
        subject_kind=subject[0],
        subject_id=subject[1],
        created_at=at,
        expires_at=at + KEPT,
    )
    if answer is not None:
        record.status_code, record.headers = answer.status_code, dict(answer.headers)
        record.body, record.request_id = answer.body, answer.request_id
    insert([record])


def key_claimed(organization_id: UUID, idempotency: IdempotencyKey) -> Statement:
    """One row, true while this transaction holds the key: nobody else works on the same request.

    Asked before `key_asked`, whose answer then includes whatever the last holder committed.
    """
    named = b"\x00".join(
        (organization_id.bytes, *(each.encode() for each in (idempotency.scope, idempotency.key)))
    )
    number = int.from_bytes(blake2b(named, digest_size=8).digest(), signed=True)
    return Statement("SELECT pg_try_advisory_xact_lock(%(number)s)", {"number": number})


def answer_store(organization_id: UUID, idempotency: IdempotencyKey, answer: Answer) -> Answer:
    """Keep the answer with its key; where one was kept meanwhile, that one is the answer.

    Inside the caller's `enter`.
    """
    records = IdempotencyRecord.objects.filter(
        organization_id=organization_id, scope=idempotency.scope, key=idempotency.key
    )
    given = {
        "organization": organization_id,
        "scope": idempotency.scope,
        "key": idempotency.key,
        "status": answer.status_code,
        "headers": Jsonb(dict(answer.headers)),
        "body": answer.body,
        "request": answer.request_id,
    }
    (stored,) = ask_together(Statement(_KEEP_ANSWER, given))
    if stored.touched:
        return answer
    record = records.first()
    return (record and _answer(record)) or answer


def seconds_under_way(organization_id: UUID, application_id: UUID) -> int | None:
    """How long the holder of the application's run may still take; None when nobody holds it.

    Inside `enter`. Afterwards whoever asked has died, and the answer can be made again.
    """
    until = (
        DecisionRun.objects.filter(
            organization_id=organization_id,
            application_id=application_id,
            status=RunStatus.RUNNING,
            lease_until__gt=Now(),
        )
        .annotate(now=Now())
        .values_list("lease_until", "now")
        .first()
    )
    if until is None or until[0] is None:
        return None
    return int((until[0] - until[1]).total_seconds()) + 1


def keys_purge(*, organization_id: UUID, record_ids: list[UUID]) -> int:
    """Forget keys whose week is over, with their answers."""
    with enter(organization_id):
        deleted, _ = IdempotencyRecord.objects.filter(
            organization_id=organization_id, id__in=record_ids
        ).delete()
    return deleted


def answers_erase(organization_id: UUID, application_ids: list[UUID]) -> None:
    """Forget what was answered about erased people's applications. Inside the caller's `enter`."""
    IdempotencyRecord.objects.filter(
        organization_id=organization_id,
        subject_kind=APPLICATION,
        subject_id__in=application_ids,
    ).delete()


def _answer(record: IdempotencyRecord) -> Answer | None:
    if record.status_code is None or record.body is None:
        return None
    return Answer(record.status_code, record.headers, bytes(record.body), record.request_id)
