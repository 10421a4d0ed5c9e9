"""Files decided while their workers are killed and the database restarts: each row once."""

import copy
import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg
import pytest

from tests.faults.platform import PATIENCE_SECONDS, Platform, kill

ROWS = 400
CHUNK_ROWS = 20
LONGEST = 10 * PATIENCE_SECONDS
"""A killed worker's chunk comes back when its lease of a minute has ended."""
WORKERS = "celeryd: batch"
OVERLAPPING = """
SELECT count(*), count(DISTINCT c.holder), count(*) FILTER (WHERE EXISTS (
    SELECT 1 FROM underwriting_batchchunk o WHERE o.batch_id = c.batch_id AND o.holder <> c.holder
        AND o.started_at < c.finished_at AND o.finished_at > c.started_at))
FROM underwriting_batchchunk c
"""
pytestmark = [pytest.mark.slow, pytest.mark.exhaustive]


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with tempfile.TemporaryDirectory(prefix="assay batches ", ignore_cleanup_errors=True) as folder:
        if os.geteuid() == 0:
            Path(folder).chmod(0o711)
        started = Platform(folder, ASSAY_BATCH_CHUNK_ROWS=str(CHUNK_ROWS))
        try:
            started.wait_until_up()
            yield started
        finally:
            if started.supervisor.poll() is None:
                started.supervisor.send_signal(signal.SIGINT)
            started.supervisor.wait(timeout=PATIENCE_SECONDS)


def asked(platform: Platform, path: str, data: bytes | None = None, **headers: str) -> Any:
    """One request, sent again while the database is away."""
    request = Request(
        f"http://127.0.0.1:{platform.port}{path}",
        data=data,
        headers={"Authorization": f"Bearer {platform.lender['key']}", **headers},
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with urlopen(request, timeout=20) as answer:  # noqa: S310 - our own http address
                return json.load(answer)
        except HTTPError as error:
            if error.code < 500:
                pytest.fail(error.read().decode())
        except OSError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.3)


def sent(platform: Platform, name: str) -> str:
    """A file of people whom nobody has seen before; its batch."""
    body = copy.deepcopy(platform.lender["body"])
    consents = body["applicant"].pop("consents")
    lines = []
    for number in range(1, ROWS + 1):
        row = copy.deepcopy(body)
        row["external_id"] = f"{name}-{number}"
        row["applicant"]["identity"]["email"] = f"{name}{number}@example.com"
        row["applicant"]["identity"]["birth_date"] = f"19{40 + number % 60}-0{1 + number % 9}-11"
        lines.append(json.dumps(row))
    upload = asked(
        platform,
        "/v1/uploads",
        "\n".join(lines).encode(),
        **{"Content-Type": "application/x-ndjson", "Idempotency-Key": f"{name}-upload"},
    )
    batch = {"product": body["product"], "upload": upload["id"], "consents": consents}
    made = asked(
        platform,
        "/v1/batches",
        json.dumps(batch).encode(),
        **{"Content-Type": "application/json", "Idempotency-Key": f"{name}-batch"},
    )
    return str(made["id"])


def test_two_processes_work_on_one_file_at_the_same_time(platform: Platform) -> None:
    """Chunks of one file begin before chunks in other hands end."""
    batch_id = sent(platform, "both")
    shown: dict[str, Any] = {}

    def done() -> bool:
        shown.update(asked(platform, f"/v1/batches/{batch_id}"))
        return shown["status"] == "done"

    _patiently(done, shown)
    state = Path(platform.environment["ASSAY_HOME"])
    addresses = json.loads((state / "servers.json").read_text())
    with psycopg.connect(addresses["DATABASE_ADMIN_URL"]) as admin:
        [chunks, hands, overlapping] = admin.execute(OVERLAPPING).fetchone() or (0, 0, 0)
    assert hands == 2
    assert overlapping > chunks // 2


@pytest.mark.timeout(900)  # what a killed worker held is waited for, up to its lease
def test_workers_die_and_the_database_restarts_and_each_row_is_decided_once(
    platform: Platform,
) -> None:
    batch_id = sent(platform, "row")
    shown: dict[str, Any] = {}

    def decided(rows: int) -> bool:
        shown.update(asked(platform, f"/v1/batches/{batch_id}"))
        return shown["counts"]["applications"] >= rows or shown["status"] not in (
            "waiting", "reading", "deciding",
        )  # fmt: skip

    for rows in (1, 60, 120):
        _patiently(lambda rows=rows: decided(rows) and platform.processes(WORKERS), shown)
        for process in platform.processes(WORKERS):
            kill(process)
    postmaster = min(platform.processes("postgres"), key=lambda found: found.create_time())
    postmaster.send_signal(signal.SIGINT)
    _patiently(lambda: decided(ROWS) and shown["status"] == "done", shown)
    assert shown["counts"]["rows"] == shown["counts"]["applications"] == ROWS
    assert shown["counts"]["refused"] == 0
    assert shown["chunks"]["done"] == ROWS // CHUNK_ROWS
    platform.all_decided_once({str(number) for number in range(2 * ROWS)})


def _patiently(true: Any, shown: dict[str, Any]) -> None:
    deadline = time.monotonic() + LONGEST
    while not true():
        assert time.monotonic() < deadline, shown
        time.sleep(0.5)
