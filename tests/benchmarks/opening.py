"""Opens a lender in a platform that this process is set up for; run as a script beside it.

`python -m tests.benchmarks.opening boosted NAME`, or `scorecard`, prints what a client needs.
"""

import json
import sys

import django

django.setup()

from tests.benchmarks.lender import lender_opened, scorecard_lender  # noqa: E402 - set up first

KINDS = {"boosted": lender_opened, "scorecard": scorecard_lender}

if __name__ == "__main__":
    kind, name = sys.argv[1:]
    lender = KINDS[kind](name)
    print(
        json.dumps(
            {
                "organization_id": str(lender.organization_id),
                "key": lender.key,
                "consents": lender.consents,
            }
        )
    )
