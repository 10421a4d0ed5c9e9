"""Months of loans: checked, stored once, and turned into outcomes and vintages."""

import csv
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from events.actor import Actor
from events.models import Event
from scoring.models import OutcomeDefinition, Performance, Product
from scoring.selectors.outcomes import outcomes_by_loan, vintages
from scoring.services.outcome_definitions import outcome_definition_publish
from scoring.services.performance import Performed, performance_import, performance_record
from tenancy.enter import enter
from tenancy.errors import Invalid
from tenancy.models import Organization

ANALYST = Actor("user", "7")
HEADER = "loan_ref,months_on_book,as_of,days_past_due,balance,charged_off,recovered"


def months_file(folder: Path, *rows: str, header: str = HEADER) -> Path:
    file = folder / "months.csv"
    file.write_text("\n".join([header, *rows]) + "\n")
    return file


def bring(organization: Organization, file: Path, **more: Any) -> Performed:
    return performance_import(
        organization_id=organization.id,
        actor=ANALYST,
        product_slug="personal-loan",
        source=str(file),
        rejected=file.with_suffix(".rejected.csv"),
        **more,
    )


def publish(organization: Organization, window: int = 12, bad: int = 90) -> OutcomeDefinition:
    return outcome_definition_publish(
        organization_id=organization.id,
        actor=ANALYST,
        product_slug="personal-loan",
        bad_days_past_due=bad,
        indeterminate_days_past_due=30,
        window_months=window,
    )


def test_a_month_is_stored_in_minor_units(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    done = bring(hanse, months_file(tmp_path, "L1,3,2026-01-31,30,950.25,false,"))
    assert (done.read, done.recorded, done.refused) == (1, 1, 0)
    with enter(hanse.id):
        row = Performance.objects.get()
        assert (row.balance, row.days_past_due, row.charged_off, row.recovered) == (
            95025, 30, False, 0,
        )  # fmt: skip
        event = Event.objects.get(type="performance.recorded")
        assert "L1" not in event.data


def test_the_same_file_twice_changes_nothing(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    file = months_file(tmp_path, "L1,1,2026-01-31,0,10,,", "L1,2,2026-02-28,0,9,,")
    bring(hanse, file)
    again = bring(hanse, file)
    assert (again.recorded, again.repeated, again.refused) == (0, 2, 0)


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        (",1,2026-01-31,0,10,,", "loan_ref", "required"),
        ("L1,-1,2026-01-31,0,10,,", "months_on_book", "not_a_whole_number"),
        ("L1,601,2026-01-31,0,10,,", "months_on_book", "maximum"),
        ("L1,1,31.01.2026,0,10,,", "as_of", "not_a_date"),
        ("L1,1,2999-01-31,0,10,,", "as_of", "in_the_future"),
        ("L1,1,2026-01-31,1.5,10,,", "days_past_due", "not_a_whole_number"),
        ("L1,1,2026-01-31,0,-10,,", "balance", "not_money"),
        ("L1,1,2026-01-31,0,10.123,,", "balance", "too_many_decimals"),
        ("L1,1,2026-01-31,0,10,maybe,", "charged_off", "not_a_boolean"),
        ("L1,1,2026-01-31,0,10", "", "columns_differ"),
    ],
)
def test_what_does_not_hold_is_refused_by_field_and_reason(
    personal_loan: Product, hanse: Organization, tmp_path: Path, row: str, field: str, code: str
) -> None:
    file = months_file(tmp_path, row, "L2,1,2026-01-31,0,10,,")
    done = bring(hanse, file)
    assert (done.recorded, done.refused) == (1, 1)
    with file.with_suffix(".rejected.csv").open(newline="") as stream:
        (told,) = csv.DictReader(stream)
    assert (told["row"], told["field"], told["code"]) == ("1", field, code)


