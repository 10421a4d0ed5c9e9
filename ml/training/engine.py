"""Where trees are grown: in this process, out of its memory's reach, or on a cluster.

The installation chooses; whoever trains notices nothing. All three grow the same kind of booster
from the same rows and parameters:

- local: in memory, on this machine;
- external_memory: rows are written to Parquet and read back page by page, so that only their
  quantile sketch and one page are in memory at a time (XGBoost's external memory);
- dask: rows are shared among the workers of an existing Dask cluster (`xgboost.dask`).

A sketch over pages or workers may place a threshold elsewhere than a sketch over everything, and
rows are sampled by each worker for itself, so boosters agree within tolerance, not to the byte.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import xgboost

from ml.training.tree_data import TreeData

Kind = Literal["local", "external_memory", "dask"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PAGE_ROWS = 100_000
MOST_BINS = 256
LABEL, WEIGHT = "label", "weight"


@dataclass(frozen=True, slots=True)
class Grown:
    """A booster, and the log-loss of the held-out rows after each round, where there were any."""

    booster: xgboost.Booster
    curve: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Engine:
    """Which of them; `address` is the Dask scheduler's, such as tcp://scheduler:8786."""

    kind: Kind = "local"
    address: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no training engine {self.kind!r}; there are {', '.join(KINDS)}")
        if (self.kind == "dask") != bool(self.address):
            raise ValueError("the engine dask, and no other, needs the address of a scheduler")

    def grow(
        self,
        parameters: Mapping[str, object],
        data: TreeData,
        rounds: int,
        held: TreeData | None = None,
        patience: int | None = None,
    ) -> Grown:
        """Grow at most `rounds` trees; fewer where `held` gets no better for `patience` rounds."""
        watched: dict[str, Any] = {} if held is None else {"early_stopping_rounds": patience}
        grow = {"local": _local, "external_memory": _paged, "dask": self._shared}[self.kind]
        return grow(dict(parameters), data, rounds, held, watched)

    def _shared(
        self,
        parameters: dict[str, object],
        data: TreeData,
        rounds: int,
        held: TreeData | None,
        watched: dict[str, Any],
    ) -> Grown:
        from distributed import Client  # a cluster's client, loaded only where there is a cluster
        from xgboost import dask as xgboost_dask

        connect: Any = Client
        with connect(self.address, set_as_default=False) as client, client.as_current():
            matrix = _on_cluster(client, data)
            evals = [] if held is None else [(_on_cluster(client, held), "held")]
            found = xgboost_dask.train(
                client, parameters, matrix, num_boost_round=rounds, evals=evals,
                verbose_eval=False, **watched,
            )  # fmt: skip
        return _grown(found["booster"], found.get("history", {}))


LOCAL = Engine()


def _local(
    parameters: dict[str, object],
    data: TreeData,
    rounds: int,
    held: TreeData | None,
    watched: dict[str, Any],
) -> Grown:
    history: dict[str, Any] = {}
    booster = xgboost.train(
        parameters, _in_memory(data, parameters), rounds, evals_result=history, verbose_eval=False,
        evals=[] if held is None else [(_in_memory(held, parameters), "held")], **watched,
    )  # fmt: skip
    return _grown(booster, history)


def _paged(
    parameters: dict[str, object],
    data: TreeData,
    rounds: int,
    held: TreeData | None,
    watched: dict[str, Any],
) -> Grown:
    history: dict[str, Any] = {}
    with _pages(data) as pages:
        matrix = xgboost.ExtMemQuantileDMatrix(
            pages, max_bin=MOST_BINS, enable_categorical=True,
            nthread=int(str(parameters["nthread"])),
        )  # fmt: skip
        booster = xgboost.train(
            parameters, matrix, rounds, evals_result=history, verbose_eval=False,
            evals=[] if held is None else [(_in_memory(held, parameters), "held")], **watched,
        )  # fmt: skip
        del matrix
    return _grown(booster, history)


def _grown(booster: xgboost.Booster, history: Mapping[str, Any]) -> Grown:
    return Grown(booster, tuple(float(loss) for loss in history.get("held", {}).get("logloss", ())))


def _in_memory(data: TreeData, parameters: Mapping[str, object]) -> xgboost.DMatrix:
    return xgboost.DMatrix(
        data.matrix, data.bad, weight=data.weight, feature_types=list(data.types),
        enable_categorical=True, nthread=int(str(parameters["nthread"])),
    )  # fmt: skip


def _on_cluster(client: Any, data: TreeData) -> Any:
    """The rows as a Dask array in as many parts as there are workers."""
    from dask import array
    from xgboost import dask as xgboost_dask

    split: Any = array.from_array
    parts = max(len(client.scheduler_info(n_workers=-1)["workers"]), 1)
    size = -(-len(data.bad) // parts)
    weight = None
    if data.weight is not None:
        weight = split(data.weight, chunks=size)
    return xgboost_dask.DaskDMatrix(
        client,
        split(data.matrix, chunks=(size, data.matrix.shape[1])),
        split(data.bad, chunks=size),
        weight=weight,
        feature_types=list(data.types),
        enable_categorical=True,
    )


class ParquetPages(xgboost.DataIter):
    """Parquet files as XGBoost's pages: columns 0 to k - 1 in order, `label`, perhaps `weight`."""

    def __init__(self, files: Sequence[Path], types: Sequence[str], cache: Path) -> None:
        self._files, self._types = list(files), list(types)
        self._next = 0
        super().__init__(cache_prefix=str(cache))

    def next(self, input_data: Any) -> bool:
        """Hand over the next page; False after the last."""
        from pyarrow import parquet

        if self._next == len(self._files):
            return False
        table = parquet.read_table(self._files[self._next])
        self._next += 1
        names = [str(place) for place in range(len(self._types))]
        weight = table[WEIGHT].to_numpy() if WEIGHT in table.column_names else None
        input_data(
            data=np.column_stack([table[name].to_numpy() for name in names]),
            label=table[LABEL].to_numpy(), weight=weight, feature_types=self._types,
        )  # fmt: skip
        return True

    def reset(self) -> None:
        """Begin again with the first page."""
        self._next = 0


@contextmanager
def _pages(data: TreeData, rows: int = PAGE_ROWS) -> Iterator[ParquetPages]:
    """The rows in files of a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="assay-training-") as folder:
        starts = range(0, len(data.bad), rows)
        files = [Path(folder) / f"page-{start}.parquet" for start in starts]
        for start, file in zip(starts, files, strict=True):
            _write(data.take(np.arange(start, min(start + rows, len(data.bad)))), file)
        yield ParquetPages(files, data.types, Path(folder) / "cache")


def _write(data: TreeData, file: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    columns: dict[str, npt.NDArray[Any]] = {
        str(place): data.matrix[:, place] for place in range(data.matrix.shape[1])
    }
    columns[LABEL] = data.bad
    if data.weight is not None:
        columns[WEIGHT] = data.weight
    parquet.write_table(pa.table(columns), file)
