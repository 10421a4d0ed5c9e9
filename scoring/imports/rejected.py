"""The file of refused rows: row number, field, reason. Made only when there is one."""

import csv
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from scoring.imports.rows import BadRow

HEADER = ("row", "field", "code", "reason")


class RejectedFile:
    """Written beside the import; its place is free until the first refusal."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream:
            self._stream.close()

    @property
    def written(self) -> Path | None:
        return self.path if self._stream else None

    def add(self, rows: list[BadRow]) -> None:
        if not rows:
            return
        if self._stream is None:
            self._stream = self.path.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._stream)
            self._writer.writerow(HEADER)
        self._writer.writerows((row.number, row.field, row.code, row.message) for row in rows)
