"""Everything an application has stored, but for ids, times of the day and keys."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from scoring.models import ScoringRun
from tenancy.enter import enter
from underwriting.models import (
    Application,
    ApplicationMark,
    BlindIndexEntry,
    Condition,
    Consent,
    Decision,
    DecisionReason,
    DecisionRun,
    Duty,
    FactSet,
    Offer,
    Party,
    Review,
    StageResult,
)
from underwriting.selectors.customers import identity_of
from underwriting.services.evaluation import keyed_hash

OF_AN_APPLICATION = (
    Party, FactSet, Consent, DecisionRun, StageResult, ScoringRun, Decision, DecisionReason, Offer,
    Condition, Duty, Review, ApplicationMark,
)  # fmt: skip
ORDERED = ("position", "stage", "kind", "number", "text_id", "digest")
OWN = {"submission_hash", "content_hash", "inputs_hash", "digest", "holder", "created_at"}
"""Keyed by the lender or the customer, or of the process."""


def stored(organization_id: UUID, application_id: UUID) -> dict[str, Any]:
    """By table, each row's columns; hashes are checked against what they are of."""
    with enter(organization_id, read_only=True):
        application = Application.objects.get(id=application_id)
        received = application.received_at
        assert received is not None
        found: dict[str, Any] = {"application": _columns(application, received)}
        for model in OF_AN_APPLICATION:
            rows = model.objects.filter(application_id=application_id)
            told = [_columns(row, received) for row in rows]
            found[model.__name__] = sorted(told, key=lambda row: json.dumps(row, default=str))
        parties = list(Party.objects.filter(application_id=application_id).order_by("position"))
        found["identities"] = [identity_of(party) for party in parties]
        found["index"] = [_index(party) for party in parties]
        _refuse_wrong_hashes(application_id, parties)
    return found


def _columns(row: Model, received: datetime) -> dict[str, Any]:
    """References by whether they are there, times by the minutes since it was received."""
    told: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.primary_key or field.attname in OWN:
            continue
        if isinstance(value, UUID):
            value = field.attname
        elif isinstance(value, datetime):
            value = round((value - received).total_seconds() / 60)
        told[field.attname] = bytes(value) if isinstance(value, memoryview) else value
    return told


def _index(party: Party) -> list[str]:
    entries = BlindIndexEntry.objects.filter(customer_id=party.customer_id)
    return sorted(entries.values_list("kind", flat=True))


def _refuse_wrong_hashes(application_id: UUID, parties: list[Party]) -> None:
    for party in parties:
        facts = FactSet.objects.get(party=party)
        assert facts.document is not None
        salt = bytes(party.customer.salt or b"")
        assert facts.content_hash == keyed_hash(salt, facts.document.encode())
    decision = Decision.objects.get(application_id=application_id)
    assert decision.inputs is not None
    salt = bytes(parties[0].customer.salt or b"")
    assert decision.inputs_hash == keyed_hash(salt, decision.inputs.encode())
