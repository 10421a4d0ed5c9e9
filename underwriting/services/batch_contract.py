"""What a chunk of a batch is given, and what it gives back.

Between `batches`, which cuts files and keeps their state, and whatever decides a chunk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

ROW = "row"
"""The only column that is no text: a row's number in its file, 1 for the first record."""
UNDECIDED = "undecided"
"""Among outcomes: handed in, and decided later because others must be asked first."""

AttestedConsent = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BatchTerms:
    """What holds for every row of a batch; `consents` are attested for whoever gives none."""

    batch_id: UUID
    chunk_id: UUID
    number: int
    product_slug: str
    language: str
    consents: tuple[AttestedConsent, ...]
    partner_id: UUID | None


@dataclass(frozen=True, slots=True)
class BadRow:
    """Why a row was refused: one entry for each wrong field, with its JSON pointer."""

    row: int
    pointer: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """The application of a row; `made` is False where its external id was known already."""

    row: int
    application_id: UUID
    made: bool = True


@dataclass(frozen=True, slots=True)
class ChunkDone:
    """What became of a chunk: each of its rows stands once, in `placed` or in `bad`.

    outcomes: how many of the placed rows came to which outcome, UNDECIDED included.
    root: the Merkle root of the decisions' document hashes; None where they were made one by one.
    """

    placed: Sequence[PlacedRow] = ()
    bad: Sequence[BadRow] = ()
    outcomes: Mapping[str, int] = field(default_factory=dict)
    root: str | None = None

    @property
    def refused(self) -> int:
        """Rows, not reasons."""
        return len({each.row for each in self.bad})


class ChunkFinish(Protocol):
    """The right to finish one chunk. All but `renew` belong inside the deciding transaction."""

    def __call__(self) -> None:
        """First statement: the chunk is done under its fence, or LostLease."""

    def store(self, done: ChunkDone) -> None:
        """Before the event: counts, refused rows, and which application each row became."""

    def renew(self) -> None:
        """A new lease for work that takes long; LostLease when somebody else has the chunk."""
