"""Past loans: checked against the dictionary, stored once, refused with a reason."""

import csv
import gzip
import json
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.core.management import CommandError, call_command
from pyarrow import fs, parquet

from events.actor import SYSTEM
from events.models import Event
from scoring.imports import files
from scoring.imports.mapping import Mapping, mapping_parse
from scoring.models import Dataset, LoanImport, PastApplication, PastApplicationProtected, Product
from scoring.services.loans import Imported, loans_import
from tenancy.enter import enter
from tenancy.errors import Invalid
from tenancy.models import Organization
from tests.cast_scoring import DEMO, lender_with_product

GERMAN = DEMO / "hanse_kredit" / "data" / "germancredit.csv"
HEADER = "ref,when,sum,months,what_for,account,end,sex"
GOOD = "L1,2025-03-01,1500.00,24,furniture,from_200,good,female"
PARTY = {
    "savings": "unknown", "credit_history": "existing_paid", "existing_credits": "1",
    "other_installment_plans": "none", "employment_since": "from_1_year", "job": "skilled",
    "housing": "own", "property": "car_or_other", "telephone": "true", "other_debtors": "none",
}  # fmt: skip
MAPPING = {
    "external_ref": "ref",
    "applied_on": {"column": "when"},
    "disposition": {"constant": "booked"},
    "outcome": {"column": "end"},
    "columns": {
        "sum": "amount", "months": "term_months", "what_for": "purpose",
        "account": "checking_account", "sex": "sex", **{name: name for name in PARTY},
    },
    "ignore": [],
}  # fmt: skip


def loan_file(folder: Path, *rows: str) -> Path:
    """A small file of past loans; what `rows` leave out is the same for all."""
    file = folder / "loans.csv"
    others = ",".join(PARTY.values())
    lines = [f"{HEADER},{','.join(PARTY)}", *(f"{row},{others}" for row in rows)]
    file.write_text("\n".join(lines) + "\n")
    return file


def bring(
    organization: Organization, file: Path | str, mapping: dict[str, Any] | None = None
) -> Imported:
    return loans_import(
        organization_id=organization.id,
        actor=SYSTEM,
        product_slug="personal-loan",
        source=str(file),
        rejected=Path(file).with_suffix(".rejected.csv"),
        mapping=mapping_parse(mapping if mapping is not None else MAPPING),
    )


def reasons(done: Imported) -> list[tuple[str, str, str]]:
    assert done.rejected_file is not None
    with done.rejected_file.open(newline="") as stream:
        return [(row["row"], row["field"], row["code"]) for row in csv.DictReader(stream)]


