"""A policy as a workbook: the same document comes back, and nothing in it is a formula."""

import datetime as dt
import json
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import load_workbook

from tests.policy.policy_strategies import DOCUMENTS
from tests.policy.rule_strategies import INPUTS
from tests.policy.test_sheets import DEMO, inputs_of
from underwriting.policy.document import Policy
from underwriting.policy.sheets.whole import policy_of
from underwriting.policy.sheets.writing import tables_of
from underwriting.policy.workbook.reading import tables_in
from underwriting.policy.workbook.writing import workbook_of


def exported(policy, inputs):
    return workbook_of(tables_of(json.loads(policy.canonical()), inputs))


def imported(data, inputs):
    found = tables_in(BytesIO(data))
    return policy_of(found.tables, inputs)


def lender(name):
    parts = [
        (Path(DEMO) / name / f"{each}.json").read_bytes() for each in ("dictionary", "product")
    ]
    policy = Policy.parse((Path(DEMO) / name / "policy.json").read_bytes())
    return policy, inputs_of(policy, *parts)


@pytest.mark.parametrize("name", ["hanse_kredit", "banco_aurora"])
def test_a_lenders_policy_comes_back_with_the_same_hash(name):
    policy, inputs = lender(name)
    whole = imported(exported(policy, inputs), inputs)
    assert whole.problems == ()
    assert whole.policy.content_hash == policy.content_hash


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENTS)
def test_any_policy_comes_back_with_the_same_hash(document):
    policy = Policy.parse(document)
    whole = imported(exported(policy, INPUTS), INPUTS)
    assert whole.problems == ()
    assert whole.policy.content_hash == policy.content_hash


def test_the_workbook_holds_text_and_no_formula():
    policy, inputs = lender("hanse_kredit")
    document = {**json.loads(policy.canonical()), "name": "=HYPERLINK(A1)"}
    document["rule_sets"][0]["rows"][0]["comment"] = "+1 and @x"
    book = load_workbook(BytesIO(exported(Policy.parse(document), inputs)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert len(cells) > 300
    assert {cell.data_type for cell in cells} == {"s"}
    assert [c.quotePrefix for c in cells if c.value in ("=HYPERLINK(A1)", "+1 and @x")] == [
        True
    ] * 2


def test_what_excel_makes_of_numbers_is_read_as_people_see_it():
    policy, inputs = lender("hanse_kredit")
    book = load_workbook(BytesIO(exported(policy, inputs)))
    bands, rules = book["Bands"], book["R3 affordability"]
    bands["B2"].value, bands["B2"].number_format = 0.085, "0.0%"
    bands["C2"].value, bands["C2"].number_format = 49_000, "General"
    letters = {cell.value: cell.column_letter for cell in rules[1]}
    rules[f"{letters['severity']}2"].value = 77
    rules[f"{letters['from']}2"].value = dt.date(2027, 1, 31)
    out = BytesIO()
    book.save(out)
    changed = imported(out.getvalue(), inputs).policy
    assert changed.bands[0].max_pd_ppm == 85_000
    assert changed.bands[0].rate_ppm == 49_000
    assert changed.rule_sets[2].rows[0].severity == 77
    assert str(changed.rule_sets[2].rows[0].first_day) == "2027-01-31"


def test_a_wrong_cell_is_named_by_sheet_and_cell():
    policy, inputs = lender("hanse_kredit")
    book = load_workbook(BytesIO(exported(policy, inputs)))
    book["Bands"]["B3"].value = "much"
    book["Rule sets"]["D2"].value = "some"
    out = BytesIO()
    book.save(out)
    found = tables_in(BytesIO(out.getvalue()))
    whole = policy_of(found.tables, inputs)
    said = [str(found.fault(problem.place, problem.message)) for problem in whole.problems]
    assert any(each.startswith("sheet Bands, cell B3: ") for each in said)
    assert any(each.startswith("sheet Rule sets, cell D2: ") for each in said)
