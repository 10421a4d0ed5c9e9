"""A million applications and thirty rules: columns against row by row. `make backtest-proof`.

The real forms of PAKDD 2010 (some joint, some incomplete) are drawn a million times with
replacement and written as a snapshot's chunks. Two processes run over them:

- `columns` reads every chunk, decides it and makes the report; its peak memory is what the system
  says of the whole process;
- `both` times every chunk, read and decided as columns, and between chunks every form that was
  drawn, row by row from the stored inputs document (JSON read, decided online): side by side, so
  that other work on the machine slows both. The times are per row. Every one of the million rows is
  compared with what the online engine said of its form.

The same is done with the counter-offer search switched on, for ten thousand rows.
The result is written to docs/proof/backtest.json; tests/decisioning/test_backtest_proof.py holds
the committed file to what docs/backtests.md claims.
"""

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from ml.canonical import canonical
from ml.columns import Column, Frame
from tenancy.ids import new_id
from tests.decisioning import card_form
from tests.decisioning.cast import changed, plan, row, rule_set
from underwriting.decisioning.applications import Applications
from underwriting.decisioning.backtest_past import past_joined, past_of
from underwriting.decisioning.backtest_report import (
    Compared,
    Setting,
    economics_assumed,
    report_of,
)
from underwriting.decisioning.decided import OUTCOMES, Decided, decided_of, joined
from underwriting.decisioning.plan import Plan
from underwriting.decisioning.snapshot import Part, part_read, refs_of

RESULT = Path(__file__).parents[2] / "docs/proof/backtest.json"
ROWS, CHUNK, SEED = 1_000_000, 20_000, 11
SEARCHED = 10_000
"""Rows with the search for counter-offers: row by row it takes long, and every row is compared."""
MORE = [
    ("dependants", {"dependants": {"gt": 8}}, "refer", "VERIFY"),
    ("no_accounts", {"accounts": {"eq": 0}, "total_income": {"lt": "300.00"}}, "refer", "VERIFY"),
    ("cars", {"cars": {"gt": 3}, "total_income": {"lt": "500.00"}}, "refer", "VERIFY"),
    ("students", {"occupation": {"in": ["3"]}, "assets": {"missing": True}}, "refer", "VERIFY"),
    ("homeless", {"residence": {"eq": "0"}, "residence_months": {"lt": 3}}, "refer", "VERIFY"),
    ("far_north", {"state": {"in": ["AM", "PA"]}, "work_phone": {"eq": False}}, "refer", "STATE"),
    ("long_there", {"residence_months": {"gt": 180}}, "refer", "VERIFY"),
    ("long_employed", {"months_employed": {"gt": 540}}, "refer", "VERIFY"),
    ("other_income", {"other_income": {"gt": {"field": "monthly_income"}}}, "refer", "VERIFY"),
    ("rich", {"assets": {"gt": "300000.00"}}, "refer", "VERIFY"),
    ("head", {"income_per_head": {"lt": "40.000"}}, "decline", "LOW_INCOME"),
    ("owes", {"obligations": {"gt": {"field": "total_income"}}}, "decline", "DTI"),
    ("poor", {"total_income": {"between": ["0.00", "90.00"]}}, "decline", "LOW_INCOME"),
]
FURTHER = [
    ("long_small", {"term_months": {"ge": 24}, "amount": {"lt": "300.00"}}, "refer", "VERIFY"),
    ("dear", {"price.rate_ppm": {"gt": 800000}}, "refer", "VERIFY"),
    ("exposed", {"context.exposure": {"gt": "2500.00"}, "amount": {"gt": "1500.00"}}, "refer",
     "VERIFY"),
    ("uncovered", {"amount": {"gt": {"field": "household"}}, "term_months": {"lt": 9}}, "decline",
     "TOO_MUCH"),
]  # fmt: skip
"""Rules beside those of the card form, so that there are thirty."""


