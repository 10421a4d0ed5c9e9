"""The pure matrix: sound documents only, and never less authority for more risk."""

import copy
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriting.authority import (
    MOST_AMOUNT,
    ROLES,
    SCHEMA,
    UNSCORED,
    VERDICTS,
    Matrix,
    MatrixRefused,
    is_exception,
    policy_outcome,
)

BANDS = ["A", "B", "C"]
JUNIOR, SENIOR = ROLES
SOUND: dict[str, Any] = {
    "schema": SCHEMA,
    "bands": BANDS,
    "limits": {
        "underwriter": {
            "approve": [1_000_000, 500_000, 0, 0, 0],
            "counter_offer": [1_000_000, 500_000, 500_000, 0, 0],
            "decline": [None, None, None, None, None],
            "exception": [0, 0, 0, 0, 0],
        },
        "senior_underwriter": {
            "approve": [None, 2_000_000, 1_000_000, 0, 0],
            "counter_offer": [None, 2_000_000, 1_000_000, 0, 0],
            "decline": [None, None, None, None, None],
            "exception": [500_000, 500_000, 0, 0, 0],
        },
    },
}


def test_the_least_role_that_has_the_authority_is_named() -> None:
    matrix = Matrix.parse(SOUND)
    assert matrix.role_needed("approve", "A", 1_000_000) == "underwriter"
    assert matrix.role_needed("approve", "A", 1_000_001) == "senior_underwriter"
    assert matrix.role_needed("approve", "C", 1_000_001) is None
    assert matrix.role_needed("approve", "Z", 1) is None
    assert matrix.role_needed("approve", None, 1) is None
    assert not matrix.covers("auditor", "decline", "A", 1)
    assert (matrix.person_ppm, matrix.lender_ppm, matrix.days) == (200_000, 100_000, 60)


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        (("schema",), "other", ""),
        (("bands",), ["A", "A", "B"], "/bands"),
        (("bands",), ["A", UNSCORED, "B"], "/bands"),
        (("limits", "underwriter", "approve"), [1, 1], "/limits/underwriter/approve"),
        (("limits", "underwriter", "approve", 0), True, "/limits/underwriter/approve/0"),
        (("limits", "underwriter", "approve", 0), -1, "/limits/underwriter/approve/0"),
        (("limits", "underwriter", "approve", 0), MOST_AMOUNT + 1, "/limits/underwriter/approve/0"),
        (("limits", "underwriter", "approve", 2), 600_000, "/limits/underwriter/approve/2"),
        (("limits", "underwriter", "exception", 0), 1, ""),
        (("limits", JUNIOR, "exception"), [None, 0, 0, 0, 0], f"/limits/{JUNIOR}/exception/0"),
        (("limits", SENIOR, "approve"), [1, 0, 0, 0, 0], f"/limits/{SENIOR}/approve/0"),
        (("exceptions",), {"days": 0}, "/exceptions/days"),
        (("exceptions",), {"weeks": 1}, "/exceptions"),
    ],
)  # fmt: skip
def test_what_is_not_sound_is_refused_where_it_is_wrong(
    path: tuple[Any, ...], value: Any, pointer: str
) -> None:
    document = copy.deepcopy(SOUND)
    *way, last = path
    part: Any = document
    for step in way:
        part = part[step]
    part[last] = value
    if path == ("limits", "underwriter", "exception", 0):
        assert Matrix.parse(document).covers("underwriter", "exception", "A", 1)
        return
    with pytest.raises(MatrixRefused) as refused:
        Matrix.parse(document)
    assert pointer in [where for where, _ in refused.value.problems]


cells = st.one_of(st.none(), st.integers(0, 5))
rows = st.lists(cells, min_size=4, max_size=4)
documents = st.fixed_dictionaries(
    {
        "schema": st.just(SCHEMA),
        "bands": st.just(["A", "B"]),
        "limits": st.fixed_dictionaries(
            {role: st.fixed_dictionaries(dict.fromkeys(VERDICTS, rows)) for role in ROLES}
        ),
    }
)


def descending(document: dict[str, Any]) -> dict[str, Any]:
    """The same cells in an order that is monotone."""

    def size(cell: int | None) -> int:
        return 99 if cell is None else cell

    def cell(of: int) -> int | None:
        return None if of == 99 else of

    limits: dict[str, dict[str, list[Any]]] = {}
    for place, role in enumerate(ROLES):
        limits[role] = {}
        for verdict in VERDICTS:
            row = sorted((size(each) for each in document["limits"][role][verdict]), reverse=True)
            if place:
                row = [max(a, size(b)) for a, b in zip(row, limits[ROLES[0]][verdict], strict=True)]
            limits[role][verdict] = [cell(each) for each in row]
        tight = zip(limits[role]["exception"], limits[role]["approve"], strict=True)
        limits[role]["exception"] = [cell(min(size(a), size(b))) for a, b in tight]
    return {**document, "limits": limits}


@settings(max_examples=40, deadline=None)
@given(documents, st.sampled_from(VERDICTS), st.integers(1, 6))
def test_more_amount_or_a_worse_band_never_needs_less_authority(
    document: dict[str, Any], verdict: str, amount: int
) -> None:
    matrix = Matrix.parse(descending(document))
    ladder = [*ROLES, None]
    bands = ["A", "B", "not named", None]
    needed = [
        [ladder.index(matrix.role_needed(verdict, band, much)) for much in (amount, amount + 1)]
        for band in bands
    ]
    for better, worse in pairwise(needed):
        assert better[0] <= worse[0]
        assert worse[0] <= worse[1]


@settings(max_examples=40, deadline=None)
@given(documents)
def test_a_document_is_taken_only_if_every_step_down_is_no_step_up(
    document: dict[str, Any],
) -> None:
    def size(cell: int | None) -> int:
        return 99 if cell is None else cell

    table = document["limits"]
    falling = all(
        size(a) >= size(b)
        for rows in table.values()
        for row in rows.values()
        for a, b in pairwise(row)
    )
    try:
        Matrix.parse(document)
    except MatrixRefused:
        return
    assert falling


def test_an_exception_is_softer_than_an_adverse_outcome() -> None:
    assert is_exception("decline", "approve")
    assert is_exception("decline", "counter_offer")
    assert is_exception("counter_offer", "approve")
    assert not is_exception("counter_offer", "counter_offer")
    assert not is_exception("counter_offer", "decline")
    assert not is_exception("refer", "approve")
    held = {"outcome": "refer", "trace": [{"set": "hold", "instead_of": "decline"}]}
    assert policy_outcome(held) == "decline"
    assert policy_outcome({"outcome": "refer", "trace": []}) == "refer"
