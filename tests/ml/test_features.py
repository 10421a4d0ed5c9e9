"""One dictionary, compiled to a row path and a column path: joint applications and groups too."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.columns import Batch, Frame, GroupRows
from ml.dictionary.derivations import type_of
from ml.expressions.tree import DATE, Type
from ml.features import compile_inputs
from ml.values import days_of
from tests.ml.expression_texts import VALUES, frame_of
from tests.ml.households import household

DICTIONARY = household()
PLAN = compile_inputs(DICTIONARY)
TODAY = 20_000
Kinds = Mapping[str, Type]


def kinds_of(scope: str) -> Kinds:
    return {field.name: type_of(field) for field in DICTIONARY.fields_of(scope)}


REQUEST, PARTY, GROUP = kinds_of("request"), kinds_of("party"), kinds_of("transactions")
near_today = st.integers(TODAY - 120, TODAY + 5)


def rows_of(kinds: Kinds, **given_values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Rows in which a value may be missing, or its name too."""
    values = {name: VALUES.get(kind.kind, st.text(max_size=3)) for name, kind in kinds.items()}
    return st.fixed_dictionaries(
        {}, optional={name: st.none() | value for name, value in (values | given_values).items()}
    )


members = st.fixed_dictionaries(
    {"facts": rows_of(PARTY), "rows": st.lists(rows_of(GROUP, booked=near_today), max_size=4)}
)
applications = st.fixed_dictionaries(
    {
        "request": rows_of(REQUEST),
        "members": st.lists(members, max_size=3),
        "as_of": st.none() | near_today,
    }
)


def batch_of(found: list[dict[str, Any]]) -> Batch:
    people = [(index, m) for index, a in enumerate(found) for m in a["members"]]
    rows = [(index, row) for index, (_, m) in enumerate(people) for row in m["rows"]]
    requests = [{**a["request"], "as_of": a["as_of"]} for a in found]
    return Batch(
        frame_of(requests, {**REQUEST, "as_of": DATE}),
        frame_of([m["facts"] for _, m in people], PARTY),
        np.array([index for index, _ in people], np.int64),
        np.array([p for a in found for p, _ in enumerate(a["members"])], np.int64),
        {"transactions": GroupRows(
            frame_of([row for _, row in rows], GROUP),
            np.array([index for index, _ in rows], np.int64),
        )},
    )  # fmt: skip


def lean_batch(batch: Batch) -> Batch:
    """Without the columns in which nothing is known: a file need not have them."""

    def lean(frame: Frame) -> Frame:
        kept = {name: column for name, column in frame.columns.items() if not column.null.all()}
        return Frame(kept, frame.rows)

    groups = {
        name: GroupRows(lean(rows.frame), rows.row_party) for name, rows in batch.groups.items()
    }
    return replace(
        batch, applications=lean(batch.applications), parties=lean(batch.parties), groups=groups
    )


def by_row(application: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return PLAN.row(
        application["request"],
        [member["facts"] for member in application["members"]],
        as_of=application["as_of"],
        groups=[{"transactions": member["rows"]} for member in application["members"]],
    )


def spelled(values: Mapping[str, Any], frame: Frame) -> dict[str, tuple[str, Any]]:
    """With the type, because True == 1; names absent from a row are missing in it."""
    found = {name: values.get(name) for name in frame.columns}
    return {name: (type(value).__name__, value) for name, value in found.items()}


@settings(max_examples=200, deadline=None)
@given(st.lists(applications, max_size=5), st.booleans())
def test_a_batch_is_its_applications_one_by_one(found: list[dict[str, Any]], lean: bool) -> None:
    batch = PLAN.columns(lean_batch(batch_of(found)) if lean else batch_of(found))
    wholes, people = batch.applications.rows_as_values(), batch.parties.rows_as_values()
    expected = [by_row(application) for application in found]
    for whole, (values, _) in zip(wholes, expected, strict=True):
        assert spelled(whole, batch.applications) == spelled(values, batch.applications)
    listed = [values for _, party in expected for values in party]
    for member, values in zip(people, listed, strict=True):
        assert spelled(member, batch.parties) == spelled(values, batch.parties)


def application_of(*incomes: int | None, **request: Any) -> tuple[dict[str, Any], list[Any]]:
    asked = {"amount": 1_200_000, "term_months": 48, **request}
    return PLAN.row(asked, [{"income": income} for income in incomes], as_of=TODAY)


def test_a_joint_application_gathers_over_its_parties() -> None:
    whole, parties = application_of(300_000, 100_000)
    assert whole["household_income"] == 400_000
    assert whole["people"] == 2
    assert whole["instalment"] == 25_000
    assert whole["loan_to_income"] == 30_000
    assert whole["worst_burden"] == 2_500
    assert [party["burden"] for party in parties] == [833, 2_500]


def test_a_party_carries_the_application_beside_its_own_values() -> None:
    whole, (first, second) = application_of(300_000, 100_000)
    assert {name: first[name] for name in whole} == whole
    assert (first["income"], second["income"]) == (300_000, 100_000)


def test_one_unknown_income_makes_the_household_unknown() -> None:
    whole, _ = application_of(300_000, None)
    assert whole["household_income"] is None
    assert whole["loan_to_income"] is None
    assert whole["people"] == 2


def test_nothing_is_divided_by_zero() -> None:
    whole, _ = application_of(0, term_months=0)
    assert (whole["instalment"], whole["loan_to_income"]) == (None, None)


def test_nobody_applied() -> None:
    whole, parties = application_of()
    assert (whole["people"], whole["household_income"], whole["all_settled"]) == (0, 0, True)
    assert (whole["longest"], parties) == (None, [])


@pytest.mark.parametrize(("day", "counted"), [(0, 1), (89, 1), (90, 0), (-1, 0)])
def test_a_window_counts_the_days_before_the_decision(day: int, counted: int) -> None:
    rows = {"transactions": [{"booked": TODAY - day, "value": 100}]}
    _, (party,) = PLAN.row({}, [{}], as_of=TODAY, groups=[rows])
    assert party["recent"] == counted


def test_months_are_whole_months() -> None:
    from_day = days_of(date(2026, 1, 31))
    for month, day, months in [(2, 28, 0), (3, 30, 1), (3, 31, 2)]:
        today = days_of(date(2026, month, day))
        _, (party,) = PLAN.row({}, [{"since": from_day}], as_of=today)
        assert party["months_employed"] == months


def test_a_plan_is_compiled_once() -> None:
    assert compile_inputs(household()) is PLAN


def test_request_workers_load_no_training_libraries() -> None:
    heavy = {"pandas", "pyarrow", "optbinning", "sklearn", "xgboost", "scipy", "django"}
    code = "import sys, ml.features, ml.messages; print(*{m.split('.')[0] for m in sys.modules})"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert not heavy.intersection(run.stdout.split())
