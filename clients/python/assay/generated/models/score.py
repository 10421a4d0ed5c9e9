from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.contribution import Contribution
    from ..models.score_reason import ScoreReason
    from ..models.scoring_model import ScoringModel


T = TypeVar("T", bound="Score")


@_attrs_define
class Score:
    id: str
    object_: str
    reference: None | str
    product: str
    purpose: str
    model: ScoringModel
    dictionary_hash: str
    created_at: datetime.datetime
    points: int
    probability: str
    reasons: list[ScoreReason]
    contributions: list[Contribution]
    uncertain: bool | None
    outside_domain: bool | None
    outside_fields: list[str]
    facts_hash: str
    facts_kept_until: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        object_ = self.object_

        reference: None | str
        reference = self.reference

        product = self.product

        purpose = self.purpose

        model = self.model.to_dict()

        dictionary_hash = self.dictionary_hash

        created_at = self.created_at.isoformat()

        points = self.points

        probability = self.probability

        reasons = []
        for reasons_item_data in self.reasons:
            reasons_item = reasons_item_data.to_dict()
            reasons.append(reasons_item)

        contributions = []
        for contributions_item_data in self.contributions:
            contributions_item = contributions_item_data.to_dict()
            contributions.append(contributions_item)

        uncertain: bool | None
        uncertain = self.uncertain

        outside_domain: bool | None
        outside_domain = self.outside_domain

        outside_fields = self.outside_fields

        facts_hash = self.facts_hash

        facts_kept_until: None | str
        if isinstance(self.facts_kept_until, datetime.datetime):
            facts_kept_until = self.facts_kept_until.isoformat()
        else:
            facts_kept_until = self.facts_kept_until

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "object": object_,
                "reference": reference,
                "product": product,
                "purpose": purpose,
                "model": model,
                "dictionary_hash": dictionary_hash,
                "created_at": created_at,
                "points": points,
                "probability": probability,
                "reasons": reasons,
                "contributions": contributions,
                "uncertain": uncertain,
                "outside_domain": outside_domain,
                "outside_fields": outside_fields,
                "facts_hash": facts_hash,
                "facts_kept_until": facts_kept_until,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.contribution import Contribution  # noqa: PLC0415
        from ..models.score_reason import ScoreReason  # noqa: PLC0415
        from ..models.scoring_model import ScoringModel  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        object_ = d.pop("object")

        def _parse_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reference = _parse_reference(d.pop("reference"))

        product = d.pop("product")

        purpose = d.pop("purpose")

        model = ScoringModel.from_dict(d.pop("model"))

        dictionary_hash = d.pop("dictionary_hash")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        points = d.pop("points")

        probability = d.pop("probability")

        reasons = []
        _reasons = d.pop("reasons")
        for reasons_item_data in _reasons:
            reasons_item = ScoreReason.from_dict(reasons_item_data)

            reasons.append(reasons_item)

        contributions = []
        _contributions = d.pop("contributions")
        for contributions_item_data in _contributions:
            contributions_item = Contribution.from_dict(contributions_item_data)

            contributions.append(contributions_item)

        def _parse_uncertain(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        uncertain = _parse_uncertain(d.pop("uncertain"))

        def _parse_outside_domain(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        outside_domain = _parse_outside_domain(d.pop("outside_domain"))

        outside_fields = cast(list[str], d.pop("outside_fields"))

        facts_hash = d.pop("facts_hash")

        def _parse_facts_kept_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                facts_kept_until_type_0 = datetime.datetime.fromisoformat(data)

                return facts_kept_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        facts_kept_until = _parse_facts_kept_until(d.pop("facts_kept_until"))

        score = cls(
            id=id,
            object_=object_,
            reference=reference,
            product=product,
            purpose=purpose,
            model=model,
            dictionary_hash=dictionary_hash,
            created_at=created_at,
            points=points,
            probability=probability,
            reasons=reasons,
            contributions=contributions,
            uncertain=uncertain,
            outside_domain=outside_domain,
            outside_fields=outside_fields,
            facts_hash=facts_hash,
            facts_kept_until=facts_kept_until,
        )

        score.additional_properties = d
        return score
