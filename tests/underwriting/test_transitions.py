"""The one table of statuses: complete, closed at its ends, and the only way through."""

import pytest

from events.actor import SYSTEM
from tenancy.errors import Conflict
from tenancy.models import Organization
from tests.cast_underwriting import Submit
from underwriting.enums import ApplicationStatus, Outcome
from underwriting.services.applications import application_withdraw
from underwriting.transitions import FINAL, TRANSITIONS, sources, status_after


def test_every_status_has_its_row() -> None:
    assert set(TRANSITIONS) == set(ApplicationStatus)


def test_every_status_can_be_reached_and_every_end_is_one() -> None:
    reached = {target for targets in TRANSITIONS.values() for target in targets}
    assert reached == set(ApplicationStatus) - {ApplicationStatus.DRAFT}
    assert {"withdrawn", "expired", "not_taken", "funded"} == FINAL


@pytest.mark.parametrize("outcome", Outcome.values)
def test_a_decision_leads_somewhere_from_deciding(outcome: str) -> None:
    assert ApplicationStatus.DECIDING in sources(status_after(outcome))


def test_a_counter_offer_is_not_an_approval() -> None:
    assert status_after(Outcome.COUNTER_OFFER) == ApplicationStatus.OFFERED


def test_no_way_leads_out_of_an_end(hanse: Organization, submit: Submit) -> None:
    submitted = submit()
    of = {"organization_id": hanse.id, "application_id": submitted.application.id}
    application_withdraw(actor=SYSTEM, **of)
    with pytest.raises(Conflict) as conflict:
        application_withdraw(actor=SYSTEM, **of)
    assert conflict.value.code == "status"
