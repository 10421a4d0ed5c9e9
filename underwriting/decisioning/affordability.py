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

from collections.abc import Callable, Mapping, Sequence
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
Amount = Callable[[Values], int | None]
"""From a party's values to an amount a month or a number of people, None where it is missing."""

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
        income, expenses, owed, instalment, _ = self
        if income is None or expenses is None or owed is None or instalment is None:
            return None
        return income - expenses - owed - instalment

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
        self._incomes = [self._income(each) for each in settings.income]
        self._owed = [self._obligation(each) for each in settings.obligations]
        self._declared = [self._amount(name) for name in settings.expenses]
        self._adults = self._amount(self.household.adults, MOST_PEOPLE)
        self._dependants = self._amount(self.household.dependants, MOST_PEOPLE)

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
        if not counted:
            return Calculation(None, None, None, instalment, stressed)
        return Calculation(
            _total([income(party) for party in counted for income in self._incomes]),
            self._expenses(counted),
            _total([owed(counted) for owed in self._owed]),
            instalment,
            stressed,
        )

    def _income(self, income: Income) -> Amount:
        verified, declared = self._amount(income.verified), self._amount(income.declared)
        kept = PPM - income.haircut_ppm
        unknown = 0 if income.optional else None

        def found(party: Values) -> int | None:
            proven = verified(party)
            if proven is not None:
                return proven
            stated = declared(party)
            return unknown if stated is None else divide_half_even(stated * kept, PPM)

        return found

    def _obligation(self, obligation: Obligation) -> Callable[[Sequence[Values]], int | None]:
        """What all owe, a joint obligation counted once."""
        stated, reported = self._amount(obligation.declared), self._amount(obligation.bureau)
        jointly = self._amount(obligation.joint)

        def found(parties: Sequence[Values]) -> int | None:
            total = shared = most = 0
            for party in parties:
                own = _higher(stated(party), reported(party))
                if own is None:
                    return None
                joint = min(jointly(party) or 0, own)
                total, shared, most = total + own, shared + joint, max(most, joint)
            return total - (shared - most)

        return found

    def _expenses(self, parties: Sequence[Values]) -> int | None:
        houses = self._houses(parties)
        return None if houses is None else _total([self._essential(house) for house in houses])

    def _houses(self, parties: Sequence[Values]) -> list[Sequence[Values]] | None:
        """The households: the first applicant's, then one for each who lives elsewhere."""
        shared = self.household.shared
        if shared is None:
            return [parties]
        first: list[Values] = [parties[0]]
        others: list[Sequence[Values]] = []
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
        """A household's expenses: those declared, or what so many people need at least.

        Of each expense the highest that a member states; nothing where the minimum stands in.
        """
        least = self._least(house)
        if least is None:
            return None
        unknown = 0 if self.minimum else None
        stated = [_highest(house, amount) for amount in self._declared]
        declared = _total([unknown if each is None else each for each in stated])
        return None if declared is None else max(declared, least)

    def _least(self, house: Sequence[Values]) -> int | None:
        if not self.minimum:
            return 0
        adults = max(_highest(house, self._adults) or 0, len(house))
        dependants = 0
        if self.household.dependants is not None:
            children = _highest(house, self._dependants)
            if children is None:
                return None
            dependants = children
        rows, width = len(self.minimum), len(self.minimum[0])
        base = self.minimum[min(adults, rows) - 1][min(dependants, width - 1)]
        more_adults, more_dependants = max(adults - rows, 0), max(dependants - width + 1, 0)
        return base + more_adults * self.more_adult + more_dependants * self.more_dependant

    def _amount(self, name: str | None, most: int = MOST) -> Amount:
        """What reads a whole number of 0 to `most` that is no special code, else None."""
        if name is None:
            return _unnamed
        specials = self.specials[name]

        def found(party: Values) -> int | None:
            value = party.get(name)
            if type(value) is int and 0 <= value <= most and value not in specials:
                return value
            return None

        return found


def _unnamed(_: Values) -> None:
    """A field that the settings do not name is missing."""


def _higher(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def _highest(house: Sequence[Values], amount: Amount) -> int | None:
    """The highest that a member of the household states."""
    found = None
    for party in house:
        found = _higher(found, amount(party))
    return found


def _total(found: Sequence[int | None]) -> int | None:
    total = 0
    for value in found:
        if value is None:
            return None
        total += value
    return total
