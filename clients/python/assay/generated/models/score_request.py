from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ScoreRequest")


@_attrs_define
class ScoreRequest:
    request: Any
    facts: Any
    product: str
    purpose: str
    reference: str | Unset = UNSET
    language: str | Unset = UNSET
    model: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        request = self.request

        facts = self.facts

        product = self.product

        purpose = self.purpose

        reference = self.reference

        language = self.language

        model = self.model

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "request": request,
                "facts": facts,
                "product": product,
                "purpose": purpose,
            }
        )
        if reference is not UNSET:
            field_dict["reference"] = reference
        if language is not UNSET:
            field_dict["language"] = language
        if model is not UNSET:
            field_dict["model"] = model

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        request = d.pop("request")

        facts = d.pop("facts")

        product = d.pop("product")

        purpose = d.pop("purpose")

        reference = d.pop("reference", UNSET)

        language = d.pop("language", UNSET)

        model = d.pop("model", UNSET)

        score_request = cls(
            request=request,
            facts=facts,
            product=product,
            purpose=purpose,
            reference=reference,
            language=language,
            model=model,
        )

        score_request.additional_properties = d
        return score_request
