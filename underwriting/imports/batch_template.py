"""A file to begin with: every column of a product's files, and one row that would be taken."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ml.dictionary import Field
from underwriting.imports.batch_columns import Contract
from underwriting.submission import Terms

IDENTITY: Mapping[str, str] = {
    "given_names": "Erika",
    "family_name": "Mustermann",
    "birth_date": "1984-08-12",
    "email": "erika.mustermann@example.com",
    "phone": "+49 30 901820",
    "national_id": "",
    "address.line1": "Heidestraße 17",
    "address.line2": "",
    "address.postal_code": "51147",
    "address.city": "Köln",
    "address.country": "DE",
}
"""Somebody invented, as identity papers show her."""


def template_columns(contract: Contract) -> list[str]:
    """The columns a file usually has: all of them, without consents of each row, roles, device."""
    left_out = ("device", "product")
    return [
        name
        for name in contract.columns
        if name not in left_out
        and not name.endswith((".consents", ".role", ".liability"))
        and not name.startswith("co_applicants.")
    ]


def template_row(contract: Contract, terms: Terms) -> list[str]:
    """A value for each of these columns, all of them allowed."""
    return [_value(name, contract.columns[name], terms) for name in template_columns(contract)]


def _value(name: str, field: Field | None, terms: Terms) -> str:
    if field is None:
        given = name.removeprefix("applicant.identity.")
        own = {"external_id": "crm-1", "language": terms.languages[0]}
        return own.get(name) or IDENTITY.get(given, "")
    asked = _asked(name.removeprefix("request."), terms)
    if name.startswith("request.") and asked is not None:
        return asked
    return "" if not _wanted(field) else _example(field, terms.today)


def _asked(name: str, terms: Terms) -> str | None:
    """Amount and term within what the product lends; prices that leave exactly the amount."""
    amount, term = terms.product["amount"], terms.product.get("term")
    if name == amount["field"]:
        return str(amount["min"])
    if term and name == term["field"]:
        return str(term["values"][0])
    rule = terms.product.get("down_payment")
    if rule and name == rule["price"]:
        return str(amount["min"])
    return "0" if rule and name == rule["field"] else None


def _wanted(field: Field) -> bool:
    return field.required or field.missing == "refuse" or bool(field.values)


def _example(field: Field, today: date) -> str:
    if field.type == "category":
        return field.values[0].value
    if field.type == "boolean":
        return "true"
    if field.type == "date":
        return (today - timedelta(days=365)).isoformat()
    if field.type == "text":
        return "text"
    return _number(field)


def _number(field: Field) -> str:
    """A round number between the bounds that there are."""
    low, high = (None if each is None else Decimal(str(each)) for each in (field.min, field.max))
    wanted = Decimal(1000) if field.type == "money" else Decimal(1)
    wanted = wanted if low is None else max(wanted, low)
    wanted = wanted if high is None else min(wanted, high)
    return f"{wanted:f}" if field.digits == 0 else f"{wanted:.{field.digits}f}"


def template_values(names: Sequence[str], row: Sequence[str]) -> dict[str, Any]:
    """The row as an API body, without what is empty: the template's line of JSON."""
    body: dict[str, Any] = {}
    for name, value in zip(names, row, strict=True):
        if value:
            *steps, last = name.split(".")
            place = body
            for step in steps:
                place = place.setdefault(step, {})
            place[last] = value
    return body
