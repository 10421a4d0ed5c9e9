"""A funded loan as its system reports it: strict texts, for no figure may be guessed at."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tenancy.errors import FieldError, Invalid
from underwriting.services.bookings import Reported

MEMBERS = ("loan_id", "amount", "annual_rate", "booked_on")
_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?")
_RATE = re.compile(r"(0|[1-9][0-9]{0,2})(\.[0-9]{1,6}0*)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
MAX_TEXT = 200


def booking_body(body: Any, minor_units: int) -> Reported:
    """What was reported; `Invalid` names every member that does not hold."""
    if not isinstance(body, Mapping):
        raise Invalid([FieldError("", "type", "This is a JSON object.")])
    errors: list[FieldError] = [
        FieldError(f"/{name}", "required", "This member is required.")
        for name in MEMBERS
        if name not in body
    ]
    errors += [
        FieldError(f"/{name[:60]}", "unknown", "There is no such member.")
        for name in body
        if name not in MEMBERS
    ]
    loan, rate = _loan(body, errors), _rate(body, errors)
    amount, currency = _amount(body, minor_units, errors)
    day = _day(body, errors)
    if errors or day is None:
        raise Invalid(errors)
    return Reported(loan, amount, currency, rate, day)


def _loan(body: Mapping[str, Any], errors: list[FieldError]) -> str:
    found = body.get("loan_id")
    if "loan_id" in body and not (
        isinstance(found, str)
        and found == found.strip()
        and 1 <= len(found) <= MAX_TEXT
        and found.isprintable()
    ):
        words = f"This is a text of 1 to {MAX_TEXT} characters without space around it."
        errors.append(FieldError("/loan_id", "type", words))
    return str(found)


def _amount(body: Mapping[str, Any], minor_units: int, errors: list[FieldError]) -> tuple[int, str]:
    money = body.get("amount")
    if "amount" not in body:
        return 0, ""
    if not isinstance(money, Mapping) or set(money) != {"amount", "currency"}:
        errors.append(FieldError("/amount", "type", "This is an amount with its currency."))
        return 0, ""
    text, currency = money["amount"], money["currency"]
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        errors.append(FieldError("/amount/currency", "type", "This is an ISO 4217 code."))
        currency = ""
    if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
        words = 'This is a decimal string such as "1250.00".'
        errors.append(FieldError("/amount/amount", "type", words))
        return 0, currency
    minor = Decimal(text).scaleb(minor_units)
    if minor != minor.to_integral_value() or minor <= 0:
        words = f"This is above zero, with at most {minor_units} decimals."
        errors.append(FieldError("/amount/amount", "range", words))
        return 0, currency
    return int(minor), currency


def _rate(body: Mapping[str, Any], errors: list[FieldError]) -> int:
    found = body.get("annual_rate")
    if "annual_rate" not in body:
        return 0
    if not isinstance(found, str) or not _RATE.fullmatch(found):
        words = 'This is a fraction of one as a decimal string, such as "0.069".'
        errors.append(FieldError("/annual_rate", "type", words))
        return 0
    return int(Decimal(found).scaleb(6))


def _day(body: Mapping[str, Any], errors: list[FieldError]) -> date | None:
    found = body.get("booked_on")
    if "booked_on" not in body:
        return None
    if isinstance(found, str) and _DAY.fullmatch(found):
        try:
            return date.fromisoformat(found)
        except ValueError:
            pass
    errors.append(FieldError("/booked_on", "type", "This is a day such as 2026-11-21."))
    return None
