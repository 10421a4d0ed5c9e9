"""Hits block funding until people have cleared them, and tell nobody who may not know."""

from typing import Any

import pytest
from django.db import IntegrityError, connection

from events.actor import Actor
from events.models import Event
from events.services import event_record
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid, RefusedWrite
from tenancy.models import Organization
from tests.cast_accounts import Hire
from tests.cast_connectors import Apply, named, worked
from tests.cast_underwriting import WEAK
from underwriting.models import Application, Booking, CheckHit, HitStep, Offer, Pull, Review
from underwriting.selectors.reports import disclosures
from underwriting.services.bookings import application_fund
from underwriting.services.customers import customer_erase
from underwriting.services.hits import hit_clear, hit_confirm, hit_second
from underwriting.services.offers import offer_accept
from underwriting.services.reviews import review_approve

SYSTEM = Actor("system", "assay")


@pytest.fixture
def carla(asking: Organization, hire: Hire) -> Actor:
    return Actor.user(hire(asking, "Cora", "compliance").pk)


@pytest.fixture
def sven(asking: Organization, hire: Hire) -> Actor:
    return Actor.user(hire(asking, "Svea", "senior_underwriter", 5_000_000).pk)


def hit_of(organization: Organization, **which: Any) -> CheckHit:
    with enter(organization.id, read_only=True):
        return CheckHit.objects.get(**which)


def accepted(organization: Organization, apply: Apply, who: str, actor: Actor) -> Application:
    """Referred for a hit, approved by a person in spite of it, accepted by the applicant."""
    decision = worked(apply(named(who)))
    assert decision is not None
    with enter(organization.id, read_only=True):
        review = Review.objects.get(decision=decision)
    review_approve(
        organization_id=organization.id,
        actor=actor,
        review_id=review.id,
        override_codes=["DOCUMENTS_SEEN"],
    )
    offer_accept(
        organization_id=organization.id, actor=SYSTEM, application_id=decision.application_id
    )
    with enter(organization.id, read_only=True):
        return Application.objects.get(id=decision.application_id)


def funded(organization: Organization, application: Application) -> Booking:
    return application_fund(
        organization_id=organization.id,
        actor=SYSTEM,
        application_id=application.id,
        reference="L-1",
        amount_minor=application.amount,
    )


def ready(organization: Organization) -> int:
    with enter(organization.id, read_only=True):
        return Event.objects.filter(type="application.ready_to_fund").count()


def test_nothing_is_funded_while_a_hit_stands_and_everything_once_it_is_cleared(
    asking: Organization, apply: Apply, sven: Actor
) -> None:
    application = accepted(asking, apply, "Fraudhit", sven)
    assert ready(asking) == 0
    with pytest.raises(Conflict, match="not ready to be funded"):
        funded(asking, application)
    with enter(asking.id, read_only=True):
        offer = Offer.objects.get(status="accepted")
    attacks = (
        lambda: Booking(
            organization_id=asking.id, application=application, offer=offer, reference="L-9",
            amount=application.amount, outstanding=application.amount,
            booked_at=offer.answered_at,
        ).save(force_insert=True),
        lambda: Application.objects.update(status="funded", closed_at=application.accepted_at),
        lambda: event_record(
            organization_id=asking.id, actor=SYSTEM, type="application.ready_to_fund",
            subject=("application", application.id), data={},
        ),
    )  # fmt: skip
    for attack in attacks:
        with pytest.raises(IntegrityError, match="not ready to be funded"), enter(asking.id):
            attack()
    hit = hit_of(asking)
    hit_clear(
        organization_id=asking.id, actor=sven, hit_id=hit.id, reason="DOCUMENTS_SEEN",
        note="She came by.",
    )  # fmt: skip
    assert ready(asking) == 1
    assert funded(asking, application).amount == application.amount


