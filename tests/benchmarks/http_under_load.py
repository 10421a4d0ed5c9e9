"""p99 over p50 of decisions for 32 clients while a training and a batch run beside them."""

from collections.abc import Iterator

from tests.benchmarks.batch_end_to_end import batch_file, batch_sent
from tests.benchmarks.bench import Bench
from tests.benchmarks.decisions import decided
from tests.benchmarks.frame import Aim, Figure, paired
from tests.benchmarks.rivals.servers import RIVALS, running

CLIENTS = 32
DECISIONS = 800
BATCH_ROWS = 50_000


def http_under_load(bench: Bench) -> Iterator[Figure]:
    house, lender = bench.house, bench.house.lender
    decided(bench, 64, clients=8)
    found = []
    with running("training", ["-m", f"{RIVALS}.training"], bench.folder):
        for number in range(bench.rounds):
            file = batch_file(lender, bench.scaled(BATCH_ROWS))
            batch_sent(house.port, lender, file, f"under-load-{id(file)}-{number}")
            answers = decided(bench, bench.enough(DECISIONS), clients=CLIENTS)
            found.append((answers.p99, answers.p50))
    yield Figure(
        "http_under_load.32", "ms (p99)", "p50 of the same calls", paired(found), Aim(at_most=5)
    )
