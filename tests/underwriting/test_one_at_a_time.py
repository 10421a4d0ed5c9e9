"""What there may be one of at a time: a copy that differs in its key alone is refused by name."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import Model

from scoring.enums import Move
from scoring.models import ModelRequest, ModelVersion
from tenancy.enter import enter
from tenancy.ids import new_id
from tenancy.models import Organization
from tests.cast_underwriting import JONAS, STRONG, Submit, decide
from underwriting.models import FactSet, Offer, Review


def store_again(organization: Organization, model: type[Model], **changes: Any) -> None:
    with enter(organization.id):
        row = model._default_manager.get()
        for name, value in {"id": new_id(), **changes}.items():
            setattr(row, name, value)
        row.save(force_insert=True)


def test_an_application_has_one_offer_open(hanse: Organization, submit: Submit) -> None:
    decide(submit())
    with pytest.raises(IntegrityError, match="offer_one_open"):
        store_again(hanse, Offer, decision_id=new_id())


def test_an_application_waits_for_one_review(hanse: Organization, submit: Submit) -> None:
    decide(submit((JONAS, {**STRONG, "employment_since": "unemployed"})))
    with pytest.raises(IntegrityError, match="review_one_unsettled"):
        store_again(hanse, Review, decision_id=new_id())


def test_facts_are_corrected_in_one_sequence(hanse: Organization, submit: Submit) -> None:
    submit()
    with enter(hanse.id):
        first = FactSet.objects.get()
        correction = {"number": 2, "supersedes_id": first.id}
        FactSet.objects.create(**{**kept(first), **correction, "id": new_id()})
    with pytest.raises(IntegrityError, match="fact_set_superseded_once"), enter(hanse.id):
        FactSet.objects.create(**{**kept(first), **correction, "id": new_id(), "number": 3})


def kept(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_move_is_asked_for_once_at_a_time(hanse: Organization, submit: Submit) -> None:
    with enter(hanse.id):
        version = ModelVersion.objects.get()
        ModelRequest.objects.create(
            organization_id=hanse.id,
            product_id=version.product_id,
            model_version=version,
            requested_by_kind="system",
            requested_by_id="assay",
            requested_at=datetime.now(UTC),
            reason="the comparison recommends it",
            move=Move.RETIRE,
            evidence={"artifact": version.artifact_hash},
        )
        row = ModelRequest.objects.get(move=Move.RETIRE)
        row.id = new_id()
    with pytest.raises(IntegrityError, match="model_request_one_open"), enter(hanse.id):
        row.save(force_insert=True)