@pytest.mark.exhaustive
def test_sanctions_take_two_people_and_a_confirmed_hit_stays(
    asking: Organization, apply: Apply, sven: Actor, carla: Actor
) -> None:
    application = accepted(asking, apply, "Sanctionshit", sven)
    of: dict[str, Any] = {"organization_id": asking.id, "hit_id": hit_of(asking).id}
    assert hit_clear(**of, actor=sven, reason="OTHER_PERSON").status == "clearing"
    assert ready(asking) == 0
    with pytest.raises(Forbidden):
        hit_second(**of, actor=sven, agree=True)
    assert hit_second(**of, actor=carla, agree=False).status == "open"
    with pytest.raises(Invalid):
        hit_confirm(**of, actor=sven, reason="")
    hit_confirm(**of, actor=sven, reason="SAME_PERSON")
    assert hit_second(**of, actor=carla, agree=True).status == "confirmed"
    with pytest.raises(Conflict):
        hit_clear(**of, actor=sven, reason="OTHER_PERSON")
    with pytest.raises(Conflict, match="not ready"):
        funded(asking, application)
    with enter(asking.id, read_only=True):
        kinds = [step.kind for step in HitStep.objects.order_by("number")]
    assert kinds == ["clear", "disagree", "confirm", "agree"]


@pytest.mark.exhaustive
def test_a_hit_of_one_application_holds_up_the_others_of_the_same_person(
    asking: Organization, apply: Apply, sven: Actor
) -> None:
    clear = worked(apply(named("Highscore", email="same@mail.example", national_id="A1B2C3D4")))
    assert clear is not None
    assert clear.outcome == "approve"
    offer_accept(organization_id=asking.id, actor=SYSTEM, application_id=clear.application_id)
    same = named("Highscore", "Fraudhit", email="same@mail.example", national_id="A1B2C3D4")
    worked(apply(same))
    with enter(asking.id, read_only=True):
        first = Application.objects.get(id=clear.application_id)
    with pytest.raises(Conflict, match="not ready"):
        funded(asking, first)
    later = worked(apply(named("Highscore", email="same@mail.example", national_id="A1B2C3D4")))
    assert later is not None
    assert [r["code"] for r in later.document_data["reasons"]] == ["PERSON_LOOKS"]
    hit_clear(
        organization_id=asking.id, actor=sven, hit_id=hit_of(asking).id, reason="OTHER_PERSON"
    )
    funded(asking, first)


@pytest.mark.exhaustive
def test_a_check_that_was_not_asked_or_answered_holds_up_funding_too(
    asking: Organization, apply: Apply, sven: Actor
) -> None:
    worked(apply(facts={**WEAK, "monthly_income": "100.00"}))
    hits = hit_of(asking, kind="sanctions")
    assert (hits.cause, hits.pull_id) == ("not_run", None)


@pytest.mark.exhaustive
def test_who_has_no_right_settles_nothing(asking: Organization, apply: Apply, hire: Hire) -> None:
    worked(apply(named("Fraudhit")))
    hit = hit_of(asking)
    for person in (hire(asking, "Udo", "underwriter"), hire(asking, "Abby", "auditor")):
        with pytest.raises(Forbidden):
            hit_clear(
                organization_id=asking.id, actor=Actor.user(person.pk), hit_id=hit.id,
                reason="OTHER_PERSON",
            )  # fmt: skip
    assert hit_of(asking).status == "open"


@pytest.mark.exhaustive
def test_a_report_is_disclosed_as_seen_and_gone_with_the_person(
    asking: Organization, apply: Apply
) -> None:
    decision = worked(apply(named("Lowscore")))
    assert decision is not None
    with enter(asking.id, read_only=True):
        (told,) = disclosures(asking.id, decision.application_id)
        pull = Pull.objects.get(kind="bureau")
        assert b"Lowscore" not in bytes(pull.sealed or b"")
    assert (told.agency.name, told.agency.phone) == ("Test Bureau", "+1 800 555 0100")
    assert told.score is not None
    assert (told.score.value, told.score.lowest, told.score.highest) == (420, 300, 850)
    assert len(told.factors) == 4
    customer_erase(organization_id=asking.id, actor=SYSTEM, customer_id=pull.customer_id)
    with enter(asking.id, read_only=True):
        assert disclosures(asking.id, decision.application_id) == []


