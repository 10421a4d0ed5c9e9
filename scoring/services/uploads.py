"""A file of past loans: received in pieces, read and profiled by a worker, then imported.

A worker may be on another machine than the one that received the file, so its pieces are rows.
Reading and importing are claimed by compare-and-set; what is silent for too long is taken up again.
"""

import gzip
import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from events.actor import Actor, Kind
from events.services import event_record
from ml.profiling.dialect import Unreadable
from scoring.enums import DraftStatus, UploadStatus
from scoring.imports.files import refused
from scoring.imports.mapping import mapping_parse
from scoring.models import DictionaryDraft, LoanUpload, LoanUploadPart
from scoring.models.training import WHOLE
from scoring.selectors.intake import draft_of_upload, upload_by_id, upload_part
from scoring.services.drafting import drafted
from scoring.services.loans import Imported, loans_import
from tenancy.clock import now
from tenancy.enter import enter
from tenancy.errors import Conflict, DomainError, FieldError, Invalid
from tenancy.tasks import enqueue

PROFILE_TASK = "scoring.tasks.profile_upload"
IMPORT_TASK = "scoring.tasks.import_upload"
PART_BYTES = 4 << 20
UNHEARD_FOR = timedelta(minutes=3)
SILENT_FOR = timedelta(minutes=20)
"""A message may be lost in minutes; a worker that registers many loans says nothing for longer."""
TELL_EVERY = 1.0
BUSY = (UploadStatus.WAITING, UploadStatus.READING, UploadStatus.IMPORTING)
QUEUED = "queued"
MOST_REJECTED = 64 << 20


class Stopped(Exception):
    """Somebody asked for the work to stop."""


def upload_receive(
    *,
    organization_id: UUID,
    actor: Actor,
    stream: IO[bytes],
    name: str,
    product_slug: str,
    product_names: Mapping[str, str],
    currency: str,
    target: str = "",
    bad: Sequence[str] = (),
    background: bool = True,
) -> DictionaryDraft:
    """Keep a file and open a draft for it; a worker reads it. `stream` must be able to seek.

    All pieces are stored or none. Invalid for a file that is empty or above the limit.
    """
    size, digest = _measured(stream)
    with enter(organization_id):
        upload = _kept(organization_id, actor, stream, (name, size, digest), target.strip())
        draft = DictionaryDraft.objects.create(
            organization_id=organization_id,
            upload=upload,
            product_slug=product_slug,
            product_names=dict(product_names),
            currency=currency,
            target=upload.target,
            source_name=upload.name,
            document="",
            mapping="",
            profile={"asked": {"bad": list(bad)}},
            created_by_kind=actor.kind,
            created_by_id=actor.id,
            created_at=upload.uploaded_at,
            changed_at=upload.uploaded_at,
        )
        if background:
            enqueue(PROFILE_TASK, organization_id=organization_id, upload_id=upload.id)
        _uploaded(upload, actor)
    return draft


def _uploaded(upload: LoanUpload, actor: Actor) -> None:
    event_record(
        organization_id=upload.organization_id,
        actor=actor,
        type="loans.uploaded",
        subject=("loan_upload", upload.id),
        data={"file": upload.content_hash, "bytes": upload.size},
    )


def _kept(
    organization_id: UUID,
    actor: Actor,
    stream: IO[bytes],
    told: tuple[str, int, str],
    target: str,
) -> LoanUpload:
    """The file's row and its pieces."""
    name, size, digest = told
    moment = now(organization_id)
    upload = LoanUpload.objects.create(
        organization_id=organization_id,
        name=Path(name).name[:200] or "file",
        size=size,
        content_hash=digest,
        target=target,
        uploaded_by_kind=actor.kind,
        uploaded_by_id=actor.id,
        uploaded_at=moment,
        changed_at=moment,
    )
    for number, body in enumerate(_pieces(stream)):
        LoanUploadPart.objects.create(
            organization_id=organization_id, upload=upload, number=number, body=body
        )
    return upload