def test_a_month_that_comes_back_otherwise_is_refused(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    bring(hanse, months_file(tmp_path, "L1,1,2026-01-31,0,10,,"))
    done = bring(hanse, months_file(tmp_path, "L1,1,2026-01-31,60,10,,"))
    assert [(row.field, row.code) for row in done.bad] == [("months_on_book", "differs")]
    with enter(hanse.id):
        assert Performance.objects.get().days_past_due == 0


def test_a_file_without_a_needed_column_is_refused_whole(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match="days_past_due"):
        bring(hanse, months_file(tmp_path, "L1,1", header="loan_ref,months_on_book"))


def test_the_files_own_words_are_mapped(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    file = months_file(tmp_path, "L1,1,2026-01-31,0,10", header="LOAN,MOB,DAY,DPD,BAL")
    columns = {
        "loan_ref": "LOAN", "months_on_book": "MOB", "as_of": "DAY", "days_past_due": "DPD",
        "balance": "BAL",
    }  # fmt: skip
    assert bring(hanse, file, columns=columns).recorded == 1


def test_months_come_one_by_one_too(personal_loan: Product, hanse: Organization) -> None:
    good = {
        "loan_ref": "L1", "months_on_book": "1", "as_of": "2026-01-31", "days_past_due": "0",
        "balance": "10.00",
    }  # fmt: skip
    done = performance_record(
        organization_id=hanse.id,
        actor=ANALYST,
        product_slug="personal-loan",
        months=[good, {**good, "months_on_book": "two"}],
    )
    assert (done.recorded, done.refused) == (1, 1)
    assert [(row.number, row.field) for row in done.bad] == [(2, "months_on_book")]


def test_outcomes_follow_from_definition_and_day(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    rows = [f"good,{n},2025-{n:02}-28,0,10,," for n in range(1, 13)]
    rows += [f"late,{n},2025-{n:02}-28,{n // 12 * 45},10,," for n in range(1, 13)]
    rows += ["bad,4,2025-04-28,95,10,,", "bad,5,2025-05-28,0,10,,", "young,2,2025-02-28,10,10,,"]
    rows += ["off,6,2025-06-28,10,0,true,5", "repaid,6,2025-06-28,0,0,,"]
    bring(hanse, months_file(tmp_path, *rows))
    definition = publish(hanse)
    with enter(hanse.id):
        assert outcomes_by_loan(definition, date(2026, 1, 31)) == {
            "good": "good", "late": "indeterminate", "bad": "bad", "young": "censored",
            "off": "bad", "repaid": "good",
        }  # fmt: skip
        assert outcomes_by_loan(definition, date(2025, 6, 30)) == {
            "good": "censored", "late": "censored", "bad": "bad", "young": "censored",
            "off": "bad", "repaid": "censored",
        }  # fmt: skip


def test_a_shorter_window_is_another_definition(
    personal_loan: Product, hanse: Organization
) -> None:
    first, again, second = publish(hanse), publish(hanse), publish(hanse, window=6)
    assert (first.number, again.id, second.number) == (1, first.id, 2)


@pytest.mark.parametrize(("window", "bad"), [(0, 90), (121, 90), (12, 30)])
def test_a_definition_that_makes_no_sense_is_refused(
    personal_loan: Product, hanse: Organization, window: int, bad: int
) -> None:
    with pytest.raises(Invalid):
        publish(hanse, window=window, bad=bad)
    with enter(hanse.id):
        assert not OutcomeDefinition.objects.exists()


def test_vintages_count_a_loan_at_the_ages_it_has_reached(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    """Two loans of the first quarter, one bad in its fifth month; one of the third, bad at once."""
    rows = ["a,3,2025-04-30,0,10,,", "a,12,2026-01-31,0,10,,"]
    rows += ["b,3,2025-04-30,0,10,,", "b,5,2025-06-30,120,10,true,"]
    rows += ["c,1,2025-08-31,0,10,,", "c,3,2025-10-31,95,10,,"]
    bring(hanse, months_file(tmp_path, *rows))
    with enter(hanse.id):
        cells = vintages(publish_inside(hanse, personal_loan), [3, 6, 12])
    told = [(cell.began.isoformat(), cell.months, cell.loans, cell.bads) for cell in cells]
    assert told == [
        ("2025-01-01", 3, 2, 0), ("2025-01-01", 6, 2, 1), ("2025-01-01", 12, 2, 1),
        ("2025-07-01", 3, 1, 1), ("2025-07-01", 6, 1, 1),
    ]  # fmt: skip


def publish_inside(organization: Organization, product: Product) -> OutcomeDefinition:
    return OutcomeDefinition(
        organization=organization,
        product=product,
        number=1,
        bad_days_past_due=90,
        indeterminate_days_past_due=30,
        window_months=12,
    )


def test_the_commands_publish_and_import(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    out = StringIO()
    place = {"organization": "hanse-kredit", "product": "personal-loan"}
    call_command("publish_outcome_definition", bad=90, window=12, stdout=out, **place)
    file = months_file(tmp_path, "L1,1,2026-01-31,0,10,,")
    call_command("import_performance", str(file), rejected=tmp_path / "r.csv", stdout=out, **place)
    assert "outcome definition 1" in out.getvalue()
    assert "1 months read: 1 recorded" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("publish_outcome_definition", bad=10, window=12, **place)


def test_an_application_made_here_is_known_however_its_id_is_written(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    bare = "0199a3c1-7d2e-7abc-8def-0123456789ab"
    shown = "app_" + bare.replace("-", "")
    bring(hanse, months_file(tmp_path, f"{shown},1,2026-01-31,0,10,,"))
    again = bring(hanse, months_file(tmp_path, f"{bare},1,2026-01-31,0,10,,"))
    assert again.repeated == 1
    with enter(hanse.id):
        assert Performance.objects.get().loan_ref == bare
