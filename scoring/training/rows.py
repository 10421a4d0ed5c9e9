"""Past applications as columns of texts: what a data set is made of, and its Parquet."""

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Self

from tenancy.errors import Conflict

SEPARATOR, END = "\x1f", "\x1e"
"""Control characters, which canonical JSON escapes and references may not contain."""
FACTS = ("refs", "applied_on", "dispositions", "outcomes", "requests", "parties")


@dataclass(frozen=True, slots=True)
class LoanRows:
    """n past applications, column by column, all of length n.

    `requests` and `parties` are canonical JSON in the dictionary's human form, `protected` what
    stands apart (None where nothing does), `loans` what performance calls the loan, if it is one.
    """

    refs: Sequence[str]
    applied_on: Sequence[date | None]
    dispositions: Sequence[str]
    outcomes: Sequence[str]
    requests: Sequence[str]
    parties: Sequence[str]
    protected: Sequence[str | None]
    loans: Sequence[str]

    def __len__(self) -> int:
        return len(self.refs)

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]]) -> Self:
        """From rows whose values stand in the order of the fields above."""
        columns = list(zip(*rows, strict=True)) or [()] * len(fields(cls))
        return cls(*columns)

    def take(self, rows: Iterable[int]) -> Self:
        """The rows of these numbers, in their order."""
        chosen = list(rows)
        taken = {f.name: [getattr(self, f.name)[i] for i in chosen] for f in fields(self)}
        return type(self)(**taken)

    def in_order(self) -> Self:
        """By reference, as bytes: the order in which they were brought says nothing."""
        return self.take(sorted(range(len(self)), key=lambda row: self.refs[row].encode()))

    def chunks(self, size: int) -> Iterator[Self]:
        for start in range(0, len(self), size):
            yield self.take(range(start, min(start + size, len(self))))

    def with_outcomes(self, outcomes: Sequence[str]) -> Self:
        return replace(self, outcomes=outcomes)

    def with_protected(self, protected: Sequence[str | None]) -> Self:
        return replace(self, protected=protected)

    @property
    def facts_hash(self) -> str:
        """Over every value of every row but what is held apart."""
        return _hash([getattr(self, name) for name in FACTS])

    @property
    def protected_hash(self) -> str:
        return _hash([self.refs, [each or "" for each in self.protected]])

    def facts_body(self) -> bytes:
        """The rows without what is held apart, as Parquet."""
        import pyarrow as pa

        columns = {name: pa.array(getattr(self, name), pa.string()) for name in FACTS
                   if name != "applied_on"}  # fmt: skip
        return _parquet({**columns, "applied_on": pa.array(self.applied_on, pa.date32())})

    def protected_body(self) -> bytes:
        import pyarrow as pa

        return _parquet(
            {"refs": pa.array(self.refs), "protected": pa.array(self.protected, pa.string())}
        )


def rows_read(body: bytes, content_hash: str) -> LoanRows:
    """A chunk's rows, nothing held apart; Conflict unless they are those that were stored."""
    read = _columns(body)
    size = len(read["refs"])
    rows = LoanRows(
        **{name: read[name] for name in FACTS}, protected=[None] * size, loans=[""] * size
    )
    if rows.facts_hash != content_hash:
        raise Conflict("the rows are not those that were registered", code="altered")
    return rows


def protected_read(body: bytes, content_hash: str) -> dict[str, str]:
    """What is held apart, by reference; Conflict unless it is what was stored."""
    read = _columns(body)
    if _hash([read["refs"], [each or "" for each in read["protected"]]]) != content_hash:
        raise Conflict("what is held apart is not what was registered", code="altered")
    return {ref: facts for ref, facts in zip(read["refs"], read["protected"], strict=True) if facts}


def joined(parts: Sequence[LoanRows]) -> LoanRows:
    """Chunks one after another."""
    names = [f.name for f in fields(LoanRows)]
    return LoanRows(**{name: [v for part in parts for v in getattr(part, name)] for name in names})


def _hash(columns: Sequence[Sequence[Any]]) -> str:
    lines = (SEPARATOR.join(map(_text, row)) for row in zip(*columns, strict=True))
    return "sha256:" + hashlib.sha256(END.join(lines).encode()).hexdigest()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else value.isoformat()


def _parquet(columns: dict[str, Any]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    sink = io.BytesIO()
    parquet.write_table(pa.table(columns), sink, compression="zstd")
    return sink.getvalue()


def _columns(body: bytes) -> dict[str, list[Any]]:
    from pyarrow import parquet

    found: dict[str, list[Any]] = parquet.read_table(io.BytesIO(body)).to_pydict()
    return found
