"""Data sets on the desk: registered, explored, accepted by a second person; proxies for few."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from accounts.models import User
from scoring.models import (
    Dataset,
    DatasetStudy,
    LeakageAcceptance,
    OutcomeDefinition,
    Product,
    TrainingRun,
)
from scoring.services.datasets import dataset_register
from scoring.services.studies import study_execute
from tenancy.enter import enter
from tenancy.models import Organization
from tests.desk.conftest import SignIn
from tests.scoring.test_datasets import RITA, leaking, register, row
from tests.scoring.test_imports import bring, loan_file
from tests.scoring.test_performance import bring as bring_months
from tests.scoring.test_performance import months_file
from tests.scoring.test_studies import some_rows

__all__ = ["leaking"]
LIST = "/admin/scoring/dataset/"


@pytest.fixture
def dataset(personal_loan: Product, hanse: Organization) -> Dataset:
    """A file's loans, explored."""
    made = dataset_register(
        organization_id=hanse.id,
        actor=RITA,
        product_slug="personal-loan",
        source="loans.parquet",
        rows=some_rows(),
    )
    with enter(hanse.id):
        study = DatasetStudy.objects.get(dataset=made)
    study_execute(organization_id=hanse.id, study_id=study.id)
    return made


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def of(dataset: Dataset, place: str = "change/") -> str:
    return f"{LIST}{dataset.id}/{place}"


def nothing_inline(text: str) -> Iterator[str]:
    """What a strict policy would refuse."""
    yield from re.findall(r"<[^>]+ (?:style|on\w+)=", text)
    yield from re.findall(r"<style", text)
    yield from re.findall(r"<script(?![^>]*(?: src=| type=\"application/json\"))[^>]*>", text)


def test_pages_read_and_hold_nothing_inline(dataset: Dataset, rita: User, sign_in: SignIn) -> None:
    client = sign_in(rita)
    expected = {
        LIST: "loans.parquet",
        of(dataset): "No field was found that knows the outcome",
        of(dataset, "exploration/"): "Information value",
        of(dataset, "exploration/field/housing/"): "Weight of evidence",
        f"{LIST}register/": "Leave out",
        "/admin/scoring/outcomedefinition/": "No definition yet",
    }
    for address, words in expected.items():
        text = page(client, address)
        assert words in text, address
        assert list(nothing_inline(text)) == [], address


def test_what_is_odd_is_said_in_words(dataset: Dataset, rita: User, sign_in: SignIn) -> None:
    text = page(sign_in(rita), of(dataset, "exploration/"))
    assert "Always the same: furniture." in text


def test_every_chart_has_its_figures(dataset: Dataset, rita: User, sign_in: SignIn) -> None:
    text = page(sign_in(rita), of(dataset, "exploration/field/housing/"))
    assert text.count("<canvas") == text.count('<details class="figures">') >= 4
    assert "Own" in text or "own" in text.lower()


def test_the_report_is_one_file_that_asks_nobody(
    dataset: Dataset, rita: User, sign_in: SignIn
) -> None:
    answer = sign_in(rita).get(of(dataset, "exploration/report/"))
    assert answer["Content-Disposition"].startswith('attachment; filename="exploration-')
    text = answer.content.decode()
    assert text.count("<svg") > 20
    assert "<script" not in text
    assert not re.findall(r"(?:src|href)=\"(?!#)", text)
    assert dataset.fingerprint in text
    assert "female" not in text


def test_an_unexplored_one_says_what_to_do(
    leaking: Dataset, rita: User, anna: User, sign_in: SignIn, hanse: Organization
) -> None:
    with enter(hanse.id):
        DatasetStudy.objects.filter(dataset=leaking).delete()
    client = sign_in(rita)
    assert "Explore it now" in page(client, of(leaking, "exploration/"))
    client.post(of(leaking, "explore/"))
    text = page(client, of(leaking, "exploration/"))
    assert "hx-get" in text
    assert "Waiting for a worker" in text
    part = client.get(of(leaking, "exploration/progress/"))
    assert "HX-Refresh" not in part
    with enter(hanse.id):
        study = DatasetStudy.objects.get(dataset=leaking)
    client.post(f"{LIST}study/{study.id}/cancel/")
    assert client.get(of(leaking, "exploration/progress/"))["HX-Refresh"] == "true"
    assert sign_in(anna).post(of(leaking, "explore/")).status_code == 403


def test_the_radar_is_for_compliance_alone(
    dataset: Dataset, rita: User, anna: User, alice: User, carla: User, sign_in: SignIn
) -> None:
    for other in (rita, anna, alice):
        client = sign_in(other)
        assert client.get(of(dataset, "proxies/")).status_code == 403
        assert "Proxy radar" not in client.get(of(dataset)).content.decode()
    text = page(sign_in(carla), of(dataset, "proxies/"))
    assert "120 of 240 people" in text
    assert list(nothing_inline(text)) == []
    assert "Proxy radar" in page(sign_in(carla), of(dataset))


