"""The proof's three data sets with small dictionaries; fields on a prohibited basis are left out.

German Credit and PAKDD 2010 as tests/ml has them, but that PAKDD's codes are categories and its
places (city, borough, post code, dialling code) are read in capitals; Taiwan (Yeh 2009, UCI).
"""

import csv
import gzip
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ml.columns import Column, Frame
from tests.ml.loans import Loans, categories, dictionary_of, entry, german_loans

NULLS = {"", "NULL", "NA"}
TAIWAN = "taiwan/default_of_credit_card_clients.csv.gz"
TAIWAN_NUMBERS = {
    "LIMIT_BAL": "lower",
    **{f"PAY_{n}": None for n in (0, 2, 3, 4, 5, 6)},
    **{f"BILL_AMT{n}": None for n in range(1, 7)},
    **{f"PAY_AMT{n}": "lower" for n in range(1, 7)},
}
PAKDD = "pakdd2010/modeling.csv.gz"
PAKDD_NUMBERS = {
    "QUANT_DEPENDANTS": None,
    "MONTHS_IN_RESIDENCE": "lower",
    "PERSONAL_MONTHLY_INCOME": None,
    "OTHER_INCOMES": None,
    "PERSONAL_ASSETS_VALUE": "lower",
    "QUANT_BANKING_ACCOUNTS": None,
    "QUANT_CARS": None,
    "MONTHS_IN_THE_JOB": None,
}
PAKDD_CATEGORIES = (
    "PAYMENT_DAY", "APPLICATION_SUBMISSION_TYPE", "POSTAL_ADDRESS_TYPE", "RESIDENCIAL_STATE",
    "RESIDENCIAL_CITY", "RESIDENCIAL_BOROUGH", "FLAG_RESIDENCIAL_PHONE",
    "RESIDENCIAL_PHONE_AREA_CODE", "RESIDENCE_TYPE", "FLAG_EMAIL", "FLAG_VISA",
    "FLAG_MASTERCARD", "FLAG_DINERS", "FLAG_AMERICAN_EXPRESS", "FLAG_OTHER_CARDS", "COMPANY",
    "PROFESSIONAL_STATE", "PROFESSIONAL_CITY", "PROFESSIONAL_BOROUGH",
    "FLAG_PROFESSIONAL_PHONE", "PROFESSIONAL_PHONE_AREA_CODE", "PROFESSION_CODE",
    "OCCUPATION_TYPE", "PRODUCT", "RESIDENCIAL_ZIP_3",
)  # fmt: skip


def german() -> Loans:
    return german_loans()


def taiwan() -> Loans:
    rows = _rows(TAIWAN, "utf-8")
    return _loans(rows, "default.payment.next.month", TAIWAN_NUMBERS, ())


def pakdd() -> Loans:
    rows = _rows(PAKDD, "latin-1")
    return _loans(rows, "TARGET_LABEL_BAD=1", PAKDD_NUMBERS, PAKDD_CATEGORIES)


def _rows(path: str, encoding: str) -> list[dict[str, str]]:
    data = gzip.decompress(Path(os.environ["ASSAY_DATA"], path).read_bytes()).decode(encoding)
    return list(csv.DictReader(io.StringIO(data, newline=None)))


def _loans(
    rows: Sequence[Mapping[str, str]],
    target: str,
    numbers: Mapping[str, str | None],
    named: Sequence[str],
) -> Loans:
    bad = np.array([row[target] == "1" for row in rows], dtype=np.int64)
    columns, fields = {}, []
    for source, risk in numbers.items():
        columns[source.lower()] = _number([row[source].strip() for row in rows])
        fields.append(entry(source.lower(), "integer", **({"risk": risk} if risk else {})))
    for source in named:
        column = Column.of(
            [None if (text := row[source].strip().upper()) in NULLS else text for row in rows],
            kind="category",
        )
        columns[source.lower()] = column
        values = categories(*column.categories or ())
        fields.append(entry(source.lower(), "category", values=values))
    return Loans(Frame(columns, len(rows)), bad, dictionary_of(fields))


def _number(texts: Sequence[str]) -> Column:
    found = [None if text in NULLS else round(float(text)) for text in texts]
    return Column.of(found, kind="number")
