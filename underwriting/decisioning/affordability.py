"""Whether the new instalment can be carried, of one application: the row path.

    disposable = income - expenses - obligations - stressed instalment
    burden     = (obligations + stressed instalment) / income

Borrowers and co-borrowers who are liable count; a guarantor pays only where they do not, so
neither a guarantor's income nor their household does. Of each household the essential expenses
count once: those declared (per field, the highest that a member states) or the minimum for so
many people, whichever is higher. Incomes add up; so do obligations, less what is owed jointly and
was stated by each. Amounts are minor units a month; an amount below nothing or above `MOST` is
missing, and so is whatever needs it. `affordability_columns` gives the same for many.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ml.dictionary import Dictionary
from ml.values import Value, divide_half_even
from underwriting.decisioning.inputs import Facts
from underwriting.decisioning.prices import Prices
from underwriting.policy.affordability import (
    BURDEN,
    DISPOSABLE,
    INSTALMENT,
    Affordability,
    Income,
    Obligation,
)
from underwriting.policy.affordability_checks import field_findings
from underwriting.policy.findings import PolicyRefused
from underwriting.policy.inputs import dictionary_inputs
from underwriting.pricing.instalments import PPM
from underwriting.regulation import Pack

Values = Mapping[str, Value]

MOST = 10**12
"""The largest amount a month that is read, in minor units."""
MOST_PEOPLE = 100
COUNTED_ROLES = ("borrower", "co_borrower")


class Calculation(NamedTuple):
    """One application's amounts a month, in minor units; None where a fact is missing."""

    income: int | None
    expenses: int | None
    obligations: int | None
    instalment: int | None
    rate_ppm: int | None
    """The stressed rate of the instalment."""

    @property
    def disposable(self) -> int | None:
        """What is left in a month."""
        parts = (self.expenses, self.obligations, self.instalment)
        if self.income is None or any(part is None for part in parts):
            return None
        return self.income - sum(part for part in parts if part is not None)

    @property
    def burden_ppm(self) -> int | None:
        """Share of the income that goes to creditors; None where there is no income."""
        if not self.income or self.obligations is None or self.instalment is None:
            return None
        return divide_half_even((self.obligations + self.instalment) * PPM, self.income)

    def shown(self) -> dict[str, int | None]:
        """All of it by name, for a person to read."""
        derived = {"disposable": self.disposable, "burden_ppm": self.burden_ppm}
        return {**self._asdict(), **derived}

    def inputs(self) -> dict[str, Value]:
        """What rules read of it."""
        return {
            DISPOSABLE: self.disposable,
            BURDEN: self.burden_ppm,
            INSTALMENT: self.instalment,
        }


