"""A tournament's steps: each is computed once, and taken from a store when it is known already.

A step's key is a hash over everything its result depends on: the data, the dictionary, the
settings, the libraries and this package's own code. The same key means the same result, so a
training that failed or was cancelled goes on where it stopped. Results are JSON and plain arrays,
never a pickle.
"""

import hashlib
import io
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

import ml
from ml.training.progress import Progress, part, silent
from ml.training.space import Setting
from ml.training.trained import TrainingRefused, libraries

Document = dict[str, Any]
FAMILY_ERRORS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, RuntimeError,
    TypeError, ValueError,
)  # fmt: skip
"""What a family, or a library it learns with, may come to grief by. Anything else ends the whole:
the database is gone, or somebody asked for an end."""
WEIGHTS: Mapping[str, float] = {"tune": 10.0, "folds": 5.0, "fit": 1.5, "evidence": 3.0}
"""About how long the named steps take, for progress; the others take 0.2."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; `family` is empty for what is done once for all."""

    number: int
    name: str
    family: str = ""

    @property
    def code(self) -> str:
        return f"{self.name}:{self.family}" if self.family else self.name


@dataclass(frozen=True, slots=True)
class Trial:
    """One set of a family's settings and what the inner folds said of it."""

    number: int
    params: dict[str, Setting]
    value: float | None
    folds: list[float]
    seconds: float
    status: Literal["complete", "pruned", "failed"]
    error: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What a step found: a JSON document, arrays by name, and bytes such as an artifact's."""

    document: Document = field(default_factory=dict)
    arrays: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    blob: bytes = b""

    def to_bytes(self) -> bytes:
        """An .npz archive of plain arrays."""
        file = io.BytesIO()
        text = json.dumps(self.document, sort_keys=True, allow_nan=False).encode()
        plain = {f"array_{name}": array for name, array in self.arrays.items()}
        np.savez_compressed(
            file,
            document=np.frombuffer(text, np.uint8),
            blob=np.frombuffer(self.blob, np.uint8),
            **plain,  # type: ignore[arg-type]
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, body: bytes) -> "Result":
        with np.load(io.BytesIO(body), allow_pickle=False) as archive:
            arrays = {
                name.removeprefix("array_"): archive[name]
                for name in archive.files
                if name.startswith("array_")
            }
            document = json.loads(archive["document"].tobytes())
            return cls(document, arrays, archive["blob"].tobytes())


class StepStore(Protocol):
    """Where results are kept between runs."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, body: bytes) -> None: ...


class MemoryStore:
    """A store for one process: notebooks and tests."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.bodies.get(key)

    def put(self, key: str, body: bytes) -> None:
        self.bodies[key] = body


class Watch(Protocol):
    """Told what becomes of each step."""

    def planned(self, steps: Sequence[Step]) -> None:
        """All steps, before the first."""

    def started(self, step: Step, key: str) -> None:
        """It is known what the step depends on, and it begins."""

    def ended(self, step: Step, result: Result, *, cached: bool) -> None:
        """Computed, or taken from the store."""

    def failed(self, step: Step, error: str) -> None:
        """It could not be done; the family is out, the others go on."""

    def skipped(self, step: Step) -> None:
        """An earlier step of the family failed, or there is nothing to do."""

    def tried(self, family: str, trial: Trial) -> None:
        """One trial of a family's tuning, as it ends, or again when its step is known already."""


class Unwatched:
    """Cares about nothing; a base for whoever cares about some of it."""

    def planned(self, steps: Sequence[Step]) -> None: ...

    def started(self, step: Step, key: str) -> None: ...

    def ended(self, step: Step, result: Result, *, cached: bool) -> None: ...

    def failed(self, step: Step, error: str) -> None: ...

    def skipped(self, step: Step) -> None: ...

    def tried(self, family: str, trial: Trial) -> None: ...


class FamilyFailed(TrainingRefused):
    """A family cannot be trained on these loans; the tournament goes on without it."""


Compute = Callable[[Progress], Result]


class Steps:
    """Carries a tournament's steps out, one after the other."""

    def __init__(
        self,
        planned: Sequence[Step],
        store: StepStore | None = None,
        watch: Watch | None = None,
        progress: Progress = silent,
    ) -> None:
        self.planned = tuple(planned)
        self._store = store or MemoryStore()
        self.watch = watch or Unwatched()
        self._progress = progress
        weights = [WEIGHTS.get(step.name, 0.2) for step in planned]
        self._ends = np.cumsum(weights) / sum(weights)
        self._taken: set[Step] = set()
        self.watch.planned(self.planned)

    def take(self, step: Step, depends_on: Mapping[str, object], compute: Compute) -> Result:
        """The step's result. FamilyFailed where a family's own step cannot be done."""
        self._taken.add(step)
        progress = self._part(step)
        progress(step.code, 0.0)
        key = step_key(step, depends_on)
        self.watch.started(step, key)
        known = self._store.get(key)
        result = Result.from_bytes(known) if known else self._computed(step, compute, progress)
        if not known:
            self._store.put(key, result.to_bytes())
        self.watch.ended(step, result, cached=known is not None)
        progress(step.code, 1.0)
        return result

    def skip(self, step: Step) -> None:
        """There is nothing to do, or nothing to do it with."""
        self._taken.add(step)
        self.watch.skipped(step)
        self._part(step)(step.code, 1.0)

    def skip_rest(self, family: str) -> None:
        """Whatever of a family has not begun."""
        for step in self.planned:
            if step.family == family and step not in self._taken:
                self.skip(step)

    def named(self, name: str, family: str = "") -> Step:
        """The planned step of that name."""
        return next(s for s in self.planned if (s.name, s.family) == (name, family))

    def _part(self, step: Step) -> Progress:
        place = self.planned.index(step)
        start = self._ends[place - 1] if place else 0.0
        return part(self._progress, float(start), float(self._ends[place]))

    def _computed(self, step: Step, compute: Compute, progress: Progress) -> Result:
        start = time.perf_counter()
        try:
            result = compute(lambda _, fraction: progress(step.code, fraction))
        except FAMILY_ERRORS as error:
            why = str(error) or type(error).__name__
            self.watch.failed(step, why)
            if step.family:
                raise FamilyFailed(f"{step.family}: {why}") from error
            raise
        result.document.setdefault("seconds", round(time.perf_counter() - start, 3))
        return result


def step_key(step: Step, depends_on: Mapping[str, object]) -> str:
    """The hash of all that a step's result depends on."""
    whole = {
        "step": [step.name, step.family],
        "libraries": libraries(),
        "code": code_hash(),
        **depends_on,
    }
    text = json.dumps(whole, sort_keys=True, allow_nan=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


@lru_cache(maxsize=1)
def code_hash() -> str:
    """A hash over this package's source: another version of it may find another result."""
    digest = hashlib.sha256()
    root = Path(ml.__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\n" + path.read_bytes())
    return digest.hexdigest()
