"""Hanse Kredit's past loans: the German credit data with one column put right.

The labelled copy's `personal_status_and_sex` is not in the order of its other columns (see
hanse_kredit/PROVENANCE.md), so the source's own column, kept beside it, takes its place.
"""

import csv
from pathlib import Path

from config.demo.lenders import DemoLender

COLUMN = "personal_status_and_sex"


def past_loans_file(lender: DemoLender, folder: Path) -> Path:
    """Write the file to import into `folder`; the same bytes each time."""
    data = lender.path / "data"
    target = folder / f"{lender.folder}_past_loans.csv"
    with (
        (data / "germancredit.csv").open(encoding="utf-8", newline="") as labelled,
        (data / f"{COLUMN}.csv").open(encoding="utf-8", newline="") as original,
        target.open("w", encoding="utf-8", newline="") as stream,
    ):
        rows = csv.DictReader(labelled)
        writer = csv.DictWriter(stream, rows.fieldnames or [])
        writer.writeheader()
        for row, right in zip(rows, csv.DictReader(original), strict=True):
            writer.writerow({**row, COLUMN: right[COLUMN]})
    return target
