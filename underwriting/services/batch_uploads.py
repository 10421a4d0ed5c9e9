"""Files of applications at rest: kept in sealed parts, read once, gone when they are cut.

A worker may be on another machine than the one that received the file, so its parts are rows.
They hold whole people, so they are sealed under the lender's key and never kept for longer.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any
from uuid import UUID

from django.conf import settings

from events.actor import Actor
from events.services import event_record
from scoring.imports.files import remote_place
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import NotFound
from tenancy.vault import open_own, seal_own
from underwriting.imports.batch_files import MIB, refused
from underwriting.models import Batch, BatchFile, BatchFilePart
from underwriting.services.repeats import IdempotencyKey, fingerprint, key_store

PART_BYTES = 4 << 20
FILE = "batch_file"


def file_receive(
    *,
    organization_id: UUID,
    actor: Actor,
    stream: IO[bytes],
    name: str,
    partner_id: UUID | None,
    idempotency: IdempotencyKey | None = None,
) -> BatchFile:
    """Keep a file for a batch to come; unused, it is thrown away after a week.

    All of it is stored or nothing. Invalid for a file that is empty or above the limit.
    """
    told = file_measured(stream, "en")
    with enter(organization_id):
        file = file_store(organization_id, actor, stream, (name, *told), partner_id)
        key_store(organization_id, idempotency, subject=(FILE, file.id), at=file.created_at)
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="batch_file.received",
            subject=(FILE, file.id),
            data={"file": file.content_hash, "bytes": file.size},
        )
    return file


def file_measured(stream: IO[bytes], language: str) -> tuple[int, bytes]:
    """Size and digest of the whole file; refused before anything of it is stored."""
    digest, size = hashlib.sha256(), 0
    most = settings.ASSAY_UPLOAD_MAX_BYTES
    for piece in _pieces(stream):
        digest.update(piece)
        size += len(piece)
        if size > most:
            raise refused("too_large", language, most=f"{most // MIB:,}")
    if not size:
        raise refused("empty", language)
    return size, digest.digest()


def file_store(
    organization_id: UUID,
    actor: Actor,
    stream: IO[bytes],
    told: tuple[str, int, bytes],
    partner_id: UUID | None,
) -> BatchFile:
    """The file's row and its sealed parts. Inside the caller's `enter`."""
    name, size, digest = told
    file = BatchFile.objects.create(
        organization_id=organization_id,
        partner_id=partner_id,
        name=Path(name).name[:200] or "file",
        size=size,
        content_hash=fingerprint(organization_id, FILE, digest),
        created_by_kind=actor.kind,
        created_by_id=actor.id,
        created_at=now(organization_id),
    )
    for number, body in enumerate(_pieces(stream)):
        BatchFilePart.objects.create(
            organization_id=organization_id,
            file=file,
            number=number,
            body=seal_own(organization_id, body, _aad(file.id, number)),
        )
    return file


def file_by_id(organization_id: UUID, file_id: UUID, partner_id: UUID | None) -> BatchFile:
    """A file that was sent before. Inside `enter`; NotFound for another's."""
    found = BatchFile.objects.filter(organization_id=organization_id, id=file_id)
    if partner_id is not None:
        found = found.filter(partner_id=partner_id)
    file = found.first()
    if file is None:
        raise NotFound("no such file")
    return file


def file_empty(organization_id: UUID, file_id: UUID | None) -> None:
    """Throw its parts away. Inside the caller's `enter`."""
    BatchFilePart.objects.filter(organization_id=organization_id, file_id=file_id).delete()


def stale_file_empty(*, organization_id: UUID, file_id: UUID) -> None:
    """Of a file that no batch was made of: a week is over."""
    with enter(organization_id):
        file_empty(organization_id, file_id)


def pieces_of(batch: Batch, beat: Callable[[], None]) -> Iterator[bytes]:
    """A batch's file, piece by piece, from where it is kept or where its address leads.

    Each stored piece is its own short transaction; `beat` is called for each.
    """
    found = _fetched(batch) if batch.file_id is None else _stored(batch)
    size = 0
    for piece in found:
        size += len(piece)
        if size > settings.ASSAY_UPLOAD_MAX_BYTES:
            most = settings.ASSAY_UPLOAD_MAX_BYTES // MIB
            raise refused("too_large", batch.language, most=f"{most:,}")
        beat()
        yield piece


def source_checked(address: str, organization: str, partner: str | None, language: str) -> str:
    """The address, with the operator's options; Invalid where files may not be read from.

    The process that reads has rights of its own: what it may read for whom is the operator's list.
    """
    steps = PurePosixPath(address.partition("://")[2]).parts
    odd = any(mark in address for mark in "?#\\\x00%") or ".." in steps
    for template in () if odd else settings.ASSAY_BATCH_SOURCES:
        place, _, options = template.partition("?")
        own = _own_place(place, organization, partner)
        if own and address.startswith(own) and len(address) > len(own):
            return f"{address}?{options}" if options else address
    raise refused("source_not_allowed", language)


def _own_place(place: str, organization: str, partner: str | None) -> str:
    """Where a caller's files lie; nowhere, where the entry does not tell lenders apart."""
    if "{organization}" not in place or (partner is not None and "{partner}" not in place):
        return ""
    own = place.replace("{organization}", organization)
    own = own.partition("{partner}")[0] if partner is None else own.replace("{partner}", partner)
    return own if own.endswith("/") else f"{own}/"


def _fetched(batch: Batch) -> Iterable[bytes]:
    address = str(batch.source)
    try:
        filesystem, path = remote_place(address)
        stream: Any = filesystem.open_input_stream(path, compression=None)
    except (OSError, ValueError) as error:
        raise refused("source_unreadable", batch.language, why=type(error).__name__) from error
    with stream:
        while piece := stream.read(PART_BYTES):
            yield piece


def _stored(batch: Batch) -> Iterator[bytes]:
    organization_id, file_id = batch.organization_id, batch.file_id
    number = 0
    while True:
        with enter(organization_id, read_only=True):
            part = BatchFilePart.objects.filter(
                organization_id=organization_id, file_id=file_id, number=number
            ).first()
            if part is None:
                return
            body = open_own(organization_id, bytes(part.body), _aad(file_id, number))
        yield body
        number += 1


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while piece := stream.read(PART_BYTES):
        yield piece


def _aad(file_id: UUID | None, number: int) -> bytes:
    return f"batch_file/{file_id}/{number}".encode()