def _measured(stream: IO[bytes]) -> tuple[int, str]:
    """Size and hash of the whole file; refused before anything of it is stored."""
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(stream):
        digest.update(piece)
        size += len(piece)
        if size > settings.ASSAY_UPLOAD_MAX_BYTES:
            raise too_large()
    if not size:
        raise Invalid([FieldError("/file", "empty", "the file is empty")])
    return size, f"sha256:{digest.hexdigest()}"


def too_large() -> Invalid:
    limit = settings.ASSAY_UPLOAD_MAX_BYTES // (1 << 20)
    words = f"the file is larger than {limit} MiB: compress it (.csv.gz) or import it by command"
    return Invalid([FieldError("/file", "too_large", words)])


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while piece := stream.read(PART_BYTES):
        yield piece


def upload_retry(
    *, organization_id: UUID, actor: Actor, upload_id: UUID, target: str, bad: Sequence[str]
) -> None:
    """Read a file again, with another outcome column or another value for bad."""
    with enter(organization_id):
        moment = now(organization_id)
        waiting = LoanUpload.objects.filter(
            organization_id=organization_id, id=upload_id, status=UploadStatus.FAILED
        ).update(
            status=UploadStatus.WAITING, target=target.strip(), error="", step="", progress_ppm=0,
            cancel_requested=False, changed_at=moment,
        )  # fmt: skip
        drafts = DictionaryDraft.objects.filter(
            organization_id=organization_id,
            upload_id=upload_id,
            status=DraftStatus.OPEN,
            document="",
        ).update(target=target.strip(), profile={"asked": {"bad": list(bad)}}, changed_at=moment)
        if not waiting or not drafts:
            raise Conflict("the file is not waiting for another try", code="upload_state")
        enqueue(PROFILE_TASK, organization_id=organization_id, upload_id=upload_id)
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="loans.reread",
            subject=("loan_upload", upload_id),
            data={},
        )


def upload_cancel(*, organization_id: UUID, actor: Actor, upload_id: UUID) -> None:
    """Stop reading or importing a file: at once while it waits, else at the next block."""
    with enter(organization_id):
        uploads = LoanUpload.objects.filter(organization_id=organization_id, id=upload_id)
        ended = uploads.filter(
            Q(status=UploadStatus.WAITING) | Q(status=UploadStatus.IMPORTING, step=QUEUED)
        ).update(
            status=UploadStatus.FAILED, error="stopped", step="", changed_at=now(organization_id)
        )
        asked = uploads.filter(status__in=BUSY).update(cancel_requested=True)
        if not ended and not asked:
            raise Conflict("nothing is being done with the file", code="upload_idle")
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="loans.stopped",
            subject=("loan_upload", upload_id),
            data={},
        )


def upload_profile(*, organization_id: UUID, upload_id: UUID) -> LoanUpload | None:
    """Read a waiting file and fill in its draft; None when somebody else has it.

    A file that no model can learn from ends as failed with a sentence that names what is wrong.
    """
    if not _claimed(organization_id, upload_id, UploadStatus.WAITING, UploadStatus.READING):
        return None
    with _work(organization_id, upload_id) as (file, progress):
        try:
            found = drafted(organization_id, upload_id, file, progress)
        except Unreadable as error:
            raise refused(error) from error
        with enter(organization_id):
            draft = draft_of_upload(organization_id, upload_id)
            moment = now(organization_id)
            DictionaryDraft.objects.filter(
                organization_id=organization_id, id=draft.id, document=""
            ).update(**found.columns, changed_at=moment)
            LoanUpload.objects.filter(organization_id=organization_id, id=upload_id).update(
                status=UploadStatus.READY, rows=found.rows, target=found.target, step="",
                progress_ppm=WHOLE, changed_at=moment,
            )  # fmt: skip
            event_record(
                organization_id=organization_id,
                actor=_sender(draft.upload),
                type="dictionary.drafted",
                subject=("dictionary_draft", draft.id),
                data={"rows": found.rows},
            )
    with enter(organization_id, read_only=True):
        return upload_by_id(organization_id, upload_id)


