from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money_span import MoneySpan
    from ..models.text_span import TextSpan


T = TypeVar("T", bound="IndicativeOffer")


@_attrs_define
class IndicativeOffer:
    term_months: int | None
    amount: MoneySpan
    annual_rate: TextSpan
    instalment: MoneySpan | None
    cost_of_credit: None | TextSpan
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.money_span import MoneySpan  # noqa: PLC0415
        from ..models.text_span import TextSpan  # noqa: PLC0415

        term_months: int | None
        term_months = self.term_months

        amount = self.amount.to_dict()

        annual_rate = self.annual_rate.to_dict()

        instalment: dict[str, Any] | None
        if isinstance(self.instalment, MoneySpan):
            instalment = self.instalment.to_dict()
        else:
            instalment = self.instalment

        cost_of_credit: dict[str, Any] | None
        if isinstance(self.cost_of_credit, TextSpan):
            cost_of_credit = self.cost_of_credit.to_dict()
        else:
            cost_of_credit = self.cost_of_credit

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "term_months": term_months,
                "amount": amount,
                "annual_rate": annual_rate,
                "instalment": instalment,
                "cost_of_credit": cost_of_credit,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money_span import MoneySpan  # noqa: PLC0415
        from ..models.text_span import TextSpan  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_term_months(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        term_months = _parse_term_months(d.pop("term_months"))

        amount = MoneySpan.from_dict(d.pop("amount"))

        annual_rate = TextSpan.from_dict(d.pop("annual_rate"))

        def _parse_instalment(data: object) -> MoneySpan | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                instalment_type_0 = MoneySpan.from_dict(data)

                return instalment_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MoneySpan | None, data)

        instalment = _parse_instalment(d.pop("instalment"))

        def _parse_cost_of_credit(data: object) -> None | TextSpan:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                cost_of_credit_type_0 = TextSpan.from_dict(data)

                return cost_of_credit_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TextSpan, data)

        cost_of_credit = _parse_cost_of_credit(d.pop("cost_of_credit"))

        indicative_offer = cls(
            term_months=term_months,
            amount=amount,
            annual_rate=annual_rate,
            instalment=instalment,
            cost_of_credit=cost_of_credit,
        )

        indicative_offer.additional_properties = d
        return indicative_offer