ALONE = (
    "UPDATE underwriting_checkhit SET status = 'cleared', settled_at = now(), proposed_by = '1',"
    " settled_by = '1', reason = 'OTHER_PERSON'"
)
REFUSED = [
    ("UPDATE underwriting_pull SET result = 'clear' WHERE kind = 'fraud'", "stays as it was seen"),
    ("UPDATE underwriting_pull SET sealed = NULL", "stays as it was seen"),
    ("DELETE FROM underwriting_pull", "retention has not ended"),
    ("DELETE FROM underwriting_checkhit", "retention has not ended"),
    ("UPDATE underwriting_checkhit SET status = 'cleared', proposed_by = '1'", "hit_"),
    ("UPDATE underwriting_checkhit SET status = 'clearing'", "hit_proposed_by_somebody"),
    (ALONE, "hit_of_sanctions_by_two"),
    ("UPDATE underwriting_decisionrun SET resume_at = now()", "run_waiting_says_until_when"),
]  # fmt: skip
FORGED = """INSERT INTO underwriting_pull (id, organization_id, application_id, run_id, party_id,
    customer_id, setting_id, consent_id, kind, inquiry, purpose, status, attempts, next_at,
    alerts, made_at, asked_by_kind, asked_by_id)
SELECT gen_random_uuid(), organization_id, application_id, run_id, party_id, customer_id,
    {setting}, {consent}, {kind}, {inquiry}, {purpose}, {status}, 0, {next}, alerts, {made},
    'system', 'assay'
FROM underwriting_pull WHERE kind = '{of}'"""
PLAIN = {
    "setting": "setting_id", "consent": "consent_id", "kind": "kind", "inquiry": "inquiry",
    "purpose": "purpose", "status": "'waiting'", "next": "now()", "made": "made_at",
    "of": "identity",
}  # fmt: skip
FORGERIES: list[tuple[dict[str, str], str]] = [
    ({}, "pull_once"),
    ({"kind": "'fraud'"}, "of its application, party, run and setting"),
    ({"inquiry": "'hard'"}, "of its application, party, run and setting"),
    ({"consent": "gen_random_uuid()"}, "consent"),
    ({"made": "'2000-01-01'", "of": "bureau"}, "consent of this party"),
    ({"consent": "NULL", "of": "bureau"}, "pull_of_a_bureau_has_consent"),
    ({"status": "'answered'", "next": "NULL"}, "begins waiting"),
]
SETTINGS = """INSERT INTO underwriting_connectorsetting (id, organization_id, product_id, kind,
    number, connector, inquiry, purpose, enabled, document, content_hash, made_at, made_by)
SELECT gen_random_uuid(), organization_id, product_id, 'bureau', 99, 'stub', {inquiry}, {purpose},
    true, document, content_hash, now(), 'x' FROM underwriting_connectorsetting
WHERE kind = 'bureau'"""


def test_the_database_refuses_what_pulls_and_hits_never_do(
    asking: Organization, apply: Apply
) -> None:
    worked(apply(named("Highscore")))
    worked(apply(named("Sanctionshit")))
    statements = [
        *REFUSED,
        *((FORGED.format(**{**PLAIN, **changed}), why) for changed, why in FORGERIES),
        (SETTINGS.format(inquiry="'hard'", purpose="'prequalification'"), "soft_where_it_must_be"),
        (SETTINGS.format(inquiry="'none'", purpose="'credit_transaction'"), "kind_agrees"),
    ]
    for statement, why in statements:
        with (
            pytest.raises((IntegrityError, RefusedWrite), match=why),
            enter(asking.id),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with pytest.raises(RefusedWrite), enter(asking.id), connection.cursor() as cursor:
        cursor.execute("UPDATE underwriting_connectorsetting SET enabled = false")
