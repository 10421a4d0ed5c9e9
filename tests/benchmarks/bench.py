"""What benchmarks share: how often and how much, and one running platform, started when asked."""

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from tests.benchmarks.house import House


FEWEST_CALLS = 40
BATCH_ROWS, CHUNKS = 8_000, 4


class Bench:
    """One run. `size` scales histories and crowds; whatever was started ends with it."""

    def __init__(self, *, rounds: int, size: float) -> None:
        self.rounds = rounds
        self.size = size
        self._ends = ExitStack()

    def scaled(self, count: int) -> int:
        return max(1, round(count * self.size))

    def enough(self, count: int) -> int:
        """As many calls, fewer in a smaller run, and never so few that a median says nothing."""
        return max(FEWEST_CALLS, self.scaled(count)) if self.size < 1 else count

    @cached_property
    def folder(self) -> str:
        """A folder of this run's own, gone at its end."""
        folder: str = self._ends.enter_context(
            TemporaryDirectory(prefix="assay-bench-", ignore_cleanup_errors=True)
        )
        Path(folder).chmod(0o711)
        return folder

    @cached_property
    def house(self) -> "House":
        """A platform as `make run` starts it, with a lender whose model is boosted trees."""
        from tests.benchmarks.house import House

        return self._ends.enter_context(House(f"{self.folder}/first", **self._cut()))

    @cached_property
    def small_house(self) -> "House":
        """A second platform beside the first: few lenders, few decisions, one process for files."""
        from tests.benchmarks.house import SecondHouse

        small = SecondHouse(f"{self.folder}/small", ASSAY_BATCH_PROCESSES="1", **self._cut())
        return self._ends.enter_context(small)

    @property
    def batch_rows(self) -> int:
        """Rows of a file, which is cut into four chunks, so that two processes can share it."""
        return max(CHUNKS * FEWEST_CALLS, self.scaled(BATCH_ROWS))

    def _cut(self) -> dict[str, str]:
        return {"ASSAY_BATCH_CHUNK_ROWS": str(self.batch_rows // CHUNKS)}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.close()
