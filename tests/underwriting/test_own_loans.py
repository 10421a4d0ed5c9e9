"""Applications decided here become a data set, and leave it when a person is forgotten."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from events.actor import SYSTEM
from events.models import Event
from events.selectors import verify_chain
from scoring.models import Dataset
from scoring.services.dataset_rows import dataset_loans
from scoring.services.outcome_definitions import outcome_definition_publish
from scoring.services.performance import performance_record
from scoring.training.rows import LoanRows
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_underwriting import INES, JONAS, KAI, STRONG, WEAK, Submit, decide
from tests.desk.conftest import SignIn, sign_in
from tests.underwriting.test_erasure import customer_of, retention_over
from underwriting.models import Application
from underwriting.services.applications import application_withdraw
from underwriting.services.bookings import application_fund
from underwriting.services.customers import customer_erase
from underwriting.services.offers import offer_accept
from underwriting.services.own_loans import own_loans_register
from underwriting.tasks import purge_erased_facts

__all__ = ["sign_in"]


def register(organization: Organization, definition: int | None = None) -> Dataset:
    return own_loans_register(
        organization_id=organization.id,
        actor=SYSTEM,
        product_slug="personal-loan",
        definition=definition,
    )


def rows_of(dataset: Dataset) -> LoanRows:
    with enter(dataset.organization_id, read_only=True):
        return dataset_loans(dataset)


def booked(hanse: Organization, application: Application) -> Application:
    offer_accept(organization_id=hanse.id, actor=SYSTEM, application_id=application.id)
    application_fund(
        organization_id=hanse.id,
        actor=SYSTEM,
        application_id=application.id,
        reference="L-1",
        amount_minor=300_000,
    )
    return application


@pytest.fixture
def loan(hanse: Organization, submit: Submit) -> Application:
    """Ines and Jonas borrow: the loan is L-1 in the lender's books."""
    submitted = submit((INES, STRONG), (JONAS, STRONG))
    assert decide(submitted).outcome == "approve"
    return booked(hanse, submitted.application)


def publish(hanse: Organization) -> int:
    made = outcome_definition_publish(
        organization_id=hanse.id,
        actor=SYSTEM,
        product_slug="personal-loan",
        bad_days_past_due=90,
        indeterminate_days_past_due=30,
        window_months=12,
    )
    return made.number


def test_settled_applications_are_rows_with_their_disposition(
    hanse: Organization, loan: Application, submit: Submit
) -> None:
    declined = decide(submit((KAI, WEAK))).application_id
    withdrawn = submit((INES, STRONG), external_id="w").application
    application_withdraw(organization_id=hanse.id, actor=SYSTEM, application_id=withdrawn.id)
    rows = rows_of(register(hanse))
    found = dict(zip(rows.refs, rows.dispositions, strict=True))
    assert found == {
        str(loan.id): "booked", str(declined): "declined", str(withdrawn.id): "withdrawn",
    }  # fmt: skip
    told = json.loads(rows.parties[rows.refs.index(str(loan.id))])
    assert [each["facts"]["monthly_income"] for each in told] == ["4200.00", "4200.00"]
    assert "Ines" not in "".join(rows.parties)


def test_their_outcome_follows_from_the_loans_performance(
    hanse: Organization, loan: Application
) -> None:
    performance_record(
        organization_id=hanse.id,
        actor=SYSTEM,
        product_slug="personal-loan",
        months=[
            {"loan_ref": "L-1", "months_on_book": "4", "as_of": timezone.now().date().isoformat(),
             "days_past_due": "95", "balance": "2500.00"}
        ],
    )  # fmt: skip
    assert list(rows_of(register(hanse)).outcomes) == [""]
    dataset = register(hanse, publish(hanse))
    assert list(rows_of(dataset).outcomes) == ["bad"]
    assert (dataset.source, dataset.bads) == ("applications", 1)


def test_a_forgotten_persons_row_goes_with_their_facts_and_not_before(
    hanse: Organization, loan: Application, submit: Submit
) -> None:
    dataset = register(hanse)
    fingerprint = dataset.fingerprint
    customer_erase(organization_id=hanse.id, actor=SYSTEM, customer_id=customer_of(hanse, 1).id)
    assert len(rows_of(dataset)) == 1
    retention_over(hanse)
    assert purge_erased_facts() == 1
    assert len(rows_of(dataset)) == 0
    with enter(hanse.id, read_only=True):
        assert Dataset.objects.get(id=dataset.id).fingerprint == fingerprint
        assert Event.objects.filter(type="dataset.rows_erased").count() == 1
    assert verify_chain(hanse.id).broken is None
    assert register(hanse).rows == 0


def test_another_lender_has_none_of_them(
    hanse: Organization, aurora: Organization, store_card: object, loan: Application
) -> None:
    made = own_loans_register(organization_id=aurora.id, actor=SYSTEM, product_slug="store-card")
    assert made.rows == 0


def test_the_command_registers_each_source(
    hanse: Organization, loan: Application, tmp_path: object
) -> None:
    out = StringIO()
    asked = {"organization": "hanse-kredit", "product": "personal-loan", "stdout": out}
    call_command("register_dataset", source="applications", definition=publish(hanse), **asked)
    assert "1 applications: 0 good, 0 bad, 0 neither, 1 too young to say" in out.getvalue()
    with pytest.raises(CommandError, match="no such outcome definition"):
        call_command("register_dataset", source="applications", definition=9, **asked)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("register_dataset", source="nowhere.csv", **asked)


def test_the_desk_offers_them_too(
    hanse: Organization, loan: Application, rita: object, sign_in: SignIn
) -> None:
    client = sign_in(rita)
    address = "/admin/scoring/dataset/register/"
    assert "Applications decided here" in client.get(address).content.decode()
    given = {"product": "personal-loan", "source": "applications", "exclusions": ""}
    assert client.post(address, given).status_code == 302
    with enter(hanse.id, read_only=True):
        assert Dataset.objects.get().source == "applications"
