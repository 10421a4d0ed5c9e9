"""A training without end, at the low priority that Assay's training worker has."""

from config.demo.lenders import HANSE_KREDIT
from config.servers.process import give_way
from tests.proof.history import learnt_plan

NICE = 10


def train() -> None:
    give_way(NICE)
    while True:
        learnt_plan.cache_clear()
        learnt_plan(HANSE_KREDIT, "boosting")


if __name__ == "__main__":
    train()
