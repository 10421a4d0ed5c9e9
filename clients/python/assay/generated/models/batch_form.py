from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import types
from ..types import UNSET, File, Unset

T = TypeVar("T", bound="BatchForm")


@_attrs_define
class BatchForm:
    """multipart/form-data; consents and metadata are JSON texts."""

    product: str
    file: File
    language: str | Unset = UNSET
    consents: str | Unset = UNSET
    metadata: str | Unset = UNSET
    decimal_mark: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        product = self.product

        file = self.file.to_tuple()

        language = self.language

        consents = self.consents

        metadata = self.metadata

        decimal_mark = self.decimal_mark

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "product": product,
                "file": file,
            }
        )
        if language is not UNSET:
            field_dict["language"] = language
        if consents is not UNSET:
            field_dict["consents"] = consents
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if decimal_mark is not UNSET:
            field_dict["decimal_mark"] = decimal_mark

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("product", (None, str(self.product).encode(), "text/plain")))

        files.append(("file", self.file.to_tuple()))

        if not isinstance(self.language, Unset):
            files.append(("language", (None, str(self.language).encode(), "text/plain")))

        if not isinstance(self.consents, Unset):
            files.append(("consents", (None, str(self.consents).encode(), "text/plain")))

        if not isinstance(self.metadata, Unset):
            files.append(("metadata", (None, str(self.metadata).encode(), "text/plain")))

        if not isinstance(self.decimal_mark, Unset):
            files.append(("decimal_mark", (None, str(self.decimal_mark).encode(), "text/plain")))

        for prop_name, prop in self.additional_properties.items():
            files.append((prop_name, (None, str(prop).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        product = d.pop("product")

        file = File(payload=BytesIO(d.pop("file")))

        language = d.pop("language", UNSET)

        consents = d.pop("consents", UNSET)

        metadata = d.pop("metadata", UNSET)

        decimal_mark = d.pop("decimal_mark", UNSET)

        batch_form = cls(
            product=product,
            file=file,
            language=language,
            consents=consents,
            metadata=metadata,
            decimal_mark=decimal_mark,
        )

        batch_form.additional_properties = d
        return batch_form
