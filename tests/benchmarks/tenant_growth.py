"""One decision among a thousand lenders, against one among ten."""

from collections.abc import Iterator

from tests.benchmarks.bench import Bench
from tests.benchmarks.decisions import decided
from tests.benchmarks.frame import Aim, Figure, paired
from tests.benchmarks.lender import organizations_opened

FEW, MANY = 10, 1_000
DECISIONS = 150


def tenant_growth(bench: Bench) -> Iterator[Figure]:
    organizations_opened(FEW)
    decided(bench, bench.enough(DECISIONS))
    before = [decided(bench, bench.enough(DECISIONS)).p50 for _ in range(bench.rounds)]
    crowd = bench.scaled(MANY)
    organizations_opened(crowd)
    after = [decided(bench, bench.enough(DECISIONS)).p50 for _ in range(bench.rounds)]
    rounds = paired(list(zip(after, before, strict=True)))
    baseline = f"{FEW} lenders, not {crowd}"
    yield Figure("tenant_growth", "ms (p50)", baseline, rounds, Aim(at_most=1.2))
