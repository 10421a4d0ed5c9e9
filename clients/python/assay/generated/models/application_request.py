from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.applicant import Applicant


T = TypeVar("T", bound="ApplicationRequest")


@_attrs_define
class ApplicationRequest:
    product: str
    request: Any
    applicant: Applicant
    co_applicants: list[Applicant] | Unset = UNSET
    external_id: str | Unset = UNSET
    language: str | Unset = UNSET
    metadata: Any | Unset = UNSET
    prequalification: str | Unset = UNSET
    device: str | Unset = UNSET
    hosted: bool | Unset = UNSET
    return_url: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        product = self.product

        request = self.request

        applicant = self.applicant.to_dict()

        co_applicants: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.co_applicants, Unset):
            co_applicants = []
            for co_applicants_item_data in self.co_applicants:
                co_applicants_item = co_applicants_item_data.to_dict()
                co_applicants.append(co_applicants_item)

        external_id = self.external_id

        language = self.language

        metadata = self.metadata

        prequalification = self.prequalification

        device = self.device

        hosted = self.hosted

        return_url = self.return_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "product": product,
                "request": request,
                "applicant": applicant,
            }
        )
        if co_applicants is not UNSET:
            field_dict["co_applicants"] = co_applicants
        if external_id is not UNSET:
            field_dict["external_id"] = external_id
        if language is not UNSET:
            field_dict["language"] = language
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if prequalification is not UNSET:
            field_dict["prequalification"] = prequalification
        if device is not UNSET:
            field_dict["device"] = device
        if hosted is not UNSET:
            field_dict["hosted"] = hosted
        if return_url is not UNSET:
            field_dict["return_url"] = return_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.applicant import Applicant  # noqa: PLC0415

        d = dict(src_dict)
        product = d.pop("product")

        request = d.pop("request")

        applicant = Applicant.from_dict(d.pop("applicant"))

        _co_applicants = d.pop("co_applicants", UNSET)
        co_applicants: list[Applicant] | Unset = UNSET
        if _co_applicants is not UNSET:
            co_applicants = []
            for co_applicants_item_data in _co_applicants:
                co_applicants_item = Applicant.from_dict(co_applicants_item_data)

                co_applicants.append(co_applicants_item)

        external_id = d.pop("external_id", UNSET)

        language = d.pop("language", UNSET)

        metadata = d.pop("metadata", UNSET)

        prequalification = d.pop("prequalification", UNSET)

        device = d.pop("device", UNSET)

        hosted = d.pop("hosted", UNSET)

        return_url = d.pop("return_url", UNSET)

        application_request = cls(
            product=product,
            request=request,
            applicant=applicant,
            co_applicants=co_applicants,
            external_id=external_id,
            language=language,
            metadata=metadata,
            prequalification=prequalification,
            device=device,
            hosted=hosted,
            return_url=return_url,
        )

        application_request.additional_properties = d
        return application_request
