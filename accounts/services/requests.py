"""The log of requests: written after the answer, in one statement, and never in its way."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from django.db import Error

from accounts.models import AccessToken, ApiRequest
from tenancy import clock
from tenancy.enter import enter
from tenancy.ids import first_id_at
from tenancy.statements import ask

log = structlog.get_logger(__name__)

KEPT = timedelta(days=30)
TOKENS_KEPT = timedelta(days=1)
AT_ONCE = 5_000

_LOG = """SELECT accounts_request_logged(
    %s, %s, %s, %s, %s, %s, %s, %s::int, %s, %s::int, %s, %s)"""


class Entry(NamedTuple):
    """One line, in the order in which the database's function takes it."""

    id: UUID
    organization_id: UUID
    request_id: str
    key_id: UUID
    partner_id: UUID | None
    method: str
    path: str
    status: int
    problem: str | None
    duration_us: int
    subject: str | None
    version: str


def request_log(entry: Entry) -> None:
    """Write it; a log that cannot be written is no reason to fail what has been answered."""
    try:
        ask(_LOG, entry)
    except Error as error:
        log.warning("request_not_logged", error=type(error).__name__, status=entry.status)


def requests_purge(*, organization_id: UUID) -> int:
    """Remove one lender's requests of more than thirty days ago; how many there were."""
    oldest = first_id_at(datetime.now(UTC) - KEPT)
    removed = 0
    while True:
        with enter(organization_id):
            old = ApiRequest.objects.filter(organization_id=organization_id, id__lt=oldest)
            ids = list(old.order_by("id").values_list("id", flat=True)[:AT_ONCE])
            ApiRequest.objects.filter(organization_id=organization_id, id__in=ids).delete()
        removed += len(ids)
        if len(ids) < AT_ONCE:
            return removed


def tokens_purge(*, organization_id: UUID) -> int:
    """Remove one lender's tokens that expired a day ago or earlier; how many there were."""
    with enter(organization_id):
        before = clock.now(organization_id) - TOKENS_KEPT
        removed, _ = AccessToken.objects.filter(
            organization_id=organization_id, expires_at__lt=before
        ).delete()
    return removed
