"""Authority by matrix, four eyes above it, and exceptions that say why and until when."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from events.actor import SYSTEM, Actor
from scoring.models import Product
from tenancy.canonical import canonical, content_hash
from tenancy.enter import enter
from tenancy.errors import Conflict, Forbidden, Invalid, RefusedWrite
from tenancy.models import Organization
from tests.cast_underwriting import INES, KAI, STRONG, WEAK, Submit, decide, excepted
from tests.underwriting.test_authority_matrix import SOUND
from underwriting.authority import ROLES, VERDICTS
from underwriting.enums import Outcome
from underwriting.models import (
    AuthorityMatrix,
    Booking,
    Decision,
    Offer,
    PolicyException,
    Review,
    ReviewStep,
)
from underwriting.selectors.authority import matrix_in_force
from underwriting.services.authority import authority_answer, authority_propose
from underwriting.services.bookings import application_fund
from underwriting.services.offers import offer_accept
from underwriting.services.requests import review_request
from underwriting.services.reviews import (
    review_approve,
    review_counter_offer,
    review_decline,
    review_second,
)
from underwriting.verdicts import Verdict

JOBLESS = {**STRONG, "employment_since": "unemployed", "monthly_income": "9000.00"}
POOR = {**WEAK, "monthly_income": "1500.00"}


def cells(low: int | None, high: int | None, **other: tuple[int | None, int | None]) -> Any:
    """A document with one amount a row: an underwriter's and a senior's, for all verdicts."""
    pairs = {verdict: other.get(verdict, (low, high)) for verdict in VERDICTS}
    limits = {
        role: {verdict: [pair[place]] * 5 for verdict, pair in pairs.items()}
        for place, role in enumerate(ROLES)
    }
    return {**SOUND, "limits": limits}


@pytest.fixture
def matrix(hanse: Organization, personal_loan: Product, rita: User, anna: User) -> Any:
    """Puts a matrix in force, as two people do."""

    def made(document: dict[str, Any]) -> AuthorityMatrix:
        proposed = authority_propose(
            organization_id=hanse.id,
            actor=Actor.user(rita.pk),
            product_id=personal_loan.id,
            document=document,
            reason="the committee's delegation",
        )
        return authority_answer(
            organization_id=hanse.id, actor=Actor.user(anna.pk), matrix_id=proposed.id, agree=True
        )

    return made


def by(user: User, review: Review) -> dict[str, Any]:
    return {
        "organization_id": review.organization_id,
        "actor": Actor.user(user.pk),
        "review_id": review.id,
    }


def referred(submit: Submit) -> Review:
    decision = decide(submit((INES, JOBLESS)))
    with enter(decision.organization_id, read_only=True):
        return Review.objects.get(decision=decision)


def contested(submit: Submit) -> Review:
    """Kai was declined by policy and asks for a person."""
    declined = decide(submit((KAI, POOR)))
    assert declined.outcome == "decline"
    return review_request(
        organization_id=declined.organization_id,
        actor=SYSTEM,
        application_id=declined.application_id,
    )


def test_a_matrix_is_two_peoples_and_the_newest_counts(
    hanse: Organization, personal_loan: Product, matrix: Any, rita: User, anna: User, uma: User
) -> None:
    of: dict[str, Any] = {"organization_id": hanse.id, "product_id": personal_loan.id}
    with pytest.raises(Forbidden):
        authority_propose(**of, actor=Actor.user(uma.pk), document=SOUND, reason="more")
    with pytest.raises(Invalid) as unsound:
        authority_propose(
            **of, actor=Actor.user(rita.pk), document={**SOUND, "bands": []}, reason="none"
        )
    assert unsound.value.errors[0].pointer == "/bands"
    first = matrix(cells(1, 2))
    second = authority_propose(
        **of, actor=Actor.user(rita.pk), document=cells(3, 4), reason="more trust"
    )
    with pytest.raises(Conflict):
        authority_propose(**of, actor=Actor.user(rita.pk), document=SOUND, reason="again")
    with pytest.raises(Forbidden):
        authority_answer(
            organization_id=hanse.id, actor=Actor.user(rita.pk), matrix_id=second.id, agree=True
        )
    with enter(hanse.id, read_only=True):
        counts = matrix_in_force(hanse.id, personal_loan.id)
        assert (first.number, counts and counts.limit("underwriter", "approve", "A")) == (1, 1)
    authority_answer(
        organization_id=hanse.id, actor=Actor.user(anna.pk), matrix_id=second.id, agree=True
    )
    with enter(hanse.id, read_only=True):
        counts = matrix_in_force(hanse.id, personal_loan.id)
        assert counts is not None
        assert counts.limit("underwriter", "approve", "A") == 3


def test_a_verdict_beyond_the_matrix_waits_for_somebody_who_has_the_authority(
    hanse: Organization, submit: Submit, matrix: Any, uma: User, sven: User, hire: Any
) -> None:
    matrix(cells(100, 300_000))
    waiting = review_approve(**by(uma, referred(submit)))
    assert waiting.status == "second_person"
    with pytest.raises(Forbidden):
        review_second(**by(uma, waiting), agree=True)
    assert review_second(**by(sven, waiting), agree=True).status == "settled"
    matrix(cells(100, 200))
    beyond = review_approve(**by(uma, referred(submit)))
    with pytest.raises(Forbidden) as refusal:
        review_second(**by(sven, beyond), agree=True)
    assert refusal.value.code == "limit"
    matrix(cells(None, None))
    small = hire(hanse, "Sina", "senior_underwriter", 100)
    capped = review_approve(**by(small, referred(submit)))
    assert capped.status == "second_person"


def test_a_decline_has_its_own_authority(
    submit: Submit, matrix: Any, uma: User, sven: User
) -> None:
    matrix(cells(0, None, decline=(0, None)))
    waiting = review_decline(**by(uma, referred(submit)), reasons=["NO_EMPLOYMENT"])
    assert waiting.status == "second_person"
    assert review_second(**by(sven, waiting), agree=True).status == "settled"


def test_a_verdict_softer_than_policy_says_why_and_until_when(
    hanse: Organization, submit: Submit, matrix: Any, uma: User, sven: User
) -> None:
    matrix(cells(None, None, exception=(0, None)))
    review = contested(submit)
    said = {**by(uma, review), "override_codes": ["INCOME_VERIFIED"]}
    for wrong, code in (
        ({}, "exception_needed"),
        ({**excepted(), "note": " "}, "exception_words"),
        (excepted(days=61), "exception_day"),
        (excepted(days=-1), "exception_day"),
        ({**excepted(), "exception": excepted()["exception"]._replace(mitigants=())},
         "mitigants_needed"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            review_approve(**said, **wrong)
        assert [error.code for error in refusal.value.errors] == [code]
    assert review_approve(**said, **excepted()).status == "second_person"
    review_second(**by(sven, review), agree=True)
    with enter(hanse.id, read_only=True):
        kept = PolicyException.objects.get()
        assert (kept.asked_by, kept.granted_by) == (str(uma.pk), str(sven.pk))
        assert (kept.policy_outcome, kept.outcome) == ("decline", "approve")
        assert kept.step.note == "the payer confirmed a rise"
        shown = kept.decision.document_data["verdict"]["exception"]
        assert shown["mitigants"] == ["INCOME_VERIFIED"]


def test_what_is_not_softer_needs_no_exception(submit: Submit, uma: User) -> None:
    review = referred(submit)
    with pytest.raises(Invalid) as refusal:
        review_approve(**by(uma, review), **excepted())
    assert [error.code for error in refusal.value.errors] == ["exception_idle"]
    assert review_approve(**by(uma, review)).status == "settled"


def test_a_counter_offer_after_a_decline_is_an_exception_too(
    hanse: Organization, submit: Submit, uma: User
) -> None:
    review_counter_offer(
        **by(uma, contested(submit)),
        amount="1000.00",
        term_months=24,
        reasons=["NO_EMPLOYMENT"],
        override_codes=["INCOME_VERIFIED"],
        **excepted(),
    )
    with enter(hanse.id, read_only=True):
        assert PolicyException.objects.get().outcome == "counter_offer"


def test_an_exception_that_ended_blocks_funding(
    hanse: Organization, submit: Submit, uma: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = contested(submit)
    review_approve(**by(uma, review), override_codes=["INCOME_VERIFIED"], **excepted(days=1))
    here: dict[str, Any] = {
        "organization_id": hanse.id,
        "actor": SYSTEM,
        "application_id": review.application_id,
    }
    offer_accept(**here)
    later = timezone.now() + timedelta(days=2)
    with enter(hanse.id):
        offer = Offer.objects.get(status="accepted")
        booking = {
            "organization_id": hanse.id,
            "application_id": review.application_id,
            "offer": offer,
            "reference": "L-1",
            "amount": offer.amount,
            "outstanding": offer.amount,
        }
        with pytest.raises(IntegrityError, match="exception"), transaction.atomic():
            Booking(**booking, booked_at=later).save(force_insert=True)
    monkeypatch.setattr("underwriting.services.bookings.now", lambda _: later)
    with pytest.raises(Conflict) as refusal:
        application_fund(**here, reference="L-1", amount_minor=offer.amount)
    assert refusal.value.code == "exception_ended"
    monkeypatch.undo()
    application_fund(**here, reference="L-1", amount_minor=offer.amount)


def refused(organization: Organization, attack: Callable[[], object]) -> bool:
    try:
        with enter(organization.id), transaction.atomic():
            attack()
    except (IntegrityError, RefusedWrite):
        return True
    return False


def test_the_database_refuses_what_services_never_write(
    hanse: Organization, submit: Submit, uma: User, matrix: Any, personal_loan: Product
) -> None:
    review = contested(submit)
    review_approve(**by(uma, review), override_codes=["INCOME_VERIFIED"], **excepted())
    in_force = matrix(cells(1, 2))
    body = canonical(SOUND).decode()
    row: dict[str, Any] = {
        "organization_id": hanse.id,
        "product": personal_loan,
        "document": body,
        "content_hash": content_hash(body.encode()),
        "reason": "r",
        "asked_by_id": "1",
        "asked_at": timezone.now(),
    }

    def matrix_row(**other: Any) -> None:
        AuthorityMatrix(**{**row, "number": 7, **other}).save(force_insert=True)

    def exception_changed(**other: Any) -> None:
        PolicyException.objects.update(**other)

    def self_answered() -> None:
        matrix_row()
        AuthorityMatrix.objects.filter(number=7).update(
            status="approved", answered_by_id="1", answered_at=timezone.now()
        )

    def second_is_first() -> None:
        Review.objects.update(second_by=str(uma.pk))

    def softer_without() -> None:
        PolicyException.objects.all()._raw_delete("default")

    attacks = [
        lambda: matrix_row(content_hash="sha256:" + "0" * 64),
        lambda: matrix_row(status="approved", answered_by_id="2", answered_at=timezone.now()),
        lambda: matrix_row(number=in_force.number),
        lambda: matrix_row(reason=""),
        self_answered,
        lambda: AuthorityMatrix.objects.filter(id=in_force.id).update(status="refused"),
        lambda: AuthorityMatrix.objects.filter(id=in_force.id).update(document="{}"),
        lambda: exception_changed(reason="OTHER"),
        lambda: exception_changed(expires_at=timezone.now() + timedelta(days=900)),
        softer_without,
        second_is_first,
    ]
    for number, attack in enumerate(attacks):
        assert refused(hanse, attack), f"attack {number} passed"


def test_a_softer_decision_without_an_exception_is_refused_at_commit(
    hanse: Organization, submit: Submit, uma: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = contested(submit)
    monkeypatch.setattr("underwriting.services.overrules.exception_record", lambda *given: None)
    with pytest.raises(IntegrityError, match="softer than policy"):
        review_approve(**by(uma, review), override_codes=["INCOME_VERIFIED"], **excepted())


def test_an_exception_names_the_people_of_its_review(
    hanse: Organization, submit: Submit, uma: User, sven: User
) -> None:
    review = contested(submit)
    with enter(hanse.id, read_only=True):
        declined = Decision.objects.get()
    review_decline(**by(uma, review), reasons=["NO_EMPLOYMENT"])
    with pytest.raises(IntegrityError), enter(hanse.id):
        PolicyException(
            organization_id=hanse.id,
            application_id=review.application_id,
            decision=declined,
            step=ReviewStep.objects.get(),
            policy_outcome="decline",
            outcome="approve",
            reason="OTHER",
            mitigants=["SAVINGS"],
            asked_by=str(uma.pk),
            granted_by=str(sven.pk),
            made_at=timezone.now(),
            expires_at=timezone.now() + timedelta(days=1),
        ).save(force_insert=True)


def test_a_stored_verdict_is_read_back_whole() -> None:
    verdict = Verdict(outcome=Outcome.APPROVE, exception=excepted()["exception"])
    assert Verdict.parse(verdict.text()) == verdict
    assert "exception" not in Verdict(outcome=Outcome.APPROVE).text()
