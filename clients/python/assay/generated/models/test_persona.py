from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="TestPersona")


@_attrs_define
class TestPersona:
    object_: str
    word: str
    kind: str
    effect: str
    description: str
    products: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        word = self.word

        kind = self.kind

        effect = self.effect

        description = self.description

        products = self.products

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "word": word,
                "kind": kind,
                "effect": effect,
                "description": description,
                "products": products,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = d.pop("object")

        word = d.pop("word")

        kind = d.pop("kind")

        effect = d.pop("effect")

        description = d.pop("description")

        products = cast(list[str], d.pop("products"))

        test_persona = cls(
            object_=object_,
            word=word,
            kind=kind,
            effect=effect,
            description=description,
            products=products,
        )

        test_persona.additional_properties = d
        return test_persona