def policy(*, searches: bool) -> dict[str, Any]:
    """Thirty rules of the lender's own; the built-in ones stand beside them."""
    sets = [
        *card_form.POLICY["rule_sets"],
        rule_set("people", *(row(*each, missing="miss") for each in MORE), scope="party",
                 hit="collect"),
        rule_set("request", *(row(*each, missing="miss") for each in FURTHER), hit="collect"),
    ]  # fmt: skip
    made = changed(card_form.POLICY, rule_sets=sets)
    if not searches:
        made = {name: value for name, value in made.items() if name != "counter_offer"}
    return made


def made_plan(*, searches: bool) -> Plan:
    return plan(**{**card_form.PARTS, "policy": policy(searches=searches)})


def rules_of(document: dict[str, Any]) -> int:
    return sum(len(each["rows"]) for each in document["rule_sets"])


def write_chunks(folder: Path, rows: int) -> np.ndarray:
    """Draw the forms and write them as chunks; which form each row is."""
    forms = card_form.forms_of_the_file()
    given = forms.applications(made_plan(searches=False).dictionary)
    drawn = np.random.default_rng(SEED).integers(0, given.rows, rows)
    refs = refs_of([new_id() for _ in range(rows)])
    for number, start in enumerate(range(0, rows, CHUNK)):
        own = drawn[start : start + CHUNK]
        part = Part(refs[start : start + CHUNK], given.take(own))
        (folder / f"{number:05d}.chunk").write_bytes(part.to_bytes())
    documents = [canonical(each) for each in forms.documents()]
    (folder / "inputs.jsonl").write_bytes(b"\n".join(documents))
    np.save(folder / "drawn.npy", drawn)
    return drawn


def chunks_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.chunk"))


