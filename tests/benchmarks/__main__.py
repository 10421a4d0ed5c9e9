"""`python -m tests.benchmarks`: run benchmarks, print the table, keep the figures.

`--only http_decide` (may be repeated) runs one; `--size 0.1` makes histories a tenth as long;
`--commit` writes docs/benchmarks.json too. A benchmark that breaks is named and the others go on.
"""

import argparse
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from config.home import current_home
from tests.benchmarks.bench import Bench
from tests.benchmarks.frame import Figure, Skipped, machine
from tests.benchmarks.report import COMMITTED, committed, kept, table

ALL = (
    "score_core",
    "reasons_row",
    "reasons_batch",
    "decide_statements",
    "rules_share",
    "http_decide",
    "http_vs_queue_poll",
    "task_rtt",
    "event_chain",
    "backtest",
    "model_fanout",
    "webhook_drain",
    "batch_end_to_end",
    "batch_marks",
    "batch_workers",
    "http_under_load",
    "tenant_growth",
    "history_growth",
)
WITHOUT_A_HOUSE = frozenset({"score_core", "reasons_row", "reasons_batch", "backtest"})


def main() -> int:
    asked = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whatever ends us, servers end too
    run = _Run(current_home().path / "bench.json", commit=asked.commit)
    broken: list[str] = []
    try:
        with Bench(rounds=asked.rounds, size=asked.size) as bench:
            broken += [name for name in asked.only or ALL if not _ran(run, bench, name)]
    except KeyboardInterrupt:
        broken.append("what was left: interrupted")
    print(run.table(broken))
    return 1 if broken else 0


class _Run:
    """The figures of one run, written down as they come: what breaks later loses none of them."""

    def __init__(self, result: Path, *, commit: bool) -> None:
        self._result, self._commit = result, commit
        self._begun, self._before = machine(), committed()
        self._figures: list[Figure] = []

    def keep(self, figure: Figure) -> None:
        self._figures.append(figure)
        kept(self._result, [figure])
        if self._commit:
            kept(COMMITTED, [figure])
        self.table([])

    def table(self, broken: Sequence[str]) -> str:
        """What was measured so far, beside what was committed before this run."""
        text = (
            f"{table(self._figures, self._before)}\n\nBegan on {self._begun}; ended on {machine()}."
        )
        if broken:
            text += f" Not measured: {', '.join(broken)}."
        self._result.with_suffix(".md").write_text(text + "\n")
        return text


def _ran(run: _Run, bench: Bench, name: str) -> bool:
    """Whether a benchmark came to its end; one that breaks does not end the others."""
    _say(f"{name} …")
    started = time.monotonic()
    try:
        _measure(run, bench, name)
    except Exception:  # noqa: BLE001 - it is named in the end
        traceback.print_exc()
        return False
    finally:
        _say(f"{name}: {time.monotonic() - started:.0f} s")
    return True


def _measure(run: _Run, bench: Bench, name: str) -> None:
    """Keep the figures of one benchmark; none where it says that it cannot be run."""
    if name not in WITHOUT_A_HOUSE:
        _ = bench.house  # models can be imported once Django is set up
    benchmark = getattr(import_module(f"tests.benchmarks.{name}"), name)
    try:
        for figure in benchmark(bench):
            _say(f"  {figure.name}: {figure.ours:.3g} {figure.unit}, ratio {figure.ratio:.3g}")
            run.keep(figure)
    except Skipped as why:
        _say(f"  skipped: {why}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=Path(sys.argv[0]).name, description=__doc__)
    parser.add_argument("--only", action="append", choices=ALL, default=[])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=float, default=1.0)
    parser.add_argument("--commit", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
