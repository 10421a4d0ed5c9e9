"""A file becomes decisions, once, whatever happens to its workers on the way."""

import io
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import Partner
from events.actor import SYSTEM
from events.models import Event
from events.webhooks.registry import partners_behind
from tenancy.enter import enter
from tenancy.errors import Conflict, Invalid, NotFound
from tenancy.models import Organization
from tenancy.selectors import work_pending
from tests.bodies import BAD_FACTS, consents, loan
from underwriting.enums import BatchStatus, ChunkStatus
from underwriting.models import (
    Application,
    Batch,
    BatchChunk,
    BatchFilePart,
    BatchRow,
    Decision,
    PolicyVersion,
)
from underwriting.selectors.batches import batch_by_id, batch_progress
from underwriting.services import batch_cutting, batch_working
from underwriting.services.batch_cutting import batch_read
from underwriting.services.batch_uploads import source_checked
from underwriting.services.batch_working import batch_recover, batch_work
from underwriting.services.batches import (
    Asked,
    batch_cancel,
    batch_of_source,
    batch_resume,
    batch_send,
)
from underwriting.services.runs import LostLease
from underwriting.tasks import empty_stale_batches, sweep_batches

Send = Callable[..., Batch]


def lines(organization: Organization, count: int = 7) -> list[dict[str, Any]]:
    """Bodies as a file has them: row 3 does not hold, every other one is weak."""
    bodies = []
    for number in range(1, count + 1):
        facts = {"facts": BAD_FACTS} if number % 2 else {}
        body = loan(organization, number=number, **facts)
        del body["applicant"]["consents"], body["product"]
        body["applicant"]["identity"]["birth_date"] = f"19{60 + number}-08-12"
        bodies.append({**body, "external_id": f"crm-{number}"})
    if count >= 3:
        bodies[2]["applicant"]["facts"]["housing"] = "castle"
    return bodies


def ndjson(bodies: Sequence[Any]) -> bytes:
    return "\n".join(json.dumps(body) for body in bodies).encode()


@pytest.fixture
def send(hanse: Organization, policy: PolicyVersion, settings: Settings) -> Send:
    """Hand a file in; chunks of three rows."""
    settings.ASSAY_BATCH_CHUNK_ROWS = 3

    def sent(data: bytes | None = None, **asked: Any) -> Batch:
        given = {"product_slug": "personal-loan", "partner_id": None, **asked}
        given.setdefault("consents", consents(hanse))
        return batch_send(
            organization_id=hanse.id,
            actor=SYSTEM,
            asked=Asked(**given),
            stream=io.BytesIO(ndjson(lines(hanse)) if data is None else data),
            name="loans.ndjson",
        )

    return sent


def now_of(batch: Batch) -> Batch:
    with enter(batch.organization_id, read_only=True):
        return batch_by_id(batch.organization_id, batch.id)


def read(batch: Batch) -> Batch:
    batch_read(organization_id=batch.organization_id, batch_id=batch.id, holder="reader")
    return now_of(batch)


def work(batch: Batch, times: int = 50) -> Batch:
    for _ in range(times):
        if not batch_work(
            organization_id=batch.organization_id, batch_id=batch.id, holder="worker"
        ):
            break
    return now_of(batch)


def chunks(batch: Batch) -> list[BatchChunk]:
    with enter(batch.organization_id, read_only=True):
        return list(BatchChunk.objects.filter(batch=batch).order_by("number"))


def told(batch: Batch) -> list[str]:
    with enter(batch.organization_id, read_only=True):
        found = Event.objects.filter(subject_kind="batch", subject_id=batch.id)
        return list(found.order_by("sequence").values_list("type", flat=True))


def run(batch: Batch, statement: str) -> None:
    with enter(batch.organization_id), connection.cursor() as cursor:
        cursor.execute(statement)


def counted(batch: Batch) -> tuple[int, int, int]:
    """Applications, first decisions and placed rows; each of them once."""
    with enter(batch.organization_id, read_only=True):
        placed = BatchRow.objects.filter(batch=batch)
        return (
            Application.objects.count(),
            Decision.objects.filter(number=1).count(),
            placed.count(),
        )