class Clock:
    """Seconds on the wall and on the processor, added up over what it was held around."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def __enter__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.wall += time.perf_counter() - self._began[0]
        self.cpu += time.process_time() - self._began[1]

    def said(self, rows: int) -> dict[str, float]:
        return {
            "seconds": round(self.wall, 3),
            "cpu_seconds": round(self.cpu, 3),
            "microseconds_a_row": round(self.wall / rows * 1e6, 2),
        }


def columns(folder: Path) -> dict[str, Any]:
    """The whole backtest in this process: read, decide, report."""
    made = made_plan(searches=False)
    start = time.perf_counter()
    decided, past = [], []
    for file in chunks_of(folder):
        given = part_read(file.read_bytes()).applications
        decided.append(made.outcomes(given))
        past.append(_past(given, made))
    everyone = joined(decided)
    seconds = time.perf_counter() - start
    economics = economics_assumed(450_000, 500_000, 500_000)
    setting = Setting(economics, stated=False, minutes=15, minutes_of="setting")
    report = report_of(Compared(past_joined(past), everyone, everyone), setting)
    return {
        "rows": everyone.rows,
        "seconds_deciding": round(seconds, 3),
        "seconds_with_report": round(time.perf_counter() - start, 3),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "outcomes": dict(zip(OUTCOMES, map(sum, report["matrix"]), strict=True)),
    }


def both(folder: Path, *, searches: bool, rows: int) -> dict[str, Any]:
    """Chunk by chunk as columns, between them every form online, timed; every row compared.

    A form decides the same however often it is drawn, so that each of the rows is held against
    what the online engine said of the very form it is.
    """
    import pyarrow.ipc  # noqa: F401 - a worker has it before its first chunk

    made = made_plan(searches=searches)
    inputs = (folder / "inputs.jsonl").read_bytes().split(b"\n")
    drawn = np.load(folder / "drawn.npy")[:rows]
    forms = np.unique(drawn)
    chunks = chunks_of(folder)[: -(-rows // CHUNK)]
    by_column, by_row = Clock(), Clock()
    found, online = [], []
    for number, own in enumerate(np.array_split(forms, len(chunks))):
        with by_column:
            part = part_read(chunks[number].read_bytes())
            wanted = min(part.rows, rows - number * CHUNK)
            given = part if wanted == part.rows else part.take(np.arange(wanted))
            found.append(made.outcomes(given.applications))
        with by_row:
            online += [made.decide(json.loads(inputs[form])) for form in own.tolist()]
    decided = joined(found)
    differing = _differing(decided, online, np.searchsorted(forms, drawn))
    return {
        "rules": rules_of(policy(searches=searches)),
        "rows": decided.rows,
        "forms_online": len(online),
        "differing": differing,
        "outcomes": _counted(decided),
        "by_column": by_column.said(decided.rows),
        "by_row": by_row.said(len(online)),
        "times_faster": _times(by_row.wall / len(online), by_column.wall / decided.rows),
        "times_faster_cpu": _times(by_row.cpu / len(online), by_column.cpu / decided.rows),
    }


def _differing(decided: Decided, online: list[dict[str, Any]], form: np.ndarray) -> int:
    """How many rows say anything else than the online engine did of their form."""
    said = decided_of(online, decided.bands)
    table: dict[Any, int] = {}
    reasons = [
        np.array([table.setdefault(each, len(table)) for each in one.reasons])[one.reason]
        for one in (decided, said)
    ]
    pairs = [
        (reasons[0], reasons[1][form]),
        (decided.outcome, said.outcome[form]),
        (decided.scored, said.scored[form]),
        (decided.points * decided.scored, said.points[form] * decided.scored),
        (decided.pd_ppm * decided.scored, said.pd_ppm[form] * decided.scored),
        (decided.band, said.band[form]),
        *((mine, theirs[form]) for mine, theirs in zip(decided.offers, said.offers, strict=True)),
    ]
    return int(np.logical_or.reduce([mine != theirs for mine, theirs in pairs]).sum())


def _counted(decided: Decided) -> dict[str, int]:
    counts = np.bincount(decided.outcome, minlength=len(OUTCOMES)).tolist()
    return dict(zip(OUTCOMES, counts, strict=True))


def _times(row: float, column: float) -> float:
    return round(row / column, 1)


def _past(given: Applications, made: Plan) -> Any:
    """Nothing is known of how these went: the file's outcomes are of cards, not of these offers."""
    requests, product = given.batch.applications.columns, made.product
    kinds = {"received": "number", "outcome": "category", "automatic": "category",
             "performance": "category"}  # fmt: skip
    nothing = Column(np.full(given.rows, -1, np.int32), np.ones(given.rows, bool), ())
    known = Frame(
        {n: Column.missing(given.rows) if k == "number" else nothing for n, k in kinds.items()},
        given.rows,
    )
    term = requests[product.term.field] if product.term else None
    return past_of(known, imported=False, amount=requests[product.amount.field], term=term)


def _in_another_process(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.proof.backtest", *arguments]
    answer = subprocess.run(command, check=True, capture_output=True)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def proved(rows: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        drawn = write_chunks(folder, rows)
        size = sum(file.stat().st_size for file in chunks_of(folder))
        return {
            "schema": "assay.proof_backtest/1",
            "python": platform.python_version(),
            "numpy": np.__version__,
            "forms": int(np.unique(drawn).size),
            "bytes_a_row": round(size / rows, 1),
            "alone": _in_another_process("--columns", name),
            "side_by_side": _in_another_process("--both", name, "--rows", str(rows)),
            "searching": _in_another_process(
                "--both", name, "--rows", str(min(rows, SEARCHED)), "--search"
            ),
        }


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--rows", type=int, default=ROWS)
    given.add_argument("--columns")
    given.add_argument("--both")
    given.add_argument("--search", action="store_true")
    asked = given.parse_args()
    if asked.columns:
        print(json.dumps(columns(Path(asked.columns))))
    elif asked.both:
        rows = min(asked.rows, SEARCHED) if asked.search else asked.rows
        print(json.dumps(both(Path(asked.both), searches=asked.search, rows=rows)))
    else:
        found = proved(asked.rows)
        if asked.rows == ROWS:
            RESULT.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
        print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
