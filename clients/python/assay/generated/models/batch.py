from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.batch_counts import BatchCounts
    from ..models.batch_error import BatchError
    from ..models.batch_origin import BatchOrigin
    from ..models.chunk_counts import ChunkCounts
    from ..models.chunk_failure import ChunkFailure


T = TypeVar("T", bound="Batch")


@_attrs_define
class Batch:
    id: str
    object_: str
    product: str
    status: str
    cancel_requested: bool
    file: BatchOrigin
    language: str
    metadata: Any
    progress: str
    counts: BatchCounts
    chunks: ChunkCounts
    failures: list[ChunkFailure]
    error: BatchError | None
    estimated_end_at: datetime.datetime | None
    created_at: datetime.datetime
    deciding_since: datetime.datetime | None
    finished_at: datetime.datetime | None
    results: str
    errors: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.batch_error import BatchError  # noqa: PLC0415

        id = self.id

        object_ = self.object_

        product = self.product

        status = self.status

        cancel_requested = self.cancel_requested

        file = self.file.to_dict()

        language = self.language

        metadata = self.metadata

        progress = self.progress

        counts = self.counts.to_dict()

        chunks = self.chunks.to_dict()

        failures = []
        for failures_item_data in self.failures:
            failures_item = failures_item_data.to_dict()
            failures.append(failures_item)

        error: dict[str, Any] | None
        if isinstance(self.error, BatchError):
            error = self.error.to_dict()
        else:
            error = self.error

        estimated_end_at: None | str
        if isinstance(self.estimated_end_at, datetime.datetime):
            estimated_end_at = self.estimated_end_at.isoformat()
        else:
            estimated_end_at = self.estimated_end_at

        created_at = self.created_at.isoformat()

        deciding_since: None | str
        if isinstance(self.deciding_since, datetime.datetime):
            deciding_since = self.deciding_since.isoformat()
        else:
            deciding_since = self.deciding_since

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        results = self.results

        errors = self.errors

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "object": object_,
                "product": product,
                "status": status,
                "cancel_requested": cancel_requested,
                "file": file,
                "language": language,
                "metadata": metadata,
                "progress": progress,
                "counts": counts,
                "chunks": chunks,
                "failures": failures,
                "error": error,
                "estimated_end_at": estimated_end_at,
                "created_at": created_at,
                "deciding_since": deciding_since,
                "finished_at": finished_at,
                "results": results,
                "errors": errors,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_counts import BatchCounts  # noqa: PLC0415
        from ..models.batch_error import BatchError  # noqa: PLC0415
        from ..models.batch_origin import BatchOrigin  # noqa: PLC0415
        from ..models.chunk_counts import ChunkCounts  # noqa: PLC0415
        from ..models.chunk_failure import ChunkFailure  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        object_ = d.pop("object")

        product = d.pop("product")

        status = d.pop("status")

        cancel_requested = d.pop("cancel_requested")

        file = BatchOrigin.from_dict(d.pop("file"))

        language = d.pop("language")

        metadata = d.pop("metadata")

        progress = d.pop("progress")

        counts = BatchCounts.from_dict(d.pop("counts"))

        chunks = ChunkCounts.from_dict(d.pop("chunks"))

        failures = []
        _failures = d.pop("failures")
        for failures_item_data in _failures:
            failures_item = ChunkFailure.from_dict(failures_item_data)

            failures.append(failures_item)

        def _parse_error(data: object) -> BatchError | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = BatchError.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BatchError | None, data)

        error = _parse_error(d.pop("error"))

        def _parse_estimated_end_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                estimated_end_at_type_0 = datetime.datetime.fromisoformat(data)

                return estimated_end_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        estimated_end_at = _parse_estimated_end_at(d.pop("estimated_end_at"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_deciding_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deciding_since_type_0 = datetime.datetime.fromisoformat(data)

                return deciding_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        deciding_since = _parse_deciding_since(d.pop("deciding_since"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        results = d.pop("results")

        errors = d.pop("errors")

        batch = cls(
            id=id,
            object_=object_,
            product=product,
            status=status,
            cancel_requested=cancel_requested,
            file=file,
            language=language,
            metadata=metadata,
            progress=progress,
            counts=counts,
            chunks=chunks,
            failures=failures,
            error=error,
            estimated_end_at=estimated_end_at,
            created_at=created_at,
            deciding_since=deciding_since,
            finished_at=finished_at,
            results=results,
            errors=errors,
        )

        batch.additional_properties = d
        return batch
