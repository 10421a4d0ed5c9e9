"""Invented incomes: Hanse Kredit's past loans come without, and its policy asks for one."""

from numpy.random import Generator

USUAL = {"unskilled_or_without": 1500, "skilled": 2300, "management": 3900}
"""Net euros a month around which incomes of a kind of job are drawn."""


def invented_income(chance: Generator, job: str) -> dict[str, str]:
    """What somebody in that kind of job earns a month and owes a month."""
    income = round(float(USUAL[job] * chance.lognormal(0, 0.3)), 2)
    obligations = income * chance.uniform(0.02, 0.36)
    return {"monthly_income": f"{income:.2f}", "monthly_obligations": f"{obligations:.2f}"}
