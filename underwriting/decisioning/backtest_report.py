"""The report of a backtest: one JSON document of whole numbers that names nobody.

`basis` is what gates are held against, each pair today's figure (None where it is not known) and
the candidate's. What rests on assumptions is listed under `assumptions`, what history does not
record under `not_recorded`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ml.economics import PPM, Economics
from underwriting.decisioning.backtest_frontier import fairness_frontier, frontier, marks
from underwriting.decisioning.backtest_impact import Groups, adverse_impact
from underwriting.decisioning.backtest_money import Ends, Lending, ends_of, money_of, ppm
from underwriting.decisioning.backtest_moves import Sides, matrix, sentences_basis, swaps
from underwriting.decisioning.backtest_past import Past
from underwriting.decisioning.catalogue import PERSON_DECIDES
from underwriting.decisioning.decided import (
    APPROVE,
    NO_BAND,
    NO_TERM,
    OUTCOMES,
    REFER,
    Decided,
)

SCHEMA = "assay.backtest/1"

Codes = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]


class Compared(NamedTuple):
    """n past applications as two policies decide them; `today` None: there is none in force."""

    past: Past
    today: Decided | None
    candidate: Decided


class Setting(NamedTuple):
    """What the lender says beside its policy. `minutes` is one review's, from `minutes_of`
    (reviews or setting); `stated` whether the economics are the lender's own."""

    economics: Economics
    stated: bool
    minutes: int
    minutes_of: str
    not_recorded: tuple[str, ...] = ()


def report_of(compared: Compared, setting: Setting) -> dict[str, Any]:
    """Everything but what is told by protected group."""
    past, candidate = compared.past, compared.candidate
    sides = sides_of(compared)
    money = _money(compared, setting.economics)
    ends = _ends(past, candidate)
    return {
        "schema": SCHEMA,
        "applications": past.rows,
        "period": past.period,
        "imported": int(past.imported.sum()),
        "ended": int(past.ended.sum()),
        "bad": int(past.bad.sum()),
        "outcomes": list(OUTCOMES),
        "matrix": matrix(sides),
        "swaps": swaps(sides, compared.today, candidate),
        "sentences_basis": sentences_basis(sides, compared.today, candidate),
        "money": money,
        "prices": _prices(compared),
        "load": _load(sides, setting),
        "frontier": {
            "cuts": frontier(candidate, past, ends, setting.economics),
            "marks": marks(money, past.rows),
        },
        "assumptions": _assumptions(compared, setting),
        "not_recorded": list(setting.not_recorded),
        "basis": _basis(compared, sides, money, setting),
    }


def protected_of(compared: Compared, attributes: Groups) -> dict[str, Any]:
    """What is told by protected group, for the compliance role alone."""
    sides = sides_of(compared)
    known = sides.today >= 0
    before = {
        name: {group: rows & known for group, rows in groups.items()}
        for name, groups in attributes.items()
    }
    return {
        "schema": SCHEMA,
        "adverse_impact": adverse_impact(sides.candidate == APPROVE, attributes),
        "adverse_impact_today": adverse_impact(sides.today == APPROVE, before),
        "frontier": fairness_frontier(compared.candidate, compared.past, attributes),
    }


def sides_of(compared: Compared) -> Sides:
    """Today's outcomes, by the policy in force or as they were decided, and the candidate's."""
    today = compared.past.outcome if compared.today is None else compared.today.outcome
    return Sides(today, compared.candidate.outcome)


def _ends(past: Past, decided: Decided) -> Ends:
    return ends_of(past, decided.pd_ppm, decided.scored)


def _money(compared: Compared, economics: Economics) -> dict[str, Any]:
    past, today, candidate = compared
    before = _lending(today) if today else _as_decided(past, economics)
    return {
        "today": money_of(before, _ends(past, today or candidate), past, economics),
        "candidate": money_of(_lending(candidate), _ends(past, candidate), past, economics),
    }


def _lending(decided: Decided) -> Lending:
    return Lending(*decided.offers)


