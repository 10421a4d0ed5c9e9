from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.model_card_sections_item import ModelCardSectionsItem


T = TypeVar("T", bound="ModelCard")


@_attrs_define
class ModelCard:
    object_: str
    model: str
    content_hash: str
    title: str
    subtitle: str
    language: str
    facts: list[list[str]]
    sections: list[ModelCardSectionsItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        model = self.model

        content_hash = self.content_hash

        title = self.title

        subtitle = self.subtitle

        language = self.language

        facts = []
        for facts_item_data in self.facts:
            facts_item = facts_item_data

            facts.append(facts_item)

        sections = []
        for sections_item_data in self.sections:
            sections_item = sections_item_data.to_dict()
            sections.append(sections_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "model": model,
                "content_hash": content_hash,
                "title": title,
                "subtitle": subtitle,
                "language": language,
                "facts": facts,
                "sections": sections,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_card_sections_item import ModelCardSectionsItem  # noqa: PLC0415

        d = dict(src_dict)
        object_ = d.pop("object")

        model = d.pop("model")

        content_hash = d.pop("content_hash")

        title = d.pop("title")

        subtitle = d.pop("subtitle")

        language = d.pop("language")

        facts = []
        _facts = d.pop("facts")
        for facts_item_data in _facts:
            facts_item = cast(list[str], facts_item_data)

            facts.append(facts_item)

        sections = []
        _sections = d.pop("sections")
        for sections_item_data in _sections:
            sections_item = ModelCardSectionsItem.from_dict(sections_item_data)

            sections.append(sections_item)

        model_card = cls(
            object_=object_,
            model=model,
            content_hash=content_hash,
            title=title,
            subtitle=subtitle,
            language=language,
            facts=facts,
            sections=sections,
        )

        model_card.additional_properties = d
        return model_card
