from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.consent_text import ConsentText


T = TypeVar("T", bound="ProductSchema")


@_attrs_define
class ProductSchema:
    object_: str
    product: str
    language: str
    amounts: Any
    terms: Any
    down_payment: Any
    consents: list[ConsentText]
    schema: Any
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        product = self.product

        language = self.language

        amounts = self.amounts

        terms = self.terms

        down_payment = self.down_payment

        consents = []
        for consents_item_data in self.consents:
            consents_item = consents_item_data.to_dict()
            consents.append(consents_item)

        schema = self.schema

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "product": product,
                "language": language,
                "amounts": amounts,
                "terms": terms,
                "down_payment": down_payment,
                "consents": consents,
                "schema": schema,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.consent_text import ConsentText  # noqa: PLC0415

        d = dict(src_dict)
        object_ = d.pop("object")

        product = d.pop("product")

        language = d.pop("language")

        amounts = d.pop("amounts")

        terms = d.pop("terms")

        down_payment = d.pop("down_payment")

        consents = []
        _consents = d.pop("consents")
        for consents_item_data in _consents:
            consents_item = ConsentText.from_dict(consents_item_data)

            consents.append(consents_item)

        schema = d.pop("schema")

        product_schema = cls(
            object_=object_,
            product=product,
            language=language,
            amounts=amounts,
            terms=terms,
            down_payment=down_payment,
            consents=consents,
            schema=schema,
        )

        product_schema.additional_properties = d
        return product_schema