def upload_import(
    *, organization_id: UUID, actor: Actor, upload_id: UUID, background: bool = True
) -> None:
    """Ask for a file's loans to be imported with its published draft; repeated harmlessly."""
    with enter(organization_id):
        draft = draft_of_upload(organization_id, upload_id)
        if draft.status != DraftStatus.PUBLISHED:
            raise Conflict("publish the dictionary first", code="draft_not_published")
        asked = (
            LoanUpload.objects.filter(organization_id=organization_id, id=upload_id)
            .exclude(status__in=BUSY)
            .update(
                status=UploadStatus.IMPORTING, step=QUEUED, progress_ppm=0, error="", result=None,
                rejected=None, cancel_requested=False, changed_at=now(organization_id),
            )
        )  # fmt: skip
        if not asked:
            raise Conflict("the file is being worked on", code="upload_busy")
        if background:
            enqueue(IMPORT_TASK, organization_id=organization_id, upload_id=upload_id)
        event_record(
            organization_id=organization_id,
            actor=actor,
            type="loans.import_requested",
            subject=("loan_upload", upload_id),
            data={},
        )


def upload_import_execute(*, organization_id: UUID, upload_id: UUID) -> LoanUpload | None:
    """Import a file that waits for it; None when somebody else has it."""
    if not _claimed(
        organization_id, upload_id, UploadStatus.IMPORTING, UploadStatus.IMPORTING, step=QUEUED
    ):
        return None
    with _work(organization_id, upload_id) as (file, progress):
        with enter(organization_id, read_only=True):
            draft = draft_of_upload(organization_id, upload_id)
        rows = (draft.upload.rows if draft.upload else None) or 1
        rejected = file.with_name("rejected.csv")
        done = loans_import(
            organization_id=organization_id,
            actor=_sender(draft.upload),
            product_slug=draft.product_slug,
            source=str(file),
            rejected=rejected,
            mapping=mapping_parse(draft.mapping.encode()),
            progress=lambda read: progress("importing", read / rows),
            known_as=f"upload {upload_id}: {draft.source_name}",
        )
        _imported(organization_id, upload_id, done)
    with enter(organization_id, read_only=True):
        return upload_by_id(organization_id, upload_id)


def _imported(organization_id: UUID, upload_id: UUID, done: Imported) -> None:
    """Keep what became of the rows, not the file: it may hold more of people than was asked."""
    rejected = None
    if done.rejected_file is not None:
        body = done.rejected_file.read_bytes()[:MOST_REJECTED]
        rejected = gzip.compress(body, mtime=0)
    with enter(organization_id):
        LoanUpload.objects.filter(organization_id=organization_id, id=upload_id).update(
            status=UploadStatus.IMPORTED,
            step="",
            progress_ppm=WHOLE,
            changed_at=now(organization_id),
            rejected=rejected,
            result={
                "read": done.rows_read,
                "imported": done.rows_imported,
                "repeated": done.rows_repeated,
                "rejected": done.rows_rejected,
                "goods": done.dataset.goods,
                "bads": done.dataset.bads,
                "dataset": str(done.dataset.id),
            },
        )
        LoanUploadPart.objects.filter(organization_id=organization_id, upload_id=upload_id).delete()


