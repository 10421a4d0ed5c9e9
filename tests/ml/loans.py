"""Past loans for the model tests: invented ones, German Credit, and PAKDD 2010 where present."""

import csv
import gzip
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from ml.columns import Column, Frame
from ml.dictionary import Dictionary

GERMAN = Path(__file__).parents[2] / "config/demo/hanse_kredit/data/germancredit.csv"
GERMAN_HELD_APART = {"personal_status_and_sex", "age_in_years", "foreign_worker"}
GERMAN_RISK = {
    "duration_in_month": "higher",
    "credit_amount": "higher",
    "installment_rate_in_percentage_of_disposable_income": "higher",
}
PAKDD = "pakdd2010/modeling.csv.gz"
PAKDD_HELD_APART = {"SEX", "MARITAL_STATUS", "AGE", "STATE_OF_BIRTH", "CITY_OF_BIRTH", "ID_CLIENT"}


class Loans(NamedTuple):
    """Typed columns, outcomes (1 = bad) and the dictionary they follow."""

    frame: Frame
    target: np.ndarray
    dictionary: Dictionary

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(self.frame.columns)


def entry(name: str, kind: str, **more: Any) -> dict[str, Any]:
    """One dictionary field that a model may use."""
    words = name.replace("_", " ")
    reason = {"code": name.upper()[:40], "text": {"en": f"Your {words}", "de": f"Ihr {words}"}}
    field = {
        "name": name,
        "scope": "party",
        "type": kind,
        "uses": ["model", "policy", "monitoring"],
        "label": {"en": words, "de": words},
        "help": {"en": words, "de": words},
        "reason": reason,
    }
    if kind == "money":
        field["scale"] = 2
    return field | more


def categories(*values: str) -> list[dict[str, Any]]:
    return [{"value": value, "label": {"en": value, "de": value}} for value in values]


def dictionary_of(fields: Sequence[Mapping[str, Any]]) -> Dictionary:
    return Dictionary.parse(
        {
            "schema": "assay.dictionary/1",
            "languages": ["en", "de"],
            "fields": [dict(field) for field in fields],
            "derived": [],
            "groups": [],
        }
    )


@cache
def invented_dictionary() -> Dictionary:
    """Six fields of every kind; `enquiries` has a special code, `sex` is held apart."""
    return dictionary_of(
        [
            entry("amount", "money", scope="request", risk="higher"),
            entry("term_months", "integer", scope="request", risk="higher"),
            entry("income", "money", risk="lower"),
            entry("enquiries", "integer", risk="higher", special={"98": "unknown"}),
            entry("housing", "category", values=categories("own", "rent", "free")),
            entry("telephone", "boolean", risk="lower"),
            entry(
                "sex",
                "category",
                values=categories("f", "m"),
                uses=["monitoring"],
                prohibited_basis="sex",
                reason=None,
            ),
        ]
    )


@cache
def invented_loans(rows: int = 900, seed: int = 11) -> Loans:
    """Loans whose log-odds of being bad follow the fields, with gaps and a special code."""
    chance = np.random.default_rng(seed)
    amount = chance.integers(500_00, 20_000_00, rows)
    term = chance.integers(6, 73, rows)
    income = chance.integers(800_00, 9_000_00, rows)
    enquiries = chance.integers(0, 8, rows)
    enquiries[chance.random(rows) < 0.1] = 98
    housing = chance.integers(0, 3, rows).astype(np.int32)
    telephone = chance.random(rows) < 0.4
    log_odds = amount / 8e5 + term / 40 - income / 3e5 + np.where(enquiries < 98, enquiries, 3) / 4
    log_odds += np.array([-0.7, 0.2, 0.5])[housing] - 0.4 * telephone - 2.0
    target = (chance.random(rows) < 1 / (1 + np.exp(-log_odds))).astype(np.int64)
    gaps = chance.random((rows, 2)) < 0.08
    whole = np.zeros(rows, dtype=bool)
    columns = {
        "amount": Column(amount, whole),
        "term_months": Column(term, whole),
        "income": Column(income, gaps[:, 0]),
        "enquiries": Column(enquiries, whole),
        "housing": Column(housing, gaps[:, 1], ("own", "rent", "free")),
        "telephone": Column(telephone, whole),
    }
    return Loans(Frame(columns, rows), target, invented_dictionary())


@cache
def german_loans() -> Loans:
    """The 1,000 loans of Statlog German Credit without the fields on a prohibited basis."""
    if not GERMAN.exists():
        pytest.skip(f"{GERMAN} is absent")
    with GERMAN.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    target = np.array([row["creditability"] == "bad" for row in rows], dtype=np.int64)
    return _loans(rows, target, GERMAN_HELD_APART | {"creditability"}, GERMAN_RISK)


@cache
def pakdd_loans(limit: int) -> Loans:
    """The first loans of PAKDD 2010, as dirty as they come, without prohibited bases."""
    folder = os.environ.get("ASSAY_DATA")
    path = Path(folder or "", PAKDD)
    if not folder or not path.exists():
        pytest.skip(f"ASSAY_DATA names no folder with {PAKDD}")
    with gzip.open(path, "rt", encoding="latin-1", newline="") as file:
        rows = [row for row, _ in zip(csv.DictReader(file), range(limit), strict=False)]
    target = np.array([row["TARGET_LABEL_BAD=1"] == "1" for row in rows], dtype=np.int64)
    return _loans(rows, target, PAKDD_HELD_APART | {"TARGET_LABEL_BAD=1"}, {})


def _loans(
    rows: Sequence[Mapping[str, str]],
    target: np.ndarray,
    apart: set[str],
    risk: Mapping[str, str],
) -> Loans:
    """Numbers where every value is one and there are many, categories elsewhere."""
    columns, fields = {}, []
    for source in rows[0]:
        texts = [row[source].strip() for row in rows]
        if source in apart or len(set(texts)) < 2:
            continue
        name = source.lower().replace(".", "_").replace("=", "_")
        columns[name], field = _column(name, texts)
        fields.append(field | ({"risk": risk[source]} if source in risk else {}))
    return Loans(Frame(columns, len(rows)), target, dictionary_of(fields))


def _column(name: str, texts: Sequence[str]) -> tuple[Column, dict[str, Any]]:
    null = np.array([text in ("", "NULL", "NA") for text in texts])
    present = {text for text, gap in zip(texts, null, strict=True) if not gap}
    if all(text.replace(".", "", 1).replace("-", "", 1).isdigit() for text in present):
        cents = [0 if gap else round(float(t) * 100) for t, gap in zip(texts, null, strict=True)]
        return Column(np.array(cents, dtype=np.int64), null), entry(name, "money")
    names = tuple(sorted(present))
    codes = {text: code for code, text in enumerate(names)}
    values = np.array([codes.get(text, -1) for text in texts], dtype=np.int32)
    return Column(values, null, names), entry(name, "category", values=categories(*names))
