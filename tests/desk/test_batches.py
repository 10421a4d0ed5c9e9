"""Batches on the desk: sent by an underwriter, watched, stopped, fetched; others look or do not."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import User
from tenancy.enter import enter
from tenancy.models import Organization
from tests.desk.conftest import SignIn
from tests.underwriting.test_batches import lines, ndjson
from underwriting.models import Batch, BatchChunk, PolicyVersion

PLACE = "/admin/underwriting/batch/"


def form(organization: Organization, data: bytes | None = None, **changed: Any) -> dict[str, Any]:
    data = ndjson(lines(organization)) if data is None else data
    return {
        "file": SimpleUploadedFile("october.ndjson", data),
        "product": "personal-loan",
        "language": "de",
        "decimal_mark": ".",
        "agreed": "on",
        **changed,
    }


@pytest.fixture
def uma_signed_in(sign_in: SignIn, uma: User, policy: PolicyVersion, settings: Settings) -> Client:
    settings.ASSAY_BATCH_CHUNK_ROWS = 3
    return sign_in(uma)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_file_is_sent_and_watched_until_it_is_over(
    uma_signed_in: Client,
    hanse: Organization,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client = uma_signed_in
    assert "No file yet" in text_of(client, PLACE)
    new = text_of(client, f"{PLACE}new/")
    assert f"{PLACE}template/personal-loan.csv" in new
    assert "request.amount" in text_of(client, f"{PLACE}template/personal-loan.csv")
    sent = client.post(f"{PLACE}new/", form(hanse))
    assert sent.status_code == 302, sent.content.decode()
    page = sent.headers["Location"]
    waiting = text_of(client, page)
    assert "Waiting for a worker" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    with enter(hanse.id, read_only=True):
        batch = Batch.objects.get()
    live = f"{PLACE}{batch.id}/live/"
    assert client.get(live).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{PLACE}{batch.id}/cancel/")
        client.post(f"{PLACE}{batch.id}/resume/")
    over = client.get(live)
    assert (over.status_code, over.headers["HX-Refresh"]) == (286, "true")
    done = text_of(client, page)
    assert "7 of 7 rows" in done
    assert "What became of the rows" in done
    assert "hx-get" not in done
    results = client.post(f"{PLACE}{batch.id}/download/results.csv")
    rows = b"".join(results.streaming_content).decode().splitlines()
    assert len(rows) == 7
    errors = client.post(f"{PLACE}{batch.id}/download/errors.csv")
    assert b"/applicant/facts/housing" in b"".join(errors.streaming_content)
    assert "october.ndjson" in text_of(client, PLACE)


def test_what_is_wrong_with_a_file_stands_at_its_field(
    uma_signed_in: Client, hanse: Organization
) -> None:
    for data, words in ((b"", "empty"), (b"a,b\n1,2\n", "There is no column a")):
        answer = uma_signed_in.post(f"{PLACE}new/", form(hanse, data, language="en"))
        assert answer.status_code == 200
        assert words in answer.content.decode()
    missing = form(hanse)
    del missing["agreed"]
    assert uma_signed_in.post(f"{PLACE}new/", missing).status_code == 200
    with enter(hanse.id, read_only=True):
        assert not Batch.objects.exists()


def test_a_failed_part_says_its_rows_and_is_tried_again(
    uma_signed_in: Client,
    hanse: Organization,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    from underwriting.services import batch_working

    decide = batch_working.chunk_decide

    def fails(**asked: Any) -> Any:
        if asked["terms"].number == 2:
            raise ZeroDivisionError
        return decide(**asked)

    monkeypatch.setattr(batch_working, "chunk_decide", fails)
    monkeypatch.setattr(batch_working, "MOST_ATTEMPTS", 1)
    with django_capture_on_commit_callbacks(execute=True):
        page = uma_signed_in.post(f"{PLACE}new/", form(hanse)).headers["Location"]
    failed = text_of(uma_signed_in, page)
    assert "Rows 4 to 6, tried 1 times" in failed
    monkeypatch.setattr(batch_working, "chunk_decide", decide)
    retry = next(part for part in failed.split('"') if "/retry/2/" in part)
    with django_capture_on_commit_callbacks(execute=True):
        assert uma_signed_in.post(retry).headers["Location"] == page
    with enter(hanse.id, read_only=True):
        assert {each.status for each in BatchChunk.objects.all()} == {"done"}


def test_who_may_send_and_who_may_look(
    sign_in: SignIn, uma_signed_in: Client, hanse: Organization, rita: User, otto: User
) -> None:
    page = uma_signed_in.post(f"{PLACE}new/", form(hanse)).headers["Location"]
    analyst, outsider = sign_in(rita), sign_in(otto)
    assert analyst.get(page).status_code == 200
    assert "Stop" not in text_of(analyst, page)
    batch = page.split("/")[-3]
    for action in ("cancel", "resume", "retry/1"):
        address = f"{PLACE}{batch}/{action}/"
        assert analyst.post(address).status_code == 403, action
        assert outsider.post(address).status_code == 404, action
    assert analyst.get(f"{PLACE}new/").status_code == 403
    assert outsider.get(page).status_code == 404
    assert outsider.get(f"{PLACE}{batch}/live/").status_code == 404
    assert outsider.post(f"{PLACE}{batch}/download/results.csv").status_code == 404
