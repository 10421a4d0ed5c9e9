"""What benchmarks share: how often and how much, and one running platform, started when asked."""

from contextlib import ExitStack
from functools import cached_property
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from tests.benchmarks.house import House


class Bench:
    """One run. `size` scales histories and crowds; whatever was started ends with it."""

    def __init__(self, *, rounds: int, size: float) -> None:
        self.rounds = rounds
        self.size = size
        self._ends = ExitStack()

    def scaled(self, count: int) -> int:
        return max(1, round(count * self.size))

    @cached_property
    def folder(self) -> str:
        """A folder of this run's own, gone at its end."""
        folder: str = self._ends.enter_context(TemporaryDirectory(prefix="assay-bench-"))
        return folder

    @cached_property
    def house(self) -> "House":
        """A platform as `make run` starts it, with a lender whose model is boosted trees."""
        from tests.benchmarks.house import House

        return self._ends.enter_context(House(self.folder))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.close()
