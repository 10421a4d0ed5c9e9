"""The one lender whose own score knew the outcome: its data set is not learnt from unseen."""

import csv
import gzip
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from events.actor import SYSTEM, Actor
from scoring.models import Dataset
from scoring.selectors.datasets import leakage_of
from scoring.services.datasets import dataset_register
from scoring.services.dictionaries import dictionary_publish
from scoring.services.leakage import fields_to_leave_out, leakage_check
from scoring.services.products import product_create
from tenancy.enter import enter
from tenancy.errors import Invalid
from tenancy.models import Organization
from tests.ml.loans import entry

pytestmark = pytest.mark.data
HENRY = "henry/base_de_datos.csv.gz"
COLUMNS = {
    "puntaje": "score", "capital_prestado": "capital", "plazo_meses": "term_months",
    "huella_consulta": "enquiries", "puntaje_datacredito": "bureau_score",
}  # fmt: skip
PLACES = {"puntaje": 6}
FEATURES = ("score", "score_a_month", "capital", "term_months", "enquiries", "bureau_score")
ROWS = 4000


def document() -> dict[str, Any]:
    """Five of its fields, and what somebody might derive from the score."""
    fields = [
        entry("score", "decimal", scale=6),
        entry("capital", "integer", scope="request"),
        entry("term_months", "integer", scope="request"),
        entry("enquiries", "integer"),
        entry("bureau_score", "integer"),
    ]
    derived = entry("score_a_month", "decimal", scale=6, expression="score / term_months")
    return {
        "schema": "assay.dictionary/1",
        "languages": ["en", "de"],
        "fields": fields,
        "derived": [derived],
        "groups": [],
    }


@pytest.fixture
def henry(hanse: Organization, data_folder: Path, tmp_path: Path) -> Dataset:
    source = data_folder / HENRY
    if not source.exists():
        pytest.skip(f"{HENRY} is not here")
    file = tmp_path / "loans.csv"
    with gzip.open(source, "rt", encoding="utf-8") as read, file.open("w", newline="") as written:
        out = csv.writer(written)
        out.writerow([*COLUMNS.values(), "applied_on", "outcome"])
        for row in islice(csv.DictReader(read), ROWS):
            end = "bad" if row["Pago_atiempo"] == "0" else "good"
            told = [
                f"{float(row[name]):.{PLACES.get(name, 0)}f}" if row[name] else ""
                for name in COLUMNS
            ]
            out.writerow([*told, row["fecha_prestamo"], end])
    to: dict[str, Any] = {"organization_id": hanse.id, "actor": SYSTEM}
    product_create(slug="henry", names={"en": "Henry"}, currency="COP", **to)
    dictionary_publish(product_slug="henry", document=document(), **to)
    return dataset_register(
        organization_id=hanse.id, actor=Actor("user", "7"), product_slug="henry", source=str(file)
    )


def test_its_registration_names_the_score_and_what_is_derived(
    henry: Dataset, hanse: Organization
) -> None:
    with enter(hanse.id):
        found = {each["fields"][0]: each for each in leakage_of(henry)["findings"]}
        assert set(found) == {"score", "score_a_month"}
        assert found["score"]["evidence"]["auc"]["value"] == 1.0
        assert 0.6 < leakage_of(henry)["rest"]["value"] < 0.7
        with pytest.raises(Invalid) as refused:
            leakage_check(henry, FEATURES)
        assert {error.pointer for error in refused.value.errors} == {
            "/features/score", "/features/score_a_month",
        }  # fmt: skip
        left = fields_to_leave_out(henry, FEATURES)
        leakage_check(henry, set(FEATURES) - set(left))
