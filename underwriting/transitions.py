"""The one table of an application's ways from status to status."""

from collections.abc import Mapping

from underwriting.enums import ApplicationStatus as S
from underwriting.enums import Outcome

TRANSITIONS: Mapping[S, frozenset[S]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.INCOMPLETE, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.DECIDING, S.INCOMPLETE, S.WITHDRAWN}),
    S.INCOMPLETE: frozenset({S.SUBMITTED, S.DECLINED, S.WITHDRAWN, S.EXPIRED}),
    S.DECIDING: frozenset(
        {S.REFERRED, S.APPROVED, S.APPROVED_WITH_CONDITIONS, S.OFFERED, S.DECLINED, S.WITHDRAWN}
    ),
    S.REFERRED: frozenset(
        {
            S.APPROVED,
            S.APPROVED_WITH_CONDITIONS,
            S.OFFERED,
            S.DECLINED,
            S.WITHDRAWN,
            S.EXPIRED,
            S.SUBMITTED,
        }
    ),
    S.APPROVED: frozenset({S.ACCEPTED, S.NOT_TAKEN, S.WITHDRAWN, S.EXPIRED}),
    S.APPROVED_WITH_CONDITIONS: frozenset({S.ACCEPTED, S.NOT_TAKEN, S.WITHDRAWN, S.EXPIRED}),
    S.OFFERED: frozenset({S.ACCEPTED, S.NOT_TAKEN, S.WITHDRAWN, S.EXPIRED, S.REFERRED}),
    S.ACCEPTED: frozenset({S.FUNDED, S.WITHDRAWN, S.EXPIRED}),
    S.DECLINED: frozenset({S.REFERRED}),
    S.WITHDRAWN: frozenset(),
    S.EXPIRED: frozenset(),
    S.NOT_TAKEN: frozenset(),
    S.FUNDED: frozenset(),
}

UNDECIDED = frozenset({S.SUBMITTED, S.INCOMPLETE, S.DECIDING, S.REFERRED})
"""Requests in flight: they may still become an offer."""

OPEN_OFFER = frozenset({S.APPROVED, S.APPROVED_WITH_CONDITIONS, S.OFFERED})
"""An offer stands and the applicant has not answered."""

FINAL = frozenset(status for status, following in TRANSITIONS.items() if not following)


def sources(target: S) -> list[str]:
    """The statuses from which `target` may follow: the left side of a compare-and-set."""
    return sorted(status.value for status, following in TRANSITIONS.items() if target in following)


def status_after(outcome: str, *, conditions: bool = False) -> S:
    """Where a decision of this outcome takes the application."""
    if outcome == Outcome.APPROVE:
        return S.APPROVED_WITH_CONDITIONS if conditions else S.APPROVED
    if outcome == Outcome.COUNTER_OFFER:
        return S.OFFERED
    return S.REFERRED if outcome == Outcome.REFER else S.DECLINED
