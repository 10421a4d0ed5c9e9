"""What of an applicant's facts says whether the instalment can be carried: a policy's settings.

    "affordability": {
      "income": [{"verified": "bank_income", "declared": "monthly_income", "haircut_ppm": 200000}],
      "expenses": ["rent"],
      "household": {"shared": "lives_with_first", "dependants": "children",
                    "minimum": [["900.00", "1200.00"], ["1300.00", "1600.00"]]},
      "obligations": [{"declared": "monthly_obligations", "bureau": "bureau_obligations"}],
      "stress": {"add_on_ppm": 20000, "floor_ppm": 80000}}

Every field named is a party's; amounts are a month's, in the product's currency. The computation
is underwriting.decisioning.affordability; rules read `affordability.disposable`,
`affordability.burden_ppm` and `affordability.stressed_instalment`.
"""

from typing import Annotated, Self

from pydantic import Field as Described
from pydantic import model_validator

from underwriting.policy.inputs import Input
from underwriting.policy.part import Name, Part, Ppm, RatePpm

DISPOSABLE = "affordability.disposable"
BURDEN = "affordability.burden_ppm"
INSTALMENT = "affordability.stressed_instalment"
INPUTS = (DISPOSABLE, BURDEN, INSTALMENT)

Money = Annotated[str, Described(pattern=r"^[0-9]{1,9}(\.[0-9]{1,4})?$")]


class Income(Part):
    """One net income: what was verified, else what was declared less `haircut_ppm` of it.

    Where neither is known the whole calculation is missing, unless the income is `optional`.
    """

    verified: Name | None = None
    declared: Name | None = None
    haircut_ppm: Ppm = 0
    optional: bool = False

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.verified is None and self.declared is None:
            raise ValueError("an income names a verified or a declared field")
        return self


class Obligation(Part):
    """What is already owed a month: the higher of declared and bureau, of those that are known.

    `joint` is the part of it that is owed together with another applicant: counted once.
    """

    declared: Name | None = None
    bureau: Name | None = None
    joint: Name | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.declared is None and self.bureau is None:
            raise ValueError("an obligation names a declared or a bureau field")
        return self


class Household(Part):
    """Who lives together, and the least that so many people need.

    `minimum[a - 1][d]` is for a adults and d dependants; each adult or dependant beyond the table
    adds `more_adult` or `more_dependant`. Without `shared` (a party's yes/no: lives with the first
    applicant) all applicants are one household. Adults are those stated in `adults`, at least the
    applicants themselves.
    """

    shared: Name | None = None
    adults: Name | None = None
    dependants: Name | None = None
    minimum: tuple[Annotated[tuple[Money, ...], Described(min_length=1, max_length=20)], ...] = (
        Described(default=(), max_length=20)
    )
    more_adult: Money = "0"
    more_dependant: Money = "0"

    @model_validator(mode="after")
    def _rectangular(self) -> Self:
        if len({len(row) for row in self.minimum}) > 1:
            raise ValueError("every row of the minimum has as many dependants")
        return self


class StressTest(Part):
    """The new instalment is tested at the rate plus `add_on_ppm`, at least at `floor_ppm`."""

    add_on_ppm: Ppm = 0
    floor_ppm: RatePpm = 0


class Affordability(Part):
    """Income less essential expenses, obligations and the new instalment, and from which facts.

    `assumed_term_months` is the term at which a limit without one is tested, drawn in full.
    """

    income: tuple[Income, ...] = Described(min_length=1, max_length=20)
    expenses: tuple[Name, ...] = Described(default=(), max_length=20)
    household: Household = Household()
    obligations: tuple[Obligation, ...] = Described(default=(), max_length=20)
    stress: StressTest = StressTest()
    assumed_term_months: int | None = Described(default=None, ge=1, le=600)

    @property
    def money_fields(self) -> tuple[str, ...]:
        """Every field that states an amount a month."""
        named = [
            *self.expenses,
            *(name for each in self.income for name in (each.verified, each.declared)),
            *(n for each in self.obligations for n in (each.declared, each.bureau, each.joint)),
        ]
        return tuple(dict.fromkeys(name for name in named if name is not None))

    @property
    def count_fields(self) -> tuple[str, ...]:
        """The fields that state how many live in a household."""
        named = (self.household.adults, self.household.dependants)
        return tuple(name for name in named if name is not None)


def affordability_inputs(currency: str | None, minor_units: int) -> dict[str, Input]:
    """What the calculation gives to rules."""
    found = (
        Input(DISPOSABLE, "application", "money", minor_units, currency),
        Input(INSTALMENT, "application", "money", minor_units, currency),
        Input(BURDEN, "application", "integer", unit="ppm"),
    )
    return {item.name: item for item in found}
