"""The language of derived fields: what it says, and what it refuses to be."""

from typing import Any

import pytest

from ml.expressions import Environment, ExpressionError, parse
from ml.expressions.rows import compile_row
from ml.expressions.tree import DATE, Type
from ml.values import LIMIT, date_of, days_of
from tests.ml.expression_texts import NAMES, PARTY

ENVIRONMENT = Environment(
    NAMES,
    inner={"party": PARTY, "bookings": {"value": Type("number", 2), "booked": DATE}},
    scale=2,
    dates={"bookings": "booked"},
)
ROW: dict[str, Any] = {
    "count_a": 3,
    "money_a": 12_550,
    "money_b": 10_000,
    "ratio": 333_333,
    "flag_a": True,
    "house": "own",
    "day_a": 20_000,
    "day_b": 20_045,
}


def value_of(text: str, **changed: Any) -> Any:
    return compile_row(parse(text, ENVIRONMENT))({**ROW, **changed}, {"party": [], "bookings": []})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("money_a + money_b", 22_550),
        ("money_a - 0.5", 12_500),
        ("money_a * 0.40", 502_000),
        ("money_a / money_b", 126),  # 1.255 at two decimals, the even neighbour is 1.26
        ("-money_a", -12_550),
        ("abs(money_b - money_a)", 2_550),
        ("round_to(ratio, 2)", 33),
        ("round_to(money_a, 0)", 126),
        ("round_to(money_a, 4)", 1_255_000),
        ("min(money_a, count_a)", 300),
        ("max(money_a, money_b, ratio)", 125_500_000),
        ("money_a > 125.49", True),
        ("money_a == 125.5", True),
        ("house == 'own' and not flag_b", None),
        ("house == 'own' or flag_b", True),
        ("house != 'own' and flag_b", False),
        ("house in ('rent', 'free')", False),
        ("house not in ['rent']", True),
        ("if_else(flag_a, 1, 2.5)", 10),
        ("if_else(flag_b, 1, 2)", None),
        ("coalesce(count_b, count_a)", 3),
        ("is_missing(count_b)", True),
        ("is_missing(house)", False),
        ("count_b + 1", None),
        ("month(day_a)", 10),
        ("year(day_a)", 2024),
        ("months_between(day_a, day_b)", 1),
        ("months_between(day_b, day_a)", -2),
        ("days_between(day_a, day_b)", 45),
        ("day_b - day_a", 45),
        ("day_a < day_b", True),
        ("sum(party.income)", 0),
        ("count(party)", 0),
        ("min(party.income)", None),
        ("any(party.employed)", False),
        ("all(party.employed)", True),
        ("1_000 + 0", 1_000),
        ("true", True),
        (f"count_a + {LIMIT - 3}", LIMIT),
        (f"count_a + {LIMIT - 2}", None),
    ],
)
def test_it_says(text: str, expected: Any) -> None:
    found = value_of(text)
    assert (type(found), found) == (type(expected), expected)


REFUSED = {
    "what is not arithmetic": [
        *("count_a ** 2", "count_a % 2", "count_a // 2", "count_a << 1", "~count_a", "+count_a"),
        *("lambda: 1", "[x for x in (1,)]", "{1: 2}", "(1, 2)", "f'{count_a}'", "x := 1", "..."),
        *("count_a if flag_a else 1", "await count_a", "1j", "b'x'", "None", "*party"),
    ],
    "what reaches outside": [
        *("__import__('os')", "open('x')", "eval('1')", "count_a.real", "party.income", "house[0]"),
        *("'x'.join", "(1).bit_length()", "party.__class__", "sum(party.__class__)", "os"),
    ],
    "wrong kinds": [
        *("count_a + flag_a", "flag_a + 1", "house + 'x'", "day_a + 1", "-flag_a", "not count_a"),
        *("flag_a and 1", "count_a < house", "flag_a < flag_b", "house < 'own'", "day_a == 1"),
        *("month(count_a)", "abs(flag_a)", "if_else(1, 2, 3)", "if_else(flag_a, 1, flag_b)"),
        *("coalesce(1, flag_a)", "coalesce(house, 'own')", "min(flag_a, flag_b)", "1 < 2 < 3"),
        *("house in 'own'", "house in (1, 2)", "count_a in (1, 2)", "house is 'own'"),
        *("sum(party.employed)", "any(party.income)", "min(party.job)", "all(party)"),
    ],
    "wrong arguments": [
        *("abs()", "abs(1, 2)", "min(1)", "coalesce(1)", "is_missing()", "round_to(1.5, 10)"),
        *("round_to(1.5, count_a)", "round_to(1.5, 0.5)", "if_else(flag_a, 1)", "abs(x=1)"),
        *("abs(*party)", "abs(**party)", "count()", "sum(1)", "sum(count_a)", "count(party, 90)"),
        *("count(party, days=90)", "count(bookings, days=0)", "count(bookings, days=-1)"),
        *("count(bookings, days=10**9)", "count(bookings, days=99999999999)"),
        *("count(bookings, weeks=1)", "count(bookings, days=90, hours=1)", "sum(party.wealth)"),
        *("sum(party.income + bookings.value)", "sum(party.income + money_a)", "count(nobody.x)"),
        *("sum(sum(party.income))", "sum(party.income + count(bookings))"),
    ],
    "what is too large": [
        *(str(LIMIT + 1), "0.1234567890", "1e5", "9999999999999.1234567", "1" * 5000, "1e400"),
        *(
            "ratio * ratio",
            "+".join(["count_a"] * 150),
            "(" * 300 + "1" + ")" * 300,
            "-" * 900 + "1",
        ),
    ],
    "what is no expression": [
        "",
        " ",
        "count_a +",
        "1 1",
        "a; b",
        "count_a = 1",
        "\0",
        "import os",
    ],
}


@pytest.mark.parametrize("text", [text for texts in REFUSED.values() for text in texts])
def test_it_refuses(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text, ENVIRONMENT)


def test_a_refusal_says_where_and_why() -> None:
    with pytest.raises(ExpressionError, match="column 11: wealth cannot be read here"):
        parse("count_a + wealth", ENVIRONMENT)


@pytest.mark.parametrize(
    ("text", "scale", "value"),
    [
        ("0.10", 2, 10),
        ("0.1", 1, 1),
        ("2.50", 2, 250),
        ("5.", 0, 5),
        ("123456789.123456789", 9, 123456789123456789),
    ],
)
def test_a_constant_is_what_is_written(text: str, scale: int, value: int) -> None:
    """Also where a float of it would be another number."""
    node = parse(text, ENVIRONMENT)
    assert (node.type.scale, node.value) == (scale, value)


def test_a_division_inside_keeps_six_decimals() -> None:
    assert parse("money_a / money_b + 1", ENVIRONMENT).type.scale == 6
    assert parse("money_a / money_b", ENVIRONMENT).type.scale == 2


def test_what_is_read_is_known_with_its_owner() -> None:
    node = parse("count_a + sum(party.income) + count(bookings, days=9)", ENVIRONMENT)
    assert node.reads() == {("", "count_a"), ("party", "income"), ("bookings", "booked")}


def test_outside_the_calendar_is_missing() -> None:
    assert value_of("month(day_a)", day_a=10**12) is None
    assert value_of("months_between(day_a, day_b)", day_b=-(10**7)) is None
    assert date_of(days_of(date_of(20_000))) == date_of(20_000)
