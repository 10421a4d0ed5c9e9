"""Backtests and what they need to know. Call inside `enter`."""

from uuid import UUID

from django.db import connection

from scoring.models import PastApplication
from tenancy.errors import NotFound
from tenancy.selectors import organization_current
from underwriting.enums import UNDER_WAY, BacktestStatus
from underwriting.models import Application, Backtest, BacktestProtected, PolicyVersion
from underwriting.transitions import UNDECIDED

LEAST_REVIEWS = 5
MINUTES_SET = 15
"""Minutes of work that a referral is taken to cost while too few were looked at to say."""

_MINUTES = """
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY s.looked_seconds) / 60.0
FROM underwriting_reviewstep s
JOIN underwriting_application a ON a.organization_id = s.organization_id AND a.id = s.application_id
WHERE s.organization_id = %s AND a.product_id = %s AND s.looked_seconds IS NOT NULL
"""


def backtest_by_id(organization_id: UUID, backtest_id: UUID) -> Backtest:
    """NotFound for another lender's too."""
    found = (
        Backtest.objects.filter(organization_id=organization_id, id=backtest_id)
        .select_related("policy_version__product")
        .first()
    )
    if found is None:
        raise NotFound("no such backtest")
    return found


def backtests_of(version: PolicyVersion) -> list[Backtest]:
    """Every run of a version, newest first, without their reports."""
    return list(
        Backtest.objects.filter(
            organization_id=version.organization_id, policy_version_id=version.id
        )
        .select_related("policy_version")
        .defer("report")
        .order_by("-requested_at")
    )


def backtest_there(version: PolicyVersion) -> bool:
    """Whether exactly this document has run, runs or waits to."""
    wanted = [*UNDER_WAY, BacktestStatus.DONE]
    return Backtest.objects.filter(
        organization_id=version.organization_id,
        policy_version_id=version.id,
        policy_hash=version.content_hash,
        status__in=wanted,
    ).exists()


def backtest_protected(backtest: Backtest) -> BacktestProtected | None:
    """What is told by protected group: whoever shows it asks for `scoring.view_protected`."""
    return BacktestProtected.objects.filter(
        organization_id=backtest.organization_id, backtest=backtest
    ).first()


def has_past(version: PolicyVersion) -> bool:
    """Whether a live lender has anything of this product to run a policy against."""
    if organization_current().mode != "live":
        return False
    of = {"organization_id": version.organization_id, "product_id": version.product_id}
    decided = Application.objects.filter(**of, decided_at__isnull=False)
    decided = decided.exclude(status__in=UNDECIDED)
    return decided.exists() or PastApplication.objects.filter(**of).exists()


def review_minutes(organization_id: UUID, product_id: UUID) -> tuple[int, str]:
    """The median minutes a person looked at an application, and where that is from."""
    with connection.cursor() as cursor:
        cursor.execute(_MINUTES, [organization_id, product_id])
        row = cursor.fetchone()
    if row is None or row[0] < LEAST_REVIEWS:
        return MINUTES_SET, "setting"
    return max(1, round(row[1])), "reviews"
