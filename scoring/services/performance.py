"""How loans went, month by month: brought by file or by row, stored once, refused with a reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from events.actor import Actor
from events.services import event_record
from scoring.imports.files import LoanFile
from scoring.imports.months import MonthReader, MonthRow, months_check
from scoring.imports.rejected import RejectedFile
from scoring.imports.rows import BadRow
from scoring.models import Product
from scoring.selectors.products import product_by_slug
from tenancy.canonical import canonical, content_hash
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.ids import new_id

Progress = Callable[[int], None]
MOST_SHOWN = 200
"""Refused months that are handed back; the file of refusals holds all of them."""
COLUMNS = "loan_ref, months_on_book, as_of, days_past_due, balance, charged_off, recovered"

_CREATE = """CREATE TEMPORARY TABLE staged_months (id uuid, number integer, loan_ref text,
    months_on_book smallint, as_of date, days_past_due integer, balance bigint,
    charged_off boolean, recovered bigint) ON COMMIT DROP"""

_COPY = f"COPY staged_months (id, number, {COLUMNS}) FROM STDIN"

_INSERT = f"""INSERT INTO scoring_performance (id, organization_id, product_id, {COLUMNS})
SELECT id, %(organization)s, %(product)s, {COLUMNS} FROM staged_months ORDER BY number
ON CONFLICT (organization_id, product_id, loan_ref, months_on_book) DO NOTHING"""  # noqa: S608

_DIFFERENT = """SELECT s.number FROM staged_months AS s JOIN scoring_performance AS p
    ON p.organization_id = %(organization)s AND p.product_id = %(product)s
    AND p.loan_ref = s.loan_ref AND p.months_on_book = s.months_on_book AND p.id <> s.id
WHERE (p.as_of, p.days_past_due, p.balance, p.charged_off, p.recovered)
    IS DISTINCT FROM (s.as_of, s.days_past_due, s.balance, s.charged_off, s.recovered)
ORDER BY s.number"""


def silent(rows: int) -> None:
    """For callers that do not listen."""


@dataclass(slots=True)
class Performed:
    """What became of the months; `bad` names the first refused, field by field."""

    read: int = 0
    recorded: int = 0
    refused: int = 0
    bad: list[BadRow] = field(default_factory=list)

    @property
    def repeated(self) -> int:
        """Months that were there already, saying the same."""
        return self.read - self.recorded - self.refused

    def add(self, rows: int, recorded: int, bad: Sequence[BadRow]) -> None:
        self.read += rows
        self.recorded += recorded
        self.refused += len({row.number for row in bad})
        self.bad.extend(bad[: MOST_SHOWN - len(self.bad)])


def performance_import(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    source: str,
    rejected: Path,
    columns: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> Performed:
    """Take a file of months (CSV or Parquet, a path or an s3:// address).

    `columns` maps field to the file's column where they differ. Refused rows are written to
    `rejected`, a line for each wrong field. The same file twice changes nothing; a month that
    comes back with other figures is refused (`differs`).
    """
    file = LoanFile(source)
    named = dict(columns or {})
    months_check(named, file.columns())
    with enter(organization_id, read_only=True):
        product = product_by_slug(organization_id, product_slug)
        today = now(organization_id).date()
    reader, done = MonthReader(product.minor_units, today, named), Performed()
    with RejectedFile(rejected) as refused:
        for chunk in file.chunks():
            good, bad = reader.read(chunk)
            with enter(organization_id):
                recorded, differing = _stored(product, good)
            refused.add(sorted(bad + differing, key=lambda row: (row.number, row.field)))
            done.add(len(chunk.numbers) + len(chunk.broken), recorded, bad + differing)
            progress(done.read)
    _told(product, actor, done, file.content_hash())
    return done


def performance_record(
    *,
    organization_id: UUID,
    actor: Actor,
    product_slug: str,
    months: Sequence[Mapping[str, str | None]],
) -> Performed:
    """Take months one by one, each in the words of a file's columns: what a form or an API sends.

    Those that hold are stored in one transaction with the event; the others come back in `bad`,
    numbered from 1.
    """
    done = Performed()
    with enter(organization_id):
        product = product_by_slug(organization_id, product_slug)
        reader = MonthReader(product.minor_units, now(organization_id).date(), {})
        bad: list[BadRow] = []
        read = [reader.row(number, told, bad) for number, told in enumerate(months, start=1)]
        recorded, differing = _stored(product, [row for row in read if row is not None])
        done.add(len(months), recorded, bad + differing)
        _event(product, actor, done, content_hash(canonical([dict(each) for each in months])))
    return done


def _told(product: Product, actor: Actor, done: Performed, file_hash: str) -> None:
    with enter(product.organization_id):
        _event(product, actor, done, file_hash)


def _event(product: Product, actor: Actor, done: Performed, digest: str) -> None:
    event_record(
        organization_id=product.organization_id,
        actor=actor,
        type="performance.recorded",
        subject=("product", product.id),
        data={
            "content": digest,
            "recorded": done.recorded,
            "repeated": done.repeated,
            "refused": done.refused,
        },
    )


def _stored(product: Product, rows: Sequence[MonthRow]) -> tuple[int, list[BadRow]]:
    """How many months are new, and those known already with other figures."""
    where: dict[str, Any] = {"organization": product.organization_id, "product": product.id}
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        with cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row((
                    new_id(), row.number, row.loan_ref, row.months_on_book, row.as_of,
                    row.days_past_due, row.balance, row.charged_off, row.recovered,
                ))  # fmt: skip
        cursor.execute(_INSERT, where)
        recorded = cursor.rowcount
        cursor.execute(_DIFFERENT, where)
        differing = [number for (number,) in cursor.fetchall()]
        cursor.execute("DROP TABLE staged_months")
    words = "this month of this loan was recorded with other figures"
    return recorded, [BadRow(number, "months_on_book", "differs", words) for number in differing]
