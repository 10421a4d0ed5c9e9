"""Hypothesis strategies: whole policies, with every member that a document may have."""

from hypothesis import strategies as st

from tests.policy.rule_strategies import ALL_SETS

TEXTS = st.sampled_from(
    ["Ä", "two words", '"quoted"', " led by a space", "=1+1", "a\nb", "json: 1", "-", "@x", "", "5",
     "_x0041_", "yes", "[a]", "comma, here", "+5", "null", "\x0b"]
)  # fmt: skip
SCALARS = st.one_of(st.booleans(), st.integers(-5, 10**6), TEXTS)
PPM = st.integers(0, 1_000_000)
FACTS = st.dictionaries(
    st.sampled_from(["count", "money", "kind", "note", "day", "flag", "a/b", "x[1]"]),
    st.one_of(SCALARS, st.none()),
    max_size=4,
)
LANGUAGES = st.dictionaries(st.sampled_from(["en", "de", "es"]), TEXTS, max_size=3)
DAYS = st.sampled_from(["2026-01-01", "2027-12-31"])
LOOKUPS = st.one_of(
    st.fixed_dictionaries({"list": st.just("BLOCKED"), "of": st.just("employer")}),
    st.fixed_dictionaries(
        {"count": st.just("applications"), "by": st.just("device"), "days": st.integers(1, 30)}
    ),
)


def named(values, pattern):
    names = st.sampled_from([pattern.format(n) for n in range(3)])
    return st.dictionaries(names, values, max_size=3)


def bands(count):
    band = st.fixed_dictionaries(
        {"max_pd_ppm": PPM, "rate_ppm": PPM},
        optional={"max_amount": st.sampled_from(["5", "5.00"]), "max_term_months": st.just(12)},
    )
    return st.tuples(*(band.map(lambda each, n=n: {**each, "name": f"B{n}"}) for n in range(count)))


CASES = st.fixed_dictionaries(
    {
        "request": FACTS,
        "parties": st.lists(FACTS, min_size=1, max_size=3),
        "expect": st.fixed_dictionaries(
            {"outcome": st.sampled_from(["approve", "refer"])},
            optional={
                "reasons": st.sampled_from([[], ["R1"], ["R1", "R2"]]),
                "band": st.sampled_from(["A", "yes", "5"]),
            },
        ),
    },
    optional={
        "model": st.fixed_dictionaries({"points": st.integers(0, 900), "pd_ppm": PPM}),
        "context": st.fixed_dictionaries(
            {"exposure": st.just("5.00")},
            optional={"lookups": st.just({"list.blocked": True, "velocity.recent": 3})},
        ),
    },
)
TABLES = st.lists(
    st.fixed_dictionaries(
        {"by": st.sampled_from(["count", "money", "kind", "elsewhere"])},
        optional={"comment": TEXTS},
    ),
    max_size=2,
).map(
    lambda tables: [
        {
            **table,
            "name": f"t{n}",
            "lines": [
                {"band": "B0", "from": 1, "to": "5.00", "rate_ppm": 49_000},
                {"in": ["a", "b"], "max_amount": "8000.00"},
            ],
        }
        for n, table in enumerate(tables)
    ]
)
AFFORDABILITY = st.just(
    {
        "income": [{"verified": "bank_income", "haircut_ppm": 1}, {"declared": "income"}],
        "expenses": ["rent"],
        "household": {"minimum": [["900", "1200.00"], ["1300.00", "1600.00"]]},
    }
)


def dated(rule_set, days):
    first = {**rule_set["rows"][0], "from": days, "comment": "since then"}
    return {**rule_set, "to": days, "rows": [first, *rule_set["rows"][1:]]}


DOCUMENTS = st.fixed_dictionaries(
    {
        "schema": st.just("assay.policy/1"),
        "name": st.sampled_from(["A policy", "=cmd", "5"]),
        "rule_sets": st.one_of(
            ALL_SETS,
            st.tuples(ALL_SETS, DAYS).map(lambda both: [dated(each, both[1]) for each in both[0]]),
        ),
        "parameters": named(
            st.fixed_dictionaries(
                {"value": st.one_of(SCALARS, st.sampled_from(["0.4", "0.4000", "12.50"]))},
                optional={"unit": st.sampled_from(["ratio", "EUR", ""]), "comment": TEXTS},
            ),
            "p{}",
        ),
        "reasons": named(st.fixed_dictionaries({"text": LANGUAGES}), "R{}"),
        "bands": st.integers(1, 3).flatmap(bands),
        "tests": st.lists(CASES, max_size=2).map(
            lambda cases: [{**case, "name": f"case {n}"} for n, case in enumerate(cases)]
        ),
    },
    optional={
        "referral": st.fixed_dictionaries({"from_pd_ppm": PPM, "to_pd_ppm": PPM}),
        "counter_offer": st.sampled_from([{}, {"prefer": "profit", "instead_of": []}]),
        "paths": st.just({}),
        "lookups": named(LOOKUPS, "l{}"),
        "tables": TABLES,
        "affordability": AFFORDABILITY,
    },
)  # fmt: skip
