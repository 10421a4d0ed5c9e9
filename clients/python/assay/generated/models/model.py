from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Model")


@_attrs_define
class Model:
    id: str
    object_: str
    product: str
    version: int
    family: str
    status: str
    content_hash: str
    dictionary_hash: str
    dataset_fingerprint: None | str
    features: list[str]
    purpose: None | str
    limits: None | str
    registered_at: datetime.datetime
    valid_until: datetime.datetime | None
    in_charge_since: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        object_ = self.object_

        product = self.product

        version = self.version

        family = self.family

        status = self.status

        content_hash = self.content_hash

        dictionary_hash = self.dictionary_hash

        dataset_fingerprint: None | str
        dataset_fingerprint = self.dataset_fingerprint

        features = self.features

        purpose: None | str
        purpose = self.purpose

        limits: None | str
        limits = self.limits

        registered_at = self.registered_at.isoformat()

        valid_until: None | str
        if isinstance(self.valid_until, datetime.datetime):
            valid_until = self.valid_until.isoformat()
        else:
            valid_until = self.valid_until

        in_charge_since: None | str
        if isinstance(self.in_charge_since, datetime.datetime):
            in_charge_since = self.in_charge_since.isoformat()
        else:
            in_charge_since = self.in_charge_since

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "object": object_,
                "product": product,
                "version": version,
                "family": family,
                "status": status,
                "content_hash": content_hash,
                "dictionary_hash": dictionary_hash,
                "dataset_fingerprint": dataset_fingerprint,
                "features": features,
                "purpose": purpose,
                "limits": limits,
                "registered_at": registered_at,
                "valid_until": valid_until,
                "in_charge_since": in_charge_since,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        object_ = d.pop("object")

        product = d.pop("product")

        version = d.pop("version")

        family = d.pop("family")

        status = d.pop("status")

        content_hash = d.pop("content_hash")

        dictionary_hash = d.pop("dictionary_hash")

        def _parse_dataset_fingerprint(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        dataset_fingerprint = _parse_dataset_fingerprint(d.pop("dataset_fingerprint"))

        features = cast(list[str], d.pop("features"))

        def _parse_purpose(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        purpose = _parse_purpose(d.pop("purpose"))

        def _parse_limits(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        limits = _parse_limits(d.pop("limits"))

        registered_at = datetime.datetime.fromisoformat(d.pop("registered_at"))

        def _parse_valid_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valid_until_type_0 = datetime.datetime.fromisoformat(data)

                return valid_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        valid_until = _parse_valid_until(d.pop("valid_until"))

        def _parse_in_charge_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                in_charge_since_type_0 = datetime.datetime.fromisoformat(data)

                return in_charge_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        in_charge_since = _parse_in_charge_since(d.pop("in_charge_since"))

        model = cls(
            id=id,
            object_=object_,
            product=product,
            version=version,
            family=family,
            status=status,
            content_hash=content_hash,
            dictionary_hash=dictionary_hash,
            dataset_fingerprint=dataset_fingerprint,
            features=features,
            purpose=purpose,
            limits=limits,
            registered_at=registered_at,
            valid_until=valid_until,
            in_charge_since=in_charge_since,
        )

        model.additional_properties = d
        return model
