"""A declined applicant reads on their page what would have been enough."""

from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_underwriting import STRONG
from tests.portal.conftest import LOAN, Applicant, sent, shows, work
from underwriting.models import Decision
from underwriting.services.paths import path_find

INDEBTED = {**STRONG, "monthly_income": "1800.00", "monthly_obligations": "700.00"}


def test_a_declined_applicant_reads_what_would_have_been_enough(
    ines: Applicant, hanse: Organization
) -> None:
    ines.fill(INDEBTED, loan={**LOAN, "term_months": "6"})
    page = sent(ines)
    work(hanse)
    assert not shows(ines.client.get(page), "Womit Ihr Antrag bewilligt würde")
    with enter(hanse.id, read_only=True):
        decision = Decision.objects.get()
    path = path_find(organization_id=hanse.id, decision_id=decision.id)
    assert path is not None
    response = ines.client.get(page)
    assert shows(response, "Womit Ihr Antrag bewilligt würde")
    assert shows(response, "statt")
    assert shows(response, "Wir prüfen alle Angaben erneut.")
    assert response.context["standing"].path.until == path.honoured_until
