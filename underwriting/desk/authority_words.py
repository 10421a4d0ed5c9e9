"""What authority a case needs and who has it, in words. Call inside `enter`."""

from dataclasses import dataclass

from django.utils.translation import gettext

from accounts.enums import Role
from accounts.members import Authority, Member
from accounts.models import Membership
from underwriting.authority import is_exception
from underwriting.desk.case import CaseFile
from underwriting.desk.words import day
from underwriting.enums import Mitigant, Outcome, PolicyExceptionReason
from underwriting.models import Review
from underwriting.services.authority import Standing
from underwriting.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class AuthorityWords:
    """Approving what was asked for: which role it takes, who has that, whether the reader has."""

    needs: str
    who: str
    beyond: bool


def authority_words(case: CaseFile, review: Review, member: Member) -> AuthorityWords | None:
    """None for a product without a matrix: there people's own limits say everything."""
    decision = case.detail.decision
    if decision is None:
        return None
    standing = Standing.of(review, decision)
    if standing.matrix is None:
        return None
    verdict, amount = Verdict(outcome=Outcome.APPROVE), case.application.amount
    asks = gettext("An exception from policy") if _excepts(standing) else gettext("Approving it")
    able = [
        (row.user.display_name, row.role)
        for row in Membership.objects.filter(
            organization_id=review.organization_id, active=True, user__is_active=True
        ).select_related("user")
        if standing.alone(Authority(row.role, row.approval_limit), verdict, amount)
        and row.role in (Role.UNDERWRITER, Role.SENIOR_UNDERWRITER)
    ]
    roles = sorted({str(Role(role).label) for _, role in able})
    mine = standing.alone(Authority(member.role, member.approval_limit), verdict, amount)
    return AuthorityWords(
        needs=gettext("%(act)s needs the authority of: %(roles)s.")
        % {"act": asks, "roles": ", ".join(roles)}
        if able
        else gettext("%(act)s is beyond everybody's authority: offer less, or decline.")
        % {"act": asks},
        who=gettext("Who has it: %(names)s") % {"names": ", ".join(sorted(n for n, _ in able))}
        if able
        else "",
        beyond=not mine,
    )


def exception_words(verdict: Verdict) -> str:
    """A verdict's exception from policy in a sentence; empty where it is none."""
    given = verdict.exception
    if given is None:
        return ""
    return gettext(
        "Exception from policy: %(reason)s. What makes up for it: %(mitigants)s. Until %(day)s."
    ) % {
        "reason": PolicyExceptionReason(given.reason).label,
        "mitigants": ", ".join(str(Mitigant(code).label) for code in given.mitigants),
        "day": day(given.expires_at),
    }


def _excepts(standing: Standing) -> bool:
    return is_exception(standing.policy, Outcome.APPROVE)
