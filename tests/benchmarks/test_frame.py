"""The frame of the benchmarks: rounds take turns, ratios are medians, files keep their form."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.benchmarks import __main__ as main
from tests.benchmarks.__main__ import ALL
from tests.benchmarks.bench import Bench
from tests.benchmarks.frame import Aim, Figure, Round, interleaved
from tests.benchmarks.report import committed, kept, table


def figure(*rounds: tuple[float, float]) -> Figure:
    made = tuple(Round(*each) for each in rounds)
    return Figure("one", "ms", "another", made, Aim(at_most=2))


def test_sides_take_turns_and_each_goes_first() -> None:
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return 1.0

    assert len(interleaved(lambda: side("ours"), lambda: side("theirs"), times=1)) == 3
    assert order == ["ours", "theirs", "theirs", "ours", "ours", "theirs"]


def test_one_slow_round_moves_no_ratio() -> None:
    assert figure((2, 1), (900, 1), (2, 1)).ratio == 2


def test_aims_are_met_from_either_side() -> None:
    assert Aim(at_most=2).met(2)
    assert not Aim(at_most=2).met(2.1)
    assert Aim(at_least=30).met(31)
    assert not Aim(at_least=30).met(29)


def test_a_run_is_kept_beside_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    file.write_text(json.dumps({"other": {"ratio": 1}}))
    kept(file, [figure((3, 1), (3, 1), (3, 1))])
    written = committed(file)
    assert set(written) == {"one", "other"}
    assert set(written["one"]) == {"ratio", "unit", "baseline", "rounds"}
    assert written["one"]["ratio"] == 3


def test_what_breaks_loses_no_figure_that_came_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor those of its own: each is written down as it comes."""

    def score_core(bench: Bench) -> Iterator[Figure]:
        yield figure((3, 1), (3, 1), (3, 1))
        raise RuntimeError

    module = SimpleNamespace(score_core=score_core)
    monkeypatch.setattr(main, "import_module", lambda name: module)
    run = main._Run(tmp_path / "bench.json", commit=False)
    assert not main._ran(run, Bench(rounds=3, size=1), "score_core")
    assert committed(tmp_path / "bench.json")["one"]["ratio"] == 3
    assert "| one | 3 ms |" in (tmp_path / "bench.md").read_text()
    assert "Not measured: score_core." in run.table(["score_core"])


def test_the_table_tells_what_moved_and_what_is_missed() -> None:
    row = table([figure((3, 1), (3, 1), (3, 1))], {"one": {"ratio": 2}}).splitlines()[-1]
    assert "**missed**" in row
    assert "2 (+50%)" in row


def test_each_benchmark_is_a_file_with_one_function_of_its_name() -> None:
    for name in ALL:
        source = (Path(__file__).parent / f"{name}.py").read_text()
        assert source.count(f"\ndef {name}(bench: Bench)") == 1