def test_a_file_becomes_decisions(send: Send) -> None:
    batch = send()
    assert batch.status == BatchStatus.WAITING
    assert read(batch).status == BatchStatus.DECIDING
    assert [(each.first_row, each.last_row) for each in chunks(batch)] == [(1, 3), (4, 6), (7, 7)]
    done = work(batch)
    assert done.status == BatchStatus.DONE
    assert counted(batch) == (6, 6, 6)
    with enter(batch.organization_id, read_only=True):
        progress = batch_progress(done)
        assert not BatchFilePart.objects.exists()
    assert (progress.rows, progress.placed, progress.refused) == (7, 6, 1)
    assert (progress.outcomes["approve"], sum(progress.outcomes.values())) == (3, 6)
    assert all(each.body is None and each.root for each in chunks(batch))
    assert told(batch) == [
        "batch.created", "batch.read", *["batch.chunk_decided"] * 3, "batch.completed",
    ]  # fmt: skip


def test_rows_of_people_lie_sealed(send: Send) -> None:
    batch = send()
    with enter(batch.organization_id, read_only=True):
        parts = [bytes(part.body) for part in BatchFilePart.objects.all()]
    read(batch)
    bodies = [bytes(each.body or b"") for each in chunks(batch)]
    assert parts
    assert all(bodies)
    assert not any(b"Mustermann" in body for body in [*parts, *bodies])


def test_tasks_carry_a_batch_through(
    send: Send, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        batch = send()
    assert now_of(batch).status == BatchStatus.DONE
    assert counted(batch) == (6, 6, 6)


def test_the_same_file_again_finds_its_applications(send: Send) -> None:
    first, second = send(), send()
    for batch in (first, second):
        read(batch)
        work(batch)
    with enter(second.organization_id, read_only=True):
        progress = batch_progress(batch_by_id(second.organization_id, second.id))
        assert Application.objects.count() == 6
    assert (progress.placed, progress.repeated) == (6, 6)


def test_wrong_requests_leave_nothing(send: Send, hanse: Organization) -> None:
    agreed = consents(hanse)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"language": "xx"}, "/language"),
        ({"decimal_mark": ";"}, "/decimal_mark"),
        ({"consents": [{"purpose": "a", "text_hash": "b"}]}, "/consents/0"),
        ({"consents": agreed[1:] or [{}]}, "/consents"),
    ]
    for asked, pointer in wrong:
        with pytest.raises(Invalid) as caught:
            send(**asked)
        assert any(each.pointer.startswith(pointer) for each in caught.value.errors), pointer
    for data, code in ((b"", "empty"), (b"a,b\n1,2\n", "column_unknown"), (b"{\n", "not_json")):
        with pytest.raises(Invalid) as caught:
            send(data)
        assert caught.value.errors[0].code == code
    with pytest.raises(NotFound):
        send(product_slug="mortgage")
    with enter(hanse.id, read_only=True):
        assert not Batch.objects.exists()
        assert not BatchFilePart.objects.exists()


def test_a_file_that_ends_badly_decides_nothing(send: Send, settings: Settings) -> None:
    settings.ASSAY_BATCH_MAX_ROWS = 5
    batch = read(send())
    assert (batch.status, batch.error) == (BatchStatus.FAILED, "invalid")
    assert batch.problems[0]["code"] == "too_many_rows"
    assert chunks(batch) == []
    assert counted(batch) == (0, 0, 0)
    with enter(batch.organization_id, read_only=True):
        assert not BatchFilePart.objects.exists()
    with pytest.raises(Conflict, match="refused"):
        batch_resume(organization_id=batch.organization_id, actor=SYSTEM, batch_id=batch.id)
    assert told(batch) == ["batch.created", "batch.failed"]


