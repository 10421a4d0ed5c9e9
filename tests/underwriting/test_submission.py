"""An application comes in: stored whole or not at all, once, with every wrong field named."""

from collections.abc import Callable
from typing import Any

import pytest

from events.models import Event
from tenancy.enter import enter
from tenancy.errors import Conflict, Invalid, NotFound
from tenancy.models import Organization
from tests.cast_underwriting import INES, JONAS, STRONG, Submit
from underwriting.models import (
    Application,
    BlindIndexEntry,
    Consent,
    Customer,
    CustomerIdentity,
    DecisionRun,
    FactSet,
    Party,
)
from underwriting.selectors.customers import customers_by, identity_of
from underwriting.services.applications import IdempotencyKey

KEY = IdempotencyKey(scope="partner", key="k-1", body=b'{"one": 1}')


def refused(submit: Callable[..., Any], **asked: Any) -> dict[str, str]:
    """Pointer to code of a refusal."""
    with pytest.raises(Invalid) as refusal:
        submit(**asked)
    return {error.pointer: error.code for error in refusal.value.errors}


def stored(organization: Organization) -> int:
    with enter(organization.id, read_only=True):
        return (
            Application.objects.count()
            + Customer.objects.count()
            + Event.objects.filter(type="application.submitted").count()
        )


def test_an_application_is_stored_whole(hanse: Organization, submit: Submit) -> None:
    submitted = submit((INES, STRONG), (JONAS, STRONG))
    with enter(hanse.id, read_only=True):
        application = Application.objects.get()
        assert application.id == submitted.application.id
        assert application.amount == 300_000
        assert application.received_at == application.completed_at
        assert [p.role for p in Party.objects.order_by("position")] == ["borrower", "co_borrower"]
        assert FactSet.objects.count() == 2
        assert Consent.objects.count() == 4
        assert DecisionRun.objects.get().status == "running"
        assert Event.objects.filter(type="application.submitted").count() == 1


def test_identity_is_sealed_and_only_being_of_age_is_a_fact(
    hanse: Organization, submit: Submit
) -> None:
    submit()
    with enter(hanse.id, read_only=True):
        facts = FactSet.objects.get().document or ""
        sealed = bytes(CustomerIdentity.objects.get().sealed)
        opened = identity_of(Party.objects.get())
    assert '"of_age":true' in facts
    assert "Brandt" not in facts
    assert "1985" not in facts
    assert b"Brandt" not in sealed
    assert opened is not None
    assert opened["family_name"] == "Brandt"


def test_a_customer_is_found_again_and_by_blind_search(hanse: Organization, submit: Submit) -> None:
    first, second = submit(), submit()
    with enter(hanse.id, read_only=True):
        assert Customer.objects.count() == 1
        assert Party.objects.get(application=second.application).match == "exact"
        found = customers_by(organization_id=hanse.id, kind="phone", value="0049 (40) 123 456")
        assert [c.id for c in found] == [Customer.objects.get().id]
        assert not BlindIndexEntry.objects.filter(digest__contains=b"brandt").exists()
    assert first.application.id != second.application.id


def test_a_likeness_makes_a_new_customer_and_a_person_looks(
    hanse: Organization, submit: Submit
) -> None:
    submit((JONAS, STRONG))
    submit(({**JONAS, "email": "other@mail.example"}, STRONG))
    with enter(hanse.id, read_only=True):
        newest = Party.objects.order_by("-id")[0]
        assert Customer.objects.count() == 2
        assert newest.match == "possible"
        assert newest.possible_customer_id != newest.customer_id


def test_every_wrong_field_is_named_and_nothing_is_stored(
    hanse: Organization, submit: Submit
) -> None:
    identity = {**INES, "given_names": "1nes", "birth_date": "2999-01-01", "shoe_size": 39}
    facts = {
        **STRONG,
        "monthly_income": "-1.00",
        "telephone": "yes",
        "sex": "female",
        "of_age": True,
    }
    errors = refused(
        lambda **asked: submit((identity, facts), (JONAS, {}), request={"amount": 1}, **asked)
    )
    assert (
        errors.items()
        >= {
            "/applicant/identity/given_names": "name",
            "/applicant/identity/birth_date": "date_future",
            "/applicant/identity/shoe_size": "unknown_field",
            "/applicant/facts/monthly_income": "minimum",
            "/applicant/facts/telephone": "type_boolean",
            "/applicant/facts/sex": "unknown",
            "/applicant/facts/of_age": "unknown",
            "/request/amount": "minimum",
            "/co_applicants/0/facts/job": "required",
        }.items()
    )
    assert stored(hanse) == 0


@pytest.mark.parametrize("name", [7, None, "", "R2D2", "x" * 200])
def test_a_name_is_letters(submit: Submit, name: Any) -> None:
    errors = refused(lambda **asked: submit(({**INES, "family_name": name}, STRONG), **asked))
    assert set(errors) == {"/applicant/identity/family_name"}


def test_consents_must_be_published_words(submit: Submit) -> None:
    wrong = [{"purpose": "credit_assessment", "text_hash": "sha256:" + "0" * 64}]
    parties = [{"identity": INES, "facts": STRONG, "consents": wrong}]
    assert refused(submit, parties=parties) == {"/applicant/consents": "consent_missing"}
    parties[0]["consents"] = [*wrong, {"purpose": "automated_decision", "text_hash": "no"}]
    assert set(refused(submit, parties=parties).values()) == {"consent_unknown"}


def test_one_person_is_not_two_parties(hanse: Organization, submit: Submit) -> None:
    errors = refused(lambda **asked: submit((INES, STRONG), (INES, STRONG), **asked))
    assert errors == {"/co_applicants/0/identity": "same_person"}
    assert stored(hanse) == 0


def test_a_product_of_nobody_is_not_found(submit: Submit) -> None:
    with pytest.raises(NotFound):
        submit(product_slug="store-card")


def test_a_key_repeated_returns_the_first_answer(hanse: Organization, submit: Submit) -> None:
    first, again = submit(idempotency=KEY), submit(idempotency=KEY)
    assert again.replayed
    assert again.application.id == first.application.id
    assert again.claim is None
    with enter(hanse.id, read_only=True):
        assert Application.objects.count() == 1


def test_a_key_with_another_body_is_refused(hanse: Organization, submit: Submit) -> None:
    submit(idempotency=KEY)
    with pytest.raises(Conflict) as conflict:
        submit(idempotency=IdempotencyKey(KEY.scope, KEY.key, b"{}"))
    assert conflict.value.code == "idempotency_key_reused"


def test_an_external_id_is_one_application_of_the_lender(
    hanse: Organization, submit: Submit, broker: Any
) -> None:
    first = submit(external_id="A-1")
    assert submit(external_id="A-1").application.id == first.application.id
    for other in ({"partner_id": broker.id}, {"request": {"amount": "4000.00"}}):
        with pytest.raises(Conflict) as conflict:
            submit(external_id="A-1", **other)
        assert (conflict.value.code, str(conflict.value)) == (
            "external_id_taken",
            "this external id is taken",
        )
    with enter(hanse.id, read_only=True):
        assert Application.objects.get().id == first.application.id
