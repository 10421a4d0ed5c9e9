"""From a file nobody prepared to the first decided application."""

from pathlib import Path

from django.test import Client

from accounts.enums import Role
from accounts.models import User
from tenancy.models import Organization
from tests.cast_accounts import Hire
from tests.first_hour import Hour
from tests.ml.ugly import ugly_file

SMALL = {"families": ["woe"]}


def test_a_new_lender_decides_its_first_application(
    hanse: Organization, rita: User, anna: User, hire: Hire, tmp_path: Path, client: Client
) -> None:
    hour = Hour(hanse, rita, anna, hire(hanse, "Theo", Role.APPROVER))
    draft = hour.drafted(ugly_file(tmp_path / "loans.csv", 600, 18))
    assert hour.imported(draft)["imported"] == 600
    hour.in_charge(hour.trained(SMALL))
    decision = hour.decided(draft)
    assert decision.outcome in ("approve", "refer")
    assert decision.scoring_run_id is not None
    start = client.get("/apply/hanse-kredit/consumo/", headers={"Accept-Language": "de"})
    assert start.status_code == 200
    question = client.post("/apply/hanse-kredit/consumo/", follow=True)
    assert "Importe Solicitado" in question.content.decode()
