"""A file scored by the model in charge says of each row what a decision would have been told."""

import csv
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from events.models import Event
from scoring.models import PastApplication, Product, ScoringRun
from tenancy.enter import enter
from tenancy.models import Organization
from tests.cast_underwriting import REQUEST, STRONG, Submit, decide

FACTS = {**REQUEST, **STRONG, "telephone": "true"}


def loans(place: Path, *rows: dict[str, object]) -> Path:
    with place.open("w", newline="") as stream:
        lines = csv.DictWriter(stream, fieldnames=list(FACTS))
        lines.writeheader()
        lines.writerows(rows)
    return place


def score(folder: Path, file: Path, purpose: str = "campaign") -> list[dict[str, str]]:
    call_command(
        "score_file", str(file), organization="hanse-kredit", product="personal-loan",
        purpose=purpose, out=folder / "out.csv", rejected=folder / "bad.csv",
    )  # fmt: skip
    with (folder / "out.csv").open() as stream:
        return list(csv.DictReader(stream))


def test_a_row_scores_as_the_application_it_would_be(
    hanse: Organization, personal_loan: Product, submit: Submit, tmp_path: Path
) -> None:
    decision = decide(submit())
    found = score(tmp_path, loans(tmp_path / "new.csv", FACTS))
    assert [int(found[0][name]) for name in ("points", "pd_ppm")] == [
        decision.points,
        decision.pd_ppm,
    ]
    with enter(hanse.id):
        assert ScoringRun.objects.count() == 1
        assert not PastApplication.objects.exists()
        event = Event.objects.order_by("-sequence")[0]
        assert event.type == "file.scored"
        assert json.loads(event.data)["purpose"] == "campaign"


def test_reasons_are_codes_and_a_bad_row_is_named(
    hanse: Organization, personal_loan: Product, tmp_path: Path
) -> None:
    weak = {**FACTS, "checking_account": "overdrawn", "savings": "below_100"}
    found = score(tmp_path, loans(tmp_path / "new.csv", weak, {**FACTS, "savings": "gold"}))
    assert len(found) == 1
    assert found[0]["reason_1"] == "CHECKING_ACCOUNT"
    assert "2,savings," in (tmp_path / "bad.csv").read_text()


def test_a_score_without_a_purpose_is_refused(personal_loan: Product, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="purpose"):
        score(tmp_path, loans(tmp_path / "new.csv", FACTS), purpose="a few words")
    assert not (tmp_path / "out.csv").exists()
