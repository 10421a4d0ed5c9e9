"""A chunk made ready: read as columns, sorted into rows that hold and rows that do not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

from tenancy.enter import enter
from tenancy.vault import Keyring
from underwriting.imports.bodies import consents_read
from underwriting.imports.cells import Ints, Mask, cells_of
from underwriting.imports.chunk import Rows, chunk_read, contents
from underwriting.imports.parties import Parties, parties_of
from underwriting.models import ConsentText
from underwriting.personas import WORDS, persona_of
from underwriting.selectors.terms import ProductTerms, product_terms
from underwriting.services.batch_contract import ROW, BadRow, BatchTerms
from underwriting.services.batch_people import Keyed, keyed_of, met_twice
from underwriting.services.batch_rows import RowReader, bad_rows
from underwriting.services.submissions import consents_published

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Sheet:
    """A chunk as it came: rows to be read singly, keys, and the terms it is read against."""

    reader: RowReader
    keyring: Keyring

    @property
    def product(self) -> ProductTerms:
        return self.reader.product

    @property
    def batch(self) -> BatchTerms:
        return self.reader.batch


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of a sheet that go by columns, `places` theirs in the sheet."""

    places: Ints
    rows: Rows
    parties: Parties
    keyed: Keyed
    hashes: list[str]
    """What makes each row the same request as another."""

    def without(self, sheet: Sheet, gone: Sequence[int]) -> "Columns":
        """The same but for some of its rows."""
        if not gone:
            return self
        return columns_of(sheet, np.delete(self.places, list(gone)))[0]


@dataclass(frozen=True, slots=True)
class Sorted:
    """The rows of a sheet: by columns, one by one (in order), or refused."""

    columns: Columns
    singly: list[int]
    bad: list[BadRow]


def sheet_of(organization_id: UUID, batch: BatchTerms, table: "pa.Table") -> Sheet:
    """Everything that reading needs, in one transaction; NotFound where there is no product."""
    numbers = table.column(ROW).to_numpy().astype(np.int64)
    named = {name: table.column(name) for name in table.column_names if name != ROW}
    cells = cells_of(named, table.num_rows)
    said = {
        text
        for name, column in cells.columns.items()
        if name.endswith(".consents")
        for text in column.texts
        if text is not None
    }
    parties = [{"consents": list(batch.consents)}]
    parties += [{"consents": consents_read(text)} for text in said]
    with enter(organization_id, read_only=True):
        product = product_terms(organization_id, batch.product_slug)
        texts = consents_published(organization_id, parties)
        keyring = Keyring(organization_id)
    return Sheet(RowReader(cells, numbers, product, batch, texts), keyring)


def sheet_sorted(sheet: Sheet) -> Sorted:
    """All rows of a sheet."""
    reader = sheet.reader
    columns, holds = columns_of(sheet, np.arange(reader.cells.rows))
    singly: list[int] = []
    bad: list[BadRow] = []
    for row in np.flatnonzero(~holds).tolist():
        errors = reader.errors(row)
        bad += bad_rows(int(reader.numbers[row]), errors)
        if not errors:
            singly.append(row)
    if sheet.product.asks:
        singly += columns.places.tolist()
    else:
        singly += columns.places[sorted(_entangled(sheet, columns))].tolist()
    return Sorted(columns, sorted(singly), bad)


def consents_of(sheet: Sheet, text: str | None) -> list[ConsentText]:
    """The texts that a cell of consents names; None: as attested for the batch."""
    said = sheet.batch.consents if text is None else consents_read(text)
    texts = sheet.reader.texts
    return list({(each["purpose"], each["text_hash"]): texts[each["purpose"], each["text_hash"]]
                 for each in said}.values())  # fmt: skip


def columns_of(sheet: Sheet, places: Ints) -> tuple[Columns, Mask]:
    """These rows of a sheet by columns, as far as they hold, and which do."""
    reader = sheet.reader
    rows, holds = chunk_read(
        reader.cells.take(places),
        reader.numbers[places],
        sheet.product.terms,
        product=sheet.batch.product_slug,
        language=sheet.batch.language,
        agreed=lambda text: _agreed(sheet, text),
    )
    parties = parties_of(rows)
    said = contents(rows, product=sheet.batch.product_slug, consents=sheet.batch.consents)
    hashes = [
        f"hmac-sha256:{sheet.keyring.blind_index('submission', each.hex()).hex()}" for each in said
    ]
    return Columns(places[holds], rows, parties, keyed_of(parties, sheet.keyring), hashes), holds


def _agreed(sheet: Sheet, text: str | None) -> bool:
    """Whether consents are in form, known, and all that must be agreed to."""
    said = sheet.batch.consents if text is None else consents_read(text)
    if not isinstance(said, list | tuple):
        return False
    for each in said:
        if not isinstance(each, Mapping) or set(each) != {"purpose", "text_hash"}:
            return False
        if not all(isinstance(text, str) for text in each.values()):
            return False
        if (each["purpose"], each["text_hash"]) not in sheet.reader.texts:
            return False
    agreed = {each["purpose"] for each in said}
    return agreed.issuperset(sheet.product.terms.purposes)


def _entangled(sheet: Sheet, columns: Columns) -> set[int]:
    """Rows that depend on another one, or whose name asks a test twin for an outcome."""
    rows = columns.rows
    named = Counter(name for name in rows.external_ids if name is not None)
    found = {row for row, name in enumerate(rows.external_ids) if name and named[name] > 1}
    return found | met_twice(columns.parties, columns.keyed) | _personas(sheet, rows)


def _personas(sheet: Sheet, rows: Rows) -> set[int]:
    plain = rows.people[0].identities.plain
    given, family = plain["given_names"].rows(), plain["family_name"].rows()
    mode = sheet.product.mode
    if persona_of(mode, {"given_names": next(iter(WORDS)), "family_name": ""}) is None:
        return set()
    return {
        row
        for row, (one, other) in enumerate(zip(given, family, strict=True))
        if persona_of(mode, {"given_names": one, "family_name": other}) is not None
    }
