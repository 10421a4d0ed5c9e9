"""Whether the new instalment can be carried, of many applications: the column path.

Every number equals that of underwriting.decisioning.affordability. Households are numbered: the
first n are the applications' own, then comes one for each party who lives elsewhere.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ml.columns import Column, Frame
from ml.values import LIMIT, divide_half_even
from underwriting.decisioning.affordability import (
    COUNTED_ROLES,
    MOST,
    MOST_PEOPLE,
    Calculation,
    Means,
)
from underwriting.decisioning.applications import Applications
from underwriting.policy.affordability import BURDEN, DISPOSABLE, INSTALMENT, Income, Obligation
from underwriting.pricing.instalments import PPM

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SAFE = 2**62 // PPM
"""Numbers up to here can be multiplied by a million in 64 bits."""


class _Members(NamedTuple):
    """The parties that count: their rows, application and household, and whose household is whose.

    `elsewhere` are applications of which it cannot be said who lives together.
    """

    rows: Ints
    owner: Ints
    house: Ints
    house_owner: Ints
    elsewhere: Mask
    nobody: Mask


class MeansColumns:
    """The settings of one plan over columns."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._settings = means.settings
        self._minimum = np.array(means.minimum, np.int64)

    def columns(
        self, given: Applications, parties: Frame, applications: Frame, rate: Column
    ) -> dict[str, Column]:
        """What rules read, of n applications."""
        members = self._members(given, parties)
        income = self._income(given.rows, members, parties)
        owed = self._owed(given.rows, members, parties)
        expenses = self._expenses(given.rows, members, parties)
        return self._carried(income, expenses, owed, applications, rate)

    @property
    def reads(self) -> frozenset[str]:
        """The parties' facts that all but the instalment follows from."""
        shared = (self._means.household.shared,) if self._means.household.shared else ()
        return frozenset([*self._settings.money_fields, *self._settings.count_fields, *shared])

    def moved(self, found: Calculation, applications: Frame, rate: Column) -> dict[str, Column]:
        """The same of one application at n amounts and terms: only the instalment differs."""
        rows = applications.rows
        stated = (found.income, found.expenses, found.obligations)
        income, expenses, owed = (
            Column(np.full(rows, each or 0, np.int64), np.full(rows, each is None))
            for each in stated
        )
        return self._carried(income, expenses, owed, applications, rate)

    def _carried(
        self, income: Column, expenses: Column, owed: Column, applications: Frame, rate: Column
    ) -> dict[str, Column]:
        """What is left of these amounts a month, and the burden, beside the stressed instalment."""
        stressed = Column(
            np.maximum(rate.values + self._means.add_on, self._means.floor), rate.null
        )
        instalment = self._means.prices.payables(
            applications, stressed, self._settings.assumed_term_months
        )
        paid = owed.values + instalment.values
        null = owed.null | instalment.null | income.null
        return {
            INSTALMENT: instalment,
            DISPOSABLE: Column(income.values - expenses.values - paid, null | expenses.null),
            BURDEN: _burden(paid, income.values, null),
        }

    def _members(self, given: Applications, parties: Frame) -> _Members:
        roles = np.fromiter((role in COUNTED_ROLES for role in given.roles), bool, parties.rows)
        rows = np.flatnonzero(roles & given.liable)
        owner = given.batch.party_application[rows]
        nobody = np.bincount(owner, minlength=given.rows) == 0
        elsewhere = np.zeros(given.rows, bool)
        name = self._means.household.shared
        if name is None:
            return _Members(rows, owner, owner, np.arange(given.rows), elsewhere, nobody)
        first = np.append(True, owner[1:] != owner[:-1])[: len(owner)]
        shared, unsaid = _answers(parties, name, rows)
        elsewhere[owner[~first & unsaid]] = True
        apart = ~first & ~unsaid & ~shared
        house = owner.copy()
        house[apart] = given.rows + np.arange(int(apart.sum()))
        owners = np.concatenate([np.arange(given.rows), owner[apart]])
        return _Members(rows, owner, house, owners, elsewhere, nobody)

    def _income(self, rows: int, members: _Members, parties: Frame) -> Column:
        total, null = np.zeros(rows, np.int64), members.nobody.copy()
        for income in self._settings.income:
            found = self._one_income(parties, members.rows, income)
            np.add.at(total, members.owner, np.where(found.null, 0, found.values))
            null[members.owner[found.null]] = True
        return Column(total, null)

    def _one_income(self, parties: Frame, rows: Ints, income: Income) -> Column:
        verified = self._amounts(parties, income.verified, rows)
        declared = self._amounts(parties, income.declared, rows)
        kept = _share(declared.values, PPM - income.haircut_ppm)
        values = np.where(verified.null, np.where(declared.null, 0, kept), verified.values)
        null = verified.null & declared.null
        return Column(values, np.zeros_like(null) if income.optional else null)

    def _owed(self, rows: int, members: _Members, parties: Frame) -> Column:
        total, null = np.zeros(rows, np.int64), members.nobody.copy()
        for obligation in self._settings.obligations:
            own, joint = self._obligation(parties, members.rows, obligation)
            null[members.owner[own.null]] = True
            most = np.zeros(rows, np.int64)
            np.maximum.at(most, members.owner, joint)
            np.add.at(total, members.owner, np.where(own.null, 0, own.values) - joint)
            total += most
        return Column(total, null)

    def _obligation(
        self, parties: Frame, rows: Ints, obligation: Obligation
    ) -> tuple[Column, Ints]:
        """What each owes by itself, and how much of that jointly."""
        declared = self._amounts(parties, obligation.declared, rows)
        bureau = self._amounts(parties, obligation.bureau, rows)
        known = [np.where(each.null, -1, each.values) for each in (declared, bureau)]
        own = np.maximum(known[0], known[1])
        joint = self._amounts(parties, obligation.joint, rows)
        shared = np.minimum(np.where(joint.null, 0, joint.values), np.maximum(own, 0))
        return Column(own, own < 0), shared

    def _expenses(self, rows: int, members: _Members, parties: Frame) -> Column:
        """Each household's once, added up per application."""
        houses = len(members.house_owner)
        declared, null = np.zeros(houses, np.int64), np.zeros(houses, bool)
        for name in self._settings.expenses:
            found = self._amounts(parties, name, members.rows)
            highest = _highest(houses, members.house, found)
            declared += np.maximum(highest, 0)
            if not self._means.minimum:
                null |= highest < 0
        least = self._least(houses, members, parties)
        essential = np.maximum(declared, least.values)
        total, unknown = np.zeros(rows, np.int64), members.nobody | members.elsewhere
        np.add.at(total, members.house_owner, essential)
        unknown[members.house_owner[null | least.null]] = True
        return Column(total, unknown)

    def _least(self, houses: int, members: _Members, parties: Frame) -> Column:
        """What each household needs at least."""
        means, household = self._means, self._means.household
        nothing = np.zeros(houses, bool)
        if not means.minimum:
            return Column(np.zeros(houses, np.int64), nothing)
        people = np.bincount(members.house, minlength=houses)
        stated = self._people(parties, household.adults, members.rows)
        adults = np.maximum(np.maximum(_highest(houses, members.house, stated), people), 1)
        dependants = np.zeros(houses, np.int64)
        if household.dependants is not None:
            found = self._people(parties, household.dependants, members.rows)
            dependants = _highest(houses, members.house, found)
            nothing = dependants < 0
            dependants = np.maximum(dependants, 0)
        rows, width = self._minimum.shape
        base = self._minimum[np.minimum(adults, rows) - 1, np.minimum(dependants, width - 1)]
        more = np.maximum(adults - rows, 0) * means.more_adult
        more += np.maximum(dependants - width + 1, 0) * means.more_dependant
        return Column(base + more, nothing)

    def _amounts(self, parties: Frame, name: str | None, rows: Ints) -> Column:
        return self._whole(parties, name, rows, MOST)

    def _people(self, parties: Frame, name: str | None, rows: Ints) -> Column:
        return self._whole(parties, name, rows, MOST_PEOPLE)

    def _whole(self, parties: Frame, name: str | None, rows: Ints, most: int) -> Column:
        """Whole numbers of 0 to `most` that are no special codes."""
        column = None if name is None else parties.columns.get(name)
        if name is None or column is None or column.values.dtype.kind != "i":
            return Column.missing(len(rows))
        values, null = column.values[rows], column.null[rows]
        null = null | (values < 0) | (values > most)
        for special in self._means.specials[name]:
            null |= values == special
        return Column(np.where(null, 0, values), null)