class Means:
    """One plan's affordability settings, ready to compute; PolicyRefused where they cannot."""

    def __init__(
        self, settings: Affordability, dictionary: Dictionary, prices: Prices, pack: Pack
    ) -> None:
        wrong = list(field_findings(settings, dictionary, prices.product, {}))
        if wrong:
            raise PolicyRefused.of(wrong)
        self.settings = settings
        self.household = settings.household
        self.prices = prices
        known = dictionary_inputs(dictionary)
        read = (*settings.money_fields, *settings.count_fields)
        self.specials = {name: known[name].specials for name in read}
        minor = prices.product.minor
        self.minimum = [[minor(money) for money in row] for row in self.household.minimum]
        self.more_adult = minor(self.household.more_adult)
        self.more_dependant = minor(self.household.more_dependant)
        least = pack.stress
        self.add_on = max(settings.stress.add_on_ppm, least.add_on_ppm if least else 0)
        self.floor = max(settings.stress.floor_ppm, least.floor_ppm if least else 0)

    def row(
        self, facts: Facts, parties: Sequence[Values], values: Values, rate: Value
    ) -> Calculation:
        """The calculation of one application: `values` are its own, `rate` what its price asks."""
        stressed = max(rate + self.add_on, self.floor) if isinstance(rate, int) else None
        instalment = self.prices.payable(values, stressed, self.settings.assumed_term_months)
        counted = [
            party
            for party, role, liable in zip(parties, facts.roles, facts.liable, strict=True)
            if liable and role in COUNTED_ROLES
        ]
        incomes = self.settings.income
        if not counted:
            return Calculation(None, None, None, instalment, stressed)
        return Calculation(
            _total([self._income(party, each) for party in counted for each in incomes]),
            self._expenses(counted),
            _total([self._owed(counted, each) for each in self.settings.obligations]),
            instalment,
            stressed,
        )

    def _income(self, party: Values, income: Income) -> int | None:
        verified = self._amount(party, income.verified)
        if verified is not None:
            return verified
        declared = self._amount(party, income.declared)
        if declared is None:
            return 0 if income.optional else None
        return divide_half_even(declared * (PPM - income.haircut_ppm), PPM)

    def _owed(self, parties: Sequence[Values], obligation: Obligation) -> int | None:
        """What all owe, a joint obligation counted once."""
        found, joint = [], [0]
        for party in parties:
            stated = (obligation.declared, obligation.bureau)
            own = _highest([self._amount(party, name) for name in stated])
            if own is None:
                return None
            found.append(own)
            joint.append(min(self._amount(party, obligation.joint) or 0, own))
        return sum(found) - (sum(joint) - max(joint))

    def _expenses(self, parties: Sequence[Values]) -> int | None:
        houses = self._houses(parties)
        return None if houses is None else _total([self._essential(house) for house in houses])

    def _houses(self, parties: Sequence[Values]) -> list[list[Values]] | None:
        """The households: the first applicant's, then one for each who lives elsewhere."""
        shared = self.household.shared
        if shared is None:
            return [list(parties)]
        first, others = [parties[0]], []
        for party in parties[1:]:
            answer = party.get(shared)
            if not isinstance(answer, bool):
                return None
            if answer:
                first.append(party)
            else:
                others.append([party])
        return [first, *others]

    def _essential(self, house: Sequence[Values]) -> int | None:
        """A household's expenses: those declared, or what so many people need at least."""
        stated = [self._declared(house, name) for name in self.settings.expenses]
        declared = _total(stated)
        least = self._least(house)
        return None if declared is None or least is None else max(declared, least)

    def _declared(self, house: Sequence[Values], name: str) -> int | None:
        """The highest that a member states; nothing where the minimum stands in for it."""
        highest = _highest([self._amount(party, name) for party in house])
        return 0 if highest is None and self.minimum else highest

    def _least(self, house: Sequence[Values]) -> int | None:
        if not self.minimum:
            return 0
        stated = _highest([self._people(party, self.household.adults) for party in house])
        adults = max(stated or 0, len(house))
        dependants = 0
        if self.household.dependants is not None:
            found = [self._people(party, self.household.dependants) for party in house]
            children = _highest(found)
            if children is None:
                return None
            dependants = children
        rows, width = len(self.minimum), len(self.minimum[0])
        base = self.minimum[min(adults, rows) - 1][min(dependants, width - 1)]
        more_adults, more_dependants = max(adults - rows, 0), max(dependants - width + 1, 0)
        return base + more_adults * self.more_adult + more_dependants * self.more_dependant

    def _amount(self, party: Values, name: str | None) -> int | None:
        return self._whole(party, name, MOST)

    def _people(self, party: Values, name: str | None) -> int | None:
        return self._whole(party, name, MOST_PEOPLE)

    def _whole(self, party: Values, name: str | None, most: int) -> int | None:
        """A whole number of 0 to `most` that is no special code, None for everything else."""
        value = None if name is None else party.get(name)
        if name is None or type(value) is not int or not 0 <= value <= most:
            return None
        return None if value in self.specials[name] else value


def _highest(found: Sequence[int | None]) -> int | None:
    return max((value for value in found if value is not None), default=None)


def _total(found: Sequence[int | None]) -> int | None:
    known = [value for value in found if value is not None]
    return sum(known) if len(known) == len(found) else None
