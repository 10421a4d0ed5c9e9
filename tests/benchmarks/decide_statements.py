"""SQL statements of one decision that is waited for, against the budget that a test holds.

Counted in this process by Django, BEGIN, tenant and COMMIT of every transaction included.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.api.test_applications import STATEMENTS
from tests.benchmarks.bench import Bench
from tests.benchmarks.frame import Aim, Figure, paired


def decide_statements(bench: Bench) -> Iterator[Figure]:
    lender = bench.house.lender
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    client = Client()

    def statements(call: Any) -> int:
        with CaptureQueriesContext(connection) as sent:
            answer = client.post(
                call.path, call.body, content_type="application/json", headers=call.headers
            )
        if answer.status_code != 201:
            raise AssertionError(json.loads(answer.content))
        return len(sent.captured_queries)

    calls = lender.calls(30)
    statements(calls.pop())
    found = [float(statements(call)) for call in calls]
    rounds = paired([(most, STATEMENTS) for most in found])
    baseline = "the budget in tests/api/test_applications.py"
    yield Figure("decide_statements", "statements", baseline, rounds, Aim(at_most=1))
