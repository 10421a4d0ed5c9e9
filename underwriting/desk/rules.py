"""A policy's rules as sentences: "Debt to income > 0.35 (review_debt_to_income)"."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from ml.dictionary import Dictionary
from underwriting.desk.words import answer, day, label, number, percent
from underwriting.policy.dates import Dated
from underwriting.policy.document import Policy, Reference, Row, RuleSet

SIGNS = {"eq": "=", "ne": "≠", "lt": "<", "le": "≤", "gt": ">", "ge": "≥"}
TEXT_FORMS: Mapping[str, Callable[[], str]] = {
    "starts_with": lambda: gettext("%(what)s starts with %(listed)s"),
    "ends_with": lambda: gettext("%(what)s ends with %(listed)s"),
    "contains": lambda: gettext("%(what)s contains %(listed)s"),
}
RATES = frozenset(
    {"model.pd_ppm", "price.rate_ppm", "price.down_payment_ppm", "affordability.burden_ppm"}
)
MONEY = frozenset(
    {
        "context.exposure", "context.open_offers", "limit.customer", "limit.band",
        "price.instalment", "price.financed", "affordability.disposable",
        "affordability.stressed_instalment",
    }
)  # fmt: skip


def in_force_words(part: Dated) -> list[str]:
    """From and until when a row or a set holds, both days included; nothing where always."""
    first, last = part.first_day, part.last_day
    found = [gettext("from %(day)s") % {"day": day(first)}] if first else []
    return found + ([gettext("until %(day)s") % {"day": day(last)}] if last else [])


@dataclass(frozen=True, slots=True)
class PolicyWords:
    """Looks rules up by name and says them; an application without a policy has none."""

    policy: Policy | None
    dictionary: Dictionary
    currency: str

    def set_name(self, name: str) -> str:
        return name.replace("_", " ").capitalize()

    def label(self, name: str) -> str:
        return label(self.dictionary, name)

    def words_of(self, set_name: str, row_name: str) -> str:
        row = self._row(set_name, row_name)
        return self.row_words(row) if row else row_name.replace("_", " ")

    def outcome_of(self, set_name: str, row_name: str) -> str:
        row = self._row(set_name, row_name)
        return row.outcome if row else ""

    def row_words(self, row: Row) -> str:
        """Every cell of a row, joined: all of them are required; and when the row is in force."""
        cells = [
            self._cell(name, operator, operand)
            for name, cell in row.when.items()
            for operator, operand in cell.items()
        ]
        return gettext(" and ").join([*cells, *in_force_words(row)])

    def operand_words(self, name: str, operand: Any) -> str:
        """What an input is compared with: a value, a parameter's value, another input."""
        return self._operand(name, operand)

    def _cell(self, name: str, operator: str, operand: Any) -> str:
        what = self.label(name)
        if operator in ("missing", "known"):
            known = (operator == "known") == operand
            return f"{what}: " + (gettext("stated") if known else gettext("not stated"))
        if operator == "between":
            low, high = (self._operand(name, each) for each in operand)
            return gettext("%(what)s from %(low)s to %(high)s") % {
                "what": what, "low": low, "high": high,
            }  # fmt: skip
        if operator in ("in", "not_in"):
            listed = ", ".join(self._operand(name, each) for each in operand)
            form = (
                gettext("%(what)s is one of %(listed)s")
                if operator == "in"
                else gettext("%(what)s is none of %(listed)s")
            )
            return form % {"what": what, "listed": listed}
        if operator in ("starts_with", "ends_with", "contains"):
            parts = operand if isinstance(operand, tuple) else (operand,)
            listed = gettext(" or ").join(self._operand(name, each) for each in parts)
            return TEXT_FORMS[operator]() % {"what": what, "listed": listed}
        return f"{what} {SIGNS.get(operator, operator)} {self._operand(name, operand)}"

    def _operand(self, name: str, operand: Any) -> str:
        if isinstance(operand, Reference):
            return self.label(operand.field)
        if isinstance(operand, str) and operand.startswith("$") and self.policy is not None:
            parameter = self.policy.parameters.get(operand[1:])
            if parameter is not None:
                return self._value(name, parameter.value)
        return self._value(name, operand)

    def _value(self, name: str, value: Any) -> str:
        if name in RATES and isinstance(value, int):
            return percent(value)
        if name in MONEY:
            return f"{number(Decimal(str(value)), 2)}\u00a0{self.currency}"
        try:
            return answer(self.dictionary.entries.get(name), value, self.currency)
        except (ArithmeticError, ValueError):
            return str(value)

    def _row(self, set_name: str, row_name: str) -> Row | None:
        for rule_set in self._sets():
            if rule_set.name == set_name:
                return next((row for row in rule_set.rows if row.id == row_name), None)
        return None

    def _sets(self) -> tuple[RuleSet, ...]:
        return self.policy.rule_sets if self.policy else ()
