"""A file of past applications read straight into a data set, without becoming history."""

from collections.abc import Mapping as AnyMapping
from typing import Any

from ml.dictionary import Dictionary
from scoring.imports.files import LoanFile
from scoring.imports.mapping import Mapping, mapping_check, mapping_for, mapping_parse
from scoring.imports.rows import BadRow, RowReader
from scoring.training.rows import LoanRows
from tenancy.errors import FieldError, Invalid

MOST_NAMED = 20


def file_rows(
    source: str, mapping: AnyMapping[str, Any] | None, dictionary: Dictionary
) -> LoanRows:
    """Every row of the file (CSV or Parquet, a path or an s3:// address).

    A data set leaves nothing out unsaid, so a row that does not hold stops it: Invalid names the
    first twenty. Import the file instead to have such rows set aside.
    """
    given = None if mapping is None else mapping_parse(dict(mapping))
    file = LoanFile(source, given.dialect if given else None)
    columns = file.columns()
    how: Mapping = given or mapping_for(dictionary, columns)
    mapping_check(how, dictionary, columns)
    reader, found, bad = RowReader(how, dictionary), [], []
    for chunk in file.chunks():
        checked = reader.read(chunk)
        bad += checked.bad
        found += [
            (
                row.external_ref, row.applied_on, row.disposition, row.outcome, row.request,
                row.parties, row.protected, row.external_ref,
            )
            for row in checked.good
        ]  # fmt: skip
        if len(bad) >= MOST_NAMED:
            break
    _refuse(bad, [row[0] for row in found])
    return LoanRows.of(found)


def _refuse(bad: list[BadRow], refs: list[str]) -> None:
    problems = [
        FieldError(f"/file/{row.number}/{row.field}", row.code, row.message)
        for row in bad[:MOST_NAMED]
    ]
    if len(set(refs)) < len(refs):
        problems.append(FieldError("/file", "ref_twice", "a reference stands twice"))
    if problems:
        raise Invalid(problems)
