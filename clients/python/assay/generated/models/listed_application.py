from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money import Money
    from ..models.party import Party


T = TypeVar("T", bound="ListedApplication")


@_attrs_define
class ListedApplication:
    """As in a list: the decision by its id, or whole with `expand[]=data.decision`."""

    id: str
    object_: str
    product: str
    status: str
    external_id: None | str
    language: str
    amount: Money
    term_months: int | None
    metadata: Any
    received_at: datetime.datetime | None
    completed_at: datetime.datetime | None
    decided_at: datetime.datetime | None
    parties: list[Party]
    hosted_url: None | str
    return_url: None | str
    missing: list[str]
    decision: Any | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        object_ = self.object_

        product = self.product

        status = self.status

        external_id: None | str
        external_id = self.external_id

        language = self.language

        amount = self.amount.to_dict()

        term_months: int | None
        term_months = self.term_months

        metadata = self.metadata

        received_at: None | str
        if isinstance(self.received_at, datetime.datetime):
            received_at = self.received_at.isoformat()
        else:
            received_at = self.received_at

        completed_at: None | str
        if isinstance(self.completed_at, datetime.datetime):
            completed_at = self.completed_at.isoformat()
        else:
            completed_at = self.completed_at

        decided_at: None | str
        if isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        parties = []
        for parties_item_data in self.parties:
            parties_item = parties_item_data.to_dict()
            parties.append(parties_item)

        hosted_url: None | str
        hosted_url = self.hosted_url

        return_url: None | str
        return_url = self.return_url

        missing = self.missing

        decision: Any | None
        decision = self.decision

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "object": object_,
                "product": product,
                "status": status,
                "external_id": external_id,
                "language": language,
                "amount": amount,
                "term_months": term_months,
                "metadata": metadata,
                "received_at": received_at,
                "completed_at": completed_at,
                "decided_at": decided_at,
                "parties": parties,
                "hosted_url": hosted_url,
                "return_url": return_url,
                "missing": missing,
                "decision": decision,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415
        from ..models.party import Party  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        object_ = d.pop("object")

        product = d.pop("product")

        status = d.pop("status")

        def _parse_external_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        external_id = _parse_external_id(d.pop("external_id"))

        language = d.pop("language")

        amount = Money.from_dict(d.pop("amount"))

        def _parse_term_months(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        term_months = _parse_term_months(d.pop("term_months"))

        metadata = d.pop("metadata")

        def _parse_received_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                received_at_type_0 = datetime.datetime.fromisoformat(data)

                return received_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        received_at = _parse_received_at(d.pop("received_at"))

        def _parse_completed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                completed_at_type_0 = datetime.datetime.fromisoformat(data)

                return completed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        completed_at = _parse_completed_at(d.pop("completed_at"))

        def _parse_decided_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_at_type_0 = datetime.datetime.fromisoformat(data)

                return decided_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        decided_at = _parse_decided_at(d.pop("decided_at"))

        parties = []
        _parties = d.pop("parties")
        for parties_item_data in _parties:
            parties_item = Party.from_dict(parties_item_data)

            parties.append(parties_item)

        def _parse_hosted_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        hosted_url = _parse_hosted_url(d.pop("hosted_url"))

        def _parse_return_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        return_url = _parse_return_url(d.pop("return_url"))

        missing = cast(list[str], d.pop("missing"))

        def _parse_decision(data: object) -> Any | None:
            if data is None:
                return data
            return cast(Any | None, data)

        decision = _parse_decision(d.pop("decision"))

        listed_application = cls(
            id=id,
            object_=object_,
            product=product,
            status=status,
            external_id=external_id,
            language=language,
            amount=amount,
            term_months=term_months,
            metadata=metadata,
            received_at=received_at,
            completed_at=completed_at,
            decided_at=decided_at,
            parties=parties,
            hosted_url=hosted_url,
            return_url=return_url,
            missing=missing,
            decision=decision,
        )

        listed_application.additional_properties = d
        return listed_application
