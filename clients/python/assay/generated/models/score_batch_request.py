from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.score_row import ScoreRow


T = TypeVar("T", bound="ScoreBatchRequest")


@_attrs_define
class ScoreBatchRequest:
    product: str
    purpose: str
    rows: list[ScoreRow]
    language: str | Unset = UNSET
    model: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        product = self.product

        purpose = self.purpose

        rows = []
        for rows_item_data in self.rows:
            rows_item = rows_item_data.to_dict()
            rows.append(rows_item)

        language = self.language

        model = self.model

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "product": product,
                "purpose": purpose,
                "rows": rows,
            }
        )
        if language is not UNSET:
            field_dict["language"] = language
        if model is not UNSET:
            field_dict["model"] = model

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.score_row import ScoreRow  # noqa: PLC0415

        d = dict(src_dict)
        product = d.pop("product")

        purpose = d.pop("purpose")

        rows = []
        _rows = d.pop("rows")
        for rows_item_data in _rows:
            rows_item = ScoreRow.from_dict(rows_item_data)

            rows.append(rows_item)

        language = d.pop("language", UNSET)

        model = d.pop("model", UNSET)

        score_batch_request = cls(
            product=product,
            purpose=purpose,
            rows=rows,
            language=language,
            model=model,
        )

        score_batch_request.additional_properties = d
        return score_batch_request
