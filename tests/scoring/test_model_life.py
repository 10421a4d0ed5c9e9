"""A model's life: by request, answered by others, with evidence; and no way round it by raw SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from events.actor import SYSTEM, Actor
from events.models import Event
from scoring.enums import ModelStatus, Move
from scoring.models import Championship, ModelRequest, ModelVersion, Product
from scoring.selectors.models import champion_or_none
from scoring.services.championships import champion_appoint, champion_demote
from scoring.services.inventory import entry_suggested, inventory_record
from scoring.services.models import expert_scorecard_register
from scoring.services.moves import STARTS
from scoring.services.requests import move_agree, move_refuse, move_request
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid, RefusedWrite
from tenancy.ids import new_id
from tenancy.models import Organization
from tenancy.roles import OWNER
from tests.cast_scoring import demo_document, validated

ASKER, FIRST, SECOND = Actor("user", "1"), Actor("user", "2"), Actor("user", "3")
REFUSALS = (DatabaseError, RefusedWrite)


@pytest.fixture
def draft(personal_loan: Product, hanse: Organization) -> ModelVersion:
    """A second scorecard, of which nobody has said anything yet."""
    document = {**demo_document("hanse_kredit", "expert_scorecard"), "intercept": 530}
    return expert_scorecard_register(
        organization_id=hanse.id, actor=SYSTEM, product_slug="personal-loan", document=document
    )


def ask(version: ModelVersion, move: Move, **said: Any) -> ModelRequest:
    return move_request(
        organization_id=version.organization_id,
        actor=ASKER,
        model_version_id=version.id,
        move=move,
        reason="the comparison speaks for it",
        **said,
    )


def agree(request: ModelRequest, *people: Actor) -> None:
    for actor in people:
        move_agree(organization_id=request.organization_id, actor=actor, request_id=request.id)


def status(version: ModelVersion) -> str:
    with enter(version.organization_id):
        version.refresh_from_db(fields=["status", "valid_until"])
    return version.status


def inventoried(version: ModelVersion) -> None:
    with enter(version.organization_id):
        found = ModelVersion.objects.select_related("product").get(id=version.id)
        entry = entry_suggested(found, "1")
    inventory_record(
        organization_id=version.organization_id,
        actor=ASKER,
        model_version_id=version.id,
        entry=entry,
    )


def test_a_model_lives_by_answered_requests(
    draft: ModelVersion, personal_loan: Product, hanse: Organization
) -> None:
    inventoried(draft)
    agree(ask(draft, Move.VALIDATE), FIRST)
    assert status(draft) == ModelStatus.VALIDATED
    assert draft.valid_until is not None
    agree(ask(draft, Move.CHALLENGE), FIRST)
    assert status(draft) == ModelStatus.CHALLENGER
    agree(ask(draft, Move.PROMOTE), FIRST, SECOND)
    assert status(draft) == ModelStatus.CHAMPION
    with enter(hanse.id):
        before = ModelVersion.objects.get(number=1)
        assert before.status == ModelStatus.VALIDATED
    champion_demote(
        organization_id=hanse.id, actor=SYSTEM, model_version_id=draft.id, reason="it drifted"
    )
    assert status(draft) == ModelStatus.VALIDATED
    with enter(hanse.id):
        assert champion_or_none(hanse.id, personal_loan.id, datetime.now(UTC)) is None
    agree(ask(draft, Move.RETIRE), SECOND)
    assert status(draft) == ModelStatus.RETIRED
    with enter(hanse.id):
        told = [event.type for event in Event.objects.order_by("sequence")]
    for move in ("validated", "challenging", "demoted", "retired"):
        assert f"model.{move}" in told
    with pytest.raises(Conflict):
        ask(draft, Move.VALIDATE)


def test_a_request_cites_what_is_known_of_the_model(draft: ModelVersion) -> None:
    request = ask(draft, Move.VALIDATE)
    assert request.evidence["artifact"] == draft.artifact_hash
    assert request.evidence["card"].startswith("sha256:")


def test_no_model_is_validated_outside_the_inventory(draft: ModelVersion) -> None:
    request = ask(draft, Move.VALIDATE)
    with pytest.raises(Conflict, match="inventory"):
        agree(request, FIRST)
    assert status(draft) == ModelStatus.DRAFT


def test_a_draft_is_not_put_in_charge(draft: ModelVersion) -> None:
    request = ask(draft, Move.PROMOTE)
    with pytest.raises(Conflict, match="validate it first"):
        agree(request, FIRST)


def test_who_asked_does_not_answer_and_no_machine_does(draft: ModelVersion) -> None:
    inventoried(draft)
    request = ask(draft, Move.VALIDATE)
    for actor in (ASKER, SYSTEM):
        with pytest.raises(Forbidden):
            agree(request, actor)
    assert status(draft) == ModelStatus.DRAFT


def test_one_no_ends_a_request(draft: ModelVersion) -> None:
    request = ask(draft, Move.RETIRE)
    move_refuse(organization_id=draft.organization_id, actor=FIRST, request_id=request.id)
    with pytest.raises(Conflict):
        agree(request, SECOND)
    assert status(draft) == ModelStatus.DRAFT


@pytest.mark.parametrize("days", [0, 800])
def test_a_validation_holds_for_a_while_and_not_for_ever(draft: ModelVersion, days: int) -> None:
    with pytest.raises(Invalid):
        ask(draft, Move.VALIDATE, valid_until=datetime.now(UTC) + timedelta(days=days))


@pytest.mark.parametrize("people", [(FIRST,), (FIRST, FIRST), (FIRST, SYSTEM), (FIRST, ASKER)])
def test_two_other_people_appoint(draft: ModelVersion, people: tuple[Actor, ...]) -> None:
    with pytest.raises((Forbidden, *REFUSALS)):
        champion_appoint(
            organization_id=draft.organization_id,
            actor=ASKER,
            answered_by=people,
            model_version_id=draft.id,
            reason="why",
        )
    assert status(draft) == ModelStatus.DRAFT


def test_neither_a_draft_nor_a_retired_model_is_demoted(draft: ModelVersion) -> None:
    with pytest.raises(Conflict):
        champion_demote(
            organization_id=draft.organization_id,
            actor=SYSTEM,
            model_version_id=draft.id,
            reason="to be safe",
        )


@contextmanager
def refused(organization: Organization, rule: str = "") -> Iterator[Any]:
    with (
        pytest.raises(REFUSALS, match=rule or None),
        enter(organization.id),
        connection.cursor() as cursor,
    ):
        yield cursor


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scoring_modelversion SET status = 'champion'",
        "UPDATE scoring_modelversion SET valid_until = now() + interval '9 years'",
        "DELETE FROM scoring_modelversion",
        "UPDATE scoring_championship SET ended_at = now()",
        "UPDATE scoring_championship SET superseded_at = now()",
        "DELETE FROM scoring_championship",
        "UPDATE scoring_modelrequest SET reason = 'another'",
        "UPDATE scoring_modelrequest SET status = 'open', answered_at = NULL",
        "DELETE FROM scoring_modelrequest",
        "UPDATE scoring_inventoryentry SET tier = 3",
        "DELETE FROM scoring_inventoryentry",
    ],
)
def test_raw_sql_moves_nothing(personal_loan: Product, hanse: Organization, statement: str) -> None:
    with refused(hanse) as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE scoring_modelversion SET status = 'draft'", "model_moves_by_request"),
        ("UPDATE scoring_modelversion SET valid_until = now()", "model_moves_by_request"),
        ("UPDATE scoring_modelrequest SET second_yes_by = '9'", "model_request_answered_once"),
        ("DELETE FROM scoring_championship", "refused"),
    ],
)
def test_the_owner_moves_nothing_either(
    personal_loan: Product, hanse: Organization, database_roles: Any, statement: str, rule: str
) -> None:
    with database_roles.acting_as(OWNER), refused(hanse, rule) as cursor:
        cursor.execute(statement)


def test_a_version_is_not_inserted_validated(personal_loan: Product, hanse: Organization) -> None:
    with enter(hanse.id):
        version = ModelVersion.objects.get()
    version.id, version.number = new_id(), 9
    version.artifact_hash = "sha256:" + "1" * 64
    with pytest.raises(REFUSALS, match="model_begins_as_a_draft"), enter(hanse.id):
        version.save(force_insert=True)


def test_a_request_is_not_inserted_answered(draft: ModelVersion, hanse: Organization) -> None:
    request = ask(draft, Move.RETIRE)
    request.id, request.status, request.first_yes_by = new_id(), "approved", "2"
    request.answered_at = datetime.now(UTC)
    with pytest.raises(REFUSALS, match="model_request_begins_open"), enter(hanse.id):
        request.save(force_insert=True)


def test_an_answer_alone_skips_no_step(draft: ModelVersion, hanse: Organization) -> None:
    request = ask(draft, Move.PROMOTE)
    with refused(hanse, "model_life") as cursor:
        cursor.execute(
            "UPDATE scoring_modelrequest SET status = 'approved', first_yes_by = '2',"
            " second_yes_by = '3', answered_at = now() WHERE id = %s",
            [request.id],
        )


def test_an_answer_without_a_championship_does_not_commit(
    draft: ModelVersion, hanse: Organization
) -> None:
    request = ask(validated(draft), Move.PROMOTE)
    with refused(hanse, "charge_agrees") as cursor:
        cursor.execute(
            "UPDATE scoring_modelrequest SET status = 'approved', first_yes_by = '2',"
            " second_yes_by = '3', answered_at = now() WHERE id = %s",
            [request.id],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_one_who_trained_a_model_does_not_validate_it(
    draft: ModelVersion, hanse: Organization
) -> None:
    inventoried(draft)
    request = ask(draft, Move.VALIDATE)
    with refused(hanse, "model_request_other_people") as cursor:
        cursor.execute(
            "UPDATE scoring_modelrequest SET status = 'approved', first_yes_by = '1',"
            " answered_at = now() WHERE id = %s",
            [request.id],
        )


@pytest.mark.parametrize("with_request", [True, False])
def test_a_championship_rests_on_an_answer(
    draft: ModelVersion, hanse: Organization, with_request: bool
) -> None:
    """Neither without a request, nor by the one that put another model in charge."""
    validated(draft)
    with enter(hanse.id):
        row = Championship.objects.get()
    row.id, row.model_version = new_id(), draft
    row.ended_at, row.appointed_at = row.appointed_at, datetime(2020, 1, 1, tzinfo=UTC)
    if not with_request:
        row.request = None
    with pytest.raises(REFUSALS, match="championship_asked_for"), enter(hanse.id):
        row.save(force_insert=True)


def moved_by_an_answer(version: ModelVersion, move: Move) -> bool:
    """Whether the database lets a yes move the model; taken back either way."""
    request = ModelRequest(
        organization_id=version.organization_id,
        product_id=version.product_id,
        model_version=version,
        move=move,
        reason="why",
        evidence={"artifact": version.artifact_hash},
        valid_until=datetime.now(UTC) + timedelta(days=9) if move == Move.VALIDATE else None,
        requested_by_kind="user",
        requested_by_id="1",
        requested_at=datetime.now(UTC),
    )
    try:
        with transaction.atomic():
            request.save(force_insert=True)
            request.status, request.first_yes_by = "approved", "2"
            request.second_yes_by = "3" if move == Move.PROMOTE else ""
            request.answered_at = datetime.now(UTC)
            request.save(update_fields=["status", "first_yes_by", "second_yes_by", "answered_at"])
            transaction.set_rollback(True)
    except DatabaseError as error:
        if "model_life" not in str(error):
            raise
        return False
    return True


def test_words_and_database_agree_on_the_life(draft: ModelVersion, hanse: Organization) -> None:
    """At every state, every move: what services refuse in words the database refuses as well."""
    inventoried(draft)
    ways = [
        (ModelStatus.DRAFT, None),
        (ModelStatus.VALIDATED, Move.VALIDATE),
        (ModelStatus.CHALLENGER, Move.CHALLENGE),
        (ModelStatus.CHAMPION, Move.PROMOTE),
        (ModelStatus.VALIDATED, Move.DEMOTE),
        (ModelStatus.RETIRED, Move.RETIRE),
    ]
    for state, way in ways:
        if way == Move.DEMOTE:
            champion_demote(
                organization_id=hanse.id, actor=SYSTEM, model_version_id=draft.id, reason="drift"
            )
        elif way is not None:
            agree(ask(draft, way), *((FIRST, SECOND) if way == Move.PROMOTE else (FIRST,)))
        assert status(draft) == state
        with enter(hanse.id):
            allowed = {move for move in STARTS if moved_by_an_answer(draft, Move(move))}
        assert allowed == {move for move in STARTS if state in STARTS[move]}, state
