"""Submission, decision and answer in one transaction: the same as the long way, all or nothing."""

import json
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Event
from events.selectors import verify_chain
from tenancy.enter import enter
from tenancy.models import Organization
from tenancy.statements import ask_together
from tests.api.conftest import Partner
from tests.api.test_idempotency import at_once
from tests.bodies import BAD_FACTS, GOOD_FACTS, Body, loan
from tests.underwriting.test_races import product_limited
from underwriting.models import Application, Customer, DecisionRun, IdempotencyRecord, Offer
from underwriting.services import applications
from underwriting.services.repeats import IdempotencyKey, key_claimed

TIMES = ("received_at", "completed_at", "decided_at", "expires_at", "notice_due_at")


def commits(partner: Partner, body: Body) -> tuple[Any, int]:
    """The answer, and how many transactions of the lender it took."""
    with CaptureQueriesContext(connection) as sent:
        answer = partner.apply(body)
    return answer, sum(query["sql"] == "COMMIT" for query in sent.captured_queries)


def without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if name not in {"id", *TIMES}}
        return {name: without_ids(each) for name, each in kept.items() if name != "application"}
    return [without_ids(each) for each in value] if isinstance(value, list) else value


@pytest.fixture
def warm(partner: Partner, hanse: Organization) -> Partner:
    """The process has decided for this lender before: its plan is at hand."""
    assert partner.apply(loan(hanse, number=99)).status_code == 201
    return partner


@pytest.mark.parametrize(
    ("facts", "amount"),
    [(GOOD_FACTS, "2000.00"), (GOOD_FACTS, "15000.00"), (BAD_FACTS, "2000.00")],
)
def test_the_answer_is_what_stands_in_the_database(
    transactional_db: None, warm: Partner, hanse: Organization, facts: Body, amount: str
) -> None:
    """Made from what was at hand, it says what is read afterwards, and took one transaction."""
    answer, transactions = commits(warm, loan(hanse, number=1, facts=facts, amount=amount))
    assert (answer.status_code, transactions) == (201, 1)
    read = warm.get(answer.headers["Location"]).json()
    assert answer.json() == {**read, "decision": {**read["decision"], "path": None}}


@pytest.mark.parametrize("facts", [GOOD_FACTS, BAD_FACTS])
def test_the_long_way_decides_the_same(
    warm: Partner, hanse: Organization, facts: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = warm.apply(loan(hanse, number=1, facts=facts)).json()
    monkeypatch.setattr(applications, "decided_at_once", lambda *_: None)
    long = warm.apply(loan(hanse, number=2, facts=facts)).json()
    assert without_ids(short) == without_ids(long)


def test_events_and_run_are_those_of_the_long_way(
    warm: Partner, hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    def left() -> tuple[list[Any], Any]:
        with enter(hanse.id, read_only=True):
            last = Event.objects.filter(organization_id=hanse.id).order_by("-sequence")[:2]
            events = [(each.type, sorted(json.loads(each.data))) for each in last]
            run = DecisionRun.objects.order_by("-created_at").values(
                "status", "holder", "fence", "attempts", "submission", "lease_until"
            )[0]
        return events, run

    warm.apply(loan(hanse, number=1))
    short = left()
    monkeypatch.setattr(applications, "decided_at_once", lambda *_: None)
    warm.apply(loan(hanse, number=2))
    assert short == left()
    assert verify_chain(hanse.id).broken is None


def test_what_cannot_be_answered_leaves_nothing(
    transactional_db: None, warm: Partner, hanse: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is decided, and dies before it is answered: the repeat does it all again."""

    def counts() -> list[int]:
        with enter(hanse.id, read_only=True):
            kinds = (Application, Customer, IdempotencyRecord, Event)
            return [kind.objects.filter(organization_id=hanse.id).count() for kind in kinds]

    before, body = counts(), loan(hanse, number=1)
    with monkeypatch.context() as patch:
        patch.setattr("underwriting.api.views.applications.application_decided", None)
        assert warm.apply(body, key="k").status_code == 500
    assert counts() == before
    assert warm.apply(body, key="k").status_code == 201


def test_a_key_at_work_is_not_waited_for(
    transactional_db: None, warm: Partner, hanse: Organization
) -> None:
    """Whoever holds the key has not committed: the second is told so at once."""
    body = loan(hanse, number=1)

    def refused() -> Any:
        return warm.apply(body, key="same")

    with enter(hanse.id):
        ask_together(key_claimed(hanse.id, IdempotencyKey(str(hanse.id), "same", b"")))
        (answer,) = at_once(refused)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_flight")
    assert int(answer.headers["Retry-After"]) >= 1
    assert warm.apply(body, key="same").status_code == 201


def test_one_customer_twice_at_once_does_not_pass_the_limit(
    transactional_db: None, warm: Partner, hanse: Organization
) -> None:
    """Known before, the customer is locked until the first is decided."""
    rich = {**GOOD_FACTS, "monthly_income": "12000.00"}
    product_limited(hanse)
    warm.apply(loan(hanse, number=1, facts=rich, amount="1000.00"))
    large = loan(hanse, number=1, facts=rich, amount="12000.00", term_months=48)
    answers = at_once(*[partial(warm.apply, large) for _ in range(4)])
    assert {answer.status_code for answer in answers} == {201}
    with enter(hanse.id, read_only=True):
        theirs = Offer.objects.filter(status="open").exclude(application__amount=200_000)
        assert 1_200_000 < sum(offer.amount for offer in theirs) <= 2_000_000
    assert verify_chain(hanse.id).broken is None
