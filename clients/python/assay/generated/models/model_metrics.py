from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ModelMetrics")


@_attrs_define
class ModelMetrics:
    object_: str
    model: str
    holdout: Any
    evidence: Any
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        model = self.model

        holdout = self.holdout

        evidence = self.evidence

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "model": model,
                "holdout": holdout,
                "evidence": evidence,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = d.pop("object")

        model = d.pop("model")

        holdout = d.pop("holdout")

        evidence = d.pop("evidence")

        model_metrics = cls(
            object_=object_,
            model=model,
            holdout=holdout,
            evidence=evidence,
        )

        model_metrics.additional_properties = d
        return model_metrics
