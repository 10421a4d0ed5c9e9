"""`python -m tests.benchmarks`: run benchmarks, print the table, keep the figures.

`--only http_decide` (may be repeated) runs one; `--size 0.1` makes histories a tenth as long;
`--commit` writes docs/benchmarks.json too. A benchmark that breaks is named and the others go on.
"""

import argparse
import sys
import time
import traceback
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
    "http_under_load",
    "tenant_growth",
    "history_growth",
)
WITHOUT_A_HOUSE = frozenset({"score_core", "reasons_row", "reasons_batch", "backtest"})


def main() -> int:
    asked = _arguments()
    result = current_home().path / "bench.json"
    begun, before = machine(), committed()
    figures: list[Figure] = []
    broken: list[str] = []
    with Bench(rounds=asked.rounds, size=asked.size) as bench:
        for name in asked.only or ALL:
            _say(f"{name} …")
            started = time.monotonic()
            try:
                figures += _run(bench, name)
            except Exception:  # noqa: BLE001 - one broken benchmark does not end the others
                traceback.print_exc()
                broken.append(name)
            _say(f"{name}: {time.monotonic() - started:.0f} s")
    kept(result, figures)
    if asked.commit:
        kept(COMMITTED, figures)
    text = f"{table(figures, before)}\n\nBegan on {begun}; ended on {machine()}."
    result.with_suffix(".md").write_text(text + "\n")
    print(text)
    return 1 if broken else 0


def _run(bench: Bench, name: str) -> list[Figure]:
    """The figures of one benchmark; none where it says that it cannot be run."""
    if name not in WITHOUT_A_HOUSE:
        _ = bench.house  # models can be imported once Django is set up
    benchmark = getattr(import_module(f"tests.benchmarks.{name}"), name)
    figures: list[Figure] = []
    try:
        for figure in benchmark(bench):
            _say(f"  {figure.name}: {figure.ours:.3g} {figure.unit}, ratio {figure.ratio:.3g}")
            figures.append(figure)
    except Skipped as why:
        _say(f"  skipped: {why}")
    return figures


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
