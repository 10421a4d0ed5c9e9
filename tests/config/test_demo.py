"""The demo lenders are made once, by the same services as everybody's."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.services.api_keys import api_key_authenticate
from config.demo.lenders import BANCO_AURORA, HANSE_KREDIT, DemoLender
from config.home import PROJECT
from scoring.selectors.models import champion
from scoring.selectors.products import product_by_slug
from tenancy.enter import enter
from tenancy.roles import OPERATOR
from tenancy.selectors import organization_by_slug
from underwriting.models import Application, Decision

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MANY = int(os.environ.get("ASSAY_DEMO_DECISIONS", "250"))
"""Of the long run; `ASSAY_DEMO_DECISIONS=1000` takes most of a minute."""
A_FEW = 48
"""Enough for a joint, a referred and an overridden application of both lenders."""
ROLES = {
    "owner", "risk_analyst", "approver", "underwriter", "senior_underwriter", "compliance",
    "auditor", "developer",
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def make(applications: int) -> str:
    out = StringIO()
    call_command("demo", applications=applications, stdout=out)
    return out.getvalue()


def family_in_charge(lender: DemoLender, slug: str) -> str:
    organization_id = organization_by_slug(slug).id
    with enter(organization_id, read_only=True):
        product = product_by_slug(organization_id, lender.product_slug)
        return champion(organization_id, product.id, datetime.now(UTC)).family


def counted(model: Any, slug: str) -> int:
    organization_id = organization_by_slug(slug).id
    with enter(organization_id, read_only=True):
        count: int = model.objects.filter(organization_id=organization_id).count()
    return count


@pytest.mark.exhaustive
def test_two_lenders_are_ready_and_a_second_run_changes_nothing(home: Path) -> None:
    said = make(4)
    file = home / "demo.json"
    first = file.read_text()
    assert "AUC" in said
    assert file.stat().st_mode & 0o777 == 0o600
    hanse, aurora = json.loads(first)["organizations"]
    assert {user["role"] for user in hanse["users"]} == ROLES
    assert family_in_charge(HANSE_KREDIT, hanse["slug"]) in ("woe", "boosting")
    assert family_in_charge(BANCO_AURORA, aurora["slug"]) == "expert"
    assert family_in_charge(HANSE_KREDIT, f"{hanse['slug']}-test") in ("woe", "boosting")
    live, test = (api_key_authenticate(hanse[f"api_key_{mode}"]) for mode in ("live", "test"))
    assert live is not None
    assert test is not None
    assert (live.mode, test.mode) == ("live", "test")
    assert counted(Decision, hanse["slug"]) >= counted(Application, hanse["slug"]) == 4

    assert "4 there already" in make(4)
    assert file.read_text() == first
    assert counted(Application, hanse["slug"]) == 4


@pytest.mark.exhaustive
@pytest.mark.parametrize("count", [A_FEW, MANY])
def test_decisions_replay_in_another_process_under_another_hash_seed(
    home: Path, database_roles: Any, count: int
) -> None:
    """Of both lenders, joint, referred and overridden ones among them, and by trained models."""
    make(0)
    out = StringIO()
    call_command("demo_applications", count=count, stdout=out)
    for kind in ("joint", "refer", "overridden"):
        assert len(re.findall(rf"[1-9]\d* {kind}", out.getvalue())) == 2, out.getvalue()
    said = replayed_elsewhere({"DATABASE_OPERATOR_URL": database_roles.url(OPERATOR)})
    assert sum(said["counts"].values()) >= count
    assert set(said["counts"]) == {"identical"}, said


def replayed_elsewhere(addresses: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), "replay_decisions", "--json", "--skip-checks"],
        env={
            **os.environ,
            **addresses,
            "DATABASE_URL": addresses["DATABASE_OPERATOR_URL"],
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "ASSAY_MASTER_KEY": settings.ASSAY_MASTER_KEY,
            "PYTHONHASHSEED": "4242",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said
