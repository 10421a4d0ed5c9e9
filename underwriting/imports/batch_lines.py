"""Lines of JSON, each an application as the API takes it, laid out as columns of text."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any, NoReturn

from ml.profiling.dialect import Dialect
from tenancy.errors import FieldError
from underwriting.imports.batch_cells import Cleaner, Cut, Unread
from underwriting.imports.batch_chunks import Gathered
from underwriting.imports.batch_columns import CONSENTS, Contract, pointer_of_column
from underwriting.imports.batch_words import words

LONGEST_LINE = 1 << 20
LONGEST_NUMBER = 40
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
BLOCK_LINES = 1_000
MOST_PROBLEMS = 50
"""Of one line; a line can hold a hundred thousand names that nobody knows."""


class NotALine(ValueError):
    """A line that is no JSON object as we take it."""


def first_line_problem(stream: IO[bytes], dialect: Dialect, language: str) -> list[FieldError]:
    """What is wrong with the first line: a file whose first is no object is none of ours."""
    for _, line in _lines(stream, dialect):
        try:
            _object_of(line)
        except NotALine as error:
            text = words("not_json", language, why=error)
            return [FieldError("/file/rows/1", "not_json", text)]
        return []
    return [FieldError("/file", "empty", words("empty", language))]


def line_cuts(
    stream: IO[bytes], dialect: Dialect, cleaner: Cleaner, chunk_rows: int, product: str
) -> Iterator[Cut]:
    """The lines a chunk at a time; blank ones do not count, broken ones are refused alone."""
    gathered = Gathered(cleaner, chunk_rows)
    block = _Block(cleaner.contract, product)
    for number, line in _lines(stream, dialect):
        block.add(number, line)
        if len(block) >= BLOCK_LINES:
            yield from gathered.add(*block.taken())
    yield from gathered.add(*block.taken())
    yield from gathered.rest([])


def _lines(stream: IO[bytes], dialect: Dialect) -> Iterator[tuple[int, str]]:
    """Numbered lines; of one that is too long only its beginning, the rest is passed over."""
    text = dialect.text(stream)
    try:
        number = 0
        while line := text.readline(LONGEST_LINE + 1):
            whole = line
            while not line.endswith("\n") and len(line) > LONGEST_LINE:
                line = text.readline(LONGEST_LINE + 1)
                if not line:
                    break
            if whole.strip():
                number += 1
                yield number, whole
    finally:
        text.detach()


@dataclass(slots=True)
class _Block:
    """Lines being laid out as columns, and those that cannot be."""

    contract: Contract
    product: str
    rows: list[dict[str, str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.numbers) + len(self.unread)

    def add(self, number: int, line: str) -> None:
        problems: list[Unread] = []
        try:
            row = self._flat(_object_of(line), number, problems)
        except NotALine as error:
            text = words("not_json", self.contract.language, why=error)
            problems = [Unread(number, "", "not_json", text)]
        if problems:
            self.unread += problems[:MOST_PROBLEMS]
        else:
            self.rows.append(row)
            self.numbers.append(number)

    def taken(self) -> tuple[Any, list[int], list[Unread]]:
        """The block as columns; all of a file's blocks have the same."""
        import pyarrow as pa

        names = [name for name in self.contract.columns if name != "product"]
        names += sorted({name for row in self.rows for name in row} - set(names))
        columns = {
            name: pa.array([row.get(name) for row in self.rows], pa.string()) for name in names
        }
        found = pa.table(columns), self.numbers, self.unread
        self.rows, self.numbers, self.unread = [], [], []
        return found

    def _flat(self, body: Mapping[str, Any], number: int, problems: list[Unread]) -> dict[str, str]:
        row: dict[str, str] = {}
        for path, value in _leaves("", body):
            code = self._wrong(path, value)
            if code:
                text = words(code, self.contract.language, product=self.product)
                problems.append(Unread(number, pointer_of_column(path), code, text))
            elif path != "product" and value is not None:
                row[path] = value if isinstance(value, str) else _text(value)
        return row

    def _wrong(self, path: str, value: Any) -> str:
        if not self.contract.known(path):
            return "unknown_field"
        if path == "product" and value != self.product:
            return "product_differs"
        structured = isinstance(value, list | dict)
        return "single_value" if structured and not _consents(path) else ""


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every value with its path; a co-applicant's begins with its place in their list."""
    if isinstance(value, dict) and value and not _consents(path):
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list) and path == "co_applicants":
        for index, inner in enumerate(value):
            yield from _leaves(f"{path}.{index}", inner)
    elif not (isinstance(value, dict) and not value):
        yield path, value


def _consents(path: str) -> bool:
    return path.rpartition(".")[2] == CONSENTS


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value) if isinstance(value, list | dict) else str(value)


def _object_of(line: str) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise NotALine(f"longer than {LONGEST_LINE >> 20} MiB")
    try:
        found = json.loads(
            line,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_no_number,
            object_pairs_hook=_once,
        )
    except NotALine:
        raise
    except RecursionError as error:
        raise NotALine("nested too deeply") from error
    except ValueError as error:
        raise NotALine(str(error)) from error
    if not isinstance(found, dict):
        raise NotALine("it is something else")
    if _HALF.search(line) and not _whole(found):
        raise NotALine("it holds half a character")
    return found


def _whole(found: Any) -> bool:
    """Whether every text could be written as UTF-8: a surrogate alone could not."""
    try:
        json.dumps(found, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


def _number(text: str) -> Decimal:
    if len(text) > LONGEST_NUMBER or "e" in text.lower():
        raise NotALine(f"a number is written in a form we do not take: {text[:20]}")
    return Decimal(text)


def _no_number(text: str) -> NoReturn:
    raise NotALine(f"{text} is not a number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotALine(f"the name {twice[:60]!r} stands twice")
    return found