def test_a_leak_is_shown_accepted_by_another_and_refused_by_nobody_else(
    leaking: Dataset, rita: User, anna: User, sign_in: SignIn, hanse: Organization
) -> None:
    analyst = sign_in(rita)
    text = page(analyst, of(leaking))
    assert "separates good from bad loans almost alone: AUC 1.000" in text
    assert "Ask for acceptance" in text
    refused = analyst.post(of(leaking, "acceptance/"), {"reason": ""})
    assert "This field is required" in refused.content.decode()
    analyst.post(of(leaking, "acceptance/"), {"reason": "the amount is asked for first"})
    with enter(hanse.id):
        asked = LeakageAcceptance.objects.get()
    accept = f"{LIST}acceptance/{asked.id}/accept/"
    assert analyst.post(accept).status_code == 403
    assert accept not in page(analyst, of(leaking))
    approver = sign_in(anna)
    assert "Leaks that wait for a second person" in page(approver, "/admin/")
    assert "Leaks that wait for a second person" not in page(analyst, "/admin/")
    text = page(approver, of(leaking))
    assert accept in text
    assert "Rita asked on" in text
    approver.post(accept)
    assert "Answered by Anna" in page(approver, of(leaking))
    with enter(hanse.id):
        assert LeakageAcceptance.objects.get().status == "approved"


def test_a_training_without_the_leaking_field_is_one_click_away(
    leaking: Dataset, rita: User, sign_in: SignIn, hanse: Organization
) -> None:
    client = sign_in(rita)
    text = page(client, of(leaking))
    assert "Train without them" in text
    assert "Train on this data set" not in text
    refused = client.post(of(leaking, "train/")).content.decode()
    assert "leaks the outcome" in refused
    client.post(of(leaking, "train/without/"))
    with enter(hanse.id):
        run = TrainingRun.objects.get()
    assert run.settings["dataset"] == str(leaking.id)
    assert run.settings["leave_out"] == ["amount", "principal_per_month"]


def test_the_form_registers_and_shows_what_was_left_out(
    personal_loan: Product, hanse: Organization, tmp_path: Path, rita: User, sign_in: SignIn
) -> None:
    lines = [row("L1"), row("L2", amount=9000, end="bad"), row("L3", "2025-09-01")]
    bring(hanse, loan_file(tmp_path, *lines))
    client = sign_in(rita)
    given = {
        "product": "personal-loan", "source": "history", "first": "2025-02-01",
        "last": "2025-06-30", "as_of": "", "definition": "",
        "exclusions": "amount > 5000.00 | another product\nterm_months in 60, 72 | too long",
    }  # fmt: skip
    answer = client.post(f"{LIST}register/", given, follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain, text
    assert "another product" in text
    assert "outside the period" in text
    assert "Not searched: 0 bad among 1" in text
    with enter(hanse.id):
        newest = Dataset.objects.order_by("-registered_at").first()
        assert newest is not None
        assert [each["rows"] for each in newest.exclusions] == [1, 1, 0]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("amount > 5000.00", "no condition with a reason"),
        ("nonsense = 1 | why", "may be asked about"),
        ("amount > much | why", "is not a number"),
    ],
)
def test_a_wrong_condition_comes_back_with_what_was_typed(
    personal_loan: Product,
    hanse: Organization,
    tmp_path: Path,
    rita: User,
    sign_in: SignIn,
    line: str,
    words: str,
) -> None:
    bring(hanse, loan_file(tmp_path, row("L1")))
    given = {"product": "personal-loan", "source": "history", "exclusions": line}
    text = sign_in(rita).post(f"{LIST}register/", given).content.decode()
    assert words in text
    assert line.replace(">", "&gt;") in text
    with enter(hanse.id):
        assert Dataset.objects.count() == 1


def test_a_definition_is_published_and_its_vintages_drawn(
    personal_loan: Product, hanse: Organization, tmp_path: Path, rita: User, sign_in: SignIn
) -> None:
    months = ["a,3,2025-04-30,0,10,,", "a,12,2026-01-31,0,10,,", "b,3,2025-04-30,95,10,,"]
    bring_months(hanse, months_file(tmp_path, *months))
    client = sign_in(rita)
    given: dict[str, Any] = {
        "product": "personal-loan", "bad_days_past_due": 30, "indeterminate_days_past_due": 30,
        "window_months": 12,
    }  # fmt: skip
    address = "/admin/scoring/outcomedefinition/"
    refused = client.post(f"{address}publish/", given).content.decode()
    assert "bad is worse than neither good nor bad" in refused
    client.post(f"{address}publish/", {**given, "bad_days_past_due": 90})
    with enter(hanse.id):
        made = OutcomeDefinition.objects.get()
    text = page(client, f"{address}{made.id}/change/")
    assert "bad from 90 days past due" in text
    assert "2025 Q1" in text


def test_another_lenders_data_set_is_not_found(
    dataset: Dataset, otto: User, aurora: Organization, hire: Any, sign_in: SignIn
) -> None:
    client = sign_in(hire(aurora, "Rui", Role.RISK_ANALYST))
    for place in ("change/", "exploration/", "exploration/report/", "exploration/field/housing/"):
        assert client.get(of(dataset, place)).status_code == 404
    assert sign_in(otto).get(of(dataset)).status_code == 403


def test_registering_is_for_analysts(
    dataset: Dataset, anna: User, carla: User, sign_in: SignIn, hanse: Organization
) -> None:
    before = register(hanse)
    for other in (anna, carla):
        client = sign_in(other)
        assert client.get(f"{LIST}register/").status_code == 403
        assert "Register a data set" not in page(client, LIST)
    assert before.id == register(hanse).id
