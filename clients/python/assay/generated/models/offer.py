from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="Offer")


@_attrs_define
class Offer:
    id: str
    kind: str
    status: str
    amount: Money
    down_payment: Money | None
    term_months: int | None
    annual_rate: str
    instalment: Money | None
    total: Money | None
    cost_of_credit: None | str
    cost_example_months: int | None
    expires_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.money import Money  # noqa: PLC0415

        id = self.id

        kind = self.kind

        status = self.status

        amount = self.amount.to_dict()

        down_payment: dict[str, Any] | None
        if isinstance(self.down_payment, Money):
            down_payment = self.down_payment.to_dict()
        else:
            down_payment = self.down_payment

        term_months: int | None
        term_months = self.term_months

        annual_rate = self.annual_rate

        instalment: dict[str, Any] | None
        if isinstance(self.instalment, Money):
            instalment = self.instalment.to_dict()
        else:
            instalment = self.instalment

        total: dict[str, Any] | None
        if isinstance(self.total, Money):
            total = self.total.to_dict()
        else:
            total = self.total

        cost_of_credit: None | str
        cost_of_credit = self.cost_of_credit

        cost_example_months: int | None
        cost_example_months = self.cost_example_months

        expires_at = self.expires_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "status": status,
                "amount": amount,
                "down_payment": down_payment,
                "term_months": term_months,
                "annual_rate": annual_rate,
                "instalment": instalment,
                "total": total,
                "cost_of_credit": cost_of_credit,
                "cost_example_months": cost_example_months,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        kind = d.pop("kind")

        status = d.pop("status")

        amount = Money.from_dict(d.pop("amount"))

        def _parse_down_payment(data: object) -> Money | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                down_payment_type_0 = Money.from_dict(data)

                return down_payment_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Money | None, data)

        down_payment = _parse_down_payment(d.pop("down_payment"))

        def _parse_term_months(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        term_months = _parse_term_months(d.pop("term_months"))

        annual_rate = d.pop("annual_rate")

        def _parse_instalment(data: object) -> Money | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                instalment_type_0 = Money.from_dict(data)

                return instalment_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Money | None, data)

        instalment = _parse_instalment(d.pop("instalment"))

        def _parse_total(data: object) -> Money | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                total_type_0 = Money.from_dict(data)

                return total_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Money | None, data)

        total = _parse_total(d.pop("total"))

        def _parse_cost_of_credit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        cost_of_credit = _parse_cost_of_credit(d.pop("cost_of_credit"))

        def _parse_cost_example_months(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        cost_example_months = _parse_cost_example_months(d.pop("cost_example_months"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        offer = cls(
            id=id,
            kind=kind,
            status=status,
            amount=amount,
            down_payment=down_payment,
            term_months=term_months,
            annual_rate=annual_rate,
            instalment=instalment,
            total=total,
            cost_of_credit=cost_of_credit,
            cost_example_months=cost_example_months,
            expires_at=expires_at,
        )

        offer.additional_properties = d
        return offer
