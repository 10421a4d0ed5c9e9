from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.indicative_offer import IndicativeOffer
    from ..models.reason import Reason
    from ..models.requested import Requested


T = TypeVar("T", bound="Prequalification")


@_attrs_define
class Prequalification:
    id: str
    object_: str
    product: str
    status: str
    outcome: None | str
    binding: bool
    requested: Requested
    offer: IndicativeOffer | None
    reasons: list[Reason]
    notice_due_at: datetime.datetime | None
    inquiry: str
    language: str
    metadata: Any
    application: None | str
    pins: Any
    created_at: datetime.datetime
    made_at: datetime.datetime | None
    expires_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.indicative_offer import IndicativeOffer  # noqa: PLC0415

        id = self.id

        object_ = self.object_

        product = self.product

        status = self.status

        outcome: None | str
        outcome = self.outcome

        binding = self.binding

        requested = self.requested.to_dict()

        offer: dict[str, Any] | None
        if isinstance(self.offer, IndicativeOffer):
            offer = self.offer.to_dict()
        else:
            offer = self.offer

        reasons = []
        for reasons_item_data in self.reasons:
            reasons_item = reasons_item_data.to_dict()
            reasons.append(reasons_item)

        notice_due_at: None | str
        if isinstance(self.notice_due_at, datetime.datetime):
            notice_due_at = self.notice_due_at.isoformat()
        else:
            notice_due_at = self.notice_due_at

        inquiry = self.inquiry

        language = self.language

        metadata = self.metadata

        application: None | str
        application = self.application

        pins = self.pins

        created_at = self.created_at.isoformat()

        made_at: None | str
        if isinstance(self.made_at, datetime.datetime):
            made_at = self.made_at.isoformat()
        else:
            made_at = self.made_at

        expires_at = self.expires_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "object": object_,
                "product": product,
                "status": status,
                "outcome": outcome,
                "binding": binding,
                "requested": requested,
                "offer": offer,
                "reasons": reasons,
                "notice_due_at": notice_due_at,
                "inquiry": inquiry,
                "language": language,
                "metadata": metadata,
                "application": application,
                "pins": pins,
                "created_at": created_at,
                "made_at": made_at,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.indicative_offer import IndicativeOffer  # noqa: PLC0415
        from ..models.reason import Reason  # noqa: PLC0415
        from ..models.requested import Requested  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        object_ = d.pop("object")

        product = d.pop("product")

        status = d.pop("status")

        def _parse_outcome(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        outcome = _parse_outcome(d.pop("outcome"))

        binding = d.pop("binding")

        requested = Requested.from_dict(d.pop("requested"))

        def _parse_offer(data: object) -> IndicativeOffer | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                offer_type_0 = IndicativeOffer.from_dict(data)

                return offer_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(IndicativeOffer | None, data)

        offer = _parse_offer(d.pop("offer"))

        reasons = []
        _reasons = d.pop("reasons")
        for reasons_item_data in _reasons:
            reasons_item = Reason.from_dict(reasons_item_data)

            reasons.append(reasons_item)

        def _parse_notice_due_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                notice_due_at_type_0 = datetime.datetime.fromisoformat(data)

                return notice_due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        notice_due_at = _parse_notice_due_at(d.pop("notice_due_at"))

        inquiry = d.pop("inquiry")

        language = d.pop("language")

        metadata = d.pop("metadata")

        def _parse_application(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        application = _parse_application(d.pop("application"))

        pins = d.pop("pins")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_made_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                made_at_type_0 = datetime.datetime.fromisoformat(data)

                return made_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        made_at = _parse_made_at(d.pop("made_at"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        prequalification = cls(
            id=id,
            object_=object_,
            product=product,
            status=status,
            outcome=outcome,
            binding=binding,
            requested=requested,
            offer=offer,
            reasons=reasons,
            notice_due_at=notice_due_at,
            inquiry=inquiry,
            language=language,
            metadata=metadata,
            application=application,
            pins=pins,
            created_at=created_at,
            made_at=made_at,
            expires_at=expires_at,
        )

        prequalification.additional_properties = d
        return prequalification
