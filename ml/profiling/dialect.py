"""How a text file is written: compression, encoding, delimiter. Found from its bytes, not its name.

Encodings tried: a byte order mark, UTF-16 by its zero bytes, UTF-8, then Windows-1252 where it has
printable characters for the bytes 0x80 to 0x9f that occur, and Latin-1, which reads anything.
"""

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import IO

HEAD_BYTES = 1 << 20
LONGEST_FIELD = 1_000_000
DELIMITERS = ",;\t|"
ROWS_LOOKED_AT = 200
_UNDEFINED_1252 = b"\x81\x8d\x8f\x90\x9d"


class Unreadable(ValueError):
    """A file that is no table of past loans; `code` is stable, the text is for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to turn a file's bytes into rows of text. A Parquet file needs none of the rest."""

    encoding: str = "utf-8-sig"
    delimiter: str = ","
    compressed: bool = False
    parquet: bool = False

    def text(self, stream: IO[bytes]) -> io.TextIOWrapper:
        """The file's characters, line ends as they stand."""
        opened = gzip.GzipFile(fileobj=stream) if self.compressed else stream
        return io.TextIOWrapper(opened, encoding=self.encoding, newline="")


def packed(stream: IO[bytes], dialect: Dialect) -> Dialect:
    """The dialect, with what the file's first bytes say of its packing whatever its name is."""
    start = stream.read(4)
    return replace(dialect, compressed=start[:2] == b"\x1f\x8b", parquet=start == b"PAR1")


def dialect_of(stream: IO[bytes], *, whole: bool = False) -> Dialect:
    """Look at the first mebibyte, or with `whole` also at every later byte's encoding.

    `stream` is read from where it stands. Raises Unreadable for what is no table of text.
    """
    start = stream.read(4)
    if start == b"PAR1":
        return Dialect(parquet=True)
    if not start:
        raise Unreadable("empty", "the file is empty")
    stream.seek(0)
    compressed = start[:2] == b"\x1f\x8b"
    opened: IO[bytes] = gzip.GzipFile(fileobj=stream) if compressed else stream  # type: ignore[assignment]
    try:
        head = opened.read(HEAD_BYTES)
        _refuse_binary(head)
        encoding = _encoding(head, opened if whole else None)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Unreadable("broken_gzip", f"the compressed file is broken: {error}") from error
    text = _decoded(head, encoding)
    return Dialect(encoding, _delimiter(text, whole=len(head) < HEAD_BYTES), compressed)


def _refuse_binary(head: bytes) -> None:
    if not head.strip():
        raise Unreadable("empty", "the file is empty")
    if head[:4] == b"PK\x03\x04":
        words = "this is a spreadsheet or an archive: save the sheet as CSV and send that"
        raise Unreadable("spreadsheet", words)
    if head[:4] == b"\xd0\xcf\x11\xe0":
        raise Unreadable("spreadsheet", "this is an old spreadsheet: save the sheet as CSV")
    if head[:4] == b"%PDF":
        raise Unreadable("binary", "this is a PDF document, not a table")
    control = sum(head.count(bytes([code])) for code in (*range(1, 9), *range(14, 27)))
    if control * 50 > len(head):
        raise Unreadable("binary", "the file holds binary data, not text")


def _encoding(head: bytes, rest: IO[bytes] | None) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if b"\x00" in head:
        return _wide(head)
    return _narrow(head, rest)


def _wide(head: bytes) -> str:
    """UTF-16 without its mark: the zero bytes of plain letters stand all on one side."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 3 > len(head) // 2 and min(even, odd) * 20 < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    raise Unreadable("binary", "the file holds binary data, not text")


def _narrow(head: bytes, rest: IO[bytes] | None) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    seen: set[int] = set()
    utf8 = True
    block = head
    while block:
        if utf8:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                utf8 = False
        if any(code in block for code in _UNDEFINED_1252):
            seen.update(code for code in _UNDEFINED_1252 if code in block)
        block = rest.read(HEAD_BYTES) if rest is not None else b""
    if utf8:
        return "utf-8-sig"
    return "latin-1" if seen else "cp1252"


def _decoded(head: bytes, encoding: str) -> str:
    return head.decode(encoding, errors="ignore")


def _delimiter(text: str, *, whole: bool) -> str:
    """The mark that splits the most rows into as many parts as the header has."""
    best, best_score = ",", (0.0, 0)
    for mark in DELIMITERS:
        counts = _widths(text, mark, whole=whole)
        if not counts or counts[0] < 2:
            continue
        same = Counter(counts)[counts[0]] / len(counts)
        score = (round(same, 1), counts[0])
        if score > best_score:
            best, best_score = mark, score
    return best


def _widths(text: str, mark: str, *, whole: bool) -> list[int]:
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    found: list[int] = []
    try:
        for row in reader:
            if row:
                found.append(len(row))
            if len(found) > ROWS_LOOKED_AT:
                return found
    except csv.Error:
        return found
    return found if whole or len(found) < 2 else found[:-1]