def upload_recover(*, organization_id: UUID, upload_id: UUID) -> None:
    """Of a file that nobody speaks of: its worker or its message was lost, so ask again."""
    with enter(organization_id):
        moment = now(organization_id)
        uploads = LoanUpload.objects.filter(organization_id=organization_id, id=upload_id)
        waits = Q(status=UploadStatus.WAITING) | Q(status=UploadStatus.IMPORTING, step=QUEUED)
        silent = uploads.filter(
            Q(waits, changed_at__lt=moment - UNHEARD_FOR)
            | Q(status__in=BUSY, changed_at__lt=moment - SILENT_FOR)
        )
        reading = silent.filter(status__in=(UploadStatus.WAITING, UploadStatus.READING))
        if reading.update(status=UploadStatus.WAITING, step="", changed_at=moment):
            enqueue(PROFILE_TASK, organization_id=organization_id, upload_id=upload_id)
        elif silent.filter(status=UploadStatus.IMPORTING).update(step=QUEUED, changed_at=moment):
            enqueue(IMPORT_TASK, organization_id=organization_id, upload_id=upload_id)


def _claimed(organization_id: UUID, upload_id: UUID, was: str, becomes: str, **also: str) -> bool:
    with enter(organization_id):
        claimed = LoanUpload.objects.filter(
            organization_id=organization_id, id=upload_id, status=was, **also
        ).update(status=becomes, step="opening", changed_at=now(organization_id))
    return bool(claimed)


Tell = Any


@contextmanager
def _work(organization_id: UUID, upload_id: UUID) -> Iterator[tuple[Path, Tell]]:
    """The file on this machine's disk while it is worked on; a failure says why and is kept."""
    failed = partial(_failed, organization_id, upload_id)
    try:
        with TemporaryDirectory(prefix="assay-loans-") as folder:
            yield (
                _on_disk(organization_id, upload_id, Path(folder)),
                Progress(organization_id, upload_id),
            )
    except Stopped:
        failed("stopped")
    except DomainError as error:
        failed(_sentence(error))
    except Exception as error:
        failed(type(error).__name__)
        raise


def _sentence(error: DomainError) -> str:
    if isinstance(error, Invalid):
        return "; ".join(each.message for each in error.errors[:5])
    return str(error)


def _failed(organization_id: UUID, upload_id: UUID, why: str) -> None:
    with enter(organization_id):
        LoanUpload.objects.filter(
            organization_id=organization_id, id=upload_id, status__in=BUSY
        ).update(status=UploadStatus.FAILED, error=why, step="", changed_at=now(organization_id))


def _on_disk(organization_id: UUID, upload_id: UUID, folder: Path) -> Path:
    """The pieces put together; what is in the file its first bytes tell."""
    file = folder / "loans"
    with file.open("wb") as stream:
        number = 0
        while True:
            with enter(organization_id, read_only=True):
                body = upload_part(organization_id, upload_id, number)
            if body is None:
                return file
            stream.write(body)
            number += 1


class Progress:
    """Writes how far the work is to the upload's row, at most once a second; stops when asked."""

    def __init__(self, organization_id: UUID, upload_id: UUID) -> None:
        self.organization_id = organization_id
        self.upload_id = upload_id
        self._told_at = 0.0
        self._step = ""

    def __call__(self, step: str, fraction: float) -> None:
        """Raises Stopped when someone has asked for that."""
        moment = time.monotonic()
        if step == self._step and moment - self._told_at < TELL_EVERY:
            return
        self._step, self._told_at = step, moment
        with enter(self.organization_id):
            alive = LoanUpload.objects.filter(
                organization_id=self.organization_id,
                id=self.upload_id,
                status__in=BUSY,
                cancel_requested=False,
            ).update(
                step=step,
                progress_ppm=round(min(max(fraction, 0.0), 1.0) * WHOLE),
                changed_at=now(self.organization_id),
            )
        if not alive:
            raise Stopped


def _sender(upload: LoanUpload | None) -> Actor:
    """Who sent the file; what becomes of it is theirs."""
    if upload is None:
        raise Conflict("the draft has no file", code="no_file")
    return Actor(cast(Kind, upload.uploaded_by_kind), upload.uploaded_by_id)
