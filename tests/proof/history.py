"""The demo lenders' decisions, as their plans make them of invented applications."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from config.demo.applicants import demo_applications
from config.demo.lenders import DemoLender
from config.demo.past_loans import past_loans_file, past_loans_mapping
from ml.calibration import Calibration, Straight
from ml.canonical import canonical
from ml.columns import Frame
from ml.dictionary import Dictionary
from ml.expert import compile_expert
from ml.features import compile_inputs
from ml.model import Model
from ml.model_inputs import model_inputs
from ml.scaling import STANDARD
from ml.training.families import family
from scoring.imports.files import LoanFile
from scoring.imports.rows import GoodRow, RowReader
from scoring.product_document import product_document
from tests.proof.faithful import ADVERSE, Told
from underwriting.decisioning.engine import engine_lock
from underwriting.decisioning.inputs import decisive_facts, inputs_document
from underwriting.decisioning.plan import Pinned, Plan, compile_plan
from underwriting.policy.document import Policy
from underwriting.regulation import pack


def demo_plan(lender: DemoLender, model: Model | None = None, **members: Any) -> Plan:
    """The lender's plan, with its expert's scorecard unless another model is given; `members`
    change the policy."""
    dictionary = Dictionary.parse(lender.document("dictionary"))
    product, _ = product_document(lender.document("product"), dictionary)
    scoring = model or compile_expert(lender.document("expert_scorecard"), dictionary)
    return compile_plan(
        Pinned(
            dictionary.canonical(),
            product if isinstance(product, bytes) else canonical(dict(product)),
            scoring.to_bytes(),
            Policy.parse({**lender.document("policy"), **members}).canonical(),
            pack(lender.regulation_pack).to_bytes(),
            engine_lock(),
        )
    )


@cache
def demo_inputs(lender: DemoLender, count: int, seed: int = 1) -> tuple[dict[str, Any], ...]:
    """Pinned inputs of as many invented applications."""
    dictionary = Dictionary.parse(lender.document("dictionary"))
    return tuple(
        inputs_document(
            request=decisive_facts(dictionary, "request", each.request),
            parties=[
                {
                    "role": "co_borrower" if index else "borrower",
                    "liability": "full",
                    "facts": {
                        **decisive_facts(dictionary, "party", party["facts"]),
                        "of_age": True,
                    },
                }
                for index, party in enumerate(each.parties)
            ],
            as_of="2026-11-21",
            exposure="0.00",
            open_offers="0.00",
            in_flight=0,
        )
        for each in demo_applications(lender, count, seed)
    )


def adverse(plan: Plan, inputs: tuple[dict[str, Any], ...]) -> Iterator[Told]:
    """The adverse decisions among them."""
    for each in inputs:
        document = plan.decide(each)
        if document["outcome"] in ADVERSE:
            yield Told(plan, each, document)


@cache
def past_rows(lender: DemoLender) -> tuple[GoodRow, ...]:
    """The lender's past loans, as an import reads them."""
    dictionary = Dictionary.parse(lender.document("dictionary"))
    reader = RowReader(past_loans_mapping(lender), dictionary)
    with TemporaryDirectory() as folder:
        file = LoanFile(str(past_loans_file(lender, Path(folder))))
        return tuple(row for chunk in file.chunks() for row in reader.read(chunk).good)


@cache
def learnt_plan(lender: DemoLender, name: str) -> Plan:
    """The plan with a model of that family, learnt from the lender's past loans."""
    dictionary = Dictionary.parse(lender.document("dictionary"))
    rows = past_rows(lender)
    loans = [(json.loads(row.request), json.loads(row.parties)[0]["facts"]) for row in rows]
    bad = np.array([row.outcome == "bad" for row in rows], np.int64)
    frame = _frame(dictionary, loans)
    usable = model_inputs(dictionary, dictionary.model_inputs())
    fitted = family(name)(inputs=usable, seed=1).fit(frame, bad)
    plain = Calibration("none", Straight(0.0, 1.0))
    model = fitted.compiled(frame, bad, plain, dictionary.content_hash, STANDARD)
    return demo_plan(lender, model)


def _frame(dictionary: Dictionary, loans: list[tuple[dict[str, Any], dict[str, Any]]]) -> Frame:
    """The loans as a model learns from them, derived values among them."""
    inputs = compile_inputs(dictionary)
    rows = []
    for request, facts in loans:
        asked, _ = dictionary.read("request", request, history=True)
        party, _ = dictionary.read("party", facts, history=True)
        rows.append(inputs.row(asked, [party])[1][0])
    kinds = {name: dictionary.entries[name].kind for name in dictionary.model_inputs()}
    return Frame.of(rows, kinds)