def test_a_good_row_becomes_a_past_application(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    done = bring(hanse, loan_file(tmp_path, GOOD))
    assert (done.rows_read, done.rows_imported, done.rejected_file) == (1, 1, None)
    with enter(hanse.id):
        loan = PastApplication.objects.get()
        assert json.loads(loan.request)["amount"] == "1500.00"
        facts = json.loads(loan.parties)[0]["facts"]
        assert facts["checking_account"] == "from_200"
        assert facts["telephone"] is True
        assert str(loan.applied_on) == "2025-03-01"


def test_what_may_never_decide_is_held_apart(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    bring(hanse, loan_file(tmp_path, GOOD))
    with enter(hanse.id):
        loan = PastApplication.objects.get()
        assert "sex" not in loan.parties + loan.request
        assert json.loads(PastApplicationProtected.objects.get().facts) == {"sex": "female"}


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("L1,2025-03-01,-5.00,24,furniture,from_200,good,female", "amount", "minimum"),
        ("L1,2025-03-01,abc,24,furniture,from_200,good,female", "amount", "type_money"),
        ("L1,2025-03-01,1500.005,24,furniture,from_200,good,female", "amount", "precision"),
        (
            "L1,2025-03-01,1500.00,24.5,furniture,from_200,good,female",
            "term_months",
            "type_integer",
        ),
        ("L1,2025-03-01,1500.00,24,yacht,from_200,good,female", "purpose", "category"),
        ("L1,2025-03-01,1500.00,24,furniture,,good,female", "checking_account", "required"),
        ("L1,2025-13-01,1500.00,24,furniture,from_200,good,female", "applied_on", "not_a_date"),
        ("L1,2025-03-01,1500.00,24,furniture,from_200,fine,female", "outcome", "not_a_value"),
        (",2025-03-01,1500.00,24,furniture,from_200,good,female", "external_ref", "required"),
        ("L1,2025-03-01,1500.00,24,furniture,from_200,good", "", "columns_differ"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(
    personal_loan: Product, hanse: Organization, tmp_path: Path, row: str, field: str, code: str
) -> None:
    good = GOOD.replace("L1", "L2")
    done = bring(hanse, loan_file(tmp_path, row, good))
    assert (done.rows_imported, done.rows_rejected) == (1, 1)
    assert reasons(done) == [("1", field, code)]


def test_repeating_an_import_changes_nothing(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    file = loan_file(tmp_path, GOOD, GOOD.replace("L1", "L2"))
    first, again = bring(hanse, file), bring(hanse, file)
    assert (again.rows_imported, again.rows_repeated) == (0, 2)
    assert again.dataset.id == first.dataset.id
    with enter(hanse.id):
        assert PastApplication.objects.count() == PastApplicationProtected.objects.count() == 2
        assert LoanImport.objects.count() == 2


def test_a_reference_with_other_facts_is_refused(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    bring(hanse, loan_file(tmp_path, GOOD))
    done = bring(hanse, loan_file(tmp_path, GOOD.replace("1500.00", "1600.00")))
    assert reasons(done) == [("1", "external_ref", "differs")]
    with enter(hanse.id):
        assert '"1500.00"' in PastApplication.objects.get().request


def test_an_outcome_that_has_become_known_is_taken(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    young = bring(hanse, loan_file(tmp_path, GOOD.replace("good", "censored")))
    grown = bring(hanse, loan_file(tmp_path, GOOD))
    assert grown.rows_repeated == 1
    assert grown.dataset.fingerprint != young.dataset.fingerprint
    with enter(hanse.id):
        assert PastApplication.objects.get().outcome == "good"


def test_a_declined_application_has_no_outcome(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    mapping = {**MAPPING, "disposition": {"constant": "declined"}}
    done = bring(
        hanse, loan_file(tmp_path, GOOD, GOOD.replace("L1,", "L2,").replace("good", "")), mapping
    )
    assert reasons(done) == [("1", "outcome", "not_booked")]
    assert (done.dataset.rows, done.dataset.goods) == (1, 0)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"columns": {**MAPPING["columns"], "sum": "total"}}, "/columns/total"),
        ({"ignore": ["colour"], "outcome": None}, "/ignore/end"),
        ({"outcome": {"column": "result"}}, "/columns/result"),
        ({"outcome": {"column": "end", "constant": "good"}}, "/outcome"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_mapping_that_does_not_fit_stops_before_the_first_row(
    personal_loan: Product,
    hanse: Organization,
    tmp_path: Path,
    change: dict[str, Any],
    pointer: str,
) -> None:
    with pytest.raises(Invalid) as refused:
        bring(hanse, loan_file(tmp_path, GOOD), {**MAPPING, **change})
    assert pointer in [error.pointer for error in refused.value.errors]
    with enter(hanse.id):
        assert not PastApplication.objects.exists()


def test_gzip_and_parquet_say_the_same_as_csv(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    plain = loan_file(tmp_path, GOOD, GOOD.replace("L1", "L2").replace(",24,", ",12,"))
    bring(hanse, plain)
    packed = tmp_path / "loans.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert bring(hanse, packed).rows_repeated == 2
    with plain.open(newline="") as stream:
        rows = [{**row, "months": int(row["months"])} for row in csv.DictReader(stream)]
    columns = tmp_path / "loans.parquet"
    parquet.write_table(pa.Table.from_pylist(rows), columns)
    assert bring(hanse, columns).rows_repeated == 2


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PAR1"])
def test_a_file_that_is_none_is_refused(
    personal_loan: Product, hanse: Organization, tmp_path: Path, content: bytes
) -> None:
    for name in ("loans.csv", "loans.csv.gz", "loans.parquet"):
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(Invalid):
            bring(hanse, file)


def test_the_event_counts_and_names_nobody(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    bring(hanse, loan_file(tmp_path, GOOD))
    with enter(hanse.id):
        event = Event.objects.get(type="loans.imported")
    assert json.loads(event.data)["imported"] == 1


def test_the_demo_loans_are_all_good_rows(hanse: Organization) -> None:
    lender_with_product(hanse.id)
    out = StringIO()
    call_command(
        "import_loans",
        str(GERMAN),
        organization="hanse-kredit",
        product="personal-loan",
        mapping=DEMO / "hanse_kredit" / "import_mapping.json",
        stdout=out,
    )
    assert "1,000 imported" in out.getvalue()
    with enter(hanse.id):
        dataset = Dataset.objects.get()
        assert (dataset.goods, dataset.bads) == (700, 300)
        apart = [json.loads(row.facts) for row in PastApplicationProtected.objects.all()]
        assert Counter(each["foreign_worker"] for each in apart) == {True: 963, False: 37}


def test_the_command_names_what_is_wrong(personal_loan: Product, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="column"):
        call_command(
            "import_loans", str(GERMAN), organization="hanse-kredit", product="personal-loan",
            mapping=DEMO / "banco_aurora" / "import_mapping.json",
        )  # fmt: skip


@pytest.mark.exhaustive
@pytest.mark.data
def test_the_mapping_of_a_brazilian_card_fits_its_form(
    store_card: Product, aurora: Organization, data_folder: Path, tmp_path: Path
) -> None:
    mapping: Mapping = mapping_parse((DEMO / "banco_aurora" / "import_mapping.json").read_bytes())
    done = loans_import(
        organization_id=aurora.id,
        actor=SYSTEM,
        product_slug="store-card",
        source=str(data_folder / "pakdd2010" / "modeling.csv.gz"),
        rejected=tmp_path / "rejected.csv",
        mapping=mapping,
    )
    assert (done.rows_read, done.rows_rejected) == (50_000, 4)
    assert sorted({(field, code) for _, field, code in reasons(done)}) == [
        ("age", "minimum"),
        ("dependants", "maximum"),
    ]


def test_an_address_is_read_like_a_path(
    personal_loan: Product, hanse: Organization, tmp_path: Path
) -> None:
    file = loan_file(tmp_path, GOOD)
    done = loans_import(
        organization_id=hanse.id,
        actor=SYSTEM,
        product_slug="personal-loan",
        source=file.as_uri(),
        rejected=tmp_path / "rejected.csv",
        mapping=mapping_parse(MAPPING),
    )
    assert done.rows_imported == 1


class Bucket(fs.SubTreeFileSystem):
    """A bucket in a folder: what a lender's S3 answers, without a network."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), fs.LocalFileSystem())


def test_parquet_in_a_bucket_is_read_like_a_file(
    personal_loan: Product, hanse: Organization, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = loan_file(tmp_path, GOOD, GOOD.replace("L1", "L2"))
    with plain.open(newline="") as stream:
        table = pa.Table.from_pylist(list(csv.DictReader(stream)))
    (tmp_path / "lender").mkdir()
    parquet.write_table(table, tmp_path / "lender" / "loans.parquet")
    asked: list[str] = []

    def opened(address: str) -> tuple[fs.FileSystem, str]:
        asked.append(address)
        return Bucket(tmp_path), address.removeprefix("s3://")

    monkeypatch.setattr(files, "remote_place", opened)
    out = StringIO()
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps(MAPPING))
    call_command(
        "import_loans", "s3://lender/loans.parquet", organization="hanse-kredit",
        product="personal-loan", mapping=mapping, rejected=tmp_path / "rejected.csv", stdout=out,
    )  # fmt: skip
    assert "2 imported" in out.getvalue()
    assert set(asked) == {"s3://lender/loans.parquet"}


def test_an_s3_address_is_amazons_or_the_one_named() -> None:
    filesystem, path = files.remote_place("s3://lender/loans.parquet?region=eu-central-1")
    assert filesystem.type_name == "s3"
    assert path == "lender/loans.parquet"
