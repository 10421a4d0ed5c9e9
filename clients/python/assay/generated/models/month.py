from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Month")


@_attrs_define
class Month:
    """One month of one loan; money in whole currency, as a decimal string or a number."""

    months_on_book: int
    as_of: datetime.date
    days_past_due: int
    balance: str
    application: str | Unset = UNSET
    loan_ref: str | Unset = UNSET
    charged_off: bool | Unset = UNSET
    recovered: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        months_on_book = self.months_on_book

        as_of = self.as_of.isoformat()

        days_past_due = self.days_past_due

        balance = self.balance

        application = self.application

        loan_ref = self.loan_ref

        charged_off = self.charged_off

        recovered = self.recovered

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "months_on_book": months_on_book,
                "as_of": as_of,
                "days_past_due": days_past_due,
                "balance": balance,
            }
        )
        if application is not UNSET:
            field_dict["application"] = application
        if loan_ref is not UNSET:
            field_dict["loan_ref"] = loan_ref
        if charged_off is not UNSET:
            field_dict["charged_off"] = charged_off
        if recovered is not UNSET:
            field_dict["recovered"] = recovered

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        months_on_book = d.pop("months_on_book")

        as_of = datetime.date.fromisoformat(d.pop("as_of"))

        days_past_due = d.pop("days_past_due")

        balance = d.pop("balance")

        application = d.pop("application", UNSET)

        loan_ref = d.pop("loan_ref", UNSET)

        charged_off = d.pop("charged_off", UNSET)

        recovered = d.pop("recovered", UNSET)

        month = cls(
            months_on_book=months_on_book,
            as_of=as_of,
            days_past_due=days_past_due,
            balance=balance,
            application=application,
            loan_ref=loan_ref,
            charged_off=charged_off,
            recovered=recovered,
        )

        month.additional_properties = d
        return month
