"""The bureau and checks of test mode: answers at once, the same for the same person, keeps nothing.

A live organization cannot use it: the database refuses such a setting.
"""

from collections.abc import Sequence

from underwriting.connectors.contract import (
    ConnectorError,
    Failure,
    Kind,
    Report,
    Request,
    Subject,
)
from underwriting.connectors.personas import (
    HIGHEST,
    LOWEST,
    File,
    Persona,
    drawn,
    personas_of,
)
from underwriting.connectors.reports import (
    Attribute,
    BureauReport,
    CheckReport,
    Factor,
    Score,
    Tradeline,
)

FACTORS = (
    Factor(code="01", text="Amount owed on accounts is too high"),
    Factor(code="02", text="Level of delinquency on accounts"),
    Factor(code="03", text="Length of time accounts have been established"),
    Factor(code="04", text="Proportion of balances to credit limits"),
    Factor(code="05", text="Too many inquiries in the last 12 months"),
    Factor(code="06", text="Too few accounts currently paid as agreed"),
)
MOST_CENTS = 90_000


class Stub:
    """Implements the contract without a vendor."""

    def ask(self, request: Request) -> Report:
        personas = personas_of(request.subject)
        _fail(request, personas)
        if request.kind == Kind.BUREAU:
            return _bureau(request, personas)
        hit = any(request.kind in each.hits for each in personas)
        return CheckReport(
            reference=_reference(request),
            checked_on=request.asked_on,
            result="hit" if hit else "clear",
            codes=(f"{request.kind.value}.test",) if hit else (),
        )


def _fail(request: Request, personas: Sequence[Persona]) -> None:
    for each in personas:
        failure: Failure | None = (each.fails or {}).get(request.kind)
        if failure and (each.until is None or request.attempt < each.until):
            raise ConnectorError(failure)


def _bureau(request: Request, personas: Sequence[Persona]) -> BureauReport:
    file: File = next((each.file for each in personas if each.file != "whole"), "whole")
    score = next((each.score for each in personas if each.score), None)
    empty = file in ("none", "frozen")
    found = score or LOWEST + 150 + drawn(request.subject, "score", HIGHEST - LOWEST - 200)
    return BureauReport(
        reference=_reference(request),
        reported_on=request.asked_on,
        file=file,
        score=None if file != "whole" else _score(request, found),
        attributes={} if empty else _attributes(request.subject, found, thin=file == "thin"),
        alerts=tuple(dict.fromkeys(alert.value for each in personas for alert in each.alerts)),
        tradelines=() if empty else _tradelines(request, thin=file == "thin"),
    )


def _score(request: Request, value: int) -> Score:
    first = drawn(request.subject, "factors", len(FACTORS) - 1)
    factors = [FACTORS[(first + step) % len(FACTORS)] for step in range(4)]
    return Score(
        model="Assay test score",
        value=value,
        lowest=LOWEST,
        highest=HIGHEST,
        as_of=request.asked_on,
        factors=tuple(factors),
    )


def _attributes(subject: Subject, score: int, *, thin: bool) -> dict[str, Attribute]:
    """What test settings may map. A worse score has more of what makes it worse."""
    worse = (HIGHEST - score) * 100 // (HIGHEST - LOWEST)
    accounts = 1 if thin else 2 + drawn(subject, "accounts", 10)
    cents = 0 if thin else drawn(subject, "obligations", MOST_CENTS)
    return {
        **({} if thin else {"bureau_score": score}),
        "open_accounts": accounts,
        "delinquencies_24m": 0 if thin else worse // 25,
        "inquiries_6m": worse // 20,
        "oldest_account_months": 5 if thin else 24 + drawn(subject, "oldest", 240),
        "public_records": int(not thin and worse > 70),
        "monthly_obligations": f"{cents // 100}.{cents % 100:02d}",
        "utilisation_percent": 0 if thin else min(worse, 100),
    }


def _tradelines(request: Request, *, thin: bool) -> tuple[Tradeline, ...]:
    kinds = ("card",) if thin else ("card", "instalment", "mortgage")
    return tuple(
        Tradeline(
            kind=kind, balance=f"{drawn(request.subject, kind, 20_000)}.00", status="as_agreed"
        )
        for kind in kinds
    )


def _reference(request: Request) -> str:
    """The vendor's own number of the inquiry: one for one idempotency key."""
    return f"stub-{request.idempotency_key.hex[-12:]}"
