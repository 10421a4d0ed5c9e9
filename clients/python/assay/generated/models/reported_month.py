from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="ReportedMonth")


@_attrs_define
class ReportedMonth:
    """One month as it was reported."""

    id: str
    object_: str
    product: str
    application: None | str
    loan_ref: None | str
    months_on_book: int
    as_of: datetime.date
    days_past_due: int
    balance: Money
    charged_off: bool
    recovered: Money
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        object_ = self.object_

        product = self.product

        application: None | str
        application = self.application

        loan_ref: None | str
        loan_ref = self.loan_ref

        months_on_book = self.months_on_book

        as_of = self.as_of.isoformat()

        days_past_due = self.days_past_due

        balance = self.balance.to_dict()

        charged_off = self.charged_off

        recovered = self.recovered.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "object": object_,
                "product": product,
                "application": application,
                "loan_ref": loan_ref,
                "months_on_book": months_on_book,
                "as_of": as_of,
                "days_past_due": days_past_due,
                "balance": balance,
                "charged_off": charged_off,
                "recovered": recovered,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        object_ = d.pop("object")

        product = d.pop("product")

        def _parse_application(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        application = _parse_application(d.pop("application"))

        def _parse_loan_ref(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        loan_ref = _parse_loan_ref(d.pop("loan_ref"))

        months_on_book = d.pop("months_on_book")

        as_of = datetime.date.fromisoformat(d.pop("as_of"))

        days_past_due = d.pop("days_past_due")

        balance = Money.from_dict(d.pop("balance"))

        charged_off = d.pop("charged_off")

        recovered = Money.from_dict(d.pop("recovered"))

        reported_month = cls(
            id=id,
            object_=object_,
            product=product,
            application=application,
            loan_ref=loan_ref,
            months_on_book=months_on_book,
            as_of=as_of,
            days_past_due=days_past_due,
            balance=balance,
            charged_off=charged_off,
            recovered=recovered,
        )

        reported_month.additional_properties = d
        return reported_month
