"""Rows that go one by one: refused with the API's words, or handed in by its services."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from events.actor import Actor
from tenancy.errors import Conflict, FieldError, Invalid
from underwriting.enums import Door
from underwriting.imports.bodies import Body, body_of
from underwriting.imports.cells import Cells, Ints
from underwriting.models import ConsentText
from underwriting.selectors.terms import ProductTerms
from underwriting.services.applications import IdempotencyKey, Submitted, application_submit
from underwriting.services.batch_contract import BadRow, BatchTerms, ChunkFinish, PlacedRow
from underwriting.services.decisions import application_decide
from underwriting.services.repeats import content_bytes
from underwriting.services.submissions import consents_known
from underwriting.submission import submission_read

RENEWED_EVERY = 50
TEXTS = dict[tuple[str, str], ConsentText]


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads single rows of a chunk as the bodies they stand for."""

    cells: Cells
    numbers: Ints
    product: ProductTerms
    batch: BatchTerms
    texts: TEXTS

    def body(self, row: int) -> Body:
        return body_of(
            self.cells,
            row,
            dictionary=self.product.terms.dictionary,
            product=self.batch.product_slug,
            language=self.batch.language,
            consents=self.batch.consents,
        )

    def errors(self, row: int) -> Sequence[FieldError]:
        """What an API would say is wrong with a row; empty where it would take it."""
        body = self.body(row)
        if body.errors:
            return body.errors
        try:
            submission = submission_read(
                self.product.terms,
                request=body.request,
                parties=body.parties,
                language=body.language,
            )
            consents_known(submission, self.texts)
        except Invalid as invalid:
            return invalid.errors
        return ()


def bad_rows(number: int, errors: Iterable[FieldError]) -> Iterator[BadRow]:
    for error in errors:
        yield BadRow(number, error.pointer, error.code, error.message)


def taken(number: int) -> BadRow:
    """An external id that another request has."""
    return BadRow(number, "/external_id", "external_id_taken", "This external id is taken.")


def rows_submit(
    *,
    organization_id: UUID,
    actor: Actor,
    reader: RowReader,
    rows: Sequence[int],
    finish: ChunkFinish,
) -> tuple[list[PlacedRow], list[BadRow]]:
    """Hand in rows by the API's own services, in order, and decide those that ask nobody.

    Each row has a key of its own, so a chunk that begins again finds what was made of it. Opens
    its own `enter`s; the lease is renewed meanwhile.
    """
    placed: list[PlacedRow] = []
    bad: list[BadRow] = []
    for count, row in enumerate(rows):
        if count % RENEWED_EVERY == 0:
            finish.renew()
        number = int(reader.numbers[row])
        try:
            submitted = _submitted(organization_id, actor, reader, row, number)
        except Invalid as invalid:
            bad += bad_rows(number, invalid.errors)
        except Conflict as conflict:
            if conflict.code != "external_id_taken":
                raise
            bad.append(taken(number))
        else:
            made = submitted.kept is not None or not submitted.replayed
            placed.append(PlacedRow(number, submitted.application.id, made))
    return placed, bad


def _submitted(
    organization_id: UUID, actor: Actor, reader: RowReader, row: int, number: int
) -> Submitted:
    """One row, decided if this call may; what the row made before keeps its run's own worker."""
    body = reader.body(row)
    batch = reader.batch
    content = content_bytes([body.request, body.parties, body.language, body.external_id])
    submitted = application_submit(
        organization_id=organization_id,
        actor=actor,
        door=Door.FILE,
        product_slug=batch.product_slug,
        request=body.request,
        parties=body.parties,
        language=body.language,
        external_id=body.external_id,
        idempotency=IdempotencyKey(f"batch:{batch.batch_id}", str(number), content),
        partner_id=batch.partner_id,
        metadata=body.metadata,
        claim=True,
        device=body.device,
    )
    if submitted.claim is not None:
        application_decide(
            organization_id=organization_id,
            run_id=submitted.run.id,
            claim=submitted.claim,
            case=submitted.case,
        )
    return submitted