def _as_decided(past: Past, economics: Economics) -> Lending:
    """Whoever was made an offer then, at the economics' usual rate."""
    made = past.lent & (past.amount > 0)
    term = np.where(past.term > 0, past.term, NO_TERM)
    return Lending(made, past.amount, term, np.where(made, economics.interest_ppm, 0))


def _prices(compared: Compared) -> dict[str, Any]:
    """By band the offers of each side: how many, how much, and their mean rate."""
    found: dict[str, Any] = {"today": None, "candidate": _by_band(compared.candidate)}
    if compared.today is not None:
        found["today"] = _by_band(compared.today)
    return found


def _by_band(decided: Decided) -> list[dict[str, Any]]:
    return [
        {"band": name, **_offers(decided, decided.band == at)}
        for at, name in enumerate(decided.bands)
    ] + _beyond(decided)


def _beyond(decided: Decided) -> list[dict[str, Any]]:
    """Offers of whoever is beyond the last band: counter-offers and lots alone."""
    told = _offers(decided, decided.band == NO_BAND)
    return [{"band": None, **told}] if told["offers"] else []


def _offers(decided: Decided, rows: Mask) -> dict[str, Any]:
    made, amount, _, rate = decided.offers
    own = rows & made
    lent = int(amount[own].sum())
    weighed = float((amount[own].astype(np.float64) * rate[own]).sum())
    return {
        "offers": int(own.sum()),
        "amount": lent,
        "rate_ppm": round(weighed / lent) if lent else None,
    }


def _load(sides: Sides, setting: Setting) -> dict[str, Any]:
    """Referrals, and the time that a person looks at them."""
    known = sides.today >= 0
    today = int((sides.today == REFER).sum()) if known.any() else None
    referred = {"today": today, "candidate": int((sides.candidate == REFER).sum())}
    return {
        "referrals": referred,
        "minutes_each": setting.minutes,
        "minutes_of": setting.minutes_of,
        "minutes": {
            side: None if count is None else count * setting.minutes
            for side, count in referred.items()
        },
    }


def _assumptions(compared: Compared, setting: Setting) -> list[str]:
    """Codes of what was taken for granted; the page has the words."""
    given = {
        "offers_taken": True,
        "pd_as_asked": bool((compared.candidate.outcome == OUTCOMES.index("counter_offer")).any()),
        "imported_owes_nothing": bool(compared.past.imported.any()),
        "economics_assumed": not setting.stated,
        "today_as_decided": compared.today is None,
        "minutes_assumed": setting.minutes_of != "reviews",
    }
    return [name for name, holds in given.items() if holds]


def _basis(
    compared: Compared, sides: Sides, money: Mapping[str, Any], setting: Setting
) -> dict[str, Any]:
    known = int((sides.today >= 0).sum())
    candidate = compared.candidate
    codes = np.array([code == PERSON_DECIDES for code in candidate.first_codes()], bool)
    load = _load(sides, setting)["minutes"]

    def pair(name: str) -> Sequence[Any]:
        return [money["today"][name] if known else None, money["candidate"][name]]

    approved = int((sides.today == APPROVE).sum()), int((sides.candidate == APPROVE).sum())
    return {
        "applications": compared.past.rows,
        "decline_without_reason": int(codes[candidate.reason].sum()),
        "approval_rate_ppm": [ppm(approved[0], known), ppm(approved[1], compared.past.rows)],
        "expected_loss_rate_ppm": pair("loss_rate_ppm"),
        "expected_profit_minor": pair("profit"),
        "referral_minutes": [load["today"], load["candidate"]],
    }


def economics_assumed(loss_given_default_ppm: int, rate_ppm: int, amount: int) -> Economics:
    """Where the lender has stated nothing: no costs, no funding, the policy's own loss."""
    return Economics(
        amount=max(amount, 1),
        interest_ppm=min(rate_ppm, 10 * PPM),
        loss_given_default_ppm=loss_given_default_ppm,
    )