def test_a_reader_that_dies_is_followed_by_one_that_cuts_on(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = send()
    stored = batch_cutting._store

    def dies(reading: Any, number: int, cut: Any) -> None:
        if number == 2:
            raise KeyboardInterrupt
        stored(reading, number, cut)

    monkeypatch.setattr(batch_cutting, "_store", dies)
    with pytest.raises(KeyboardInterrupt):
        read(batch)
    assert [each.number for each in chunks(batch)] == [1]
    first = chunks(batch)[0].id
    monkeypatch.setattr(batch_cutting, "_store", stored)
    assert read(batch).status == BatchStatus.READING, "the lease has not ended"
    run(batch, "UPDATE underwriting_batch SET lease_until = now() - interval '1 s'")
    assert [work.row_id for work in work_pending("silent_batches", 9)] == [batch.id]
    assert read(batch).status == BatchStatus.DECIDING
    assert [each.number for each in chunks(batch)] == [1, 2, 3]
    assert chunks(batch)[0].id == first
    assert work(batch).status == BatchStatus.DONE


def test_a_worker_that_dies_loses_its_chunk_to_another(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = read(send())
    decide = batch_working.chunk_decide
    late: list[Any] = []

    def dies(**asked: Any) -> None:
        late.append(asked)
        raise KeyboardInterrupt

    monkeypatch.setattr(batch_working, "chunk_decide", dies)
    with pytest.raises(KeyboardInterrupt):
        work(batch)
    monkeypatch.setattr(batch_working, "chunk_decide", decide)
    assert chunks(batch)[0].status == ChunkStatus.DECIDING
    run(batch, "UPDATE underwriting_batchchunk SET lease_until = now() - interval '1 s'"
        " WHERE status = 'deciding'")  # fmt: skip
    assert work(batch).status == BatchStatus.DONE
    with pytest.raises(LostLease):
        decide(**late[0])
    assert counted(batch) == (6, 6, 6)
    assert chunks(batch)[0].fence == 2


def test_a_chunk_that_fails_is_tried_again_alone_and_then_says_its_rows(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = read(send())
    decide = batch_working.chunk_decide

    def fails(**asked: Any) -> Any:
        if asked["terms"].number == 2:
            raise ZeroDivisionError
        return decide(**asked)

    monkeypatch.setattr(batch_working, "chunk_decide", fails)
    monkeypatch.setattr(batch_working, "RETRY_AFTER", (timedelta(0),) * 3)
    for _ in range(batch_working.MOST_ATTEMPTS):
        run(batch, "UPDATE underwriting_batchchunk SET lease_until = now() - interval '1 s'"
            " WHERE status = 'deciding'")  # fmt: skip
        work(batch)
    failed = now_of(batch)
    assert (failed.status, failed.error) == (BatchStatus.FAILED, "chunks_failed")
    assert [each.status for each in chunks(batch)] == ["done", "failed", "done"]
    assert [each.attempts for each in chunks(batch)] == [1, batch_working.MOST_ATTEMPTS, 1]
    with enter(batch.organization_id, read_only=True):
        failure = batch_progress(failed).failures[0]
    assert (failure.first_row, failure.last_row, failure.error) == (4, 6, "ZeroDivisionError")
    monkeypatch.setattr(batch_working, "chunk_decide", decide)
    batch_resume(
        organization_id=batch.organization_id, actor=SYSTEM, batch_id=batch.id, chunk_number=2
    )
    assert work(batch).status == BatchStatus.DONE
    assert counted(batch) == (6, 6, 6)
    assert told(batch)[-4:] == [
        "batch.failed", "batch.resumed", "batch.chunk_decided", "batch.completed",
    ]  # fmt: skip


def test_cancelling_keeps_what_is_decided_and_resuming_ends_it(send: Send) -> None:
    batch = read(send())
    own = {"organization_id": batch.organization_id, "actor": SYSTEM, "batch_id": batch.id}
    with pytest.raises(Conflict):
        batch_resume(**own)
    work(batch, times=1)
    batch_cancel(**own)
    cancelled = work(batch)
    assert cancelled.status == BatchStatus.CANCELLED
    assert [each.status for each in chunks(batch)] == ["done", "cancelled", "cancelled"]
    assert counted(batch) == (2, 2, 2)
    with pytest.raises(Conflict):
        batch_cancel(**own)
    batch_resume(**own)
    assert work(batch).status == BatchStatus.DONE
    assert counted(batch) == (6, 6, 6)
    with pytest.raises(Conflict):
        batch_resume(**own)


def test_cancelling_before_it_is_read(send: Send) -> None:
    batch = send()
    own = {"organization_id": batch.organization_id, "actor": SYSTEM, "batch_id": batch.id}
    batch_cancel(**own)
    assert read(batch).status == BatchStatus.CANCELLED
    batch_resume(**own)
    assert read(batch).status == BatchStatus.DECIDING


def test_what_is_left_is_thrown_away_after_a_week(send: Send) -> None:
    batch = read(send())
    own = {"organization_id": batch.organization_id, "actor": SYSTEM, "batch_id": batch.id}
    batch_cancel(**own)
    work(batch)
    assert work_pending("stale_batches", 9) == []
    run(batch, "UPDATE underwriting_batch SET finished_at = now() - interval '8 days'")
    assert empty_stale_batches() == 1
    assert all(each.body is None for each in chunks(batch))
    with pytest.raises(Conflict, match="gone"):
        batch_resume(**own)


def test_a_silent_batch_is_asked_for_again(
    send: Send, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    batch = send()
    assert work_pending("silent_batches", 9) == []
    run(batch, "UPDATE underwriting_batch SET seen_at = now() - interval '1 minute'")
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_batches() == 1
    assert now_of(batch).status == BatchStatus.DONE


def test_a_batch_in_work_is_not_asked_for_again(
    send: Send, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    batch = read(send())
    own = {"organization_id": batch.organization_id, "batch_id": batch.id}
    assert batch_working._claimed(**own, holder="one") is not None
    with django_capture_on_commit_callbacks() as asked:
        batch_recover(**own)
    assert asked == []
    run(batch, "UPDATE underwriting_batchchunk SET lease_until = now() - interval '1 s'"
        " WHERE status = 'deciding'")  # fmt: skip
    with django_capture_on_commit_callbacks() as asked:
        batch_recover(**own)
    assert asked


def test_two_workers_hold_two_chunks(send: Send) -> None:
    batch = read(send())
    own = {"organization_id": batch.organization_id, "batch_id": batch.id}
    held = [batch_working._claimed(**own, holder=name) for name in ("one", "two", "three")]
    assert [claim.chunk.number for claim in held if claim] == [1, 2, 3]
    assert batch_working._claimed(**own, holder="four") is None
    for claim in held:
        assert claim
        batch_working._decided(claim)
    assert work(batch).status == BatchStatus.DONE


def test_partners_are_told_of_their_own_batches(send: Send, broker: Partner) -> None:
    batch, own = send(partner_id=broker.id), send()
    with enter(batch.organization_id, read_only=True):
        asked = [("batch", batch.id), ("batch", own.id)]
        assert partners_behind(batch.organization_id, asked) == {batch.id: broker.id}


def test_a_partner_fetches_from_its_own_folder(settings: Settings) -> None:
    settings.ASSAY_BATCH_SOURCES = ["s3://in/{organization}/{partner}/?region=eu-1", "s3://all/"]
    own = source_checked("s3://in/hanse/nord/a.csv", "hanse", "nord", "en")
    assert own == "s3://in/hanse/nord/a.csv?region=eu-1"
    assert source_checked("s3://in/hanse/nord/a.csv", "hanse", None, "en")
    for address in ("s3://in/hanse/sued/a.csv", "s3://in/aurora/nord/a.csv", "s3://all/a.csv"):
        with pytest.raises(Invalid):
            source_checked(address, "hanse", "nord", "en")
    with pytest.raises(Invalid):
        source_checked("s3://all/a.csv", "hanse", None, "en")


def test_a_reference_leads_only_where_the_operator_lets_it(
    hanse: Organization, policy: PolicyVersion, settings: Settings, tmp_path: Path
) -> None:
    inbox = tmp_path / hanse.slug
    inbox.mkdir()
    (inbox / "loans.ndjson").write_bytes(ndjson(lines(hanse)))
    (tmp_path / "other.ndjson").write_bytes(ndjson(lines(hanse)))
    asked = Asked("personal-loan", None, consents=consents(hanse))

    def sent(source: str) -> Batch:
        return batch_of_source(organization_id=hanse.id, actor=SYSTEM, asked=asked, source=source)

    place = f"file://{tmp_path}"
    with pytest.raises(Invalid):
        sent(f"{place}/{hanse.slug}/loans.ndjson")
    settings.ASSAY_BATCH_SOURCES = [f"{place}/{{organization}}/"]
    for wrong in (
        f"{place}/other.ndjson",
        f"{place}/{hanse.slug}/../other.ndjson",
        f"{place}/{hanse.slug}/",
        f"{place}/{hanse.slug}/a?endpoint_override=10.0.0.1",
        f"{place}/{hanse.slug}/%2e%2e/other.ndjson",
        "file:///etc/passwd",
        "s3://bucket/a.csv",
    ):
        with pytest.raises(Invalid) as caught:
            sent(wrong)
        assert caught.value.errors[0].code == "source_not_allowed", wrong
    batch = sent(f"{place}/{hanse.slug}/loans.ndjson")
    assert work(read(batch)).status == BatchStatus.DONE
    lost = sent(f"{place}/{hanse.slug}/nothing.csv")
    assert read(lost).problems[0]["code"] == "source_unreadable"
