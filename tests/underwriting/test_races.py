"""Two at once, on connections of their own: one decision, one application, one limit."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from events.actor import SYSTEM
from events.selectors import verify_chain
from scoring.services.products import product_publish
from tenancy.enter import enter
from tenancy.errors import DomainError
from tenancy.models import Organization
from tests.cast_scoring import demo_document
from tests.cast_underwriting import INES, JONAS, STRONG, Submit
from underwriting.models import Application, Customer, Decision, DecisionRun, Offer
from underwriting.services.applications import IdempotencyKey, Submitted
from underwriting.services.decisions import application_decide
from underwriting.services.repeats import InFlight

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls at the same moment, each on its own connection; refusals are results."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return call()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def unclaimed(hanse: Organization, *submitted: Submitted) -> list[UUID]:
    """Runs as they wait for a worker, none of whom has been asked yet."""
    runs = [each.run.id for each in submitted]
    with enter(hanse.id):
        DecisionRun.objects.filter(id__in=runs).update(
            status="pending", holder=None, lease_until=None, fence=0, attempts=0
        )
    return runs


def test_four_workers_make_one_decision(
    transactional_db: None, hanse: Organization, submit: Submit
) -> None:
    [run] = unclaimed(hanse, submit())
    made = at_once(
        *[partial(application_decide, organization_id=hanse.id, run_id=run) for _ in range(4)]
    )
    assert len([decision for decision in made if decision]) == 1
    with enter(hanse.id, read_only=True):
        assert Decision.objects.count() == 1
    assert verify_chain(hanse.id).broken is None


def test_the_same_request_twice_at_once_is_one_application(
    transactional_db: None, hanse: Organization, submit: Submit
) -> None:
    key = IdempotencyKey("partner", "k", b"{}")
    made = at_once(*[lambda: submit(idempotency=key, external_id="E-1") for _ in range(4)])
    turned_away = [each for each in made if isinstance(each, InFlight)]
    assert len({each.application.id for each in made if each not in turned_away}) == 1
    assert submit(idempotency=key, external_id="E-1").replayed
    with enter(hanse.id, read_only=True):
        assert Application.objects.count() == 1
        assert Customer.objects.count() == 1


def test_a_new_person_twice_at_once_is_one_customer(
    transactional_db: None, hanse: Organization, submit: Submit
) -> None:
    at_once(submit, submit, submit)
    with enter(hanse.id, read_only=True):
        assert Application.objects.count() == 3
        assert Customer.objects.count() == 1


def test_two_couples_the_other_way_round_at_once(
    transactional_db: None, hanse: Organization, submit: Submit
) -> None:
    """Neither waits for the other for ever: customers are locked and indexed in one order."""
    ines, jonas = (INES, STRONG), (JONAS, STRONG)
    couples = [(ines, jonas), (jonas, ines)] * 3
    at_once(*[partial(submit, *couple) for couple in couples])
    at_once(*[partial(submit, *couple) for couple in couples])
    with enter(hanse.id, read_only=True):
        assert Application.objects.count() == 12
        assert Customer.objects.count() == 2


def product_limited(hanse: Organization) -> None:
    """From now on nobody may owe Hanse more than 20,000."""
    document = {**demo_document("hanse_kredit", "product"), "customer_limit": "20000.00"}
    product_publish(
        organization_id=hanse.id, actor=SYSTEM, product_slug="personal-loan", document=document
    )


def test_decided_at_once_they_do_not_pass_the_limit_together(
    transactional_db: None, hanse: Organization, submit: Submit
) -> None:
    rich = {**STRONG, "monthly_income": "12000.00"}
    asked = {"amount": "12000.00", "term_months": 48}
    product_limited(hanse)
    runs = unclaimed(hanse, *[submit((INES, rich), request=asked) for _ in range(2)])
    at_once(*[partial(application_decide, organization_id=hanse.id, run_id=run) for run in runs])
    with enter(hanse.id, read_only=True):
        assert Decision.objects.count() == 2
        assert sum(offer.amount for offer in Offer.objects.filter(status="open")) <= 2_000_000
