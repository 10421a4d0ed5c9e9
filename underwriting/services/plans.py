"""Compiled decision plans, by the hashes of what they rest on, and what is pinned for them."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from ml.dictionary import Dictionary
from scoring.models import Artifact, DictionaryVersion, ProductVersion
from tenancy.canonical import content_hash
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import NotFound
from underwriting.decisioning.catalogue import reason_catalogue
from underwriting.decisioning.engine import engine_lock
from underwriting.decisioning.pinned import Hashes
from underwriting.decisioning.plan import Plan, plan_of
from underwriting.enums import PinKind
from underwriting.models import Decision, Pin, PolicyVersion, ReasonCatalogue
from underwriting.personas import REASON as TEST_PERSONA
from underwriting.regulation import pack

_SOURCES: dict[str, tuple[Any, str]] = {
    "dictionary": (DictionaryVersion, "document"),
    "product": (ProductVersion, "document"),
    "model": (Artifact, "body"),
    "policy": (PolicyVersion, "document"),
    "pack": (Pin, "body"),
    "engine": (Pin, "body"),
}

PERSONAS = "personas+"
"""Before a policy's hash: the catalogue that test personas' decisions name."""

_kept: set[tuple[UUID, str]] = set()
_catalogues: dict[tuple[UUID, str, str], UUID] = {}


class _NotRead(Exception):
    """A plan that this process has not compiled."""


@lru_cache(maxsize=1)
def engine_bytes() -> bytes:
    """The engine of this process: it cannot change while the process lives."""
    return engine_lock()


@lru_cache(maxsize=1)
def engine_hash() -> str:
    return content_hash(engine_bytes())


def plan_for(organization_id: UUID, hashes: Hashes) -> Plan:
    """The plan of these hashes; only its first use in a process reads bytes.

    Outside any transaction. Raises NotFound when a pinned part is not kept.
    """
    return plan_of(hashes, partial(pinned_body, organization_id))


def plan_at_hand(organization_id: UUID, hashes: Hashes) -> Plan | None:
    """The plan, where this process has kept its pins, compiled it and published its reasons
    before: nothing is left to be opened, so it may be asked for inside the caller's `enter`."""
    pins = {(organization_id, found) for found in (hashes.pack, hashes.engine)}
    if not pins <= _kept or (organization_id, hashes.policy, hashes.dictionary) not in _catalogues:
        return None
    try:
        return plan_of(hashes, _refuse_to_read)
    except _NotRead:
        return None


def _refuse_to_read(kind: str, _expected: str) -> bytes:
    raise _NotRead(kind)


def pinned_body(organization_id: UUID, kind: str, wanted: str) -> bytes:
    """The bytes behind a hash, as they were pinned. Opens its own `enter`."""
    with enter(organization_id, read_only=True):
        found = stored_body(organization_id, kind, wanted)
    if found is None:
        raise NotFound(f"the pinned {kind} is not kept", code="pin_missing")
    return found


def stored_body(organization_id: UUID, kind: str, wanted: str) -> bytes | None:
    """The same inside the caller's `enter`; None when it is not kept."""
    model, column = _SOURCES[kind]
    body = (
        model.objects.filter(organization_id=organization_id, content_hash=wanted)
        .values_list(column, flat=True)
        .first()
    )
    if body is None:
        return None
    return body.encode() if isinstance(body, str) else bytes(body)


def pins_keep(organization_id: UUID, pack_id: str) -> None:
    """Keep the pack's and the engine's bytes before a decision names them.

    Outside any transaction; a process asks the database once for each organization and hash.
    """
    rules = pack(pack_id)
    wanted: dict[str, tuple[PinKind, Callable[[], bytes]]] = {
        rules.content_hash: (PinKind.PACK, rules.to_bytes),
        engine_hash(): (PinKind.ENGINE, engine_bytes),
    }
    missing = [found for found in wanted if (organization_id, found) not in _kept]
    if not missing:
        return
    with enter(organization_id):
        at = now(organization_id)
        Pin.objects.bulk_create(
            [
                Pin(
                    organization_id=organization_id,
                    kind=wanted[found][0],
                    content_hash=found,
                    body=wanted[found][1]().decode(),
                    pinned_at=at,
                )
                for found in missing
            ],
            ignore_conflicts=True,
        )
    _kept.update((organization_id, found) for found in missing)


def catalogue_for(organization_id: UUID, plan: Plan) -> UUID:
    """The published reasons of the plan's policy and dictionary. Opens its own `enter`, once."""
    key = (organization_id, plan.hashes.policy, plan.hashes.dictionary)
    found = _catalogues.get(key)
    if found is None:
        codes = sorted(reason_catalogue(plan.dictionary, plan.policy))
        found = _catalogue_keep(*key, codes)
        _catalogues[key] = found
    return found


def persona_catalogue_for(organization_id: UUID, plan: Plan) -> UUID:
    """The same with the one reason of test personas: a catalogue of its own, in test twins."""
    key = (organization_id, f"{PERSONAS}{plan.hashes.policy}", plan.hashes.dictionary)
    found = _catalogues.get(key)
    if found is None:
        codes = sorted({*reason_catalogue(plan.dictionary, plan.policy), TEST_PERSONA})
        found = _catalogue_keep(*key, codes)
        _catalogues[key] = found
    return found


def catalogue_of(decision: Decision, plan: Plan | None) -> tuple[UUID, frozenset[str]]:
    """What a person may give as reasons: the decision's catalogue, or the dictionary's own."""
    if plan is not None:
        codes = frozenset(reason_catalogue(plan.dictionary, plan.policy))
        return catalogue_for(decision.organization_id, plan), codes
    body = pinned_body(decision.organization_id, "dictionary", decision.dictionary_hash)
    own = frozenset(Dictionary.parse(body).reasons())
    kept = _catalogue_keep(decision.organization_id, "", decision.dictionary_hash, sorted(own))
    return kept, own


def _catalogue_keep(
    organization_id: UUID, policy_hash: str, dictionary_hash: str, codes: list[str]
) -> UUID:
    named = {"policy_hash": policy_hash, "dictionary_hash": dictionary_hash}
    with enter(organization_id):
        row = ReasonCatalogue(
            organization_id=organization_id,
            codes=codes,
            published_at=now(organization_id),
            **named,
        )
        ReasonCatalogue.objects.bulk_create([row], ignore_conflicts=True)
        found: UUID = ReasonCatalogue.objects.values_list("id", flat=True).get(
            organization_id=organization_id, **named
        )
    return found
