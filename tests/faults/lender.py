"""Makes a lender in a running platform and counts what became of its applications.

Run as a script beside it: `python -m tests.faults.lender open` prints what a client needs,
`python -m tests.faults.lender report` prints what is true afterwards.
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402 - Django must be set up first

from accounts.enums import Role  # noqa: E402
from accounts.services.memberships import membership_grant  # noqa: E402
from accounts.services.organizations import organization_open  # noqa: E402
from accounts.services.users import user_create  # noqa: E402
from events.actor import SYSTEM  # noqa: E402
from events.selectors import verify_chain  # noqa: E402
from tenancy.enter import enter  # noqa: E402
from tenancy.selectors import organization_by_slug  # noqa: E402
from tests.bodies import loan  # noqa: E402
from tests.cast_accounts import key_of  # noqa: E402
from tests.cast_scoring import lender_with_product  # noqa: E402
from tests.cast_underwriting import policy_ready  # noqa: E402

SLUG = "hanse-kredit"


def opened() -> dict[str, Any]:
    """A lender with product, expert scorecard and policy; a key, and an application to vary."""
    live, _twin = organization_open(
        actor=SYSTEM,
        slug=SLUG,
        name="Hanse Kredit",
        country="DE",
        default_language="de",
        languages=["de", "en"],
        regulation_pack="eu-2026-11-20",
    )
    people = [
        user_create(email=f"{name}@hanse.example", password=None) for name in ("rita", "anna")
    ]
    for person, role in zip(people, (Role.RISK_ANALYST, Role.APPROVER), strict=True):
        membership_grant(organization_id=live.id, actor=SYSTEM, user=person, role=role)
    product = lender_with_product(live.id)
    policy_ready(live, product, people[0], people[1])
    return {"key": key_of(live)[1], "body": loan(live)}


def report() -> dict[str, Any]:
    """Counted by the database: applications, first decisions, those without, those with more."""
    found = organization_by_slug(SLUG)
    with enter(found.id, read_only=True), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(sum((firsts = 1)::int), 0), coalesce(max(firsts), 0)"
            " FROM (SELECT count(d.id) AS firsts FROM underwriting_application AS a"
            " LEFT JOIN underwriting_decision AS d"
            " ON d.application_id = a.id AND d.number = 1 GROUP BY a.id) AS counted"
        )
        applications, decided, most = cursor.fetchone()
    chain = verify_chain(found.id)
    return {
        "applications": applications,
        "decided_once": decided,
        "most_first_decisions": most,
        "broken": chain.broken,
    }


if __name__ == "__main__":
    print(json.dumps({"open": opened, "report": report}[sys.argv[1]]()))
