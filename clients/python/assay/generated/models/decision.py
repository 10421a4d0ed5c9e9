from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.decision_model import DecisionModel
    from ..models.decision_trace_type_0_item import DecisionTraceType0Item
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
    model: DecisionModel | None
    reasons: list[Reason]
    offer: None | Offer
    path: None | Path
    contributions: list[PartyScore] | None
    trace: list[DecisionTraceType0Item] | None
    pins: Any
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.decision_model import DecisionModel  # noqa: PLC0415
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
        if isinstance(self.model, DecisionModel):
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

        contributions: list[dict[str, Any]] | None
        if isinstance(self.contributions, list):
            contributions = []
            for contributions_type_0_item_data in self.contributions:
                contributions_type_0_item = contributions_type_0_item_data.to_dict()
                contributions.append(contributions_type_0_item)

        else:
            contributions = self.contributions

        trace: list[dict[str, Any]] | None
        if isinstance(self.trace, list):
            trace = []
            for trace_type_0_item_data in self.trace:
                trace_type_0_item = trace_type_0_item_data.to_dict()
                trace.append(trace_type_0_item)

        else:
            trace = self.trace

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
        from ..models.decision_model import DecisionModel  # noqa: PLC0415
        from ..models.decision_trace_type_0_item import DecisionTraceType0Item  # noqa: PLC0415
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

        def _parse_model(data: object) -> DecisionModel | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                model_type_0 = DecisionModel.from_dict(data)

                return model_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DecisionModel | None, data)

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

        def _parse_contributions(data: object) -> list[PartyScore] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                contributions_type_0 = []
                _contributions_type_0 = data
                for contributions_type_0_item_data in _contributions_type_0:
                    contributions_type_0_item = PartyScore.from_dict(contributions_type_0_item_data)

                    contributions_type_0.append(contributions_type_0_item)

                return contributions_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[PartyScore] | None, data)

        contributions = _parse_contributions(d.pop("contributions"))

        def _parse_trace(data: object) -> list[DecisionTraceType0Item] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                trace_type_0 = []
                _trace_type_0 = data
                for trace_type_0_item_data in _trace_type_0:
                    trace_type_0_item = DecisionTraceType0Item.from_dict(trace_type_0_item_data)

                    trace_type_0.append(trace_type_0_item)

                return trace_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[DecisionTraceType0Item] | None, data)

        trace = _parse_trace(d.pop("trace"))

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
