"""From a chunk of a file to rows checked against the dictionary, and to what was wrong."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ml.dictionary import Dictionary, Field
from ml.messages import message
from ml.readers import read_columns
from scoring.enums import Disposition, Outcome
from scoring.imports.documents import documents
from scoring.imports.files import Chunk
from scoring.imports.mapping import Mapping
from scoring.imports.words import Words, told
from tenancy.canonical import canonical, content_hash

REF_DIGITS = 32


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row ready to be stored; `protected` is None where the file held nothing of the kind."""

    number: int
    external_ref: str
    applied_on: date | None
    disposition: str
    outcome: str
    request: str
    parties: str
    fact_hash: str
    protected: str | None


@dataclass(frozen=True, slots=True)
class BadRow:
    """Why a row was refused: one entry for each wrong field."""

    number: int
    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Checked:
    good: list[GoodRow]
    bad: list[BadRow]

    @property
    def rejected(self) -> int:
        return len({row.number for row in self.bad})


@dataclass(slots=True)
class RowReader:
    """Reads the chunks of one file in their order.

    It remembers how often the file had the same facts before, which names the rows of a file
    that has no reference of its own.
    """

    mapping: Mapping
    dictionary: Dictionary
    seen: Counter[str] = field(default_factory=Counter)
    _words: dict[str, Words] = field(default_factory=dict)

    def read(self, chunk: Chunk) -> Checked:
        bad = [
            BadRow(number, "", "columns_differ", "the row has more or fewer values than the header")
            for number in chunk.broken
        ]
        columns = _without_nulls(chunk.columns, self.mapping.nulls)
        facts = {scope: self._facts(scope, columns, bad, chunk.numbers) for scope in SCOPES}
        labels = _Labels.read(self.mapping, columns, chunk.numbers, bad)
        wrong = {row.number for row in bad}
        good = [
            self._row(number, index, facts, labels)
            for index, number in enumerate(chunk.numbers)
            if number not in wrong
        ]
        return Checked(good, sorted(bad, key=lambda row: (row.number, row.field)))

    def _facts(
        self,
        scope: str,
        columns: dict[str, list[str | None]],
        bad: list[BadRow],
        numbers: Sequence[int],
    ) -> "_Facts":
        fields = self.dictionary.fields_of(scope)
        sources = self.mapping.fields
        absent: list[str | None] = [None] * len(numbers)
        raw = {
            each.name: self._translated(each, columns[sources[each.name]])
            if each.name in sources
            else absent
            for each in fields
        }
        frame, problems = read_columns(self.dictionary, scope, raw, history=True, protected=True)
        bad.extend(
            BadRow(numbers[index], problem.field, problem.code, message(problem))
            for index, problem in problems
        )
        kept = [each for each in fields if each.prohibited_basis is None]
        apart = [each for each in fields if each.prohibited_basis is not None]
        return _Facts(documents(frame, kept), documents(frame, apart))

    def _translated(self, field: Field, cells: list[str | None]) -> list[str | None]:
        """A column in the dictionary's words."""
        known = self._words.get(field.name)
        if known is None:
            known = self._words[field.name] = Words.of(self.mapping, field)
        return known.read(cells)

    def _row(
        self, number: int, index: int, facts: dict[str, "_Facts"], labels: "_Labels"
    ) -> GoodRow:
        request = facts["request"].kept[index]
        parties = [{"role": "borrower", "liability": "full", "facts": facts["party"].kept[index]}]
        body = canonical({"request": request, "parties": parties})
        digest = content_hash(body)
        apart = {**facts["request"].apart[index], **facts["party"].apart[index]}
        return GoodRow(
            number=number,
            external_ref=labels.refs[index] or self._ref(digest),
            applied_on=labels.dates[index],
            disposition=labels.dispositions[index],
            outcome=labels.outcomes[index],
            request=canonical(request).decode(),
            parties=canonical(parties).decode(),
            fact_hash=digest,
            protected=canonical(apart).decode() if apart else None,
        )

    def _ref(self, digest: str) -> str:
        self.seen[digest] += 1
        return f"facts-{digest.removeprefix('sha256:')[:REF_DIGITS]}-{self.seen[digest]}"


SCOPES = ("request", "party")


@dataclass(frozen=True, slots=True)
class _Facts:
    """A document per row: what may decide, and what is held apart."""

    kept: list[dict[str, Any]]
    apart: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Labels:
    """What is known of each row beside its facts."""

    refs: list[str | None]
    dates: list[date | None]
    dispositions: list[str]
    outcomes: list[str]

    @classmethod
    def read(
        cls,
        mapping: Mapping,
        columns: dict[str, list[str | None]],
        numbers: Sequence[int],
        bad: list[BadRow],
    ) -> "_Labels":
        size = len(numbers)
        refs = columns[mapping.external_ref] if mapping.external_ref else [None] * size
        dispositions = told(mapping, mapping.disposition, columns, size)
        outcomes = told(mapping, mapping.outcome, columns, size)
        dates = [_date(text) for text in told(mapping, mapping.applied_on, columns, size)]
        for index, number in enumerate(numbers):
            if mapping.external_ref:
                bad.extend(_ref_problems(number, refs[index]))
            bad.extend(_label_problems(number, dispositions[index], outcomes[index], dates[index]))
        return cls(
            refs=list(refs),
            dates=[each if isinstance(each, date) else None for each in dates],
            dispositions=[each or "" for each in dispositions],
            outcomes=[each or "" for each in outcomes],
        )


def _ref_problems(number: int, ref: str | None) -> Iterable[BadRow]:
    if not ref:
        yield BadRow(number, "external_ref", "required", "the reference is missing")
    elif not ref.isprintable():
        yield BadRow(number, "external_ref", "not_text", "the reference has unprintable characters")


def _label_problems(
    number: int, disposition: str | None, outcome: str | None, applied_on: date | str | None
) -> Iterable[BadRow]:
    if disposition not in Disposition.values:
        words = f"{disposition!r} is none of {', '.join(Disposition.values)}"
        yield BadRow(number, "disposition", "not_a_value", words)
    elif outcome and disposition != Disposition.BOOKED:
        yield BadRow(number, "outcome", "not_booked", "only a booked loan has an outcome")
    if outcome and outcome not in Outcome.values:
        words = f"{outcome!r} is none of {', '.join(Outcome.values)}"
        yield BadRow(number, "outcome", "not_a_value", words)
    if isinstance(applied_on, str):
        yield BadRow(number, "applied_on", "not_a_date", f"{applied_on!r} is no date")


def _without_nulls(
    columns: dict[str, list[str | None]], nulls: Sequence[str]
) -> dict[str, list[str | None]]:
    missing = set(nulls)
    return {
        name: [
            None if value is None or (text := value.strip()) in missing else text
            for value in values
        ]
        for name, values in columns.items()
    }


def _date(text: str | None) -> date | str | None:
    """The date, or the text that is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return text
