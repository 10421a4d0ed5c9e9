"""Marks: written with the application they belong to, numbered without gaps, forgotten in time."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from tenancy.enter import enter
from tenancy.ids import new_id
from tenancy.statements import Statement, later
from tenancy.vault import blind_index
from underwriting.enums import COUNTED_MARKS, MarkKind
from underwriting.marks import party_marks, spelled
from underwriting.models import Application, ApplicationMark, MarkCounter, Party
from underwriting.policy.lookup_checks import LONGEST_WINDOW_DAYS

KEPT = timedelta(days=LONGEST_WINDOW_DAYS + 31)

Key = tuple[str, bytes]

# Rows are locked in the order of the keys, so that two applications that share several keys wait
# for each other in one order. The counter's time never goes back: a window is a range of numbers.
_COUNT = """
WITH given AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(kinds)s::text[], %(digests)s::bytea[],
        %(customers)s::uuid[], %(counters)s::uuid[])
        AS k(id, kind, digest, customer_id, counter_id)
), counted AS (
    INSERT INTO underwriting_markcounter AS c
        (id, organization_id, kind, digest, ordinal, last_at)
    SELECT k.counter_id, %(organization)s, k.kind, k.digest, 1, %(at)s
    FROM given k WHERE k.kind = ANY (%(counted)s) ORDER BY k.kind, k.digest
    ON CONFLICT (organization_id, kind, digest) DO UPDATE
    SET ordinal = c.ordinal + 1, last_at = greatest(c.last_at, excluded.last_at)
    RETURNING c.kind, c.digest, c.ordinal, c.last_at
)
INSERT INTO underwriting_applicationmark (id, organization_id, application_id, customer_id, kind,
    digest, ordinal, marked_at, keep_until)
SELECT k.id, %(organization)s, %(application)s, k.customer_id, k.kind, k.digest, n.ordinal,
    coalesce(n.last_at, %(at)s), coalesce(n.last_at, %(at)s) + %(kept)s
FROM given k LEFT JOIN counted n ON n.kind = k.kind AND n.digest = k.digest
"""


def marks_store(
    application: Application,
    parties: Sequence[Party],
    said: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    device: str | None,
) -> None:
    """Number and keep what the application comes with. Inside the caller's `enter`.

    `said` are each party's identity and facts. Called after everything else that locks except the
    chain's head: in the house's lock order the counters come between application and head.
    """
    owners = _owners(application.organization_id, parties, said, device)
    given = {
        "organization": application.organization_id,
        "application": application.id,
        "at": application.created_at,
        "kept": KEPT,
        "counted": sorted(COUNTED_MARKS),
        "ids": [new_id() for _ in owners],
        "counters": [new_id() for _ in owners],
        "kinds": [kind for kind, _ in owners],
        "digests": [digest for _, digest in owners],
        "customers": list(owners.values()),
    }
    later(Statement(_COUNT, given))


def marks_erase(organization_id: UUID, customer_id: UUID) -> None:
    """Forget what an erased person came with. Inside the caller's `enter`; the numbers of others
    stay, so counts between them stay as they were."""
    _delete(organization_id, customer_id=customer_id)


def marks_purge(*, organization_id: UUID, mark_ids: Sequence[UUID]) -> None:
    """Delete marks that have been kept for as long as any window looks back."""
    with enter(organization_id):
        _delete(organization_id, id__in=mark_ids)


def _owners(
    organization_id: UUID,
    parties: Sequence[Party],
    said: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    device: str | None,
) -> dict[Key, UUID]:
    """Each fingerprint once, with the first party it belongs to."""
    owners: dict[Key, UUID] = {}
    for party, (identity, facts) in zip(parties, said, strict=True):
        own = [(MarkKind.IDENTITY, party.customer_id.hex), *party_marks(identity, facts)]
        for kind, value in own:
            key = (kind.value, blind_index(organization_id, kind.value, value))
            owners.setdefault(key, party.customer_id)
    if device and (value := spelled(MarkKind.DEVICE, device)):
        key = (MarkKind.DEVICE.value, blind_index(organization_id, MarkKind.DEVICE, value))
        owners.setdefault(key, parties[0].customer_id)
    return owners


def _delete(organization_id: UUID, **which: Any) -> None:
    """Marks, and the counters that are left without any; those are locked before it is asked."""
    rows = ApplicationMark.objects.filter(organization_id=organization_id, **which)
    keys = set(rows.values_list("kind", "digest"))
    digests = [bytes(digest) for _, digest in keys]
    counters = MarkCounter.objects.filter(organization_id=organization_id, digest__in=digests)
    locked = list(counters.select_for_update().order_by("kind", "digest"))
    rows.delete()
    left = {
        (kind, bytes(digest))
        for kind, digest in ApplicationMark.objects.filter(
            organization_id=organization_id, digest__in=digests
        ).values_list("kind", "digest")
    }
    gone = [counter.id for counter in locked if (counter.kind, bytes(counter.digest)) not in left]
    MarkCounter.objects.filter(organization_id=organization_id, id__in=gone).delete()
