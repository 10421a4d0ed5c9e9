"""Which model was in force at T, as known at K: corrections append, nothing is overwritten."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection

from events.actor import SYSTEM, Actor
from scoring.models import Championship, ModelVersion, Product
from scoring.selectors.models import championship_at, championships
from scoring.services.championships import champion_appoint, championship_correct
from scoring.services.models import expert_scorecard_register
from scoring.services.requests import move_agree
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid, RefusedWrite
from tenancy.models import Organization
from tests.cast_scoring import ANSWERERS, demo_document

ASKER, FIRST = Actor("user", "1"), Actor("user", "2")


@pytest.fixture
def second(personal_loan: Product, hanse: Organization) -> Championship:
    """Another scorecard that has taken over."""
    document = {**demo_document("hanse_kredit", "expert_scorecard"), "intercept": 530}
    version = expert_scorecard_register(
        organization_id=hanse.id, actor=SYSTEM, product_slug="personal-loan", document=document
    )
    return champion_appoint(
        organization_id=hanse.id,
        actor=SYSTEM,
        answered_by=ANSWERERS,
        model_version_id=version.id,
        reason="it ranks better",
    )


def number_at(product: Product, at: datetime, known_at: datetime | None = None) -> int | None:
    with enter(product.organization_id):
        found = championship_at(product.organization_id, product.id, at, known_at)
        return found.model_version.number if found else None


def first_of(product: Product) -> Championship:
    with enter(product.organization_id):
        return championships(product.organization_id, product.id)[-1]


def corrected(wrong: Championship, begins: datetime, ends: datetime | None) -> None:
    request = championship_correct(
        organization_id=wrong.organization_id,
        actor=ASKER,
        championship_id=wrong.id,
        appointed_at=begins,
        ended_at=ends,
        reason="the switch was thrown a minute later than written down",
    )
    with pytest.raises(Forbidden):
        move_agree(organization_id=wrong.organization_id, actor=ASKER, request_id=request.id)
    move_agree(organization_id=wrong.organization_id, actor=FIRST, request_id=request.id)


def test_an_end_is_known_from_when_it_came(personal_loan: Product, second: Championship) -> None:
    """Before the second took over, the first was believed to go on without end."""
    tomorrow = second.appointed_at + timedelta(days=1)
    just_before = second.appointed_at - timedelta(microseconds=1)
    assert number_at(personal_loan, tomorrow) == 2
    assert number_at(personal_loan, tomorrow, just_before) == 1
    assert number_at(personal_loan, just_before) == 1
    assert number_at(personal_loan, just_before, just_before) == 1
    assert first_of(personal_loan).ended_at == second.appointed_at


def test_a_correction_appends(personal_loan: Product, second: Championship) -> None:
    before = datetime.now(UTC)
    first = first_of(personal_loan)
    really = first.appointed_at + (second.appointed_at - first.appointed_at) / 2
    corrected(first, first.appointed_at, really)
    between = really + (second.appointed_at - really) / 2
    assert number_at(personal_loan, between) is None
    assert number_at(personal_loan, between, before) == 1
    assert number_at(personal_loan, first.appointed_at) == 1
    with enter(personal_loan.organization_id):
        assert Championship.objects.filter(model_version__number=1).count() == 3
        kept = Championship.objects.get(id=first.id)
    assert kept.ended_at == second.appointed_at


def test_a_corrected_champion_stays_in_charge(
    personal_loan: Product, second: Championship, hanse: Organization
) -> None:
    begins = second.appointed_at + timedelta(microseconds=1)
    corrected(second, begins, None)
    assert number_at(personal_loan, datetime.now(UTC)) == 2
    assert number_at(personal_loan, second.appointed_at) is None
    with enter(hanse.id):
        assert ModelVersion.objects.get(number=2).status == "champion"


def test_corrections_do_not_overlap(personal_loan: Product, second: Championship) -> None:
    first = first_of(personal_loan)
    with pytest.raises(IntegrityError, match="championship_never_two_at_a_time"):
        corrected(first, first.appointed_at, second.appointed_at + timedelta(microseconds=1))


def test_a_correction_neither_ends_nor_foretells(
    personal_loan: Product, second: Championship
) -> None:
    now = datetime.now(UTC)
    for begins, ends in ((second.appointed_at, now), (now + timedelta(days=1), None)):
        with pytest.raises(Invalid):
            corrected(second, begins, ends)
    first = first_of(personal_loan)
    corrected(first, first.appointed_at, second.appointed_at)
    with pytest.raises(Conflict):
        corrected(first, first.appointed_at, second.appointed_at)


def test_what_was_known_stays_known(personal_loan: Product, second: Championship) -> None:
    refusals = (DatabaseError, RefusedWrite)
    with (
        pytest.raises(refusals, match="championship_superseded_once"),
        enter(personal_loan.organization_id),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE scoring_championship SET superseded_at = now()")
