"""Erasing a person: the key goes, facts go, the chain still verifies, replay says erased."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from events.actor import SYSTEM
from events.selectors import verify_chain
from tenancy.enter import enter
from tenancy.errors import Conflict
from tenancy.models import Organization
from tests.cast_underwriting import INES, JONAS, STRONG, Submit, decide
from underwriting.models import (
    Application,
    BlindIndexEntry,
    Customer,
    Decision,
    FactSet,
    Party,
)
from underwriting.selectors.applications import party_view
from underwriting.selectors.customers import customers_by, identity_of
from underwriting.services.customers import customer_erase
from underwriting.services.links import party_by_link, party_link, party_link_revoke
from underwriting.services.replays import decisions_replay
from underwriting.tasks import purge_erased_facts


def customer_of(hanse: Organization, position: int) -> Customer:
    with enter(hanse.id, read_only=True):
        customer: Customer = (
            Party.objects.select_related("customer").get(position=position).customer
        )
        return customer


def test_an_erased_person_is_forgotten(hanse: Organization, submit: Submit) -> None:
    decide(submit((INES, STRONG), (JONAS, STRONG)))
    erased = customer_of(hanse, 1)
    customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=erased.id)
    with enter(hanse.id, read_only=True):
        assert not BlindIndexEntry.objects.filter(customer=erased).exists()
        assert identity_of(Party.objects.get(position=1)) is None
        assert identity_of(Party.objects.get(position=0)) is not None
        assert customers_by(organization_id=hanse.id, kind="email", value=JONAS["email"]) == []
    assert verify_chain(hanse.id).broken is None
    report = decisions_replay(organization_id=hanse.id)
    assert dict(report.counts) == {"erased": 1}


def retention_over(hanse: Organization) -> None:
    with enter(hanse.id):
        Application.objects.update(retention_until=timezone.now() - timedelta(days=1))


def facts_kept(hanse: Organization) -> list[bool]:
    """Of each party, and of the decision."""
    with enter(hanse.id, read_only=True):
        facts = FactSet.objects.order_by("party__position")
        held = [*(row.document for row in facts), Decision.objects.get().inputs]
        return [document is not None for document in held]


def test_facts_stay_while_the_law_keeps_them_and_go_then(
    hanse: Organization, submit: Submit
) -> None:
    decide(submit((INES, STRONG), (JONAS, STRONG)))
    customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=customer_of(hanse, 1).id)
    assert purge_erased_facts() == 0
    assert facts_kept(hanse) == [True, True, True]
    retention_over(hanse)
    assert purge_erased_facts() == 1
    assert facts_kept(hanse) == [True, False, False]
    assert purge_erased_facts() == 0
    assert verify_chain(hanse.id).broken is None


def test_facts_past_their_time_go_at_once(hanse: Organization, submit: Submit) -> None:
    decide(submit())
    retention_over(hanse)
    customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=customer_of(hanse, 0).id)
    assert facts_kept(hanse) == [False, False]


@pytest.mark.parametrize("table", ["factset", "decision"])
def test_the_database_keeps_facts_until_then(
    hanse: Organization, submit: Submit, table: str
) -> None:
    decide(submit())
    customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=customer_of(hanse, 0).id)
    emptied = {
        "factset": "UPDATE underwriting_factset SET document = NULL",
        "decision": "UPDATE underwriting_decision SET inputs = NULL",
    }
    with (
        pytest.raises(IntegrityError, match="until retention ends"),
        enter(hanse.id),
        connection.cursor() as cursor,
    ):
        cursor.execute(emptied[table])


def test_who_comes_back_is_a_new_customer(hanse: Organization, submit: Submit) -> None:
    decide(submit())
    first = customer_of(hanse, 0)
    customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=first.id)
    again = submit()
    with enter(hanse.id, read_only=True):
        assert Party.objects.get(application=again.application).customer_id != first.id


def test_not_while_a_request_is_undecided(hanse: Organization, submit: Submit) -> None:
    submit()
    with pytest.raises(Conflict):
        customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=customer_of(hanse, 0).id)


@pytest.mark.parametrize("document", [None, "{}"])
def test_facts_are_emptied_by_an_erasure_alone(
    hanse: Organization, submit: Submit, document: str | None
) -> None:
    submit()
    with pytest.raises(IntegrityError, match="emptied by an erasure"), enter(hanse.id):
        FactSet.objects.update(document=document)


def test_replay_names_what_was_altered(
    hanse: Organization, submit: Submit, capsys: pytest.CaptureFixture[str]
) -> None:
    decide(submit())
    call_command("replay_decisions", organization="hanse-kredit")
    assert "1 replayed: 1 identical" in capsys.readouterr().out


def test_a_party_sees_its_own_facts_and_nobody_elses(hanse: Organization, submit: Submit) -> None:
    submit((INES, STRONG), (JONAS, {**STRONG, "monthly_income": "1234.56"}))
    with enter(hanse.id, read_only=True):
        first, second = Party.objects.order_by("position")
    linked = party_by_link(party_link(second))
    assert linked is not None
    assert (linked.organization_id, linked.party_id) == (hanse.id, second.id)
    with enter(hanse.id, read_only=True):
        view = party_view(organization_id=hanse.id, party_id=first.id)
    assert view is not None
    assert view.others == 1
    assert "1234.56" not in str(view.facts)


def test_a_link_is_worthless_when_forged_or_revoked(hanse: Organization, submit: Submit) -> None:
    submit()
    with enter(hanse.id, read_only=True):
        party = Party.objects.get()
    link = party_link(party)
    assert party_by_link(link[:-1] + ("a" if link[-1] != "a" else "b")) is None
    assert party_by_link("nonsense") is None
    party_link_revoke(organization_id=hanse.id, actor=SYSTEM, party_id=party.id)
    assert party_by_link(link) is None
