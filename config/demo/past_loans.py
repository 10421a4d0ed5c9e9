"""Hanse Kredit's past loans: the German credit data, put right and completed.

The labelled copy's `personal_status_and_sex` is not in the order of its other columns (see
hanse_kredit/PROVENANCE.md), so the source's own column, kept beside it, takes its place. Incomes
and obligations, which the data lack and the policy asks for, are invented: without them a backtest
would refer every past applicant.
"""

import csv
from pathlib import Path

import numpy as np

from config.demo.incomes import invented_income
from config.demo.lenders import DemoLender
from scoring.imports.mapping import Mapping, mapping_parse

COLUMN = "personal_status_and_sex"
INVENTED = {"monthly_income": "monthly_income", "monthly_obligations": "monthly_obligations"}
SEED = 17


def past_loans_file(lender: DemoLender, folder: Path) -> Path:
    """Write the file to import into `folder`; the same bytes each time."""
    data = lender.path / "data"
    jobs = past_loans_mapping(lender).values["job"]
    chance = np.random.default_rng(SEED)
    target = folder / f"{lender.folder}_past_loans.csv"
    with (
        (data / "germancredit.csv").open(encoding="utf-8", newline="") as labelled,
        (data / f"{COLUMN}.csv").open(encoding="utf-8", newline="") as original,
        target.open("w", encoding="utf-8", newline="") as stream,
    ):
        rows = csv.DictReader(labelled)
        writer = csv.DictWriter(stream, [*(rows.fieldnames or []), *INVENTED])
        writer.writeheader()
        for row, right in zip(rows, csv.DictReader(original), strict=True):
            income = invented_income(chance, str(jobs[row["job"]]))
            writer.writerow({**row, COLUMN: right[COLUMN], **income})
    return target


def past_loans_mapping(lender: DemoLender) -> Mapping:
    """The mapping of the labelled copy, and the invented columns under their own names."""
    mapping = mapping_parse(lender.document("import_mapping"))
    return mapping.model_copy(update={"columns": {**mapping.columns, **INVENTED}})
