"""Reading a file holds one chunk, however long the file is: measured in processes of their own."""

import json
import subprocess
import sys

import pytest

from config.home import PROJECT

ALLOWED = 1.15
ROWS = 400_000

READ = """
import json, sys
import django
django.setup()
from tests.underwriting.batch_memory import peaks_of
print(json.dumps(peaks_of(sys.argv[1], int(sys.argv[2]))))
"""


@pytest.mark.exhaustive
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "csv.gz", "ndjson", "parquet", "broken"])
def test_the_last_rows_cost_no_more_memory_than_the_first(kind: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READ, kind, str(ROWS)],
        cwd=PROJECT,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows, early, late = json.loads(done.stdout.splitlines()[-1])
    assert rows == ROWS
    assert late < ALLOWED * early, f"{early} MiB by the first quarter, {late} MiB after it"
