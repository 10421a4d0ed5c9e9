"""A lender that looks at the whole household: more fields, and a policy with affordability."""

from tests.decisioning.cast import ADA, DICTIONARY, POLICY, changed, field, row, rule_set


def money(name):
    return field(name, "party", "money", unit="EUR", scale=2, required=False, uses=["policy"])


def count(name):
    return field(name, "party", "integer", required=False, uses=["policy"])


FIELDS = [
    money("bank_income"),
    money("net_income"),
    money("rent"),
    money("other_costs"),
    money("bureau_debts"),
    money("joint_debts"),
    count("adults"),
    count("children"),
    field("same_home", "party", "boolean", required=False, uses=["policy"]),
]
WIDER = changed(DICTIONARY, fields=[*DICTIONARY["fields"], *FIELDS])

SETTINGS = {
    "income": [{"verified": "bank_income", "declared": "net_income", "haircut_ppm": 200_000}],
    "expenses": ["rent", "other_costs"],
    "household": {
        "shared": "same_home",
        "adults": "adults",
        "dependants": "children",
        "minimum": [["900.00", "1200.00"], ["1300.00", "1600.00"]],
        "more_adult": "350.00",
        "more_dependant": "250.00",
    },
    "obligations": [{"declared": "debts", "bureau": "bureau_debts", "joint": "joint_debts"}],
    "stress": {"add_on_ppm": 20_000, "floor_ppm": 90_000},
}
RULES = rule_set(
    "carry",
    row("too_little", {"affordability.disposable": {"lt": "0.00"}}, reason="DTI_TOO_HIGH"),
    row("too_much", {"affordability.burden_ppm": {"gt": 450_000}}, "refer", "OTHER_REASON"),
    hit="collect",
)


def settings(**members):
    return changed(SETTINGS, **members)


def policy(affordability=SETTINGS, *rules, **members):
    return changed(POLICY, rule_sets=list(rules or [RULES]), affordability=affordability, **members)


CARLA = {
    **ADA,
    "debts": "150.00",
    "bank_income": "2600.00",
    "net_income": "3000.00",
    "rent": "800.00",
    "other_costs": "300.00",
    "children": 1,
}
DAVID = {
    **ADA,
    "debts": "80.00",
    "net_income": "1500.00",
    "rent": "800.00",
    "children": 1,
    "same_home": True,
}