def _answers(parties: Frame, name: str, rows: Ints) -> tuple[Mask, Mask]:
    """A yes/no column of these rows, and where it is not known."""
    column = parties.columns.get(name)
    if column is None or column.values.dtype != bool:
        return np.zeros(len(rows), bool), np.ones(len(rows), bool)
    return column.values[rows], column.null[rows]


def _highest(houses: int, house: Ints, found: Column) -> Ints:
    """The highest known value of each household, -1 where none is."""
    highest = np.full(houses, -1, np.int64)
    np.maximum.at(highest, house, np.where(found.null, -1, found.values))
    return highest


def _share(values: Ints, share_ppm: int) -> Ints:
    """Half-even values * share / 1,000,000, exact for values up to `MOST`."""
    whole, rest = np.divmod(values, PPM)
    return whole * share_ppm + _half_even(rest * share_ppm, np.full_like(rest, PPM))


def _burden(paid: Ints, income: Ints, null: Mask) -> Column:
    """paid / income in parts per million; missing where there is no income."""
    null = null | (income <= 0)
    divisor = np.where(null, 1, income)
    whole, rest = np.divmod(np.where(null, 0, paid), divisor)
    null = null | (whole > LIMIT // PPM)
    found = np.where(null, 0, whole) * PPM
    small = divisor <= SAFE
    found[small] += _half_even(rest[small] * PPM, divisor[small])
    for index in np.flatnonzero(~small).tolist():
        found[index] += divide_half_even(int(rest[index]) * PPM, int(divisor[index]))
    return Column(found, null)


def _half_even(numerator: Ints, denominator: Ints) -> Ints:
    quotient, rest = np.divmod(numerator, denominator)
    twice = 2 * rest
    up = (twice > denominator) | ((twice == denominator) & (quotient % 2 == 1))
    found: Ints = quotient + up
    return found
