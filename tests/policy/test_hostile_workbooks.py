"""Hostile workbooks are refused with a clear message, inside a bounded time and memory."""

import json
import re
import subprocess
import sys
from io import BytesIO

import pytest

from tests.policy.hostile_workbooks import HOSTILE, LARGE
from underwriting.policy.workbook.reading import tables_in
from underwriting.policy.workbook.refused import WorkbookRefused

MEMORY_MIB = 120
SECONDS = 6


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in LARGE])
def test_a_hostile_workbook_is_refused_in_words(name):
    made, expected = HOSTILE[name]
    with pytest.raises(WorkbookRefused, match=expected):
        tables_in(BytesIO(made()))


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Each file's refusal and seconds, all read by one process of little memory."""
    folder = tmp_path_factory.mktemp("hostile")
    for number, (made, _expected) in enumerate(HOSTILE.values()):
        (folder / f"{number:03d}").write_bytes(made())
    reader = [sys.executable, "-m", "tests.policy.hostile_workbooks", str(folder), str(MEMORY_MIB)]
    done = subprocess.run(reader, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    read = [json.loads(line) for line in done.stdout.splitlines()]
    return dict(zip(HOSTILE, [(said, seconds) for _, said, seconds in read], strict=True))


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", HOSTILE)
def test_and_inside_a_bounded_time_and_memory(answers, name):
    said, seconds = answers[name]
    assert re.search(HOSTILE[name][1], said)
    assert seconds < SECONDS
