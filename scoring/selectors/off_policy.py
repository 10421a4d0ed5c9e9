"""What a challenger's decisions would have been worth, from the lots drawn. Call inside `enter`.

Each application the rules decided, old enough that its outcome would be known, counts with its
chance of approval. A good loan brings and a bad one costs what the product's economics say of the
typical one; an approval that became no loan brings nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from ml.columns import Frame
from ml.economics import Economics
from ml.off_policy import Logged, NoSupport, Value, value_of
from ml.outcomes import Outcome
from scoring.models import ModelVersion
from scoring.selectors.economics import economics_latest
from scoring.selectors.outcomes import definition_latest, outcomes_by_loan

FEWEST = 50
DAYS_A_MONTH = 31
PPM = 1_000_000

_LOGGED = """SELECT r.application_id::text, r.verdict = 'approve', r.propensity_ppm, s.pd_ppm,
    s.outcome = 'approve'
FROM scoring_scoringrun r
JOIN scoring_shadowscore s ON s.organization_id = r.organization_id
    AND s.application_id = r.application_id
WHERE r.organization_id = %s AND s.model_version_id = %s AND s.pd_ppm IS NOT NULL
    AND r.propensity_ppm IS NOT NULL AND r.scored_at <= %s
ORDER BY r.scored_at, r.id"""


@dataclass(frozen=True, slots=True)
class OffPolicy:
    """Worth per application in minor units, under the rules as they were and under the
    challenger's; `unknown` applicants of its choosing never had a chance, so nothing is known."""

    rules: Value
    challenger: Value | None
    unknown: int


def off_policy(challenger: ModelVersion, moment: datetime) -> OffPolicy | None:
    """None without economics, without an outcome definition, or with too few old applications."""
    organization_id, product_id = challenger.organization_id, challenger.product_id
    economics = economics_latest(organization_id, product_id)
    definition = definition_latest(organization_id, product_id)
    if economics is None or definition is None:
        return None
    matured = moment - timedelta(days=DAYS_A_MONTH * definition.window_months)
    rows = _rows(challenger, matured)
    if len(rows) < FEWEST:
        return None
    known = outcomes_by_loan(definition, moment.date())
    return judged(rows, known, Economics.parse(economics.document))


def judged(
    rows: list[tuple[Any, ...]], known: Mapping[str, Outcome], economics: Economics
) -> OffPolicy:
    """The estimates of logged decisions: reference, approved, chance, PD, would approve."""
    refs, approved, chance, pd_ppm, would = (np.array(each) for each in zip(*rows, strict=True))
    good, bad = _typical(economics)
    ends = [known.get(ref) for ref in refs.tolist()]
    profit = np.array([{"good": good, "bad": bad}.get(str(end), 0.0) for end in ends])
    logged = Logged(approved.astype(bool), chance.astype(np.int64), profit)
    pd = pd_ppm.astype(np.float64) / PPM
    expected = (1 - pd) * good + pd * bad
    chosen = would.astype(bool)
    unknown = int((chosen & (logged.propensity_ppm == 0)).sum())
    try:
        found = value_of(logged, chosen, expected)
    except NoSupport:
        found = None
    return OffPolicy(value_of(logged, logged.propensity_ppm == PPM, expected), found, unknown)


def _typical(economics: Economics) -> tuple[float, float]:
    one = Frame({}, 1)
    return float(economics.if_good(one)[0]), float(economics.if_bad(one)[0])


def _rows(challenger: ModelVersion, until: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_LOGGED, [challenger.organization_id, challenger.id, until])
        return list(cursor.fetchall())
