"""Reading a file holds one chunk, however long the file is: measured in processes of their own."""

import json
import subprocess
import sys

import pytest

from config.home import PROJECT

ALLOWED = 1.25
ROWS = 60_000

READ = """
import gzip, io, json, resource, sys
import django
django.setup()
from tests.underwriting.batch_memory import cuts_of
rows = cuts_of(sys.argv[1], int(sys.argv[2]))
print(json.dumps([rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def peak(kind: str, rows: int) -> int:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READ, kind, str(rows)],
        cwd=PROJECT,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    read, kilobytes = json.loads(done.stdout.splitlines()[-1])
    assert read == rows
    return int(kilobytes)


@pytest.mark.exhaustive
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "csv.gz", "ndjson", "parquet", "broken"])
def test_ten_times_the_rows_are_read_in_the_same_memory(kind: str) -> None:
    small, large = peak(kind, ROWS), peak(kind, 10 * ROWS)
    assert large < ALLOWED * small, f"{small} KiB for {ROWS} rows, {large} KiB for ten times"
