from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.decision_trace_item import DecisionTraceItem
    from ..models.model import Model
    from ..models.offer import Offer
    from ..models.party_score import PartyScore
    from ..models.path import Path
    from ..models.reason import Reason


T = TypeVar("T", bound="Decision")


@_attrs_define
class Decision:
    id: str
    object_: str
    application: str
    number: int
    decided_by: str
    in_force: bool
    outcome: str
    outcome_text: str
    decided_at: datetime.datetime
    expires_at: datetime.datetime | None
    notice_due_at: datetime.datetime | None
    probability: None | str
    points: int | None
    interpretation: str
    language: str
    model: Model | None
    reasons: list[Reason]
    offer: None | Offer
    path: None | Path
    contributions: list[PartyScore]
    trace: list[DecisionTraceItem]
    pins: Any
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.model import Model  # noqa: PLC0415
        from ..models.offer import Offer  # noqa: PLC0415
        from ..models.path import Path  # noqa: PLC0415

        id = self.id

        object_ = self.object_

        application = self.application

        number = self.number

        decided_by = self.decided_by

        in_force = self.in_force

        outcome = self.outcome

        outcome_text = self.outcome_text

        decided_at = self.decided_at.isoformat()

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        notice_due_at: None | str
        if isinstance(self.notice_due_at, datetime.datetime):
            notice_due_at = self.notice_due_at.isoformat()
        else:
            notice_due_at = self.notice_due_at

        probability: None | str
        probability = self.probability

        points: int | None
        points = self.points

        interpretation = self.interpretation

        language = self.language

        model: dict[str, Any] | None
        if isinstance(self.model, Model):
            model = self.model.to_dict()
        else:
            model = self.model

        reasons = []
        for reasons_item_data in self.reasons:
            reasons_item = reasons_item_data.to_dict()
            reasons.append(reasons_item)

        offer: dict[str, Any] | None
        if isinstance(self.offer, Offer):
            offer = self.offer.to_dict()
        else:
            offer = self.offer

        path: dict[str, Any] | None
        if isinstance(self.path, Path):
            path = self.path.to_dict()
        else:
            path = self.path

        contributions = []
        for contributions_item_data in self.contributions:
            contributions_item = contributions_item_data.to_dict()
            contributions.append(contributions_item)

        trace = []
        for trace_item_data in self.trace:
            trace_item = trace_item_data.to_dict()
            trace.append(trace_item)

        pins = self.pins

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "object": object_,
                "application": application,
                "number": number,
                "decided_by": decided_by,
                "in_force": in_force,
                "outcome": outcome,
                "outcome_text": outcome_text,
                "decided_at": decided_at,
                "expires_at": expires_at,
                "notice_due_at": notice_due_at,
                "probability": probability,
                "points": points,
                "interpretation": interpretation,
                "language": language,
                "model": model,
                "reasons": reasons,
                "offer": offer,
                "path": path,
                "contributions": contributions,
                "trace": trace,
                "pins": pins,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.decision_trace_item import DecisionTraceItem  # noqa: PLC0415
        from ..models.model import Model  # noqa: PLC0415
        from ..models.offer import Offer  # noqa: PLC0415
        from ..models.party_score import PartyScore  # noqa: PLC0415
        from ..models.path import Path  # noqa: PLC0415
        from ..models.reason import Reason  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        object_ = d.pop("object")

        application = d.pop("application")

        number = d.pop("number")

        decided_by = d.pop("decided_by")

        in_force = d.pop("in_force")

        outcome = d.pop("outcome")

        outcome_text = d.pop("outcome_text")

        decided_at = datetime.datetime.fromisoformat(d.pop("decided_at"))

        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

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

        def _parse_probability(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        probability = _parse_probability(d.pop("probability"))

        def _parse_points(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        points = _parse_points(d.pop("points"))

        interpretation = d.pop("interpretation")

        language = d.pop("language")

        def _parse_model(data: object) -> Model | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                model_type_0 = Model.from_dict(data)

                return model_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Model | None, data)

        model = _parse_model(d.pop("model"))

        reasons = []
        _reasons = d.pop("reasons")
        for reasons_item_data in _reasons:
            reasons_item = Reason.from_dict(reasons_item_data)

            reasons.append(reasons_item)

        def _parse_offer(data: object) -> None | Offer:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                offer_type_0 = Offer.from_dict(data)

                return offer_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Offer, data)

        offer = _parse_offer(d.pop("offer"))

        def _parse_path(data: object) -> None | Path:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                path_type_0 = Path.from_dict(data)

                return path_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Path, data)

        path = _parse_path(d.pop("path"))

        contributions = []
        _contributions = d.pop("contributions")
        for contributions_item_data in _contributions:
            contributions_item = PartyScore.from_dict(contributions_item_data)

            contributions.append(contributions_item)

        trace = []
        _trace = d.pop("trace")
        for trace_item_data in _trace:
            trace_item = DecisionTraceItem.from_dict(trace_item_data)

            trace.append(trace_item)

        pins = d.pop("pins")

        decision = cls(
            id=id,
            object_=object_,
            application=application,
            number=number,
            decided_by=decided_by,
            in_force=in_force,
            outcome=outcome,
            outcome_text=outcome_text,
            decided_at=decided_at,
            expires_at=expires_at,
            notice_due_at=notice_due_at,
            probability=probability,
            points=points,
            interpretation=interpretation,
            language=language,
            model=model,
            reasons=reasons,
            offer=offer,
            path=path,
            contributions=contributions,
            trace=trace,
            pins=pins,
        )

        decision.additional_properties = d
        return decision
