"""PAKDD 2010 as a file of applications for Banco Aurora's store card: 50,000 real rows.

What the form did not ask for (the amount, obligations, who applies) is made up by row. Every tenth
row is a joint application with the next one's facts; some rows are wrong, each in its own way.
"""

import json
import os
from collections.abc import Iterator
from functools import cache
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from config.demo.lenders import BANCO_AURORA
from config.demo.names import Invention
from ml.dictionary import Dictionary
from scoring.imports.files import LoanFile
from scoring.imports.mapping import mapping_parse
from scoring.imports.rows import RowReader
from underwriting.imports.facts import asked_fields

FILE = Path(os.environ.get("ASSAY_DATA", "../shared/data")) / "pakdd2010" / "modeling.csv.gz"
JOINT, WRONG = 10, 50
BLOCK = 10_000


@cache
def card_bodies(limit: int) -> list[dict[str, Any]]:
    """The file's first rows as API bodies."""
    chance = np.random.default_rng(2010)
    people = Invention("BR", chance)
    pairs = islice(pairwise(_rows(min(limit + 1, BLOCK))), limit)
    return [_body(number, *pair, people) for number, pair in enumerate(pairs, start=1)]


Row = tuple[dict[str, Any], dict[str, Any]]


def _rows(at_once: int) -> Iterator[Row]:
    dictionary = Dictionary.parse(BANCO_AURORA.document("dictionary"))
    asked = {
        scope: {field.name for field in asked_fields(dictionary, scope)}
        for scope in ("request", "party")
    }
    reader = RowReader(mapping_parse(BANCO_AURORA.document("import_mapping")), dictionary)
    first: Row | None = None
    for chunk in LoanFile(str(FILE)).chunks(at_once):
        for good in reader.read(chunk).good:
            request = json.loads(good.request)
            facts = json.loads(good.parties)[0]["facts"]
            row = (
                {name: value for name, value in request.items() if name in asked["request"]},
                {name: value for name, value in facts.items() if name in asked["party"]},
            )
            first = first or row
            yield row
    if first is not None:
        yield first


def _body(number: int, own: Row, other: Row, people: Invention) -> dict[str, Any]:
    request = {**own[0], "amount": f"{100 + number % 60 * 50}.00"}
    body: dict[str, Any] = {
        "external_id": f"card-{number:05d}",
        "request": request,
        "applicant": _party(2 * number, own[1], people),
    }
    if number % JOINT == 1:
        body["co_applicants"] = [_party(2 * number + 1, other[1], people)]
        body["co_applicants"][0]["liability"] = ("full", "limited", "none")[number // JOINT % 3]
    return _spoilt(number // WRONG, body) if number % WRONG == 0 else body


def _party(number: int, facts: dict[str, Any], people: Invention) -> dict[str, Any]:
    identity = people.identity(number)
    if number % 3 == 0:
        identity["phone"] = f"+55 11 9{number:08d}"
    if number % 7 == 0:
        identity["national_id"] = f"{number:011d}"
    if number % 11 == 0:
        identity.pop("address")
    return {"identity": identity, "facts": {**facts, "monthly_obligations": f"{number % 400}.00"}}


def _spoilt(which: int, body: dict[str, Any]) -> dict[str, Any]:
    """The body with something wrong."""
    applicant, request = body["applicant"], body["request"]
    wrongs = (
        lambda: request.update(amount="1.00"),
        lambda: request.update(amount="many"),
        lambda: applicant["facts"].update(monthly_income="12.345"),
        lambda: applicant["facts"].pop("residential_state", None),
        lambda: applicant["identity"].update(email="nobody"),
        lambda: applicant["identity"].update(birth_date="2090-01-01"),
        lambda: applicant["identity"].pop("family_name"),
        lambda: applicant["facts"].update(age=44),
        lambda: applicant["identity"].update(address={"line1": "Rua 1", "country": "XX"}),
        lambda: applicant.update(role="guarantor"),
        lambda: body.update(language="zz"),
        lambda: body.update(shoe_size="44"),
        lambda: body.update(external_id="x" * 300),
        lambda: applicant.update(consents=[{"purpose": "credit_check", "text_hash": "no"}]),
    )
    wrongs[which % len(wrongs)]()
    return body
