from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Product")


@_attrs_define
class Product:
    object_: str
    slug: str
    names: Any
    currency: str
    schema: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        slug = self.slug

        names = self.names

        currency = self.currency

        schema = self.schema

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "slug": slug,
                "names": names,
                "currency": currency,
                "schema": schema,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        object_ = d.pop("object")

        slug = d.pop("slug")

        names = d.pop("names")

        currency = d.pop("currency")

        schema = d.pop("schema")

        product = cls(
            object_=object_,
            slug=slug,
            names=names,
            currency=currency,
            schema=schema,
        )

        product.additional_properties = d
        return product
